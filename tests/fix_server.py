"""A real server for the tests that talk to one, and databases of their own on it."""

import os

import pytest

from harness.servers import Databases, start_server


@pytest.fixture(scope="session")
def server():
    """The server of this test session; without one the tests fail, they are never skipped."""
    with start_server(os.environ.get("ROUNDTRIP_TEST_SERVER", "embedded"), "postgres:18") as choice:
        yield choice.server


@pytest.fixture(scope="session")
def databases(server):
    """Databases of the harness's own on the server."""
    found = Databases(server)
    yield found
    found.drop_all()


@pytest.fixture
def database(databases):
    """The name of an empty database, dropped after the test."""
    name = databases.create("test")
    yield name
    databases.drop(name)


@pytest.fixture
def connection(databases, database):
    """A connection to an empty database, in autocommit mode, with the session that the harness uses."""
    with databases.connect(database) as opened:
        yield opened
