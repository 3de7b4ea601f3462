"""Change a settings file and keep the rest of it as somebody wrote it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import tomlkit

from harness.report.files import write_report


@contextlib.contextmanager
def edited(path: Path) -> Iterator[tomlkit.TOMLDocument]:
    """Yield the document of a TOML file, empty where there is none, and write it back once it is changed.

    Raises:
        UsageError: it cannot be written.
    """
    text = path.read_bytes().decode("utf-8") if path.exists() else ""
    # What is added ends its lines as the others do.
    ending = "\r\n" if 0 < text.count("\n") == text.count("\r\n") else "\n"
    document = tomlkit.parse(text.replace(ending, "\n"))
    yield document
    write_report(path, tomlkit.dumps(document).replace("\n", ending), "settings")
