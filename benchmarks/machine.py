"""On what it was timed."""

from __future__ import annotations

import datetime as dt
import os
import platform
from dataclasses import dataclass
from importlib.metadata import version

from benchmarks.contenders import RIVALS, ContenderError, run_command
from harness.servers import Server

_PACKAGES = ("alembic", "sqlalchemy", "psycopg", "pytest", "pytest-alembic", "pytest-mrt")


@dataclass(frozen=True, slots=True)
class Machine:
    """Everything that a time depends on beside the program."""

    cpus: int
    load: float
    """Processes that wanted to run, on average over the minute before the first run."""
    date: str
    versions: tuple[tuple[str, str], ...]


def read_machine(server: Server) -> Machine:
    """Describe the machine, the server and both environments."""
    versions = [("Python", platform.python_version()), ("PostgreSQL", server.version)]
    versions += [(name, version(name)) for name in ("alembic", "sqlalchemy", "psycopg")]
    versions.append(("rivals", _rival_versions()))
    return Machine(os.cpu_count() or 1, round(os.getloadavg()[0], 2), dt.date.today().isoformat(), tuple(versions))  # noqa: DTZ011 - the day here


def _rival_versions() -> str:
    program = f"from importlib.metadata import version; print(*(n + ' ' + version(n) for n in {_PACKAGES}), sep=', ')"
    if not (RIVALS / "python").exists():
        return "not installed: run `make bench`"
    try:
        return run_command([str(RIVALS / "python"), "-c", program], RIVALS).strip()
    except ContenderError as error:
        return str(error)
