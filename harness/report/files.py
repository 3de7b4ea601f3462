"""Where a report goes: checked before the walk, written after it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from harness.errors import UsageError


def check_writable(path: Path, name: str = "JSON") -> None:
    """Make sure that the report called ``name`` can be written to ``path``, leaving nothing behind.

    Raises:
        UsageError: it cannot.
    """
    existed = path.exists()
    try:
        with path.open("a", encoding="utf-8"):
            pass
        if not existed:
            path.unlink()
    except OSError as error:
        raise _cannot_write(path, name, error) from error


def write_report(path: Path, text: str, name: str = "JSON") -> None:
    """Write the report called ``name`` to ``path``, whole or not at all where that is a file.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():  # a pipe or a device is written to, never replaced
            target.write_text(text, encoding="utf-8")
            return
        part = target.with_name(f"{target.name}.{os.getpid()}.part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(target)
        finally:
            with contextlib.suppress(OSError):
                part.unlink()
    except OSError as error:
        raise _cannot_write(path, name, error) from error


def append_report(path: Path, text: str, name: str) -> None:
    """Write the report called ``name`` behind what is in ``path``.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise _cannot_write(path, name, error) from error


def _cannot_write(path: Path, name: str, error: OSError) -> UsageError:
    return UsageError(f"cannot write the {name} report to {str(path)!r}", (error.strerror or str(error)).lower(),
                      "name a file in a folder that exists and can be written to")
