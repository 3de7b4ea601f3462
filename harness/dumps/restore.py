"""Run the script of a dump on a database of the harness's own.

Left out is what would reach beyond that database: settings of the database itself, tablespaces, subscriptions, and the
user mappings by which foreign tables are reached. Owners and privileges are restored, because a revision may grant and
revoke; a role that is not there is made, without a login, and dropped at the end. A user who is no superuser can do
neither, and gets the dump without them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import psycopg
from psycopg import sql as composing

from harness.dumps.files import Dump
from harness.errors import UsageError
from harness.sql_script import Command, Copy, EndsInTheMiddleError, Statement, split_script

Connection = psycopg.Connection[tuple[object, ...]]

_BATCH_BYTES = 1 << 19
"""INSERT statements that are sent at once."""


def _begins(*words: str) -> re.Pattern[bytes]:
    alternatives = "|".join(re.sub(r" ", r"\\s+", item) for item in words)
    return re.compile(rf"(?:{alternatives})\b".encode(), re.IGNORECASE)


_LEFT_OUT = {
    "settings of the database": _begins("CREATE DATABASE", "ALTER DATABASE", "DROP DATABASE", "COMMENT ON DATABASE",
                                        "SECURITY LABEL .* ON DATABASE", "(?:GRANT|REVOKE) .* ON DATABASE"),
    "tablespaces": _begins("SET default_tablespace = '?\\w+", "CREATE TABLESPACE", "ALTER TABLESPACE"),
    "subscriptions": _begins("CREATE SUBSCRIPTION", "ALTER SUBSCRIPTION", "DROP SUBSCRIPTION",
                             "COMMENT ON SUBSCRIPTION"),
    "user mappings, so that foreign tables cannot be reached": _begins("CREATE USER MAPPING", "ALTER USER MAPPING",
                                                                       "DROP USER MAPPING"),
}
_OWNERS = _begins("ALTER .* OWNER TO", "GRANT", "REVOKE", "ALTER DEFAULT PRIVILEGES", "SET SESSION AUTHORIZATION")
_INSERT = _begins("INSERT INTO")
_SET = _begins("SET")
_DROP = _begins("DROP", "ALTER TABLE .* DROP")
_EXTENSION = re.compile(rb"(?:CREATE|COMMENT ON|ALTER) EXTENSION (?:IF NOT EXISTS )?(\"[^\"]+\"|\w+)", re.IGNORECASE)
_SCHEMA = _begins("CREATE SCHEMA")
_MISSING = frozenset({"42P01", "42704", "42883", "42703", "3F000"})
"""What is to be dropped is not there: a dump made with --clean drops first what it makes."""
_NO_SUCH_ROLE = re.compile(r'"((?:[^"]|"")+)"')
_UNKNOWN_SETTING = frozenset({"42704", "22023"})
_ROLE_SQLSTATE = "42704"
_DUPLICATE_SCHEMA = "42P06"
_VALUE_FREE = ("23", "42", "0A", "3F", "55", "57", "58")
"""Classes of errors whose first line names objects, not values.

Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""
_HEAD_CHARACTERS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What became of a dump."""

    roles: tuple[str, ...]
    """Roles that were made for it."""
    left_out: tuple[str, ...]
    """What of it was left out, each as a noun."""


@dataclass(slots=True)
class _State:
    left_out: dict[str, None] = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)
    missing_extensions: list[str] = field(default_factory=list)
    inserts: list[bytes] = field(default_factory=list)
    insert_bytes: int = 0


def restore(dump: Dump, connection: Connection, *, provider: str) -> Restored:
    """Restore ``dump`` on ``connection``, in a database that is empty; the session is good for nothing else then.

    ``provider`` is named where an extension is missing.

    Raises:
        UsageError: it cannot be restored. No value of its rows is told.
    """
    restoring = _Restoring(dump, connection, provider)
    with dump.script() as lines:
        try:
            for item in split_script(lines):
                restoring.run(item)
        except EndsInTheMiddleError:
            raise dump.damaged("it ends in the middle") from None
        restoring.flush()
    return restoring.result()


class _Restoring:
    """One restore while it is made."""

    def __init__(self, dump: Dump, connection: Connection, provider: str) -> None:
        self._dump = dump
        self._connection = connection
        self._provider = provider
        self._state = _State()
        row = connection.execute("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user").fetchone()
        self._with_owners = row == (True,)
        # A session as any other has it: the script sets what it needs.
        connection.execute("RESET ALL")

    def run(self, item: Statement | Copy | Command) -> None:
        """Run one part of the script, or leave it out."""
        if isinstance(item, Command):
            return
        for what, pattern in _LEFT_OUT.items():
            if pattern.match(item.sql):
                self._state.left_out[what] = None
                return
        if not self._with_owners and _OWNERS.match(item.sql):
            self._state.left_out["owners and privileges, for which a superuser is needed"] = None
            return
        if isinstance(item, Statement) and _INSERT.match(item.sql):
            self._state.inserts.append(item.sql)
            self._state.insert_bytes += len(item.sql)
            if self._state.insert_bytes > _BATCH_BYTES:
                self.flush()
            return
        self.flush()
        try:
            self._send(item)
        except psycopg.Error as error:
            self._recover(item, error)

    def flush(self) -> None:
        """Send the INSERT statements that were kept back."""
        if not self._state.inserts:
            return
        script = b";\n".join(self._state.inserts)
        self._state.inserts, self._state.insert_bytes = [], 0
        try:
            self._connection.execute(script)
        except psycopg.Error as error:
            raise self._refused(Statement(script), error) from None

    def result(self) -> Restored:
        """What became of it."""
        left_out = [*self._state.left_out]
        if self._state.missing_extensions:
            names = ", ".join(self._state.missing_extensions)
            left_out.append(f"the extension {names}, which the server does not have")
        return Restored(roles=tuple(self._state.roles), left_out=tuple(left_out))

    def _send(self, item: Statement | Copy) -> None:
        if isinstance(item, Statement):
            self._connection.execute(item.sql)
            return
        with self._connection.cursor().copy(item.sql) as copy:
            for block in item.blocks:
                copy.write(block)

    def _recover(self, item: Statement | Copy, error: psycopg.Error) -> None:
        """Go on after an error that does no harm, or make the role that is missing and try again."""
        harmless = (
            (_SET.match(item.sql) and error.sqlstate in _UNKNOWN_SETTING)
            or (_DROP.match(item.sql) and error.sqlstate in _MISSING)
            or (_SCHEMA.match(item.sql) and error.sqlstate == _DUPLICATE_SCHEMA)
        )
        extension = _EXTENSION.match(item.sql)
        if extension is not None:
            name = extension[1].decode(errors="replace").strip('"')
            if name not in self._state.missing_extensions:
                self._state.missing_extensions.append(name)
            return
        if harmless:
            return
        if isinstance(item, Statement) and self._make_missing_role(error):
            self.run(item)
            return
        raise self._refused(item, error) from None

    def _make_missing_role(self, error: psycopg.Error) -> bool:
        named = _NO_SUCH_ROLE.search(error.diag.message_primary or "")
        if not self._with_owners or error.sqlstate != _ROLE_SQLSTATE or named is None:
            return False
        name = named[1].replace('""', '"')
        there = self._connection.execute("SELECT FROM pg_catalog.pg_roles WHERE rolname = %s", [name]).rowcount
        if there or name in self._state.roles or "role" not in (error.diag.message_primary or ""):
            return False
        self._connection.execute(composing.SQL("CREATE ROLE {}").format(composing.Identifier(name)))
        self._state.roles.append(name)
        return True

    def _refused(self, item: Statement | Copy, error: psycopg.Error) -> UsageError:
        attempt = f"cannot restore the dump {self._dump.path}"
        if self._state.missing_extensions:
            names = ", ".join(self._state.missing_extensions)
            remedy = "give a server that has it: --server docker with an --image, or the URL of one"
            return UsageError(attempt, f"it needs the extension {names}, which the server ({self._provider}) does not "
                                       "have", remedy)
        state = error.sqlstate or ""
        if state in _MISSING and (isinstance(item, Copy) or _INSERT.match(item.sql)):
            return UsageError(attempt, "it is of the data alone, without the tables that the rows are of",
                              "make it with the schema: pg_dump without --data-only")
        told = error.diag.message_primary if state.startswith(_VALUE_FREE) else type(error).__name__
        return UsageError(attempt, f"{told} ({state}) at {_head(item.sql)}",
                          "see whether psql or pg_restore restores it into an empty database")


def _head(statement: bytes) -> str:
    """The beginning of a statement, up to its first value."""
    text = " ".join(re.split(r"'|\bVALUES\b|\$", statement.decode(errors="replace"), maxsplit=1)[0].split())
    return text[:_HEAD_CHARACTERS].rstrip() + ("…" if len(text) > _HEAD_CHARACTERS else "")

