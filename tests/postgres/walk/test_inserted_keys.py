"""Rows made here that hold keys which a revision inserts: a warning, and none for the revisions after it."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.findings.model import Severity
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

START = "CREATE TABLE users (id serial PRIMARY KEY, name text); CREATE TABLE roles (id serial PRIMARY KEY, name text)"
FIRST = (sql("INSERT INTO roles (id, name) VALUES (1, 'admin'), (2, 'editor')"),
         sql("DELETE FROM roles WHERE id IN (1, 2)"))
SECOND = (sql("INSERT INTO roles (id, name) VALUES (5, 'guest')"), sql("DELETE FROM roles WHERE id = 5"))
ON_EACH_USER = """\
    for (key,) in op.get_bind().exec_driver_sql("SELECT id FROM users ORDER BY id").fetchall():
        op.execute(f"INSERT INTO roles (id, name) VALUES ({key}, 'admin')")"""


def upgrade_failures(folder, server, *versions):
    ini = write_history(folder, in_a_line({
        "a_start": (sql(START), sql("DROP TABLE roles; DROP TABLE users")),
        **{f"{letter}_next": bodies for letter, bodies in zip("bcd", versions, strict=False)}}))
    settings = load_settings({"alembic_ini": str(ini)}, start=folder, environ={})
    with open_run(settings, server=server) as run:
        return {result.revision: [(found.severity, found.object) for found in result.findings if found.rule == "RT307"]
                for result in run.results()}


def test_rows_of_a_reference_table_are_a_warning_once(server, tmp_path):
    found = upgrade_failures(tmp_path, server, FIRST, SECOND)
    assert found == {"a_start": [], "b_next": [(Severity.WARNING, "public.roles")], "c_next": []}


@pytest.mark.parametrize("upgrade", [
    pytest.param(ON_EACH_USER, id="keys of other rows"),
    pytest.param(sql("INSERT INTO roles (id, name) SELECT id, name FROM users"), id="keys of a query"),
    pytest.param(sql("UPDATE users SET id = 7 WHERE id = 6"), id="no insert"),
])
def test_keys_that_come_from_rows_are_an_error(server, tmp_path, upgrade):
    found = upgrade_failures(tmp_path, server, (upgrade, sql("SELECT 1")))
    assert [severity for severity, _ in found["b_next"]] == [Severity.ERROR]


def test_rows_that_the_team_gives_are_an_error(server, tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "roles.csv").write_text("id,name\n1,owner\n")
    (tmp_path / "pyproject.toml").write_text("[tool.roundtrip.seeds]\n'before:b_next' = 'seeds/roles.csv'\n")
    found = upgrade_failures(tmp_path, server, FIRST)
    assert found["b_next"] == [(Severity.ERROR, "public.roles")]
