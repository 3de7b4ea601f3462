"""Connect to somebody's own database to read it, and never write."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import conninfo

from harness.errors import ServerUnavailableError
from harness.servers.url import CONNECT_LIMIT_SECONDS, parse_url, reason_of, show_parameters


@dataclass(frozen=True, slots=True)
class ReadOnly:
    """A connection that the server lets read only."""

    connection: psycopg.Connection[Any]
    shown: str
    """The address for a person, without the password."""
    postgresql_major: int


@contextlib.contextmanager
def open_read_only(url: str, time_limit_seconds: float) -> Iterator[ReadOnly]:
    """Yield a connection to the database of ``url`` in autocommit mode, each of whose transactions is read-only.

    A statement, or the wait for a lock, that takes longer than ``time_limit_seconds`` is ended by the server.

    Source: https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-DEFAULT-TRANSACTION-READ-ONLY

    Raises:
        ServerUnavailableError: it does not answer, does not let the user in, or refuses to be read.
    """
    parameters = parse_url(url)
    shown = show_parameters(parameters)
    milliseconds = str(max(1, round(time_limit_seconds * 1000)))
    try:
        target = conninfo.make_conninfo(**{"connect_timeout": str(CONNECT_LIMIT_SECONDS),
                                           "application_name": "roundtrip", **parameters})
        with psycopg.connect(target, autocommit=True) as connection:
            for name, value in (("default_transaction_read_only", "on"), ("statement_timeout", milliseconds),
                                ("lock_timeout", milliseconds)):
                connection.execute("SELECT pg_catalog.set_config(%s, %s, false)", [name, value])
            yield ReadOnly(connection, shown, connection.info.server_version // 10000)
    except psycopg.Error as error:
        raise ServerUnavailableError(
            f"cannot read the database {shown}", reason_of(error, parameters.get("password")),
            "check address, user, password and time limit, and that the server runs") from None
