"""The options and ini values of the plugin, and the settings that they come to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.config import Settings, load_settings
from harness.errors import HarnessError, UsageError

ASK = "--roundtrip"
_INI_FILE = "roundtrip_alembic_ini"


@dataclass(frozen=True, slots=True)
class _Option:
    setting: str
    name: str
    metavar: str
    help: str
    repeated: bool = False
    """Given as often as wanted; such an option has no ini value."""

    @property
    def dest(self) -> str:
        return f"roundtrip_{self.setting}"

    @property
    def ini(self) -> str:
        return f"roundtrip_{self.name.replace('-', '_')}"


_OPTIONS = (
    _Option("alembic_ini", "alembic-ini", "PATH", "the alembic.ini, or pyproject.toml, of the project to walk"),
    _Option("server", "server", "SERVER", "auto, local, embedded, docker, or the URL of a server"),
    _Option("image", "image", "IMAGE", "the image that the docker server runs"),
    _Option("revisions", "revision", "REV", "check only this revision; can be given again", repeated=True),
    _Option("since", "since", "REV", "check only the revisions after this one"),
    _Option("shard", "shard", "K/N", "check only the K-th of N parts of the revisions; all N together check all"),
    _Option("rows", "rows", "N", "rows wanted in each table"),
    _Option("seed", "seed", "N", "selects the values of the rows"),
    _Option("mode", "mode", "MODE", "auto, generator or command"),
    _Option("time_limit_seconds", "time-limit", "SECONDS", "how long one migration may take"),
    _Option("fail_on", "fail-on", "SEVERITY", "the mildest severity that fails an item: error, warning, info or never"),
    _Option("x", "x", "ARG", "an argument for env.py, as `alembic -x`; can be given again", repeated=True),
)

_ASKING = ("roundtrip", "roundtrip_alembic_ini", "roundtrip_revisions", "roundtrip_since", "roundtrip_shard",
           "roundtrip_json")
"""``--roundtrip``, and the options that mean nothing without a walk; the others also concern the fixtures."""


def add_options(parser: pytest.Parser) -> None:
    """Declare everything; all defaults are None, so that what was given can be told from what was not."""
    group = parser.getgroup("roundtrip", "Roundtrip: rollback round trips of Alembic migrations")
    group.addoption(ASK, dest="roundtrip", action="store_true", default=None,
                    help="walk the Alembic history: one test item per revision")
    for option in _OPTIONS:
        group.addoption(f"{ASK}-{option.name}", dest=option.dest, metavar=option.metavar, default=None,
                        action="append" if option.repeated else "store", help=option.help)
        if not option.repeated:
            parser.addini(option.ini, f"{option.help} (as {ASK}-{option.name})", type="string", default=None)
    group.addoption(f"{ASK}-json", dest="roundtrip_json", metavar="PATH", default=None,
                    help="write the report as JSON")


def is_asked(config: pytest.Config) -> bool:
    """Whether the walk is wanted at all: on the command line, or by naming a project in the ini."""
    return asked_on_command_line(config) or bool(config.getini(_INI_FILE))


def asked_on_command_line(config: pytest.Config) -> bool:
    """Whether this one run asks for the walk, rather than the ini for every run."""
    return any(config.getoption(dest) is not None for dest in _ASKING)


def json_path(config: pytest.Config) -> Path | None:
    """Return where the JSON report goes, or None."""
    given = config.getoption("roundtrip_json")
    return None if given is None else config.invocation_params.dir / given


def read_settings(config: pytest.Config) -> Settings:
    """Return the settings: command line over ini over environment over settings file over default.

    Raises:
        pytest.UsageError: a setting is wrong; one line.
    """
    values: dict[str, Any] = {option.setting: _given(config, option) for option in _OPTIONS}
    try:
        named = _named_as_argument(config)
        if named is not None:
            values["alembic_ini"] = named
        of_ini = {option.setting: f"{option.ini} of pytest's ini" for option in _OPTIONS
                  if config.getoption(option.dest) is None}
        return load_settings(values, start=config.invocation_params.dir, origins=of_ini)
    except HarnessError as error:
        raise pytest.UsageError(str(error)) from error


def _given(config: pytest.Config, option: _Option) -> Any:
    value = config.getoption(option.dest)
    if value is not None or option.repeated:
        return value
    value = config.getini(option.ini)
    if option.ini != _INI_FILE:
        return value
    return _ini_folder(config) / value if value else None


def _ini_folder(config: pytest.Config) -> Path:
    """A path in pytest's ini starts at the folder of that file."""
    return config.inipath.parent if config.inipath is not None else config.rootpath


def _named_as_argument(config: pytest.Config) -> Path | None:
    """The project that is named where test files are: ``pytest --roundtrip migrations/alembic.ini``."""
    if not asked_on_command_line(config):
        return None
    named = {path.resolve() for path in arguments(config) if path.suffix in {".ini", ".toml"} and path.is_file()}
    option = config.getoption("roundtrip_alembic_ini")
    both = named | ({(config.invocation_params.dir / option).resolve()} if option else set())
    if named and len(both) > 1:
        raise UsageError("cannot walk two projects in one run", ", ".join(sorted(str(path) for path in both)),
                         "run pytest once for each")
    return next(iter(named), None)


def arguments(config: pytest.Config) -> list[Path]:
    """Return the paths that pytest was given, without the ``::`` parts of node ids."""
    return [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
