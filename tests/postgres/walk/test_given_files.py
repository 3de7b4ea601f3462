"""Rows in CSV files that the settings name are there in the trips, in one process and in several."""

import pytest

from harness.config import load_settings
from harness.data.given import GivenRows, GivenSeeds
from harness.engine import open_run
from harness.errors import UsageError
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

CREATE = """
    CREATE TYPE mood AS ENUM ('glad', 'sad');
    CREATE TABLE users (id serial PRIMARY KEY, name text UNIQUE, extra jsonb, moods mood[], since date, sure bool)
"""
SHOUT = """
    UPDATE users SET name = 'ANN' WHERE name = 'Ann of the given rows' AND extra = '[1, {"a": null}]'
        AND moods = '{glad,sad}' AND since = '2024-02-29' AND sure
"""
VERSIONS = {
    "a1start": (CREATE, "DROP TABLE users; DROP TYPE mood"),
    "b2shout": (SHOUT, "UPDATE users SET name = 'Ann' WHERE name = 'ANN'"),
}
USERS = ('id,name,extra,moods,since,sure\n'
         '41,Ann of the given rows,"[1, {""a"": null}]","{glad,sad}",2024-02-29,t\n42,,,,,\n')


@pytest.fixture
def project(tmp_path):
    write_history(tmp_path, in_a_line({name: (sql(up), sql(down)) for name, (up, down) in VERSIONS.items()}))
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "users.csv").write_text(USERS)
    return tmp_path


def seeded(project, key, file="seeds/users.csv"):
    (project / "pyproject.toml").write_text(f"[tool.roundtrip.seeds]\n'{key}' = {file!r}\n")
    return project


def findings(project, server=None, given=None, **overrides):
    settings = load_settings(overrides, start=project, environ={})
    with open_run(settings, server=server, given=given or GivenSeeds()) as run:
        list(run.results())
        return {(item.revision, found.rule): found for item in run.result().revisions for found in item.findings}


def test_without_them_what_only_they_show_is_not_found(project, server):
    assert ("b2shout", "RT102") not in findings(project, server)


@pytest.mark.parametrize("key", ["at:a1start", "before:b2"])
def test_what_only_they_show_is_found(project, server, key):
    found = findings(seeded(project, key), server)
    assert found["b2shout", "RT102"].evidence.rows == 1


def test_each_of_several_jobs_reads_them(project):
    assert ("b2shout", "RT102") in findings(seeded(project, "at:a1"), server=None, jobs=2)


def test_rows_that_tests_give_come_beside_them(project, server):
    given = GivenSeeds(at={"a1start": (GivenRows("users", ({"id": 41, "name": "taken"}, {"id": 50})),)})
    told = findings(seeded(project, "at:a1start"), server, given)["a1start", "RT108"]
    assert "1 of 4 given rows could not be stored: duplicate key" in told.message


def test_a_row_that_cannot_be_stored_is_told_with_its_file(project, server):
    (project / "seeds" / "users.csv").write_text("id,since\n1,2024-01-01\n2,never\n")
    told = findings(seeded(project, "at:a1start"), server)["a1start", "RT108"]
    assert "1 of 2 given rows (of seeds/users.csv) could not be stored: invalid input syntax for type date" in (
        told.message)


def test_a_table_that_is_not_there_is_told_with_the_file(project, server):
    (project / "seeds" / "user.csv").write_text("id\n1\n")
    told = findings(seeded(project, "at:a1start", "seeds/user.csv"), server)["a1start", "RT108"]
    assert "(of seeds/user.csv) could not be stored: there is no such table" in told.message


def test_an_unknown_revision_is_refused_before_the_walk(project, server):
    with pytest.raises(UsageError, match="there is no revision 'zz'"):
        findings(seeded(project, "at:zz"), server)
