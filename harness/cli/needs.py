"""What a project needs of its surroundings, read from the text of its files; nothing is imported or run to find out."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

# CREATE EXTENSION [ IF NOT EXISTS ] extension_name: https://www.postgresql.org/docs/current/sql-createextension.html
# In a Python string the quotes around "uuid-ossp" may have backslashes before them.
_CREATE_EXTENSION = re.compile(
    r"""\bCREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:\\?["'])?(?!IF\b)(?P<name>[a-z_][\w-]*)""", re.IGNORECASE)
_DIALECT = re.compile(r"""\b(?:postgresql|postgres)(?:\+(?P<driver>[a-z0-9_]+))?://""")
# https://docs.sqlalchemy.org/en/20/dialects/postgresql.html: what a URL without a driver means
_FIRST_WITH_PSYCOPG = (2, 1)
_MODULES: Mapping[str, str] = MappingProxyType({"psycopg_async": "psycopg", "psycopg2cffi": "psycopg2cffi"})


@dataclass(frozen=True, slots=True)
class Need:
    """Something that files of the project ask for."""

    name: str
    wanted_by: tuple[str, ...]


def extensions(sources: Iterable[tuple[str, Path]]) -> tuple[Need, ...]:
    """Return the extensions that the files create, each with the labels of those files."""
    return _gather(
        (match["name"].lower(), label) for label, path in sources for match in _CREATE_EXTENSION.finditer(_text(path))
    )


def drivers(sources: Iterable[tuple[str, Path]]) -> tuple[Need, ...]:
    """Return the modules of the database drivers that URLs in the files name."""
    return _gather(
        (_module(match["driver"]), label) for label, path in sources for match in _DIALECT.finditer(_text(path))
    )


def is_installed(module: str) -> bool:
    """Whether ``module`` can be imported here, where the migrations run too."""
    return importlib.util.find_spec(module) is not None


def _module(driver: str | None) -> str:
    if driver is not None:
        return _MODULES.get(driver, driver)
    major, minor = importlib.metadata.version("sqlalchemy").split(".")[:2]
    return "psycopg" if (int(major), int(minor)) >= _FIRST_WITH_PSYCOPG else "psycopg2"


def _gather(found: Iterable[tuple[str, str]]) -> tuple[Need, ...]:
    wanted: dict[str, dict[str, None]] = {}
    for name, label in found:
        wanted.setdefault(name, {})[label] = None
    return tuple(Need(name, tuple(labels)) for name, labels in sorted(wanted.items()))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
