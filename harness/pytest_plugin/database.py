"""The database that a test has to itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg

from harness.servers import Address, Databases, Server


@dataclass(frozen=True, slots=True)
class FreshDatabase:
    """An empty database that one test has to itself."""

    name: str
    address: Address = field(repr=False)

    @property
    def url(self) -> str:
        """A URL for ``sqlalchemy.create_engine``, with psycopg 3 as its driver."""
        return self.address.url(self.name)

    def connect(self) -> psycopg.Connection:
        """Return a new connection in autocommit mode; use it in a ``with`` statement, or close it."""
        return psycopg.connect(self.address.conninfo(self.name), autocommit=True)


@contextlib.contextmanager
def fresh_database(server: Server) -> Iterator[FreshDatabase]:
    """Yield an empty database on ``server``; it is dropped with the context, whoever is still connected to it."""
    databases = Databases(server)
    try:
        yield FreshDatabase(databases.create("test"), server.address)
    finally:
        databases.drop_all()
