"""Remember the error that aborted a transaction, for who catches it only meets what comes after.

PostgreSQL takes no more statements in that transaction, so the next one fails, Alembic's own at the latest: that error
tells neither what failed nor where.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, ExceptionContext

from harness.worker.failures import describe, is_after_another, running_frames
from harness.worker.protocol import Failure


class CaughtErrors:
    """What failed last on a connection of SQLAlchemy's, until a statement succeeds there.

    Kept is what is told of it: the error itself holds all that was there when it was raised.
    """

    def __init__(self) -> None:
        self._failure: Failure | None = None
        self._connection: int | None = None

    def install(self) -> None:
        """Watch from now on; once per process."""
        event.listen(Engine, "handle_error", self._on_error)
        event.listen(Engine, "after_cursor_execute", self._on_success)

    def forget(self) -> None:
        """Begin anew, as each step does."""
        self._failure = self._connection = None

    def describe(self, error: BaseException, *, statements: int | None = None) -> Failure:
        """As ``describe`` does; of an error that only follows from one that was caught, that one."""
        if self._failure is not None and is_after_another(error):
            return replace(self._failure, caught=True)
        return describe(error, statements=statements)

    def _on_error(self, context: ExceptionContext) -> None:
        error, connection = context.sqlalchemy_exception, context.connection
        if error is None or connection is None or is_after_another(error):
            return
        failure = describe(error, frames=running_frames())
        if failure.sqlstate is not None:
            self._failure, self._connection = failure, _identity(connection)

    def _on_success(self, connection: Connection, *_others: Any) -> None:
        if self._failure is not None and _identity(connection) == self._connection:
            self.forget()


def _identity(connection: Connection) -> int:
    return id(connection.connection.dbapi_connection)
