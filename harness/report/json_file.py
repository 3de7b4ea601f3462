"""Where a JSON report goes: checked before the walk, written after it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.errors import UsageError


def check_writable(path: Path) -> None:
    """Make sure that a report can be written to ``path``, leaving nothing behind.

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
        raise _cannot_write(path, error) from error


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write a report to ``path``.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        path.write_text(as_text(document), encoding="utf-8")
    except OSError as error:
        raise _cannot_write(path, error) from error


def as_text(document: Mapping[str, Any]) -> str:
    """Return a report as JSON text in ASCII, which holds every value whatever the encoding of the stream."""
    return json.dumps(document, indent=2) + "\n"


def _cannot_write(path: Path, error: OSError) -> UsageError:
    return UsageError(f"cannot write the JSON report to {str(path)!r}", (error.strerror or str(error)).lower(),
                      "name a file in a folder that exists and can be written to")
