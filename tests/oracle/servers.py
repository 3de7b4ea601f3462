"""The PostgreSQL servers that the comparison with pg_dump runs on: all that are at hand, each with its own pg_dump."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.servers import Server, start_server, throwaway
from harness.servers.embedded_wheel import EmbeddedWheel, find_installation
from harness.servers.local_binaries import find_binaries


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """One that can be started."""

    name: str
    """As the names of tests have it."""
    running: Callable[[], AbstractContextManager[Server]]
    """A context with its server, which is stopped with it."""
    programs: Path
    """The folder with a pg_dump that knows all that the server has."""


def at_hand() -> tuple[PostgreSQL, ...]:
    """The one that ``ROUNDTRIP_TEST_SERVER`` names; else the wheel's and each major that is installed here."""
    chosen = os.environ.get("ROUNDTRIP_TEST_SERVER")
    installed = find_installation()
    if chosen:
        programs = installed / "bin" if installed else Path(shutil.which("pg_dump") or "pg_dump").parent
        return (PostgreSQL(chosen.partition(":")[0], lambda: _asked_for(chosen), programs),)
    found: dict[int, PostgreSQL] = {}
    if installed is not None:
        programs = installed / "bin"
        found[_major(programs)] = PostgreSQL(f"pg{_major(programs)}", lambda: _started(EmbeddedWheel().start), programs)
    for folder in _installed_here():
        found.setdefault(_major(folder), PostgreSQL(f"pg{_major(folder)}", lambda folder=folder: _started(
            lambda: throwaway.start("local", lambda _folder: folder, throwaway.choose_account())), folder))
    return tuple(found[major] for major in sorted(found, reverse=True))


@contextmanager
def _started(start: Callable[[], Server]) -> Iterator[Server]:
    server = start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def _asked_for(chosen: str) -> Iterator[Server]:
    with start_server(chosen, "postgres:18") as choice:
        yield choice.server


def _installed_here() -> list[Path]:
    first = find_binaries()
    others = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return [folder for folder in dict.fromkeys([*([first] if first else []), *others])
            if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres", "pg_dump"))]


def _major(programs: Path) -> int:
    told = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"\d+", told)[0])
