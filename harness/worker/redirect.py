"""Send every connection that the user's code opens to the database under test, whatever address it was given.

SQLAlchemy engines are caught by the ``do_connect`` event on the Engine class, which fires for every dialect and for
asyncio engines too; drivers used directly are caught by wrapping their connect functions as they are imported.

Source: https://docs.sqlalchemy.org/en/20/core/events.html#sqlalchemy.events.DialectEvents.do_connect
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.util
import sys
import weakref
from collections.abc import Callable, MutableMapping, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Dialect, Engine

from harness.worker.failures import user_location
from harness.worker.protocol import Target

POSTGRESQL = "postgresql"
"""SQLAlchemy's name for its dialect."""

_ADDRESS_KEYS = frozenset({
    "dsn", "conninfo", "host", "hostaddr", "port", "user", "password", "passwd", "database", "dbname", "service",
    "passfile", "unix_sock", "ssl", "sslmode", "ssl_context", "sslcert", "sslkey", "sslrootcert", "sslcrl",
    "sslnegotiation", "direct_tls", "gssencmode", "krbsrvname", "gsslib", "channel_binding", "requirepeer",
    "require_auth", "target_session_attrs", "load_balance_hosts",
})
"""What says where to connect and how to be let in; everything else a caller asks for is kept."""


_CREATING_ENGINES = frozenset({"sqlalchemy.engine.create", "sqlalchemy.engine.interfaces"})
"""The modules of SQLAlchemy that look for a dialect in order to connect; the second for asyncio engines."""


class NotPostgreSQLError(RuntimeError):
    """The user's code asked for a database of another kind."""

    def __init__(self, kind: str) -> None:
        """``kind`` is the name of SQLAlchemy's dialect for it."""
        super().__init__(f"a {kind} database was asked for; Roundtrip walks PostgreSQL only")


class Redirect:
    """Holds the target and reports each other address that was asked for, once."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._reported: set[str] = set()
        self._aimed_at: set[tuple[str, str]] = set()
        """Host and database of each target so far: an engine that is used again may ask for the last one."""
        self._target: Target | None = None
        self._engines: weakref.WeakSet[Engine] = weakref.WeakSet()
        self.used_directly = False
        """Whether a driver was asked for a connection by other code than SQLAlchemy; such a one may live on."""

    def install(self) -> None:
        """Catch engines and drivers from now on; once per process, before any of the user's code is imported."""
        event.listen(Engine, "do_connect", self._on_do_connect)
        event.listen(Engine, "engine_connect", self._on_engine_connect)
        _tell_kinds_before_missing_drivers()
        for module in [name for name in _DRIVERS if name in sys.modules]:
            _DRIVERS[module](sys.modules[module], self)
        sys.meta_path.insert(0, _DriverFinder(self))

    def aim(self, target: Target) -> None:
        """Send connections to ``target`` from now on and drop those that engines still pool to an earlier one."""
        self._target = target
        self._aimed_at.add((target.host, target.database))
        self._drop_pooled()

    def let_go(self) -> None:
        """Refuse connections from now on, as before the first target."""
        self._target = None
        self._drop_pooled()

    def _drop_pooled(self) -> None:
        for engine in list(self._engines):
            engine.dispose()
        self._engines.clear()  # one that connects again comes back

    def connect_through(self, driver: str, keywords: MutableMapping[str, Any], caller: str) -> None:
        """As ``address``, for a driver that the module ``caller`` asks for a connection."""
        self.used_directly = self.used_directly or not caller.startswith("sqlalchemy.")
        self.address(driver, keywords)

    def address(self, driver: str, keywords: MutableMapping[str, Any]) -> None:
        """Replace what ``keywords`` say about the address, in place, by the target's, as ``driver`` spells it."""
        target = self._target
        if target is None:
            raise RuntimeError("a module connected to a database while the project was being read")
        self._notice(keywords, target)
        for key in _ADDRESS_KEYS & keywords.keys():
            del keywords[key]
        keywords.update(port=target.port, user=target.user)
        keywords["database" if driver in {"asyncpg", "pg8000"} else "dbname"] = target.database
        if target.password is not None:
            keywords["password"] = target.password
        if driver in {"psycopg", "psycopg2"}:
            keywords.update(target.options)
        if driver == "pg8000" and target.host.startswith("/"):
            keywords["unix_sock"] = f"{target.host}/.s.PGSQL.{target.port}"
        else:
            keywords["host"] = target.host

    def _notice(self, keywords: MutableMapping[str, Any], target: Target) -> None:
        asked = _asked(keywords)
        if asked is None:
            return
        host, port, database = asked
        if (host or target.host, database or target.database) in self._aimed_at:
            return
        shown = f"{host or 'localhost'}:{port or 5432}/{database or ''}"
        if shown not in self._reported:
            self._reported.add(shown)
            self._report(shown)

    def _on_do_connect(self, dialect: Any, _record: Any, arguments: list[Any], keywords: dict[str, Any]) -> None:
        if stays_here(dialect, arguments):
            return
        if dialect.name != POSTGRESQL:
            raise NotPostgreSQLError(dialect.name)
        if arguments:
            keywords.setdefault("dsn", str(arguments[0]))
            arguments.clear()
        self.address(dialect.driver.removesuffix("_async"), keywords)

    def _on_engine_connect(self, connection: Connection, *_branch: Any) -> None:
        if connection.dialect.name == POSTGRESQL:
            self._engines.add(connection.engine)


