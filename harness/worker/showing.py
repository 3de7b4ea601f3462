"""How a file of the user's code is shown: as reports show the revisions, whatever folder it is run in."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_folders: list[Path] = []


def show_within(*folders: Path) -> None:
    """From now on show a path relative to the first of these in which it lies."""
    _folders[:] = folders
    shown_path.cache_clear()


@lru_cache(maxsize=4096)  # asked for with each statement, and each time links would be followed
def shown_path(filename: str) -> str:
    """The path of a file, relative to the project where it lies there."""
    resolved = Path(filename).resolve()
    within = next((folder for folder in _folders or (Path.cwd(),) if resolved.is_relative_to(folder)), None)
    return str(resolved.relative_to(within)) if within is not None else filename
