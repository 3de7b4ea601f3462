"""What a PostgreSQL server is to the harness, and what gives one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypedDict
from urllib.parse import quote, urlencode

from psycopg import conninfo

from harness.drivers import dialect_and_driver

_HOST_NAME = re.compile(r"[\w.-]+")
"""A host that a URL can name where hosts stand; the directory of a socket, or ::1, goes into its query."""


class ConnectKeywords(TypedDict, total=False):
    """Keywords for ``psycopg.connect``."""

    host: str
    port: int
    user: str
    password: str
    dbname: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server listens and how to be let in. Its text never holds the password."""

    host: str
    """A host name, or the directory of a Unix socket."""
    port: int
    user: str
    password: str | None = field(default=None, repr=False)
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Further libpq parameters that a URL gave, such as ``sslmode``."""

    def connect_keywords(self, database: str) -> ConnectKeywords:
        """Keywords for ``psycopg.connect`` to ``database`` on this server."""
        keywords = ConnectKeywords(host=self.host, port=self.port, user=self.user, dbname=database)
        if self.password is not None:
            keywords["password"] = self.password
        return keywords

    def conninfo(self, database: str) -> str:
        """A libpq connection string for ``database``, password included: for connecting, never for showing."""
        return conninfo.make_conninfo(**self.connect_keywords(database), **dict(self.options))

    def url(self, database: str) -> str:
        """A SQLAlchemy URL, password included: for connecting, never for showing."""
        secret = f":{quote(self.password, safe='')}" if self.password is not None else ""
        place = f"{self.host}:{self.port}" if _HOST_NAME.fullmatch(self.host) else ""
        more = () if place else (("host", self.host), ("port", str(self.port)))
        query = urlencode((*more, *self.options), quote_via=quote, safe="/")
        return (f"{dialect_and_driver()}://{quote(self.user, safe='')}{secret}@{place}/{quote(database, safe='')}"
                f"{'?' if query else ''}{query}")

    @property
    def is_socket(self) -> bool:
        """Whether it is a Unix socket, which is reached without a network."""
        return self.host.startswith("/")

    @property
    def shown(self) -> str:
        """The address for a person."""
        return f"{self.user}@{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server. ``stop`` ends it, or does nothing for one that was there before."""

    provider: str
    address: Address
    maintenance_database: str = "postgres"
    version: str
    """``18.6``."""
    version_number: int
    """``server_version_num``: 180006."""
    stop: Callable[[], None] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a provider could not give a server."""

    provider: str
    reason: str


class ServerRefusedError(Exception):
    """A provider cannot give a server here; ``reason`` says why, in a clause."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ServerProvider(Protocol):
    """Gives servers of one kind."""

    name: str

    def start(self) -> Server:
        """Start a server and wait until it answers.

        Raises:
            ServerRefusedError: none can be had.
        """

    def status(self) -> str:
        """Say without starting anything whether one could probably be had: ``available``, or why not."""
