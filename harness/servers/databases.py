"""Databases of the harness's own on a server: made, cloned, connected to, and dropped; never anybody else's."""

from __future__ import annotations

import itertools
import json
import socket
import time

import psycopg
from psycopg import sql

from harness.servers.database_properties import copy_properties
from harness.servers.interface import Server
from harness.servers.owner import find_owner, present_owner

PREFIX = "roundtrip_"
STRATEGY_SINCE = 150000
"""The ``server_version_num`` of the release that brought STRATEGY."""
_CUT_OFF_LIMIT_SECONDS = 5.0

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
    # The same catalog queries are sent again and again; planning them anew costs more than they do.
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
}

# Of the whole process: two objects on one server must not make one name.
_numbers = itertools.count(1)


class Databases:
    """The harness's databases on one server. Each says in its name and in a comment whose it is."""

    def __init__(self, server: Server) -> None:
        self._server = server
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

        ``source`` is one of these databases.

        Source: https://www.postgresql.org/docs/current/sql-createdatabase.html
        """
        self._require_own(source)
        self._cut_off(source)
        name = self._create(label, sql.Identifier(source))
        copy_properties(self._admin, source, name)
        return name

    def drop(self, name: str) -> None:
        """Drop one of these databases, cutting off whoever is connected to it."""
        self._require_own(name)
        self._cut_off(name)
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
        name = f"{PREFIX}{present_owner().token}_{label}_{next(_numbers)}"
        self._own.add(name)
        # Without durability copying files takes a third of the time that writing them to the log does.
        strategy = " STRATEGY FILE_COPY" if self._server.version_number >= STRATEGY_SINCE else ""
        self._admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}{}").format(
            sql.Identifier(name), template, sql.SQL(strategy)))
        self._admin.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(_mark())))
        return name

    def _cut_off(self, name: str) -> None:
        """End the sessions of a database and wait until they have: also a closed one takes the server a moment.

        CREATE and DROP DATABASE would wait too, but look again only every tenth of a second.
        """
        sessions = "FROM pg_catalog.pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
        self._admin.execute(f"SELECT pg_catalog.pg_terminate_backend(pid) {sessions}", [name])
        deadline = time.monotonic() + _CUT_OFF_LIMIT_SECONDS
        while self._admin.execute(f"SELECT 1 {sessions}", [name]).rowcount and time.monotonic() < deadline:
            time.sleep(0.001)

    def _require_own(self, name: str) -> None:
        if name not in self._own:
            raise ValueError(f"{name} was not made here")

    def _drop_stale(self) -> None:
        """Drop what processes of this host that are gone have left behind."""
        query = (
            "SELECT d.datname, pg_catalog.shobj_description(d.oid, 'pg_database') FROM pg_catalog.pg_database d "
            "WHERE pg_catalog.starts_with(d.datname, %s)"
        )
        for name, comment in self._admin.execute(query, [PREFIX]).fetchall():
            owner = find_owner(name.removeprefix(PREFIX))
            if owner is not None and owner.is_gone and _is_ours(comment):
                self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _mark() -> str:
    owner = present_owner()
    return json.dumps({"made by": "roundtrip", "host": socket.gethostname(), "pid": owner.pid,
                       "started": owner.started})


def _is_ours(comment: str | None) -> bool:
    """Whether ``comment`` is our mark. There is none when its writer died before CREATE DATABASE had come back."""
    if comment is None:
        return True
    try:
        return bool(json.loads(comment)["made by"] == "roundtrip")
    except (ValueError, KeyError, TypeError):
        return False
