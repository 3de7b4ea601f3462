"""Keep an env.py that runs inside the test process on one disposable database, whatever address it names.

pytest-alembic runs env.py in process and hands it an engine in ``config.attributes["connection"]``. An env.py that
does not look there connects to what its own URL says, which may be a real database. While env.py runs, and only then,
new connections of any engine and of the drivers themselves are sent to the disposable database, and a connection
that an engine has pooled before is not handed out.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from alembic import context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import Pool

from harness.worker.protocol import Target
from harness.worker.redirect import NotPostgreSQLError, Redirect

_MARK = "roundtrip_database"
"""Where a pooled connection keeps the name of the database that it was sent to."""
_DRIVERS = ("psycopg", "psycopg2", "asyncpg", "pg8000.dbapi")

Around = Callable[[Config, Callable[[], None]], Any]
"""What the setting ``around`` names: it calls its second argument inside what env.py needs."""


class Guard:
    """Sends what env.py connects to while it runs to one database."""

    def __init__(self, target: Target, around: Around | None = None) -> None:
        self._database = target.database
        self._around = around
        self._redirect = Redirect(lambda _address: None)
        self._redirect.aim(target)
        self._active = False
        self._engines: weakref.WeakSet[Engine] = weakref.WeakSet()

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Guard every run of env.py in this process until the context ends."""
        listeners: tuple[tuple[Any, str, Callable[..., None]], ...] = (
            (Engine, "do_connect", self._on_do_connect), (Engine, "engine_connect", self._on_engine_connect),
            (Pool, "connect", self._on_pool_connect), (Pool, "checkout", self._on_checkout),
        )
        run_env = ScriptDirectory.run_env
        guard = self

        @functools.wraps(run_env)
        def guarded(directory: ScriptDirectory) -> None:
            run = functools.partial(run_env, directory)
            with guard._running():
                if guard._around is None:
                    run()
                else:
                    guard._around(context.config, run)

        with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
            patch.setattr(ScriptDirectory, "run_env", guarded)
            for target, name, listener in listeners:
                event.listen(target, name, listener)
                stack.callback(event.remove, target, name, listener)
            yield

    @contextlib.contextmanager
    def _running(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for name in _DRIVERS:
                self._divert(patch, name)
            self._active = True
            try:
                yield
            finally:
                self._active = False
                # What these engines have pooled now leads to the disposable database.
                for engine in list(self._engines):
                    engine.dispose()
                self._engines.clear()

    # -- SQLAlchemy --------------------------------------------------------------------------------------------------

    def _on_do_connect(self, dialect: Any, _record: Any, arguments: list[Any], keywords: dict[str, Any]) -> None:
        if not self._active:
            return
        if dialect.name != "postgresql":
            raise NotPostgreSQLError(dialect.name)
        if arguments:
            keywords.setdefault("dsn", str(arguments[0]))
            arguments.clear()
        self._redirect.address(dialect.driver.removesuffix("_async"), keywords)

    def _on_engine_connect(self, connection: Connection, *_branch: Any) -> None:
        if self._active:
            self._engines.add(connection.engine)

    def _on_pool_connect(self, _connection: Any, record: Any) -> None:
        if self._active:
            record.info[_MARK] = self._database

    def _on_checkout(self, _connection: Any, record: Any, _proxy: Any) -> None:
        if self._active and record.info.get(_MARK) != self._database:
            # The pool answers with a new connection.
            # https://docs.sqlalchemy.org/en/20/core/events.html#sqlalchemy.events.PoolEvents.checkout
            raise DisconnectionError("made before env.py ran")

    # -- drivers used directly ---------------------------------------------------------------------------------------

    def _divert(self, patch: pytest.MonkeyPatch, driver: str) -> None:
        try:
            module = importlib.import_module(driver)
        except ImportError:
            return
        if driver != "psycopg":
            patch.setattr(module, "connect", self._diverted(module.connect, driver.partition(".")[0]))
            return
        for owner in (module.Connection, module.AsyncConnection):
            patch.setattr(owner, "connect", classmethod(self._diverted_method(owner.connect.__func__)))
        patch.setattr(module, "connect", module.Connection.connect)

    def _diverted(self, connect: Callable[..., Any], driver: str) -> Callable[..., Any]:
        @functools.wraps(connect)
        def diverted(*arguments: Any, **keywords: Any) -> Any:
            if arguments and isinstance(arguments[0], str):
                keywords["dsn"] = arguments[0]
                arguments = arguments[1:]
            self._redirect.address(driver, keywords)
            return connect(*arguments, **keywords)

        return diverted

    def _diverted_method(self, connect: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(connect)
        def diverted(cls: type[Any], /, conninfo: str = "", **keywords: Any) -> Any:
            if conninfo:
                keywords["conninfo"] = conninfo
            self._redirect.address("psycopg", keywords)
            return connect(cls, "", **keywords)

        return diverted
