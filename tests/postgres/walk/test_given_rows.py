"""Rows that a team gives are there in the trips of the revisions that they are given for."""

import pytest

from harness.config import load_settings
from harness.data.given import GivenRows, GivenSeeds
from harness.engine import open_run
from harness.errors import UsageError
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

VERSIONS = {
    "start": ("CREATE TABLE users (id serial PRIMARY KEY, name text UNIQUE)", "DROP TABLE users"),
    "shout": ("UPDATE users SET name = 'ANN' WHERE name = 'Ann of the given rows'",
              "UPDATE users SET name = 'Ann' WHERE name = 'ANN'"),
    "orders": ("CREATE TABLE orders (id serial PRIMARY KEY, total int CHECK (total = 4711))", "DROP TABLE orders"),
    "more": ("ALTER TABLE orders ADD COLUMN note text",
             "DELETE FROM orders WHERE id = 900; ALTER TABLE orders DROP COLUMN note"),
}


@pytest.fixture
def project(tmp_path):
    return write_history(tmp_path, in_a_line({name: (sql(up), sql(down)) for name, (up, down) in VERSIONS.items()}))


def rows(table, *values):
    return (GivenRows(table, values),)


def findings(project, server, given):
    settings = load_settings({"alembic_ini": str(project)}, start=project.parent, environ={})
    with open_run(settings, server=server, given=given) as run:
        list(run.results())
        return {(item.revision, found.rule, found.object.partition(":")[2] or found.object): found
                for item in run.result().revisions for found in item.findings}


def test_without_them_what_only_they_show_is_not_found(project, server):
    assert ("shout", "RT102", "public.users.name") not in findings(project, server, GivenSeeds())


@pytest.mark.parametrize("moment", ["before", "at"])
def test_what_only_they_show_is_found(moment, project, server):
    given = rows("users", {"name": "Ann of the given rows"})
    seeds = GivenSeeds(before={"shout": given}) if moment == "before" else GivenSeeds(at={"start": given})
    found = findings(project, server, seeds)
    assert ("shout", "RT102", "public.users.name") in found


def test_they_are_there_again_after_a_trip_that_went_wrong(project, server):
    found = findings(project, server, GivenSeeds(before={"shout": rows("users", {"name": "Ann of the given rows"})},
                                                 at={"orders": rows("orders", {"id": 900, "total": 4711})}))
    assert found["more", "RT101", "public.orders"].evidence.rows == 1


def test_a_row_that_cannot_be_stored_is_told(project, server):
    found = findings(project, server, GivenSeeds(at={"orders": rows("orders", {"total": 1}, {"total": 4711})}))
    told = found["orders", "RT108", "public.orders"]
    assert "1 of 2 given rows could not be stored" in told.message
    assert "check constraint" in told.message


def test_they_are_refused_in_several_jobs(project):
    settings = load_settings({"alembic_ini": str(project), "jobs": 2}, start=project.parent, environ={})
    given = GivenSeeds(at={"start": rows("users", {"name": "x"})})
    with open_run(settings, given=given) as run, pytest.raises(UsageError, match="cannot walk in 2 jobs"):
        list(run.results())
