"""Try a revision's functions without some rows or with others, and undo it: many tries for the price of one clone.

PostgreSQL undoes nearly everything with a savepoint, DDL too. What it cannot undo, and what happens on another
connection, is noticed and said; nothing is claimed then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from harness.locks import TOUCHED_SQL, touched_oids
from harness.worker.caught import CaughtErrors
from harness.worker.failures import one_line
from harness.worker.protocol import Failure, Rehearse, Rehearsed, TextRow
from harness.worker.redirect import Redirect

_SAVEPOINT = "roundtrip_rehearsal"
_STATEMENTS_AT_MOST = 500
_CONCURRENTLY = re.compile(r"\b(INDEX|TABLE|SCHEMA|VIEW)\s+CONCURRENTLY\b", re.IGNORECASE)
_DEFERRED_SQL = """
    SELECT pg_catalog.string_agg(DISTINCT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.conname),
                                 ', ')
    FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace WHERE c.condeferred
"""


def rehearse(
    context: MigrationContext, functions: Sequence[Callable[..., Any]], keywords: Mapping[str, Any],
    asked: Rehearse, redirect: Redirect, caught: CaughtErrors,
) -> Rehearsed:
    """Call ``functions`` one after another on the context's connection, with rows as ``asked``; then undo all of it.

    Deferred constraints are checked after each, as its commit would.
    """
    session = _Session(context)
    failure: Failure | None = None
    refused: str | None = None
    done = 0
    before: tuple[tuple[TextRow, ...], ...] = ()
    after: tuple[tuple[TextRow, ...], ...] | None = None
    touched: frozenset[int] | None = frozenset()
    event.listen(Engine, "before_cursor_execute", session.notice, retval=True)
    caught.forget()
    if asked.joins_blocks:
        vars(context)["autocommit_block"] = session.joined_block
    try:
        session.run(f"SAVEPOINT {_SAVEPOINT}")
        session.remove(asked.removals)
        if asked.insertions:
            refused = session.insert(asked.insertions)
        if refused is None:
            before = session.read(asked.readings)
            for function in functions:
                try:
                    function(**keywords)
                    session.settle()
                except Exception as error:  # noqa: BLE001 - whatever the user's code raises is a result
                    failure = caught.describe(error)
                    break
                done += 1
            if failure is None:
                touched = touched_oids(session.rows(TOUCHED_SQL)[0]) if asked.tell else None
                after = session.try_to_read(asked.readings_after)
        # Not there any more if the transaction was ended meanwhile.
        session.run(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}", f"RELEASE SAVEPOINT {_SAVEPOINT}")
    except Exception:  # noqa: BLE001 - a driver's own error
        return Rehearsed(failure=None, last=False, undone=False,
                         why_not_undone="it ends its transaction, as an autocommit block does")
    finally:
        event.remove(Engine, "before_cursor_execute", session.notice)
        vars(context).pop("autocommit_block", None)
    last = failure is None or done == len(functions) - 1
    elsewhere = session.others or redirect.used_directly
    return Rehearsed(
        failure=failure, last=last, undone=not elsewhere,
        why_not_undone="it works on a connection of its own" if elsewhere else None, refused=refused, before=before,
        after=after, statements=tuple(session.statements) if asked.tell else (),
        touched=None if touched is None else tuple(sorted(touched)),
    )


class _Session:
    """The driver's own connection: SQLAlchemy keeps no account of what is run here."""

    def __init__(self, context: MigrationContext) -> None:
        connection = context.connection
        assert connection is not None
        self._connection = connection
        self.others = False
        """Whether the user's code has used another connection."""
        self.statements: dict[str, None] = {}
        """What the user's code has sent."""
        self._is_in_block = False

    def notice(
        self, connection: Connection, _cursor: Any, statement: str, parameters: Any, *_others: Any
    ) -> tuple[str, Any]:
        """Remember the statement and return it as it is to be run; raise if it is for another connection.

        That would wait for what this one holds, or not see it.
        """
        if connection.connection.dbapi_connection is not self._connection.connection.dbapi_connection:
            self.others = True
            raise RuntimeError("a rehearsal has one connection")
        if len(self.statements) < _STATEMENTS_AT_MOST:
            self.statements[_with_values(statement, parameters)] = None
        return _CONCURRENTLY.sub(r"\1", statement) if self._is_in_block else statement, parameters

    @contextmanager
    def joined_block(self) -> Iterator[None]:
        """Stands in for an autocommit block: what was done before it is checked, as the commit there would."""
        self.settle()
        self._is_in_block = True
        try:
            yield
        finally:
            self._is_in_block = False
        self.settle()

    def run(self, *statements: str) -> None:
        """Run each of these."""
        cursor = self._connection.connection.cursor()
        try:
            for statement in statements:
                cursor.execute(statement)
        finally:
            cursor.close()

    def rows(self, query: str) -> list[Any]:
        """What a query gives."""
        cursor = self._connection.connection.cursor()
        try:
            cursor.execute(query)
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def remove(self, removals: Sequence[str]) -> None:
        """Run ``removals`` while neither triggers nor foreign keys act."""
        if removals:
            role = self.rows("SHOW session_replication_role")[0][0]
            self.run("SET LOCAL session_replication_role = replica", *removals,
                     f"SET LOCAL session_replication_role = {role}")

    def settle(self) -> None:
        """Check what is deferred, as a commit would, and leave it to be deferred again."""
        self.run("SET CONSTRAINTS ALL IMMEDIATE")
        deferred = self.rows(_DEFERRED_SQL)[0][0]
        if deferred:
            self.run(f"SET CONSTRAINTS {deferred} DEFERRED")

    def insert(self, insertions: Sequence[str]) -> str | None:
        """Put rows in; return why the server refused."""
        try:
            self.run(*insertions)
            self.settle()
        except Exception as error:  # noqa: BLE001 - a driver's own error
            return one_line(error)
        return None

    def read(self, queries: Sequence[str]) -> tuple[tuple[TextRow, ...], ...]:
        """What each query gives."""
        return tuple(tuple(tuple(row) for row in self.rows(query)) for query in queries)

    def try_to_read(self, queries: Sequence[str]) -> tuple[tuple[TextRow, ...], ...] | None:
        """The same; None where one of them fails."""
        try:
            return self.read(queries)
        except Exception:  # noqa: BLE001 - a table or column that the steps did not bring back
            return None


def _with_values(statement: str, parameters: Any) -> str:
    """The statement with the values of its parameters: in their places where those have names, else behind it."""
    if isinstance(parameters, Mapping):
        for name, value in parameters.items():
            statement = statement.replace(f"%({name})s", " ".join(_literals(value)) or "NULL")
        return statement
    return " ".join([statement, *_literals(parameters)])


def _literals(parameters: Any) -> Iterator[str]:
    """The values of parameters, however nested, as SQL literals."""
    if isinstance(parameters, Mapping):
        parameters = tuple(parameters.values())
    if isinstance(parameters, (list, tuple)):
        for parameter in parameters[:_STATEMENTS_AT_MOST]:
            yield from _literals(parameter)
    elif isinstance(parameters, (bool, int, float)):
        yield str(parameters).lower()
    elif parameters is not None:
        yield "'" + str(parameters).replace("'", "''") + "'"
