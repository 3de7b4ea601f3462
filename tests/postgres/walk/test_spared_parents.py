"""Of a table with one row for each of another, one is left without: a revision that makes missing ones makes some."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

BASES = {
    "unique": "CREATE TABLE owner (id serial PRIMARY KEY); "
              "CREATE TABLE profile (id serial PRIMARY KEY, owner_id int NOT NULL UNIQUE REFERENCES owner)",
    "primary key": "CREATE TABLE owner (id serial PRIMARY KEY); "
                   "CREATE TABLE profile (owner_id int PRIMARY KEY REFERENCES owner)",
    "two columns": "CREATE TABLE owner (id int, place int, PRIMARY KEY (id, place)); "
                   "CREATE TABLE profile (owner_id int, place int, PRIMARY KEY (owner_id, place), "
                   "FOREIGN KEY (owner_id, place) REFERENCES owner)",
}
MISSING = {
    "unique": "INSERT INTO profile (owner_id) SELECT id FROM owner WHERE id NOT IN (SELECT owner_id FROM profile)",
    "primary key": "INSERT INTO profile (owner_id) SELECT id FROM owner EXCEPT SELECT owner_id FROM profile",
    "two columns": "INSERT INTO profile SELECT id, place FROM owner EXCEPT SELECT owner_id, place FROM profile",
}


@pytest.mark.parametrize("key", BASES)
def test_rows_that_an_upgrade_makes_where_there_are_none_are_found(key, server, tmp_path):
    ini = write_history(tmp_path, in_a_line({
        "a_base": (sql(BASES[key]), sql("DROP TABLE profile; DROP TABLE owner")),
        "b_missing": (sql(MISSING[key]), sql("SELECT 1"))}))
    settings = load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={})
    with open_run(settings, server=server) as run:
        last = list(run.results())[-1]
    assert [finding.rule for finding in last.findings] == ["RT306"], last.findings
    assert "public.profile" in str(last.findings), last.findings
