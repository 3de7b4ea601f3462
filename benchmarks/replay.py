"""The limit of speed: the SQL of the steps alone, sent again on one connection, each step in its own transaction."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event

from harness.names import Direction

Statement = tuple[str, Any]
"""SQL and its parameters, as SQLAlchemy hands them to the driver."""


@dataclass(frozen=True, slots=True)
class Captured:
    """The steps of a history as Alembic runs them by itself, in one run."""

    before: tuple[Statement, ...]
    """What it sends before the first step."""
    steps: tuple[tuple[Statement, ...], ...]
    seconds: float
    """From the begin of the first step to the end of the last."""


def capture_steps(ini: Path, pattern: Sequence[Direction]) -> Captured:
    """Run ``pattern`` for each revision on the empty database that ``ini`` names."""
    config = Config(ini)
    directory = ScriptDirectory.from_config(config)
    scripts = tuple(reversed(tuple(directory.walk_revisions())))
    steps: list[tuple[Statement, ...]] = []
    statements: list[Statement] = []
    ended: list[float] = []

    def run_steps(_heads: Any, context: MigrationContext) -> Iterator[MigrationStep]:
        def end_step() -> None:
            assert context.connection is not None
            context.connection.connection.commit()
            steps.append(tuple(statements))
            statements.clear()
            ended.append(time.perf_counter())

        end_step()
        for script in scripts:
            for direction in pattern:
                context.impl.memo.clear()
                yield RevisionStep(directory.revision_map, script, direction is Direction.UPGRADE)
                end_step()

    with _noting(statements), EnvironmentContext(config, directory, fn=run_steps, destination_rev="heads"):
        directory.run_env()
    return Captured(steps[0], tuple(steps[1:]), ended[-1] - ended[0])


def replay_seconds(captured: Captured, conninfo: str) -> float:
    """Send it all to an empty database; return the seconds from the first statement of a step to the last commit."""
    with psycopg.connect(conninfo) as connection:
        _send(connection, captured.before)
        began = time.perf_counter()
        for statements in captured.steps:
            _send(connection, statements)
        return time.perf_counter() - began


def _send(connection: psycopg.Connection, statements: Sequence[Statement]) -> None:
    for sql, parameters in statements:
        connection.execute(sql.encode(), parameters)
    connection.commit()


@contextmanager
def _noting(statements: list[Statement]) -> Iterator[None]:
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        statements.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    logging.disable(logging.CRITICAL)  # env.py has Alembic tell of every step
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        event.remove(Engine, "before_cursor_execute", note)
