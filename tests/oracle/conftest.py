"""What the comparison with pg_dump needs around it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
import pytest

from harness.catalog import Snapshot, capture
from harness.servers.embedded_wheel import find_installation


@dataclass(frozen=True, slots=True)
class Seen:
    """A database as we see it and as pg_dump does."""

    snapshot: Snapshot
    text: str


@pytest.fixture(scope="session")
def pg_dump(server):
    """Starts pg_dump on a database; what it returns waits for the text, without what differs from run to run."""
    installed = find_installation()
    program = installed / "bin" / "pg_dump" if installed else shutil.which("pg_dump")
    address = server.address
    arguments = [program, "--schema-only", "-h", address.host, "-p", str(address.port), "-U", address.user]
    environment = {**os.environ, "PGPASSWORD": address.password or "", "LC_ALL": "C"}

    def start(database: str):
        process = subprocess.Popen([*arguments, database], env=environment, stdout=subprocess.PIPE, text=True)

        def finish() -> str:
            printed, _ = process.communicate()
            assert process.returncode == 0
            # A line with a backslash carries a random word; comments repeat what the statements say.
            return "\n".join(line for line in printed.splitlines() if line and not line.startswith(("--", "\\")))

        return finish

    return start


@pytest.fixture(scope="session", autouse=True)
def _surroundings(server):
    """A role and a tablespace, which belong to the server and not to a database."""
    with psycopg.connect(server.address.conninfo(server.maintenance_database), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS oracle_app")
        connection.execute("CREATE ROLE oracle_app")
        # A tablespace without a folder of its own: https://www.postgresql.org/docs/15/runtime-config-developer.html
        has_space = server.version_number >= 150000
        if has_space:
            connection.execute("SET allow_in_place_tablespaces = on")
            connection.execute("DROP TABLESPACE IF EXISTS oracle_space")
            connection.execute("CREATE TABLESPACE oracle_space LOCATION ''")
        yield
        if has_space:
            connection.execute("DROP TABLESPACE oracle_space")
        connection.execute("DROP ROLE oracle_app")


@pytest.fixture(scope="session")
def maker():
    """Makes and drops databases, which takes longer than the rest of a test, beside the tests."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool


@pytest.fixture(scope="session")
def made_ahead(databases, maker):
    """The database for the next test, on its way."""
    return deque([maker.submit(databases.create, "oracle")])


@pytest.fixture
def database(databases, maker, made_ahead):
    """The name of an empty database; the one for the next test is made meanwhile."""
    made_ahead.append(maker.submit(databases.create, "oracle"))
    name = made_ahead.popleft().result()
    yield name
    maker.submit(databases.drop, name)


@pytest.fixture
def run(connection):
    """Runs statements as a migration would: with the schema ``public`` on the search path."""

    def execute(statements: str) -> None:
        connection.execute("SET search_path = public")
        if statements:
            connection.execute(statements)
        connection.execute("SET search_path = ''")

    yield execute
    # A database that has a subscription cannot be dropped.
    for (name,) in connection.execute("SELECT subname FROM pg_catalog.pg_subscription s "
                "JOIN pg_catalog.pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()").fetchall():
        connection.execute(f"ALTER SUBSCRIPTION {name} SET (slot_name = NONE)")
        connection.execute(f"DROP SUBSCRIPTION {name}")


@pytest.fixture
def look(connection, database, pg_dump):
    """Looks at the database both ways, at once."""

    def observe() -> Seen:
        finish = pg_dump(database)
        return Seen(capture(connection), finish())

    return observe
