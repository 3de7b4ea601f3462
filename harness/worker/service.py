"""Serve the parent's messages, one after another, until it closes the channel."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import Connection as Channel
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool

from harness.errors import HarnessError, ProjectError, UsageError
from harness.worker.configuration import build_config, hooks_importable, import_hook, offer_url, target_url
from harness.worker.driving import Around, Driver
from harness.worker.failures import describe
from harness.worker.forking import become_a_copy
from harness.worker.hiding import hide_values
from harness.worker.loading import load_scripts
from harness.worker.protocol import (
    CloseRun,
    CompareModels,
    Fork,
    Load,
    Loaded,
    OpenRun,
    Prepare,
    Prepared,
    ProjectFailed,
    Redirected,
    RunClosed,
    RunCommand,
    RunSeed,
    Seeded,
    Spent,
    Target,
    UpgradeAtOnce,
)
from harness.worker.redirect import Redirect
from harness.worker.sql_files import run_sql_file
from harness.worker.touching import Touching

_RUNS: Mapping[type, Callable[[Driver, Any], None]] = {
    OpenRun: Driver.open_run, RunCommand: Driver.run_command, CompareModels: Driver.compare_models,
    UpgradeAtOnce: Driver.upgrade_at_once,
}
"""What runs env.py."""


def serve(channel: Channel, load: Load, network: str) -> None:
    """Read the project and answer every message in turn; return when the parent closes the channel.

    ``network`` is how much there is.
    """
    redirect = Redirect(lambda requested: channel.send(Redirected(requested)))
    redirect.install()
    touching = Touching(redirect)
    touching.install()
    hide_values(hidden=load.hide_values)
    try:
        with hooks_importable(load.hooks_folder):
            around = import_hook("around", load.around) if load.around else None
            directory, loaded = _read(load, around, redirect)
            for function in load.seeds:
                import_hook("seeds", function)
    except HarnessError as error:
        channel.send(_failed(error))
        return
    # A new Config for each run, as each ``alembic`` command has its own.
    driver = Driver(channel, functools.partial(build_config, load), directory, redirect, touching, around)
    channel.send(dataclasses.replace(loaded, network=network))
    for command in _commands(channel):
        if isinstance(command, CloseRun):
            channel.send(RunClosed(None))
        elif driver.is_spent():
            channel.send(Spent())
        else:
            _do(command, load, redirect, driver, channel)


def _read(load: Load, around: Around | None, redirect: Redirect) -> tuple[ScriptDirectory, Loaded]:
    """Read the revisions, as told within ``around``: a command like ``flask db`` has made its application by then."""
    config = build_config(load)
    if load.within is None or around is None:
        return load_scripts(config, load)
    offer_url(config, load.within)
    redirect.aim(load.within)
    here = Path.cwd()
    read: list[tuple[ScriptDirectory, Loaded]] = []

    def run() -> None:
        with contextlib.chdir(here):  # around may have gone elsewhere, and a location may be relative
            read.append(load_scripts(config, load))

    try:
        around(config, run)
    except HarnessError:
        raise
    except (Exception, SystemExit) as error:
        raise ProjectError("cannot read the revisions within `around`", str(describe(error)),
                           "correct what around names in [tool.roundtrip]") from error
    finally:
        redirect.let_go()
    if not read:
        raise ProjectError("cannot read the revisions within `around`", "it does not call what it is given",
                           "correct what around names in [tool.roundtrip]")
    return read[0]


def _do(command: Any, load: Load, redirect: Redirect, driver: Driver, channel: Channel) -> None:
    """What is done with a target."""
    match command:
        case Prepare():
            channel.send(_prepare(load, redirect, command.target))
        case RunSeed():
            channel.send(_seed(load, redirect, command))
        case _:
            with hooks_importable(load.hooks_folder):
                _RUNS[type(command)](driver, command)


def _commands(channel: Channel) -> Iterator[Any]:
    """What is asked, in this process or in a copy of it, until the parent closes the channel."""
    while True:
        try:
            command = channel.recv()
        except EOFError:
            return
        if isinstance(command, Fork):
            become_a_copy(channel)
        else:
            yield command


def _failed(error: HarnessError) -> ProjectFailed:
    return ProjectFailed(error.attempt, error.fact, error.remedy, usage=isinstance(error, UsageError))


def _prepare(load: Load, redirect: Redirect, target: Target) -> Prepared | ProjectFailed:
    """Run each SQL file and function of the ``prepare`` setting on the empty database, each in its own transaction."""
    redirect.aim(target)
    for item in load.prepare:
        try:
            with hooks_importable(load.hooks_folder), _engine(target).begin() as connection:
                _prepare_one(connection, item, Path(load.hooks_folder))
        except HarnessError as error:
            return _failed(error)
        except Exception as error:  # noqa: BLE001 - the user's own code
            return _failed(ProjectError(f"cannot prepare the database with {item!r}", str(describe(error)),
                                        "correct the file or function named by prepare in [tool.roundtrip]"))
    return Prepared()


def _seed(load: Load, redirect: Redirect, command: RunSeed) -> Seeded:
    """Run a function that puts rows in, in a transaction of its own."""
    redirect.aim(command.target)
    try:
        with hooks_importable(load.hooks_folder), _engine(command.target).begin() as connection:
            import_hook("seeds", command.function)(connection, command.wish)
    except Exception as error:  # noqa: BLE001 - the user's own code
        return Seeded(str(describe(error)))
    return Seeded(None)


def _engine(target: Target) -> Engine:
    return create_engine(target_url(target), poolclass=NullPool)


def _prepare_one(connection: Any, item: str, folder: Path) -> None:
    path = folder / item
    if item.endswith(".sql") or path.is_file():
        run_sql_file(connection.connection, path, item)
    else:
        import_hook("prepare", item)(connection)
