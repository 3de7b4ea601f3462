"""A revision that sets a sequence back is told of that itself, and the next one is not blamed for it."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

INSERT = sql("INSERT INTO roles (name) VALUES ('auditor'), ('guest')")
DELETE = sql("DELETE FROM roles WHERE name IN ('auditor', 'guest')")


def rules_of(folder, server, versions):
    ini = write_history(folder, in_a_line(versions))
    settings = load_settings({"alembic_ini": str(ini)}, start=folder, environ={})
    with open_run(settings, server=server) as run:
        return {result.revision: [finding.rule for finding in result.findings] for result in run.results()}


@pytest.mark.parametrize("key", ["serial", "bigint GENERATED ALWAYS AS IDENTITY"])
def test_rows_that_were_put_in_are_not_in_the_way_of_the_next_revision(key, server, tmp_path):
    rules = rules_of(tmp_path, server, {
        "a_start": (sql(f"CREATE TABLE roles (id {key} PRIMARY KEY, name text)"), sql("DROP TABLE roles")),
        "b_back": (sql("SELECT setval('roles_id_seq', 2)"), sql("SELECT 1")),
        "c_next": (INSERT, DELETE),
        "d_with_findings": (sql("UPDATE roles SET name = 'x'"), sql("SELECT setval('roles_id_seq', 4)")),
        "e_next": (INSERT, DELETE),
    })
    assert "RT107" in rules["b_back"]
    assert {"RT102", "RT107"} <= set(rules["d_with_findings"])
    assert (rules["c_next"], rules["e_next"]) == ([], [])


def test_rows_of_the_history_alone_are(server, tmp_path):
    """On every database the second insert collides with what the first one left."""
    rules = rules_of(tmp_path, server, {
        "a_start": (sql("CREATE TABLE roles (id serial PRIMARY KEY, name text)",
                        "INSERT INTO roles VALUES (1, 'admin'), (2, 'user')"), sql("DROP TABLE roles")),
        "b_next": (INSERT, DELETE),
    })
    assert rules["b_next"] == ["RT301"]
