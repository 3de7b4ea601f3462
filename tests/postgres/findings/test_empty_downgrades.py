"""What is told to be written into a downgrade that does nothing takes everything back."""

import textwrap

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.report.remedies import blocks
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

BASE = """
    CREATE TYPE plan AS ENUM ('free', 'pro');
    CREATE TABLE users (id serial PRIMARY KEY, name varchar(80), plan plan NOT NULL DEFAULT 'free');
    CREATE TABLE notes (id serial PRIMARY KEY, user_id int, body text);
    CREATE VIEW names AS SELECT id, name FROM users;
"""
UPGRADES = {
    "a label of an enum": "ALTER TYPE plan ADD VALUE 'team'",
    "columns with what stands on them": """
        ALTER TABLE notes ADD author text UNIQUE, ADD size int CHECK (size > 0), DROP COLUMN body;
        CREATE INDEX ON notes (size, author)
    """,
    "tables, a key and a view": """
        CREATE TABLE teams (id serial PRIMARY KEY, name text NOT NULL);
        CREATE TABLE members (team int REFERENCES teams, users int REFERENCES users, PRIMARY KEY (team, users));
        ALTER TABLE notes ADD FOREIGN KEY (user_id) REFERENCES users;
        CREATE VIEW team_names AS SELECT name FROM teams
    """,
    "what was there dropped": "DROP VIEW names; DROP TABLE notes; ALTER TABLE users DROP COLUMN plan; DROP TYPE plan",
}


def walk(folder, server, downgrade, upgrade):
    ini = write_history(folder, in_a_line({
        "a_base": (sql(BASE), sql("DROP VIEW names; DROP TABLE notes; DROP TABLE users; DROP TYPE plan")),
        "b_next": (sql(upgrade), downgrade)}))
    settings = load_settings({"alembic_ini": str(ini)}, start=folder, environ={})
    with open_run(settings, server=server) as run:
        return list(run.results())[-1].findings


@pytest.mark.parametrize("upgrade", UPGRADES.values(), ids=UPGRADES)
def test_its_remedy_takes_everything_back(server, tmp_path, upgrade):
    (found,) = (item for item in walk(tmp_path, server, "    pass", upgrade) if item.rule == "RT306")
    code = "\n".join(text for is_code, text in blocks(found.remedy) if is_code)
    downgrade = "    import sqlalchemy as sa\n" + textwrap.indent(code, "    ")
    rules = {item.rule for item in walk(tmp_path, server, downgrade, upgrade)}
    assert not rules & {"RT201", "RT202", "RT301", "RT302", "RT304", "RT306"}


def test_where_only_rows_changed_no_statements_are_told(server, tmp_path):
    findings = walk(tmp_path, server, "    pass", "UPDATE users SET name = lower(name)")
    assert [item.remedy for item in findings if item.rule == "RT306"] == ["write in downgrade() what undoes upgrade()"]
