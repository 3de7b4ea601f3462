"""How the command line says that something is wrong, or was stopped."""

from __future__ import annotations

import sys


def complain(error: object) -> None:
    """Print ``error`` as the one line that starts with the command's name."""
    print(f"roundtrip: error: {' '.join(str(error).split())}", file=sys.stderr)  # noqa: T201 - the command's output


def say_interrupted() -> None:
    """Print that the command was interrupted, which is all there is to say where nothing is known yet."""
    print("roundtrip: interrupted", file=sys.stderr)  # noqa: T201 - the command's output
