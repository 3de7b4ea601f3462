"""Note which relations the user's code may have written to, so that the parent reads no others again.

The locks of a transaction are read right before it commits. Where that moment cannot be seen, nothing is claimed:
everything may have changed.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import Pool

from harness.locks import TOUCHED_SQL, touched_oids
from harness.worker.redirect import POSTGRESQL, Redirect

_ENDS_TRANSACTION = re.compile(r"\b(?:commit|rollback|abort|prepare\s+transaction)\b|(?:^|;)\s*end\b", re.IGNORECASE)
# What a function or a DO block does inside of a transaction cannot end it.
_DOLLAR_QUOTED = re.compile(r"\$(\w*)\$.*?\$\1\$", re.DOTALL)
_TRUSTED_CALLERS = ("sqlalchemy", "alembic", "harness")


class Touching:
    """Gathers the oids of touched relations on whatever connection SQLAlchemy makes in this process."""

    def __init__(self, redirect: Redirect) -> None:
        self._redirect = redirect
        self._oids: set[int] = set()
        self._sure = True
        self._raw_connections = 0
        """Connections checked out of a pool that no SQLAlchemy Connection was made of: their commits are not seen."""

    def install(self) -> None:
        """Watch from now on; once per process."""
        event.listen(Engine, "before_cursor_execute", self._on_statement)
        event.listen(Engine, "commit", self.before_commit)
        event.listen(Engine, "engine_connect", self._on_engine_connect)
        event.listen(Pool, "checkout", self._on_checkout)
        self._watch_raw_access()

    def take(self) -> tuple[int, ...] | None:
        """The oids of the relations touched since the last call; None when that cannot be told."""
        sure = self._sure and self._raw_connections <= 0 and not self._redirect.used_directly
        oids = tuple(sorted(self._oids))
        self._oids.clear()
        self._sure, self._raw_connections = True, 0
        return oids if sure else None

    def before_commit(self, connection: Connection) -> None:
        """Read the locks of the connection's transaction, which is about to be committed."""
        if connection.dialect.name != POSTGRESQL:
            return
        try:
            cursor = connection.connection.cursor()
            try:
                cursor.execute(TOUCHED_SQL)
                touched = touched_oids(cursor.fetchall()[0])
            finally:
                cursor.close()
        except Exception:  # noqa: BLE001 - a failed transaction, or a driver's own error: the commit will show it
            self._sure = False
            return
        self._oids.update(touched or ())
        self._sure = self._sure and touched is not None

    def _on_statement(self, connection: Connection, _cursor: Any, statement: str, *_others: Any) -> None:
        if connection.dialect.name != POSTGRESQL:
            return
        # Unless the driver says otherwise, a statement may have been committed by itself.
        commits_itself = getattr(connection.connection.dbapi_connection, "autocommit", True)
        if commits_itself or _ENDS_TRANSACTION.search(_DOLLAR_QUOTED.sub("", statement)):
            self._sure = False

    def _on_checkout(self, *_arguments: Any) -> None:
        self._raw_connections += 1

    def _on_engine_connect(self, _connection: Connection, *_branch: Any) -> None:
        self._raw_connections -= 1

    def _watch_raw_access(self) -> None:
        """Notice code that takes the driver's connection from a Connection: it may commit by itself."""
        original = Connection.connection.fget  # type: ignore[attr-defined]  # a property
        touching = self

        def connection(self: Connection) -> Any:
            caller = str(sys._getframe(1).f_globals.get("__name__", ""))  # noqa: SLF001 - there is no other way to it
            if caller.partition(".")[0] not in _TRUSTED_CALLERS:
                touching._sure = False
            return original(self)

        Connection.connection = property(connection, doc=Connection.connection.__doc__)  # type: ignore[assignment,method-assign]  # watched, not replaced
