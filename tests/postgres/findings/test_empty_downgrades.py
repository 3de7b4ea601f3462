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
    "parents whose names come first": """
        CREATE TABLE accounts (id int PRIMARY KEY);
        CREATE TABLE members (id int PRIMARY KEY, account int REFERENCES accounts);
        CREATE VIEW a_view AS SELECT * FROM members;
        CREATE VIEW b_view AS SELECT * FROM a_view;
        CREATE FUNCTION of_members() RETURNS SETOF members LANGUAGE sql AS 'SELECT * FROM members';
        CREATE FUNCTION next_number() RETURNS int LANGUAGE sql AS 'SELECT count(*)::int FROM accounts';
        CREATE TABLE numbers (number int DEFAULT next_number())
    """,
    "tables in a ring": """
        CREATE TABLE one (id int PRIMARY KEY, two int);
        CREATE TABLE two (id int PRIMARY KEY, one int REFERENCES one);
        CREATE TABLE before_one (one int REFERENCES one);
        ALTER TABLE one ADD FOREIGN KEY (two) REFERENCES two
    """,
    "what was there dropped": "DROP VIEW names; DROP TABLE notes; ALTER TABLE users DROP COLUMN plan; DROP TYPE plan",
}


def walk(folder, server, downgrade, upgrade, base=BASE):
    ini = write_history(folder, in_a_line({
        "a_base": (sql(base), sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")),
        "b_next": (sql(upgrade), downgrade)}))
    settings = load_settings({"alembic_ini": str(ini)}, start=folder, environ={})
    with open_run(settings, server=server) as run:
        return list(run.results())[-1].findings


@pytest.mark.parametrize("upgrade", UPGRADES.values(), ids=UPGRADES)
def test_its_remedy_takes_everything_back(server, tmp_path, upgrade):
    assert_remedy_works(tmp_path, server, upgrade)


def test_what_was_dropped_is_made_again_in_an_order_that_works(server, tmp_path):
    upgrade = """
        DROP TABLE numbers; DROP FUNCTION next_number(); DROP FUNCTION of_members(); DROP VIEW a_view CASCADE;
        DROP TABLE members, accounts, one, two, before_one
    """
    assert_remedy_works(tmp_path, server, upgrade, base=";".join([
        BASE, UPGRADES["parents whose names come first"], UPGRADES["tables in a ring"]]))


def assert_remedy_works(tmp_path, server, upgrade, base=BASE):
    (found,) = (item for item in walk(tmp_path, server, "    pass", upgrade, base) if item.rule == "RT306")
    code = "\n".join(text for is_code, text in blocks(found.remedy) if is_code)
    downgrade = "    import sqlalchemy as sa\n" + textwrap.indent(code, "    ")
    rules = {item.rule for item in walk(tmp_path, server, downgrade, upgrade, base)}
    assert not rules & {"RT201", "RT202", "RT301", "RT302", "RT304", "RT306"}


def test_where_only_rows_changed_no_statements_are_told(server, tmp_path):
    findings = walk(tmp_path, server, "    pass", "UPDATE users SET name = lower(name)")
    assert [item.remedy for item in findings if item.rule == "RT306"] == ["write in downgrade() what undoes upgrade()"]


def test_rows_that_are_left_are_counted_and_shown(server, tmp_path):
    upgrade = "INSERT INTO notes (body) VALUES ('first'), ('second')"
    (found,) = walk(tmp_path, server, "    pass", upgrade)
    assert found.rule == "RT306"
    assert found.message.endswith("though upgrade() changed rows of public.notes (2 added)")
    assert found.remedy.startswith("delete in downgrade() exactly the rows that upgrade() inserts into public.notes")
    assert [("body='first'" in sample.after, sample.before) for sample in found.evidence.samples] == [
        (True, None), (False, None)]
