"""How each package runs its own Alembic commands: with the Config that the package itself makes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config


@dataclass(frozen=True, slots=True)
class Package:
    """One history, and the commands that move a database along it."""

    config: Callable[[], Config]
    """Makes a new Config, from which every revision can be read."""
    upgrade: Callable[[str], None]
    """One command: ``alembic upgrade REVISION``."""
    downgrade: Callable[[str], None]
    prepare: Callable[[], None] = lambda: None
    """What the package does on an empty database before its first revision."""


def open_package(name: str, url: str) -> Package:
    """Return the package by its name, or the plain project whose ini is the path ``name``.

    ``url`` names the database that the commands act on, and no driver: ``postgresql://...``.
    """
    return _PACKAGES[name](url) if name in _PACKAGES else _plain(Path(name), url)


def _with_driver(url: str, driver: str) -> str:
    return url.replace("postgresql://", f"postgresql+{driver}://", 1)


def _commands(config: Callable[[], Config], prepare: Callable[[], None] = lambda: None) -> Package:
    return Package(config, lambda revision: command.upgrade(config(), revision),
                   lambda revision: command.downgrade(config(), revision), prepare)


def _plain(ini: Path, url: str) -> Package:
    def config() -> Config:
        made = Config(str(ini))
        made.set_main_option("sqlalchemy.url", _with_driver(url, "psycopg").replace("%", "%%"))
        return made

    return _commands(config)


def _mlflow(url: str) -> Package:
    from mlflow.store.db.utils import _get_alembic_config  # noqa: PLC0415 - only where it is installed
    from mlflow.store.tracking.dbmodels.initial_models import Base  # noqa: PLC0415 - as above
    from sqlalchemy import create_engine  # noqa: PLC0415 - as above

    ours = _with_driver(url, "psycopg")
    return _commands(lambda: _get_alembic_config(ours), lambda: Base.metadata.create_all(create_engine(ours)))


def _optuna_as_shipped(url: str) -> Package:
    import optuna.storages._rdb.storage as package  # noqa: PLC0415 - only where it is installed

    # As RDBStorage._create_alembic_config does, which wants a storage at its newest revision to be called on.
    folder = Path(package.__file__).parent

    def config() -> Config:
        made = Config(str(folder / "alembic.ini"))
        made.set_main_option("script_location", package.escape_alembic_config_value(str(folder / "alembic")))
        made.set_main_option("sqlalchemy.url", package.escape_alembic_config_value(_with_driver(url, "psycopg")))
        return made

    return _commands(config)


def _optuna(url: str) -> Package:
    """As shipped, but for the one type that v2.4.0.a makes again; see tests/projects/real/optuna/hooks.py."""
    from sqlalchemy import event  # noqa: PLC0415 - as above
    from sqlalchemy.engine import Engine  # noqa: PLC0415 - as above

    shipped = _optuna_as_shipped(url)

    def upgrade(revision: str) -> None:
        if revision != "v2.4.0.a":
            shipped.upgrade(revision)
            return

        def leave_out_the_type(_connection, _cursor, statement, parameters, _context, _many):
            made_again = statement.startswith("CREATE TYPE studydirection ")
            return "SELECT 1" if made_again else statement, parameters

        event.listen(Engine, "before_cursor_execute", leave_out_the_type, retval=True)
        try:
            shipped.upgrade(revision)
        finally:
            event.remove(Engine, "before_cursor_execute", leave_out_the_type)

    return Package(shipped.config, upgrade, shipped.downgrade)


def _prefect(url: str) -> Package:
    os.environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = _with_driver(url, "asyncpg")  # read when it is imported
    import anyio  # noqa: PLC0415 - only where it is installed
    import anyio.to_thread  # noqa: PLC0415 - as above
    from prefect.server.database import alembic_commands  # noqa: PLC0415 - as above
    from prefect.server.database.dependencies import provide_database_interface  # noqa: PLC0415 - as above

    def config() -> Config:
        made = alembic_commands.alembic_config()
        made.set_main_option("version_locations", str(provide_database_interface().orm.versions_dir))
        return made

    def in_worker_thread(command: Callable[[str], None]) -> Callable[[str], None]:
        return lambda revision: anyio.run(anyio.to_thread.run_sync, command, revision)

    return Package(config, in_worker_thread(alembic_commands.alembic_upgrade),
                   in_worker_thread(alembic_commands.alembic_downgrade))


_PACKAGES: Mapping[str, Callable[[str], Package]] = {
    "mlflow": _mlflow, "optuna": _optuna, "optuna_as_shipped": _optuna_as_shipped, "prefect": _prefect,
}
