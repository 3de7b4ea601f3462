"""Keep what initdb makes in the user's cache: to copy it takes a fifth of the time that making it does.

An entry is put in its place whole, so that several runs may come at once, and is used only as long as it is whole.
Where there can be no cache, or none of this works, initdb is run as if there were none.

Source: https://specifications.freedesktop.org/basedir-spec/latest/
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

_ENTRIES = 4
"""Kept at most: one of PostgreSQL 18 takes 40 MB."""
_UNFINISHED = "unfinished-"
_UNFINISHED_SECONDS = 3600.0
"""After so long nobody is at work on an entry any more."""


class KeptData:
    """The data directory that one initdb makes with some arguments, if it is kept."""

    def __init__(self, binaries: Path, arguments: Sequence[str]) -> None:
        self._folder = cache_folder()
        self._entry: Path | None = None
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            self._entry = self._folder / _key(binaries, arguments) if self._folder is not None else None

    def copy_to(self, data: Path, owner: tuple[int, int]) -> bool:
        """Make ``data`` a copy that belongs to ``owner``; whether there was one to copy."""
        if self._entry is None or not _is_ours(self._entry):
            return False
        try:
            shutil.copytree(self._entry / "data", data, symlinks=True)
            if (self._entry / "size").read_text(encoding="ascii") == _size(data):
                _give(data, owner)
                os.utime(self._entry)
                return True
        except (OSError, shutil.Error):
            pass
        self.forget()
        shutil.rmtree(data, ignore_errors=True)
        return False

    def keep(self, data: Path) -> None:
        """Keep a copy of ``data``, as initdb has made it and no server has used it yet."""
        if self._folder is None or self._entry is None:
            return
        with contextlib.suppress(OSError, shutil.Error):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._folder))
            try:
                shutil.copytree(data, unfinished / "data", symlinks=True)
                (unfinished / "size").write_text(_size(data), encoding="ascii")
                unfinished.rename(self._entry)  # fails where another run was faster
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
            _tidy(self._folder)

    def forget(self) -> None:
        """Remove the copy."""
        if self._entry is not None:
            shutil.rmtree(self._entry, ignore_errors=True)


def cache_folder() -> Path | None:
    """Where data directories are kept; None where the user has no cache."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    if Path(given).is_absolute():
        return Path(given) / "roundtrip"
    with contextlib.suppress(RuntimeError):  # no home is known
        return Path.home() / ".cache" / "roundtrip"
    return None


def _key(binaries: Path, arguments: Sequence[str]) -> str:
    """What tells one initdb with its arguments from another."""
    told = subprocess.run([str(binaries / "initdb"), "--version"], capture_output=True, text=True, check=True, cwd="/")
    version = told.stdout.strip()
    files = [(binaries / name).stat() for name in ("initdb", "postgres")]
    told_apart = repr((version, [(file.st_size, file.st_mtime_ns) for file in files], list(arguments)))
    return f"data-{version.split()[2]}-{hashlib.sha256(told_apart.encode()).hexdigest()[:16]}"


def _is_ours(entry: Path) -> bool:
    try:
        return entry.stat().st_uid == os.geteuid()
    except OSError:
        return False


def _size(data: Path) -> str:
    """How many files there are, and how many bytes in them."""
    sizes = [entry.stat().st_size for folder, _, names in os.walk(data) for entry in map(Path(folder).joinpath, names)]
    return f"{len(sizes)} {sum(sizes)}"


def _give(data: Path, owner: tuple[int, int]) -> None:
    if owner[0] == os.geteuid():
        return
    for folder, _, names in os.walk(data):
        for path in (folder, *(os.path.join(folder, name) for name in names)):  # noqa: PTH118 - of a thousand files
            os.chown(path, *owner)


def _tidy(folder: Path) -> None:
    """Remove what was used longest ago, and what was never finished."""
    entries = [(path.stat().st_mtime, path) for path in folder.iterdir()]
    kept = sorted((item for item in entries if not item[1].name.startswith(_UNFINISHED)), reverse=True)
    long_ago = time.time() - _UNFINISHED_SECONDS
    unfinished = [item for item in entries if item[1].name.startswith(_UNFINISHED) and item[0] < long_ago]
    for _, path in (*kept[_ENTRIES:], *unfinished):
        shutil.rmtree(path, ignore_errors=True)