def stays_here(dialect: Dialect, arguments: Sequence[Any]) -> bool:
    """Whether a connection leads to no server: to SQLite in memory, or in a file that a migration function opens.

    An env.py that would migrate a file is refused before it leaves one.
    """
    if dialect.name != "sqlite":
        return False
    place = str(arguments[0]) if arguments else ""
    return place in {"", ":memory:"} or "mode=memory" in place or user_location() is not None


def _tell_kinds_before_missing_drivers() -> None:
    """Have an engine for another kind of database refused as that, rather than for the driver that it lacks."""
    original = Dialect.get_dialect_cls.__func__  # type: ignore[attr-defined]

    def get_dialect_cls(cls: type[Dialect], url: URL) -> type[Dialect]:
        dialect: type[Dialect] = original(cls, url)
        if dialect.name != POSTGRESQL and _caller() in _CREATING_ENGINES:
            try:
                # The second is SQLAlchemy 1.4's name for it.
                getattr(dialect, "import_dbapi" if hasattr(dialect, "import_dbapi") else "dbapi")()
            except ImportError:
                raise NotPostgreSQLError(dialect.name) from None
        return dialect

    Dialect.get_dialect_cls = classmethod(get_dialect_cls)  # type: ignore[assignment,method-assign]


def _asked(keywords: MutableMapping[str, Any]) -> tuple[str | None, str | None, str | None] | None:
    """Host, port and database that were asked for; None when nothing was."""
    found = {key: str(keywords[key]) for key in ("host", "port", "database", "dbname") if keywords.get(key)}
    text = keywords.get("dsn") or keywords.get("conninfo")
    if text:
        found = {**_parse_address(str(text)), **found}
    if not found:
        return None
    return found.get("host"), found.get("port"), found.get("database") or found.get("dbname")


def _parse_address(text: str) -> dict[str, str]:
    from psycopg import ProgrammingError, conninfo  # noqa: PLC0415 - only a direct connect needs the driver here

    try:
        return {key: str(value) for key, value in conninfo.conninfo_to_dict(text).items() if value is not None}
    except ProgrammingError:
        return {}


# -- drivers used directly --------------------------------------------------------------------------------------------


def _wrap_connect(owner: Any, attribute: str, driver: str, redirect: Redirect) -> None:
    original = getattr(owner, attribute)
    @functools.wraps(original)
    def connect(*arguments: Any, **keywords: Any) -> Any:
        if arguments and isinstance(arguments[0], str):
            keywords["dsn"] = arguments[0]
            arguments = arguments[1:]
        redirect.connect_through(driver, keywords, _caller())
        return original(*arguments, **keywords)

    setattr(owner, attribute, connect)


def _caller() -> str:
    """The name of the module that called the function that calls this one."""
    return str(sys._getframe(2).f_globals.get("__name__", ""))  # noqa: SLF001 - there is no other way to it


def _wrap_psycopg2(module: ModuleType, redirect: Redirect) -> None:
    _wrap_connect(module, "connect", "psycopg2", redirect)


def _wrap_psycopg(module: ModuleType, redirect: Redirect) -> None:
    for name in ("Connection", "AsyncConnection"):
        _wrap_classmethod(getattr(module, name), redirect)
    module.connect = module.Connection.connect  # type: ignore[attr-defined]  # the module's own alias


def _wrap_classmethod(owner: Any, redirect: Redirect) -> None:
    original = owner.connect.__func__

    def connect(cls: type[Any], /, conninfo: str = "", **keywords: Any) -> Any:
        if conninfo:
            keywords["conninfo"] = conninfo
        redirect.connect_through("psycopg", keywords, _caller())
        return original(cls, "", **keywords)

    owner.connect = classmethod(connect)


def _wrap_asyncpg(module: ModuleType, redirect: Redirect) -> None:
    _wrap_connect(module, "connect", "asyncpg", redirect)


def _wrap_pg8000(module: ModuleType, redirect: Redirect) -> None:
    _wrap_connect(module, "connect", "pg8000", redirect)


_DRIVERS: dict[str, Callable[[ModuleType, Redirect], None]] = {
    "psycopg2": _wrap_psycopg2,
    "psycopg": _wrap_psycopg,
    "asyncpg": _wrap_asyncpg,
    "pg8000.dbapi": _wrap_pg8000,
}


class _DriverFinder(importlib.abc.MetaPathFinder):
    """Wraps a driver's connect functions right after the driver was first imported."""

    def __init__(self, redirect: Redirect) -> None:
        self._redirect = redirect

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _DRIVERS:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    _run_after_import(spec.loader, lambda module: _DRIVERS[fullname](module, self._redirect))
                return spec
        return None


def _run_after_import(loader: Any, wrap: Callable[[ModuleType], None]) -> None:
    original = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        original(module)
        wrap(module)

    loader.exec_module = exec_module
