"""Build the Alembic Config that the user's own ``alembic`` command would have built, plus what the settings add."""

from __future__ import annotations

import configparser
import contextlib
import importlib
import inspect
import os
import sys
import tomllib
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from harness.drivers import dialect_and_driver
from harness.errors import ProjectError, UsageError
from harness.worker.protocol import Load, Target

_READS_TOML = "toml_file" in inspect.signature(Config).parameters
"""Since Alembic 1.16."""


def build_config(load: Load) -> Config:
    """Return the Config for the project, and make its working folder the current one.

    Raises:
        ProjectError: the ini is missing or cannot be parsed, or has no such section.
    """
    path = Path(load.alembic_ini)
    if not path.is_file():
        raise ProjectError(f"cannot read {path.name}", f"no such file {str(path)!r}",
                           "give the path of the project's alembic.ini with --alembic-ini")
    ini, toml = _configuration_files(path)
    options = Namespace(
        x=list(load.x) or None, name=load.ini_section, config=str(path), raiseerr=False, quiet=False, verbose=None,
        cmd=(command.upgrade, ["revision"], ["sql", "tag"]), revision="heads", sql=False, tag=None,
    )
    keywords: dict[str, Any] = {"toml_file": toml} if toml is not None else {}
    config = Config(file_=ini, ini_section=load.ini_section, cmd_opts=options, stdout=sys.stderr, **keywords)
    _require_section(config, path, load.ini_section, has_toml=toml is not None)
    for name, value in load.main_options.items():
        config.set_main_option(name, value.replace("%", "%%"))
    _choose_script_location(config, path)
    _choose_folder(config, path)
    return config


def _configuration_files(path: Path) -> tuple[str | None, str | None]:
    """The ini and the pyproject.toml that Alembic would read together."""
    if path.suffix == ".toml" and not _READS_TOML:
        raise ProjectError(f"cannot read {path.name}", "the installed Alembic reads its settings from an ini alone",
                           "install Alembic 1.16 or newer, or give an ini")
    if path.suffix == ".toml":
        return None, str(path)
    if not _READS_TOML:
        return str(path), None
    beside = path.parent / "pyproject.toml"
    with contextlib.suppress(OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError):  # tool may be no table
        if "alembic" in tomllib.loads(beside.read_text(encoding="utf-8")).get("tool", {}):
            return str(path), str(beside)
    return str(path), None


def _require_section(config: Config, path: Path, section: str, *, has_toml: bool) -> None:
    try:
        sections = config.file_config.sections()
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ProjectError(f"cannot read {path.name}", " ".join(str(error).split()), "correct the file") from error
    if section not in sections and not has_toml:
        raise ProjectError(f"cannot read {path.name}", f"it has no section [{section}]",
                           "give the ini of an Alembic project, or its section's name in ini_section")
    if config.get_main_option("databases"):
        raise ProjectError(f"cannot walk {path.name}", "env.py migrates several databases (the multidb template), "
                           "which is not supported",
                           "walk one database at a time, with an ini whose env.py runs that one alone")


def _choose_script_location(config: Config, path: Path) -> None:
    """Flask-Migrate keeps script_location out of the ini: the folder of the ini is the script directory."""
    if _option(config, "script_location") is None and (path.parent / "env.py").is_file():
        config.set_main_option("script_location", str(path.parent).replace("%", "%%"))


def _choose_folder(config: Config, path: Path) -> None:
    """Go where the team runs ``alembic``: relative paths in the ini start at the current folder.

    Source: https://alembic.sqlalchemy.org/en/latest/tutorial.html#editing-the-ini-file
    """
    location = _option(config, "script_location") or ""
    folder = path.parent
    if location and ":" not in location and not Path(location).is_absolute():
        for candidate in (path.parent, Path.cwd(), *path.parent.parents):
            if (candidate / location).is_dir():
                folder = candidate
                break
    os.chdir(folder)
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def _option(config: Config, name: str) -> str | None:
    reader = getattr(config, "get_alembic_option", config.get_main_option)
    value = reader(name)
    return str(value) if value is not None else None


def offer_url(config: Config, target: Target) -> bool:
    """Give ``sqlalchemy.url`` the target's address where the ini has none, or a placeholder such as ``driver://``.

    Return whether that was so.

    Any other URL stays. By one of PostgreSQL's env.py may choose its driver, and the redirect sends it to the target
    anyway; one of another kind env.py may leave unused, and is refused where it connects to it. So does one with a
    ``%(NAME)s`` that nothing has a value for yet: env.py sets it.
    """
    try:
        current = _option(config, "sqlalchemy.url")
    except configparser.InterpolationError:
        return False
    if current is not None and _names_a_database(current):
        return False
    config.set_main_option("sqlalchemy.url", target_url(target).replace("%", "%%"))
    return True


def _names_a_database(text: str) -> bool:
    """Whether it is a URL of a dialect that there is, or of ``postgres``, which env.py may mend."""
    try:
        url = make_url(text)
        if url.get_backend_name() != "postgres":
            url.get_dialect()
    except (ArgumentError, ImportError):  # NoSuchModuleError is an ArgumentError
        return False
    return True


def target_url(target: Target) -> str:
    """The target as a SQLAlchemy URL, for psycopg 3 where that can be: it serves sync and asyncio engines alike."""
    from sqlalchemy.engine import URL  # noqa: PLC0415 - kept beside its only use

    by_socket = target.host.startswith("/")
    url = URL.create(
        dialect_and_driver(), username=target.user, password=target.password,
        host=None if by_socket else target.host, port=None if by_socket else target.port, database=target.database,
        query={"host": target.host, "port": str(target.port)} if by_socket else {},
    )
    return url.render_as_string(hide_password=False)


@contextlib.contextmanager
def hooks_importable(folder: str) -> Iterator[None]:
    """Let modules beside the settings file be imported."""
    added = folder not in sys.path
    if added:
        sys.path.append(folder)
    try:
        yield
    finally:
        if added:
            sys.path.remove(folder)


def import_hook(setting: str, text: str) -> Any:
    """Return the function named ``module:function``.

    Raises:
        UsageError: the text is not of that form, or the module or function is not there.
    """
    module_name, colon, function_name = text.partition(":")
    if not (colon and module_name and function_name):
        raise UsageError(f"cannot use {setting}", f"{text!r} is not of the form module:function", "correct the setting")
    try:
        function = getattr(importlib.import_module(module_name), function_name)
    except Exception as error:
        raise UsageError(f"cannot import {text!r} for {setting}", f"{type(error).__name__}: {error}",
                         "correct the setting or the module") from error
    if not callable(function):
        raise UsageError(f"cannot use {setting}", f"{text!r} is not callable", "name a function")
    return function
