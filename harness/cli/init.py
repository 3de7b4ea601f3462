"""``roundtrip init``: find the Alembic project, write the settings, and say what to do next."""

from __future__ import annotations

import argparse
import configparser
import contextlib
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import tomlkit

from harness.cli.doctor import doctor
from harness.cli.editing import edited
from harness.config import absolute, find_settings_file
from harness.errors import ExitCode, UsageError
from harness.flask import IN_APP_CONTEXT

_NOT_OURS = frozenset({"node_modules", "site-packages", "build", "dist", "__pycache__"})
"""Folders in which other people's ini files lie; those that begin with a dot are left out too."""
_OF_FLASK = re.compile(r"^\s*(from flask import\b.*\bcurrent_app|import flask\b)", re.MULTILINE)


def init(options: argparse.Namespace) -> int:
    """Write a settings file where there is none, examine the project as the doctor does, and return the exit code.

    Raises:
        UsageError: no Alembic project is found, or several are and none is named, or the file cannot be written.
    """
    folder = Path.cwd()
    source, table = find_settings_file(folder)
    if source is None or "alembic_ini" not in table:
        ini = _chosen(folder, options.alembic_ini)
        source = _write(folder, source, ini)
        around = f", around = {IN_APP_CONTEXT!r}: its env.py wants a Flask application" if _asks_flask(ini) else ""
        sys.stdout.write(f"wrote {os.path.relpath(source)}: alembic_ini = {os.path.relpath(ini, source.parent)!r}"
                         f"{around}\n\n")
    else:
        sys.stdout.write(f"{os.path.relpath(source)} has the settings already\n\n")
    code = doctor(argparse.Namespace(alembic_ini=None, server=options.server, image=options.image))
    if code == ExitCode.OK:
        sys.stdout.write("\nnext: roundtrip check\n")
    else:
        sys.stdout.write(f"\nnext: mend what stands in the way, above; settings go into {os.path.relpath(source)}"
                         f"{_section(source)}. Then: roundtrip doctor\n")
    return code


def _chosen(folder: Path, named: str | None) -> Path:
    if named is not None:
        with contextlib.suppress(ValueError):
            ini = absolute(named, folder)
            if ini.is_file():
                return ini
        raise UsageError(f"cannot set up {named!r}", "there is no such file", "give the path of an alembic.ini")
    found = sorted(_projects(folder))
    if not found:
        raise UsageError("cannot set up Roundtrip here", f"there is no Alembic project in {folder} or below",
                         "start it in the project's folder, or give --alembic-ini PATH")
    if len(found) > 1:
        raise UsageError("cannot set up Roundtrip here", f"there are {len(found)} Alembic projects: "
                         + ", ".join(os.path.relpath(path, folder) for path in found), "name one by --alembic-ini PATH")
    return found[0]


def _projects(folder: Path) -> Iterator[Path]:
    """The files at or below ``folder`` that Alembic could be given: of a folder its inis, else its pyproject.toml."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _NOT_OURS]
        files = [Path(place) / name for name in ("pyproject.toml", *sorted(names)) if name in names]
        inis = [path for path in files if path.suffix == ".ini" and _is_alembic_ini(path)]
        yield from inis or [path for path in files if path.name == "pyproject.toml" and _has_alembic(path)]


def _is_alembic_ini(path: Path) -> bool:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError):
        return False
    return parser.has_option("alembic", "script_location") or path.name == "alembic.ini"


def _has_alembic(path: Path) -> bool:
    try:
        return "alembic" in tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, TypeError):
        return False


def _write(folder: Path, source: Path | None, ini: Path) -> Path:
    """Add what is found to the settings; where there are none, to the pyproject.toml here, or else a roundtrip.toml."""
    shared = folder / "pyproject.toml"
    path = source or (shared if shared.is_file() else folder / "roundtrip.toml")
    with edited(path) as document:
        if path.name == "pyproject.toml":
            tool = document.setdefault("tool", tomlkit.table(is_super_table=True))
            table = tool.setdefault("roundtrip", tomlkit.table())
        else:
            table = document
        table["alembic_ini"] = Path(os.path.relpath(ini, path.parent)).as_posix()
        if _asks_flask(ini):
            table["around"] = IN_APP_CONTEXT
    return path


def _section(settings: Path) -> str:
    return ", under [tool.roundtrip]" if settings.name == "pyproject.toml" else ""


def _asks_flask(ini: Path) -> bool:
    """Whether the env.py beside the ini, where Flask-Migrate has it, needs an application context."""
    try:
        return _OF_FLASK.search((ini.parent / "env.py").read_text(encoding="utf-8")) is not None
    except (OSError, UnicodeDecodeError):
        return False
