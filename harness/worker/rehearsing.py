"""Try a revision's functions without some rows, and undo it: many tries for the price of one clone.

PostgreSQL undoes nearly everything with a savepoint, DDL too. What it cannot undo, and what happens on another
connection, is noticed and said; nothing is claimed then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, event

from harness.worker.failures import describe
from harness.worker.protocol import Rehearsed
from harness.worker.redirect import Redirect

_SAVEPOINT = "roundtrip_rehearsal"


def rehearse(
    context: MigrationContext, functions: Sequence[Callable[..., Any]], keywords: Mapping[str, Any],
    removals: Sequence[str], redirect: Redirect,
) -> Rehearsed:
    """Call ``functions`` one after another on the context's connection, after ``removals``; then undo all of it.

    Deferred constraints are checked after each, as its commit would.
    """
    session = _Session(context)
    failure, done = None, 0
    event.listen(Engine, "before_cursor_execute", session.refuse_others)
    try:
        session.run(f"SAVEPOINT {_SAVEPOINT}", *_without_triggers(session.value("session_replication_role"), removals))
        for function in functions:
            try:
                function(**keywords)
                session.run("SET CONSTRAINTS ALL IMMEDIATE")
            except Exception as error:  # noqa: BLE001 - whatever the user's code raises is a result
                failure = describe(error)
                break
            done += 1
        # Not there any more if the transaction was ended meanwhile.
        session.run(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}", f"RELEASE SAVEPOINT {_SAVEPOINT}")
    except Exception:  # noqa: BLE001 - a driver's own error
        return Rehearsed(failure=None, last=False, undone=False)
    finally:
        event.remove(Engine, "before_cursor_execute", session.refuse_others)
    last = failure is None or done == len(functions) - 1
    return Rehearsed(failure=failure, last=last, undone=not (session.others or redirect.used_directly))


class _Session:
    """The driver's own connection: SQLAlchemy keeps no account of what is run here."""

    def __init__(self, context: MigrationContext) -> None:
        connection = context.connection
        assert connection is not None
        self._connection = connection
        self.others = False
        """Whether the user's code has used another connection."""

    def refuse_others(self, connection: Connection, *_others: Any) -> None:
        """Raise if a statement is for another connection: it would wait for what this one holds, or not see it."""
        if connection.connection.dbapi_connection is not self._connection.connection.dbapi_connection:
            self.others = True
            raise RuntimeError("a rehearsal has one connection")

    def run(self, *statements: str) -> None:
        """Run each of these."""
        cursor = self._connection.connection.cursor()
        try:
            for statement in statements:
                cursor.execute(statement)
        finally:
            cursor.close()

    def value(self, setting: str) -> str:
        """The value of a setting."""
        cursor = self._connection.connection.cursor()
        try:
            cursor.execute(f"SHOW {setting}")
            return str(cursor.fetchall()[0][0])
        finally:
            cursor.close()


def _without_triggers(role: str, removals: Sequence[str]) -> list[str]:
    """``removals`` while neither triggers nor foreign keys act; ``role`` is the session_replication_role outside."""
    if not removals:
        return []
    return ["SET LOCAL session_replication_role = replica", *removals, f"SET LOCAL session_replication_role = {role}"]
