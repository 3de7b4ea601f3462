"""What is timed, each as its users run it; one that fails, or leaves a revision out, gives no time but an error."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.history import Project
from harness.servers import Databases, Server
from harness.servers.embedded_wheel import find_installation

ROOT = Path(__file__).parent.parent
RIVALS = ROOT / ".venvs" / "bench" / "bin"
"""Programs of the environment that holds what Roundtrip is timed against."""
ROUNDTRIP = Path(sys.executable).parent / "roundtrip"
_LIMIT_SECONDS = 1800.0
_TAIL_CHARACTERS = 1500

_PYTEST_ALEMBIC = """
import pytest
import sqlalchemy
from pytest_alembic.config import Config


@pytest.fixture
def alembic_config():
    return Config(config_options={{"file": {ini!r}}})


@pytest.fixture
def alembic_engine():
    return sqlalchemy.create_engine({url!r})
"""
_PYTEST_MRT = """
from pytest_mrt import MRTConfig


def pytest_configure(config):
    config._mrt_config = MRTConfig(alembic_ini={ini!r}, db_url={url!r})
"""


class ContenderError(Exception):
    """A contender did not do what it is timed for."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where contenders run: one server for all."""

    server: Server
    databases: Databases

    @property
    def server_url(self) -> str:
        """The server's URL, naming the database that everyone may connect to."""
        return self.server.address.url(self.server.maintenance_database)


@dataclass(frozen=True, slots=True)
class Contender:
    """One thing to time; ``run`` raises ContenderError when it failed, or did less than it should."""

    name: str
    what: str
    """What it does, for the table's reader."""
    sizes: tuple[int, ...] | None
    """The only lengths of history it is timed on; None: all that are asked for."""
    run: Callable[[Bench, Project], None]


def roundtrip(*options: str, server: str | None = None) -> Callable[[Bench, Project], None]:
    """A whole ``roundtrip check``, with ``options``; on the common server unless ``server`` says otherwise."""

    def run(bench: Bench, project: Project) -> None:
        check(ROUNDTRIP, project.ini, project.revisions, "--server", server or bench.server_url, *options)

    return run


def check(program: Path, ini: Path, revisions: int, *options: str, findings_allowed: bool = False) -> None:
    """Run a ``roundtrip check`` by ``program`` that must check all ``revisions``, and find no error.

    Raises:
        ContenderError: it did not.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [str(program), "check", "--alembic-ini", str(ini), "--json", str(report), *options]
        run_command(command, Path(folder), allowed_codes=(0, 1) if findings_allowed else (0,))
        summary = json.loads(report.read_text(encoding="utf-8"))["summary"]
    if summary["checked"] != revisions:
        raise ContenderError(f"roundtrip checked {summary['checked']} of {revisions} revisions")


def pytest_alembic(bench: Bench, project: Project) -> None:
    """Its built-in ``test_up_down_consistency`` alone, with env.py as ``alembic init`` writes it."""
    with _database(bench, project) as (url, ini):
        _run_pytest("tests/conftest.py", _PYTEST_ALEMBIC.format(ini=str(ini), url=url),
                    "pytest_alembic_include = up_down_consistency", "--test-alembic", "-p", "no:pytest_mrt")


def pytest_alembic_shared(bench: Bench, project: Project) -> None:
    """The same with env.py changed as its documentation advises: it takes the connection that the test gives."""
    with tempfile.TemporaryDirectory() as folder:
        pytest_alembic(bench, project.copy_with_shared_connection(Path(folder) / "project"))


def pytest_mrt(bench: Bench, project: Project) -> None:
    """Its dynamic check alone: each revision up, rows seeded, down, compared."""
    with _database(bench, project) as (url, ini):
        _run_pytest("conftest.py", _PYTEST_MRT.format(ini=str(ini), url=url), "",
                    "-k", "test_mrt_up_down_consistency", "-p", "no:pytest_alembic")


def shell_loop(bench: Bench, project: Project) -> None:
    """A loop of ``alembic upgrade``, ``downgrade``, ``upgrade`` and ``pg_dump``."""
    installed = find_installation()
    pg_dump = installed / "bin" / "pg_dump" if installed else shutil.which("pg_dump")
    with _database(bench, project) as (url, ini), tempfile.TemporaryDirectory() as folder:
        conninfo = url.replace("postgresql+psycopg://", "postgresql://")
        command = ["bash", str(Path(__file__).parent / "shell_loop.sh"), str(RIVALS / "alembic"), str(ini),
                   str(pg_dump), conninfo, str(project.revisions), folder]
        printed = run_command(command, Path(folder))
    if f"compared {project.revisions} revisions" not in printed:
        raise ContenderError("the shell loop ended early")


def run_command(command: Sequence[str], folder: Path, *, allowed_codes: Sequence[int] = (0,)) -> str:
    """Run ``command`` in ``folder``; return what it printed.

    Raises:
        ContenderError: it ended with another code.
    """
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=_LIMIT_SECONDS)
    if done.returncode not in allowed_codes:
        tail = (done.stdout + done.stderr)[-_TAIL_CHARACTERS:]
        raise ContenderError(f"{Path(command[0]).name} ended with exit code {done.returncode}:\n{tail}")
    return done.stdout


def _run_pytest(conftest_path: str, conftest: str, ini_line: str, *options: str) -> None:
    """Run one pytest that must run exactly one test, in a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / conftest_path).parent.mkdir(exist_ok=True)
        (folder / conftest_path).write_text(conftest, encoding="utf-8")
        (folder / "pytest.ini").write_text(f"[pytest]\n{ini_line}\n", encoding="utf-8")
        printed = run_command([str(RIVALS / "pytest"), "--quiet", *options], folder)
    if "1 passed" not in printed:
        raise ContenderError(f"pytest did not run one test:\n{printed[-_TAIL_CHARACTERS:]}")


@contextmanager
def _database(bench: Bench, project: Project) -> Iterator[tuple[str, Path]]:
    """Yield the URL of an empty database and a configuration file that names it."""
    database = bench.databases.create("contender")
    url = bench.server.address.url(database)
    try:
        yield url, project.ini_for(url)
    finally:
        bench.databases.drop(database)


ROUNDTRIP_NAME = "roundtrip"
AS_IT_COMES = "roundtrip-own"
CONTENDERS = (
    Contender(ROUNDTRIP_NAME, "roundtrip check, one process on the same server", None, roundtrip()),
    Contender(AS_IT_COMES, "roundtrip check as it comes, with servers of its own", None,
              roundtrip(server="embedded")),
    Contender("roundtrip-one", "the same, --jobs 1", (400,), roundtrip("--jobs", "1", server="embedded")),
    Contender("pytest-alembic", "pytest-alembic, env.py as alembic init gives", None, pytest_alembic),
    Contender("pytest-alembic-shared", "pytest-alembic, env.py as it advises", None, pytest_alembic_shared),
    Contender("pytest-mrt", "pytest-mrt, dynamic", (50,), pytest_mrt),
    Contender("shell-loop", "shell loop of alembic and pg_dump", (10,), shell_loop),
)
