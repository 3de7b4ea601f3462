"""Time ``roundtrip check`` against what else there is, in one run on one server.

    .venv/bin/python -m benchmarks --only roundtrip --only pytest-alembic --sizes 50,200

`make bench` runs it whole, once it has installed what Roundtrip is timed against.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.contenders import CONTENDERS, Bench, Contender, ContenderError
from benchmarks.history import Project, write_history
from benchmarks.machine import Machine, read_machine
from benchmarks.meter import Cost, measure
from benchmarks.prefect_history import PREFECT, time_prefect
from benchmarks.tables import show
from benchmarks.timing import Timing, ratios
from harness.servers import Databases, start_server

_SIZES = (50, 100, 200, 400)
_REPEATED_UP_TO = 100
"""Histories of up to this length are walked several times."""


def main() -> int:
    """Time what the command line asks for; 1: a contender failed."""
    options = _parse()
    sizes = tuple(int(size) for size in options.sizes.split(","))
    only = tuple(options.only or [*(contender.name for contender in CONTENDERS), PREFECT])
    timings: list[Timing] = []
    failures: list[str] = []
    with start_server("embedded", "unused") as choice, tempfile.TemporaryDirectory() as folder:
        bench = Bench(choice.server, Databases(choice.server))
        machine = read_machine(choice.server)
        try:
            for timing in _time_all(bench, Path(folder), only, sizes, options.repeat):
                if isinstance(timing, Timing):
                    timings.append(timing)
                else:
                    failures.append(timing)
                    print(timing, file=sys.stderr)
        except KeyboardInterrupt:
            failures.append("interrupted")  # what is known by now is shown
        finally:
            bench.databases.drop_all()
    found = ratios(timings)
    show(machine, timings, found)
    if options.json:
        Path(options.json).write_text(_as_json(machine, timings, failures), encoding="utf-8")
    return 1 if failures else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Time roundtrip check against others.")
    parser.add_argument("--only", action="append", metavar="NAME",
                        choices=[*(contender.name for contender in CONTENDERS), PREFECT],
                        help="time only this (can be given again): %(choices)s")
    parser.add_argument("--sizes", default=",".join(map(str, _SIZES)), metavar="N,N",
                        help="lengths of the histories (default: %(default)s)")
    parser.add_argument("--repeat", type=int, default=3, metavar="N",
                        help=f"runs on histories of up to {_REPEATED_UP_TO} revisions, of which the median counts "
                             "(default: %(default)s); longer ones are run once")
    parser.add_argument("--json", metavar="PATH", help="write the times as JSON, too")
    return parser.parse_args()


def _time_all(
    bench: Bench, folder: Path, only: Sequence[str], sizes: Sequence[int], repeat: int
) -> Iterator[Timing | str]:
    """Yield a Timing, or what went wrong, for each contender on each length of history, the shortest first."""
    wanted = [contender for contender in CONTENDERS if contender.name in only]
    lengths = sorted({size for contender in wanted for size in contender.sizes or sizes})
    for size in lengths:
        (folder / str(size)).mkdir()
        project = write_history(folder / str(size), size)
        for contender in wanted:
            if size in (contender.sizes or sizes):
                yield _time_one(bench, contender, project, repeat if _is_short(contender, size) else 1)
    if PREFECT in only:
        try:
            yield from time_prefect(bench)
        except ContenderError as error:
            yield f"{PREFECT}: {error}"


def _is_short(contender: Contender, size: int) -> bool:
    return size <= _REPEATED_UP_TO and contender.sizes is None


def _time_one(bench: Bench, contender: Contender, project: Project, repeat: int) -> Timing | str:
    runs: list[Cost] = []
    try:
        for _ in range(repeat):
            runs.append(measure(lambda: contender.run(bench, project), bench.server))
            print(f"{time.strftime('%X')} {contender.name}, {project.revisions} revisions: {runs[-1].seconds:.2f} s",
                  file=sys.stderr)
    except ContenderError as error:
        return f"{contender.name}, {project.revisions} revisions: {error}"
    return Timing(contender.name, contender.what, project.revisions, tuple(runs))


def _as_json(machine: Machine, timings: Sequence[Timing], failures: Sequence[str]) -> str:
    report = {
        "machine": asdict(machine),
        "timings": [asdict(timing) | {"seconds": timing.seconds, "cpu_seconds": timing.cpu_seconds,
                                      "milliseconds_a_revision": timing.milliseconds_a_revision}
                    for timing in timings],
        "ratios": [asdict(ratio) for ratio in ratios(timings)],
        "failures": failures,
    }
    return json.dumps(report, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main())
