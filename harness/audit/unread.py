"""Files that look like revisions, lie where revisions could be, and are not read."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_REVISION = re.compile(rb"^revision\s*(?::[^=\n]*)?=\s*(?:[\"']([^\"'\n]+)[\"'])?", re.MULTILINE)
_GOES_ON = re.compile(rb"^(?:down_revision\s*[:=]|def upgrade\b)", re.MULTILINE)
_NEVER = frozenset({"__pycache__", "site-packages", "node_modules"})
_SET_ASIDE = re.compile(
    r"(?:^|[_.-])(?:old|archived?|backups?|bak|deprecated|legacy|squashed|attic|unused|disabled|obsolete|"
    r"templates?|examples?|tests?|fixtures|"
    r"sqlite|mysql|mariadb|oracle|mssql|duckdb|snowflake|bigquery|clickhouse)(?:$|[_.\d-])", re.IGNORECASE)
"""Names of folders that a team keeps what is not to run in, or not on PostgreSQL."""
_MOST_FILES = 2000
_FOLDERS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class UnreadFolder:
    """A folder with such files."""

    path: Path
    files: int
    is_below: bool
    """Whether it lies below a folder of which revisions are read."""
    is_set_aside: bool
    """Whether its name says that nobody wants them read, or revisions that are read have the same ids."""


def unread_folders(
    script_folder: Path, version_folders: Sequence[Path], known: Collection[Path], revisions: Collection[str]
) -> tuple[UnreadFolder, ...]:
    """Look below the script directory and where revisions are read; ``known`` are the files that are, resolved."""
    roots = list(dict.fromkeys(folder.resolve() for folder in (script_folder, *version_folders)))
    read_from = {*roots[1:], *(path.parent for path in known)}
    found: Counter[tuple[Path, bool]] = Counter()
    seen: set[Path] = set(known)
    for root in roots:
        for path in _sources(root, {*roots, *read_from}):
            if path not in seen and len(seen) - len(known) < _MOST_FILES:
                seen.add(path)
                text = path.read_bytes() if path.is_file() else b""
                match = _REVISION.search(text)
                if match is not None and _GOES_ON.search(text):
                    is_copy = (match[1] or b"").decode(errors="replace") in revisions
                    aside = is_copy or any(map(_SET_ASIDE.search, path.parent.relative_to(root).parts))
                    found[path.parent, aside] += 1
    return tuple(
        UnreadFolder(folder, files, any(folder != each and folder.is_relative_to(each) for each in read_from), aside)
        for (folder, aside), files in sorted(found.items(), key=lambda item: (item[0][1], -item[1], item[0][0])))


def not_read(folders: Sequence[UnreadFolder], show: Callable[[str], str] = str) -> str:
    """Say where they are and what to do where they are to be read; empty where there are none."""
    if not folders:
        return ""
    shown = ", ".join(f"{show(str(each.path))} ({each.files})" for each in folders[:_FOLDERS_SHOWN])
    further = len(folders) - _FOLDERS_SHOWN
    more = f" and {further} more folder{'s' if further > 1 else ''}" if further > 0 else ""
    wanted = [each for each in folders if not each.is_set_aside] or folders
    have = ('set recursive_version_locations = "true"' if all(each.is_below for each in wanted)
            else "name the folders in version_locations")
    return (f"files that look like revisions are in {shown}{more}, where none are read: {have} in main_options of the "
            "settings, if they are to be walked")


def _sources(root: Path, ours: Collection[Path]) -> Iterator[Path]:
    """Python files below ``root``, but for those of hidden folders and of script directories of their own."""
    for place, folders, files in os.walk(root):
        here = Path(place)
        if here not in ours and "env.py" in files:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if name not in _NEVER and not name.startswith("."))
        yield from (Path(place, name).resolve() for name in sorted(files) if name.endswith(".py"))
