"""Servers from PostgreSQL binaries that are installed here."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from harness.servers import throwaway
from harness.servers.interface import Server, ServerRefusedError


class LocalBinaries:
    """Gives servers from ``initdb`` and ``postgres`` on PATH or in the usual folders, the newest major first."""

    name = "local"

    def start(self) -> Server:
        """Start one; see ServerProvider."""
        binaries = find_binaries()
        if binaries is None:
            raise ServerRefusedError("no initdb and postgres on PATH or in the usual folders")
        return throwaway.start(self.name, lambda _folder: binaries, throwaway.choose_account())

    def status(self) -> str:
        """See ServerProvider."""
        binaries = find_binaries()
        return f"available ({binaries})" if binaries is not None else "no initdb and postgres found"


def find_binaries() -> Path | None:
    """The folder that holds initdb and postgres; a wrapper script on PATH does not count, what stands beside it may."""
    candidates = folders_of_binaries()
    on_path = shutil.which("initdb")
    if on_path is not None:
        candidates.insert(0, Path(on_path).resolve().parent)
    return next((folder for folder in candidates
                 if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres"))), None)


def folders_of_binaries() -> list[Path]:
    """The usual folders of PostgreSQL's programs, those of the newest release first."""
    candidates: list[Path] = []
    for folder in ("/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt"):
        candidates += sorted(Path(folder).glob("*/bin"), key=_major, reverse=True)
    candidates += sorted(Path("/usr").glob("pgsql-*/bin"), key=_major, reverse=True)
    candidates.append(Path("/usr/local/pgsql/bin"))
    return candidates


def _major(folder: Path) -> tuple[int, str]:
    digits = "".join(character for character in folder.parent.name if character.isdigit())
    return (int(digits) if digits else 0, str(folder))
