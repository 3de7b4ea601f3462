"""pg_dump is the oracle: a snapshot differs exactly where ``pg_dump --schema-only`` prints another text."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest

from harness.catalog import capture, diff, render
from harness.servers.embedded_wheel import find_installation
from tests.oracle import cases_alike, cases_others, cases_parts, cases_tables
from tests.oracle.case import Case

CASES = cases_tables.ALL + cases_parts.ALL + cases_others.ALL + cases_alike.ALL


@pytest.fixture(scope="session")
def pg_dump(server):
    """Gives the text that pg_dump prints of a database's schema, without what differs from run to run."""
    installed = find_installation()
    program = str(installed / "bin" / "pg_dump") if installed else shutil.which("pg_dump")
    address = server.address

    def dump(database: str) -> str:
        printed = subprocess.run(
            [program, "--schema-only", "-h", address.host, "-p", str(address.port), "-U", address.user, database],
            env={**os.environ, "PGPASSWORD": address.password or "", "LC_ALL": "C"}, capture_output=True, check=True)
        lines = printed.stdout.decode().splitlines()
        # \restrict carries a random word; comments name what the statements say.
        return "\n".join(line for line in lines if line and not line.startswith(("--", "\\")))

    return dump


@pytest.fixture(scope="session", autouse=True)
def _surroundings(server, tmp_path_factory):
    """A role and a tablespace, which belong to the server and not to a database."""
    address = server.address
    with psycopg.connect(address.conninfo(server.maintenance_database), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS oracle_app")
        connection.execute("CREATE ROLE oracle_app")
        has_space = server.version_number >= 150000
        if has_space:
            connection.execute("SET allow_in_place_tablespaces = on")
            connection.execute("DROP TABLESPACE IF EXISTS oracle_space")
            connection.execute("CREATE TABLESPACE oracle_space LOCATION ''")
        yield
        if has_space:
            connection.execute("DROP TABLESPACE oracle_space")
        connection.execute("DROP ROLE oracle_app")


@pytest.fixture
def run(connection):
    """Runs statements as a migration would: with the schema ``public`` on the search path."""

    def execute(statements: str) -> None:
        connection.execute("SET search_path = public")
        if statements:
            connection.execute(statements)
        connection.execute("SET search_path = ''")

    return execute


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_change_shows_exactly_when_pg_dump_shows_it(case: Case, server, connection, database, run, pg_dump):
    if server.version_number < case.since * 10000:
        pytest.skip(f"needs PostgreSQL {case.since}")
    run(case.setup)
    before, text_before = capture(connection), pg_dump(database)
    run(case.change)
    after, text_after = capture(connection), pg_dump(database)

    delta = diff(before, after)

    assert (text_before != text_after) is case.differs, "the case does not do what it says"
    assert bool(delta) is case.differs, "\n".join(render(delta))
    assert (before != after) is case.differs
    assert delta.column_orders == ()


def test_the_cases_have_names_of_their_own():
    assert len({case.id for case in CASES}) == len(CASES)
