"""What the comparison with pg_dump needs around it."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
import pytest

from harness.catalog import Snapshot, capture
from harness.servers import Databases
from tests.oracle.doing import drop_subscriptions, run_as_migrations_do
from tests.oracle.servers import at_hand


@dataclass(frozen=True, slots=True)
class Seen:
    """A database as we see it and as pg_dump does."""

    snapshot: Snapshot
    text: str


@pytest.fixture(scope="session", params=[
    pytest.param(found, id=found.name, marks=[pytest.mark.slow] if place else [])
    for place, found in enumerate(at_hand())])
def postgresql(request):
    return request.param


@pytest.fixture(scope="session")
def server(postgresql):
    """Every PostgreSQL at hand, one after the other."""
    with postgresql.running() as started:
        yield started


@pytest.fixture(scope="session")
def databases(server):
    """Databases on this server: those of the other tests are on another one, and a fixture lasts the whole session."""
    found = Databases(server)
    yield found
    found.drop_all()


@pytest.fixture(scope="session")
def dump(server, postgresql):
    """Starts pg_dump on a database; what it returns waits for the text, without what differs from run to run.

    With ``roles`` it tells of the server's roles, too.
    """
    address = server.address
    where = ["-h", address.host, "-p", str(address.port), "-U", address.user]
    environment = {**os.environ, "PGPASSWORD": address.password or "", "LC_ALL": "C"}

    def run(program: str, *arguments: str):
        command = [postgresql.programs / program, *arguments]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)

    def start(database: str, *, roles: bool = False):
        processes = [run("pg_dump", "--schema-only", "--create", *where, database)]
        if roles:
            processes.append(run("pg_dumpall", "--roles-only", "--no-role-passwords", *where))

        def finish() -> str:
            printed = "".join(process.communicate()[0] for process in processes)
            assert not any(process.returncode for process in processes)
            return _without_what_varies(printed, database)

        return finish

    return start


def _without_what_varies(printed: str, database: str) -> str:
    """Comments repeat what the statements say, a backslash leads a random word, and databases have their own names."""
    return "\n".join(line.replace(database, "this_database") for line in printed.splitlines()
                     if line and not line.startswith(("--", "\\", "COMMENT ON DATABASE")))


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
def maker(databases):
    """Makes and drops databases, which takes longer than the rest of a test, beside the tests."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool


@pytest.fixture(scope="session")
def made_ahead(databases, maker):
    """The database for the next test, on its way."""
    return deque([maker.submit(databases.create, "oracle")])


@pytest.fixture(scope="session")
def empty_database(databases, maker, made_ahead):
    """A context with the name of an empty database; the one for the next context is made meanwhile.

    ``subscriptions`` says that it may have some at the end.
    """

    @contextlib.contextmanager
    def make(*, subscriptions: bool):
        made_ahead.append(maker.submit(databases.create, "oracle"))
        name = made_ahead.popleft().result()
        try:
            yield name
        finally:
            if subscriptions:  # a database that has one cannot be dropped
                with databases.connect(name) as connection:
                    drop_subscriptions(connection)
            maker.submit(databases.drop, name)

    return make


@pytest.fixture
def database(empty_database):
    """The name of an empty database."""
    with empty_database(subscriptions=True) as name:
        yield name


@pytest.fixture
def run(connection):
    """Runs statements as a migration would."""
    return lambda statements: run_as_migrations_do(connection, statements)


@pytest.fixture
def look(connection, database, dump):
    """Looks at the database both ways, at once."""

    def observe() -> Seen:
        finish = dump(database)
        return Seen(capture(connection), finish())

    return observe
