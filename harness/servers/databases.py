"""Databases of the harness's own on a server: made, cloned, connected to, and dropped; never anybody else's."""

from __future__ import annotations

import json
import os
import secrets
import socket
from pathlib import Path

import psycopg
from psycopg import sql

from harness.servers.interface import Server

PREFIX = "roundtrip_"

# As pg_dump reads: everything qualified, every text in one form. The time zone is far from UTC and off the full hour,
# so that a timestamp that loses its zone is seen.
_SESSION = {
    "search_path": "",
    "timezone": "Asia/Kathmandu",
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "client_encoding": "UTF8",
    "statement_timeout": "0",
    "lock_timeout": "60s",
    "row_security": "off",
    "default_transaction_isolation": "read committed",
    "application_name": "roundtrip",
}


class Databases:
    """The harness's databases on one server. Each carries a comment that says whose it is."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._run = secrets.token_hex(4)
        self._count = 0
        self._own: set[str] = set()
        self._maintenance: psycopg.Connection | None = None
        self._drop_stale()

    @property
    def server(self) -> Server:
        """The server they are on."""
        return self._server

    def create(self, label: str) -> str:
        """Make an empty database and return its name."""
        return self._create(label, sql.SQL("template0 ENCODING 'UTF8'"))

    def clone(self, source: str, label: str) -> str:
        """Make a copy of ``source``, rows and all, and return its name; whoever is connected to ``source`` is cut off.

        Source: https://www.postgresql.org/docs/current/sql-createdatabase.html
        """
        self._admin.execute(
            "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = %s", [source])
        template = sql.Identifier(source)
        if self._server.version_number >= 150000:  # noqa: PLR2004 - the release that brought STRATEGY
            template = sql.SQL("{} STRATEGY FILE_COPY").format(template)  # type: ignore[assignment]  # both composable
        return self._create(label, template)

    def drop(self, name: str) -> None:
        """Drop one of these databases, cutting off whoever is connected to it."""
        assert name in self._own, f"{name} is not ours"
        self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        self._own.discard(name)

    def drop_all(self) -> None:
        """Drop every database that was made here, and close the connection that made them; others can be made after."""
        for name in sorted(self._own):
            self.drop(name)
        if self._maintenance is not None:
            self._maintenance.close()
            self._maintenance = None

    def connect(self, name: str) -> psycopg.Connection:
        """Connect to one of these databases, in autocommit mode, with a session as pg_dump has it."""
        connection = psycopg.connect(self._server.address.conninfo(name), autocommit=True)
        connection.execute("SELECT pg_catalog.set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) "
                           "AS setting (name, value)", [list(_SESSION), list(_SESSION.values())])
        return connection

    # ----------------------------------------------------------------------------------------------------------------

    @property
    def _admin(self) -> psycopg.Connection:
        if self._maintenance is None or self._maintenance.closed:
            self._maintenance = psycopg.connect(
                self._server.address.conninfo(self._server.maintenance_database), autocommit=True)
        return self._maintenance

    def _create(self, label: str, template: sql.Composable) -> str:
        self._count += 1
        name = f"{PREFIX}{self._run}_{label}_{self._count}"
        self._own.add(name)
        self._admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
        self._admin.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(_mark())))
        return name

    def _drop_stale(self) -> None:
        """Drop what processes of this host that are gone have left behind."""
        query = (
            "SELECT d.datname, pg_catalog.shobj_description(d.oid, 'pg_database') FROM pg_catalog.pg_database d "
            "WHERE pg_catalog.starts_with(d.datname, %s)"
        )
        for name, comment in self._admin.execute(query, [PREFIX]).fetchall():
            if _is_stale(comment):
                self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _mark() -> str:
    return json.dumps({"made by": "roundtrip", "host": socket.gethostname(), "pid": os.getpid(),
                       "started": _started(os.getpid())})


def _is_stale(comment: str | None) -> bool:
    """Whether the process that wrote ``comment`` was on this host and is gone; a pid may have been given again."""
    try:
        mark = json.loads(comment or "")
        pid, host, started = mark["pid"], mark["host"], mark["started"]
    except (ValueError, KeyError, TypeError):
        return False
    if mark.get("made by") != "roundtrip" or host != socket.gethostname() or not Path("/proc/self").exists():
        return False
    return bool(_started(pid) != started)


def _started(pid: int) -> str | None:
    """When process ``pid`` started, in the kernel's ticks since boot; None when there is none.

    Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, field 22
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return None
