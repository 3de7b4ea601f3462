"""Show where the time of one ``roundtrip check`` goes, and the limit beside it.

    .venv/bin/python -m benchmarks.profiling --revisions 200

The check runs as its users run it, in a process of its own that starts its own server.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bare_walk import PATTERN
from benchmarks.history import Project, write_history
from benchmarks.machine import read_machine
from benchmarks.replay import capture_steps, replay_seconds
from benchmarks.spans import IN_WORKER, STEPS
from benchmarks.tables import console, describe, new_table
from harness.servers import Databases, Server, start_server

PROCESS = "process: start and end"
_REPLAYS = 3


@dataclass(frozen=True, slots=True)
class Profile:
    """Where the time of one check went."""

    total_seconds: float
    parts: tuple[tuple[str, float, int], ...]
    """Part of the work, seconds, calls; the seconds add up to the total."""
    in_worker_seconds: float

    @property
    def steps(self) -> tuple[float, int]:
        """Seconds and number of the migrations that were run."""
        return next((seconds, calls) for part, seconds, calls in self.parts if part == STEPS)


def main() -> None:
    """Profile, replay, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profiling", description=__doc__)
    parser.add_argument("--revisions", type=int, default=200, metavar="N", help="length of the history (default: 200)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = write_history(Path(folder), options.revisions)
        profile = profile_check(project, Path(folder) / "spans.json")
        with start_server("embedded", "unused") as choice:
            machine = read_machine(choice.server)
            limits = [_measure_limit(project, choice.server, count) for count in (3, len(PATTERN))]
    console().print(describe(machine), highlight=False)
    _show(profile, limits, options.revisions)


def profile_check(project: Project, out: Path) -> Profile:
    """Run ``roundtrip check`` on ``project`` with its parts timed; ``out`` is a file for its account."""
    command = [sys.executable, "-m", "benchmarks.timed_check", str(project.ini), str(out)]
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    total = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"roundtrip check ended with exit code {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    account = json.loads(out.read_text(encoding="utf-8"))
    in_worker = account["seconds"].pop(IN_WORKER, 0.0)
    parts = [(part, seconds, account["calls"][part]) for part, seconds in account["seconds"].items()]
    parts.append((PROCESS, total - sum(seconds for _, seconds, _ in parts), 1))
    return Profile(total, tuple(sorted(parts, key=lambda item: -item[1])), in_worker)


@dataclass(frozen=True, slots=True)
class Limit:
    """The same steps without the harness."""

    steps: int
    alembic_seconds: float
    """One run of env.py that runs them all."""
    replay_seconds: float
    """Their SQL alone."""


def _measure_limit(project: Project, server: Server, count: int) -> Limit:
    """Measure ``count`` steps a revision on databases of ``server``, without rows."""
    databases = Databases(server)
    try:
        captured = capture_steps(project.ini_for(server.address.url(databases.create("capture"))), PATTERN[:count])
        runs = [replay_seconds(captured, server.address.conninfo(databases.create("replay"))) for _ in range(_REPLAYS)]
    finally:
        databases.drop_all()
    return Limit(len(captured.steps), captured.seconds, statistics.median(runs))


def _show(profile: Profile, limits: Sequence[Limit], revisions: int) -> None:
    table = new_table(f"roundtrip check, {revisions} revisions", "seconds", "%", "calls")
    for part, seconds, calls in profile.parts:
        table.add_row(part, f"{seconds:.3f}", f"{100 * seconds / profile.total_seconds:.1f}", str(calls))
    table.add_row("the whole", f"{profile.total_seconds:.3f}", "100.0", "")
    console().print(table)
    steps, number = profile.steps
    limit = new_table("", "seconds", "steps", "ms a step")
    rows = [("steps of the walk, with rows in the tables", steps, number),
            ("of these, in the worker", profile.in_worker_seconds, number)]
    for item in limits:
        each = f"{item.steps // revisions} steps a revision"
        rows += [(f"Alembic alone, {each}", item.alembic_seconds, item.steps),
                 (f"their SQL alone, {each}", item.replay_seconds, item.steps)]
    for what, seconds, of in rows:
        limit.add_row(what, f"{seconds:.3f}", str(of), f"{1000 * seconds / of:.2f}")
    console().print(limit)
    last = limits[-1]
    console().print(f"a step of the walk / its SQL alone: {steps / number / (last.replay_seconds / last.steps):.2f}")
    console().print(f"everything else / the steps: {(profile.total_seconds - steps) / steps:.2f}")


if __name__ == "__main__":
    main()
