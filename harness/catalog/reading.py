"""Ask a database many things as of one moment, in few round trips."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from psycopg.pq import TransactionStatus

from harness.catalog.sources import Answer

# What PostgreSQL's deparsers let themselves be guided by, as pg_dump sets it.
_SETTINGS = {
    "search_path": "",
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "extra_float_digits": "3",
    "bytea_output": "hex",
    "quote_all_identifiers": "off",
    "row_security": "off",
    # Planning takes longer than most of the queries, and what suits some oids suits others.
    "plan_cache_mode": "force_generic_plan",
}
_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# Not ROLLBACK, after which psycopg forgets what it has prepared.
_COMMIT = "COMMIT"
# Of the few relations that a reading at once is about, all is found by indexes; without statistics of the catalogs
# PostgreSQL would rather hash them whole.
_FEW_SETTINGS = _SETTINGS | {"enable_hashjoin": "off", "enable_mergejoin": "off"}


def _set(settings: Mapping[str, str]) -> str:
    values = (f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in settings.items())
    return f"SELECT {', '.join(values)}"


class Ask(NamedTuple):
    """A query and its parameters: the oids and the transaction, in this order, as far as it has them."""

    sql: str
    oids: Sequence[int] | None = None
    horizon: str | None = None

    @property
    def parameters(self) -> list[str] | None:
        """As text, so that the oids have one type however large they are."""
        oids = [] if self.oids is None else ["{" + ",".join(map(str, self.oids)) + "}"]
        return [*oids, *([] if self.horizon is None else [self.horizon])] or None


class Reader:
    """Answers queries as of one moment."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self.major = connection.info.server_version // 10000
        self.is_superuser = connection.info.parameter_status("is_superuser") == "on"

    def begin(self, sql: str = "SELECT") -> Answer:
        """Answer the first query of a transaction, which has begun or is begun with it."""
        begins = self._connection.info.transaction_status is TransactionStatus.IDLE
        return self.ask([*([Ask(_BEGIN), Ask(_set(_SETTINGS))] if begins else []), Ask(sql)])[-1]

    def ask(self, asked: Sequence[Ask]) -> list[Answer]:
        """The answers. Everything is sent at once; the first answer is waited for after the last query."""
        cursors = [psycopg.RawCursor(self._connection) for _ in asked]
        with self._connection.pipeline():
            for cursor, ask in zip(cursors, asked, strict=True):
                cursor.execute(ask.sql, ask.parameters, prepare=ask.sql is not _BEGIN)
        return [_answer(cursor) for cursor in cursors]

    def once(self, asked: Sequence[Ask]) -> list[Answer]:
        """The answers about few relations of a database that nobody writes to meanwhile, in one round trip."""
        # What is sent in one pipeline is one transaction, until it ends.
        return self.ask([Ask(_set(_FEW_SETTINGS)), *asked])[1:]


def _answer(cursor: psycopg.RawCursor[Any]) -> Answer:
    result = cursor.pgresult
    if result is None or not result.nfields:
        return (), []
    return tuple([(result.fname(number) or b"").decode() for number in range(result.nfields)]), cursor.fetchall()


@contextmanager
def reading(connection: psycopg.Connection[Any]) -> Iterator[Reader]:
    """A reader; its transaction is over after the block, however that ends."""
    try:
        yield Reader(connection)
        if connection.info.transaction_status is not TransactionStatus.IDLE:
            connection.execute(_COMMIT)
    except psycopg.Error:
        if not connection.closed:
            connection.rollback()
        raise
