"""The history of Prefect: everything checked, against the bare walk of its steps."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.bare_walk import PATTERN
from benchmarks.contenders import ROOT, Bench, time_check, time_command
from benchmarks.timing import Timing

PREFECT = "prefect"
_INI = ROOT / "tests" / "projects" / "real" / "prefect" / "alembic.ini"
_PROGRAMS = ROOT / ".venvs" / "prefect" / "bin"


def time_prefect(bench: Bench) -> Iterator[Timing]:
    """Time both, where the package is installed; `make test-real` installs it.

    Raises:
        ContenderError: one of them failed.
    """
    if not (_PROGRAMS / "roundtrip").exists():
        print("prefect is left out: `make .venvs/prefect/.complete` installs it", file=sys.stderr)
        return
    seconds, printed = time_command(
        [str(_PROGRAMS / "python"), "-m", "benchmarks.bare_walk", str(_INI), bench.server_url], ROOT)
    revisions, steps = (int(number) for number in printed.split()[-2:])
    yield Timing("prefect-walk", f"prefect, bare walk ({len(PATTERN)} steps a revision, {steps} in all)", revisions,
                 (seconds,))
    seconds = time_check(_PROGRAMS / "roundtrip", _INI, revisions, "--server", bench.server_url, findings_allowed=True)
    yield Timing("prefect-check", "prefect, roundtrip check", revisions, (seconds,))
