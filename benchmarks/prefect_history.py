"""The history of Prefect: everything checked, against the bare walk of its steps."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator

from benchmarks.bare_walk import PATTERN
from benchmarks.contenders import ROOT, Bench, check, run_command
from benchmarks.meter import measure
from benchmarks.timing import Timing

PREFECT = "prefect"
_INI = ROOT / "tests" / "projects" / "real" / "prefect" / "alembic.ini"
_PROGRAMS = ROOT / ".venvs" / "prefect" / "bin"


def time_prefect(bench: Bench) -> Iterator[Timing]:
    """Time them, where the package is installed; `make test-real` installs it.

    Raises:
        ContenderError: one of them failed.
    """
    if not (_PROGRAMS / "roundtrip").exists():
        print("prefect is left out: `make .venvs/prefect/.complete` installs it", file=sys.stderr)
        return
    printed: list[str] = []
    command = [str(_PROGRAMS / "python"), "-m", "benchmarks.bare_walk", str(_INI), bench.server_url]
    cost = measure(lambda: printed.extend(run_command(command, ROOT).split()), bench.server)
    revisions, steps = (int(number) for number in printed[-2:])
    yield Timing("prefect-walk", f"prefect, bare walk ({len(PATTERN)} steps a revision, {steps} in all)", revisions,
                 (cost,))
    for name, what, server in [
        ("prefect-check", "prefect, roundtrip check, one process on the same server", bench.server_url),
        ("prefect-own", "prefect, roundtrip check as it comes, with servers of its own", "embedded"),
    ]:
        cost = measure(functools.partial(check, _PROGRAMS / "roundtrip", _INI, revisions, "--server", server,
                                         findings_allowed=True), bench.server)
        yield Timing(name, what, revisions, (cost,))
