"""``roundtrip check`` with its parts timed, in this process: ``python -m benchmarks.timed_check INI OUT``.

Imports nothing before the clock runs that the command itself would not.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.spans import TARGETS, Spans

IMPORTS = "process: imports"
REST = "the rest"


def main() -> int:
    """Check, write what each part took to the file OUT, and return the exit code of the check."""
    ini, out = sys.argv[1:]
    spans = Spans()
    with spans.span(IMPORTS):
        import harness.cli.check  # noqa: PLC0415, F401 - what the command imports once it knows that it is to check
        from harness.cli import main as roundtrip  # noqa: PLC0415 - the import is what is timed

        for part, target in TARGETS:
            spans.wrap(part, target)
    with spans.span(REST):
        code = roundtrip(["check", "--alembic-ini", ini, "--server", "embedded", "--jobs", "1"])
    Path(out).write_text(json.dumps({"seconds": spans.seconds, "calls": spans.calls}), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
