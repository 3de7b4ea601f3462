"""Where a report goes: checked before the walk, written after it."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from harness.errors import UsageError

_ONLY_THE_FILE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY})
"""What stops another file from being made beside a file, or from taking the place of one that is a mount, although the
file itself may be written."""


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
        if path.exists() and not path.is_file():  # a pipe or a device is written to, never replaced
            path.write_text(text, encoding="utf-8")
        else:
            _replace(path.resolve(), text)
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


def _replace(target: Path, text: str) -> None:
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    except OSError as error:
        if error.errno not in _ONLY_THE_FILE:
            raise
        target.write_text(text, encoding="utf-8")
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _cannot_write(path: Path, name: str, error: OSError) -> UsageError:
    return UsageError(f"cannot write the {name} report to {str(path)!r}", (error.strerror or str(error)).lower(),
                      "name a file in a folder that exists and can be written to")
