"""Settings: where each may come from, their defaults, and what they are checked for.

Precedence, highest first: command line or pytest option, pytest ini, environment variable, ``[tool.roundtrip]`` of
pyproject.toml (or the whole of roundtrip.toml), default.
"""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from harness.acceptance import Acceptance, acceptance_from
from harness.errors import UsageError
from harness.names import is_function

Mode = Literal["auto", "generator", "command"]
FailOn = Literal["error", "warning", "info", "never"]

ENVIRONMENT_VARIABLES: Mapping[str, str] = MappingProxyType({
    "alembic_ini": "ROUNDTRIP_ALEMBIC_INI",
    "server": "ROUNDTRIP_SERVER",
    "image": "ROUNDTRIP_IMAGE",
})
"""The settings that an environment variable can give."""

MOST_SECONDS = 1_000_000
"""The longest time limit: what waits for a worker counts milliseconds in 31 bits."""
_NO_ORIGINS: Mapping[str, str] = MappingProxyType({})
_EMPTY: Mapping[str, str] = MappingProxyType({})
_NO_SEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a run is told. Paths are absolute once loaded."""

    root: Path
    """The folder of the settings file, or the current one; other relative paths start here."""
    alembic_ini: Path
    """An alembic.ini, or a pyproject.toml with ``[tool.alembic]``."""
    ini_section: str = "alembic"
    """The section of the ini, as ``alembic --name``."""
    server: str = "auto"
    """``auto``, ``local``, ``embedded``, ``docker``, or a URL of a server on which databases may be made."""
    image: str = "postgres:18"
    """The image that the docker provider starts."""
    rows: int = 10
    """How many rows are wanted in each table."""
    seed: int = 0
    """Selects the values; the same seed gives the same rows."""
    time_limit_seconds: float = 120.0
    """After this long a step is ended and reported as RT309."""
    fail_on: FailOn = "error"
    mode: Mode = "auto"
    """``generator``: one run of env.py carries the walk; ``command``: one command a step; ``auto`` chooses."""
    env: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    """Environment variables for env.py and the revisions."""
    x: tuple[str, ...] = ()
    """What ``alembic -x`` would be given."""
    main_options: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    """Alembic main options set over the ini's, for example ``version_locations``."""
    prepare: tuple[str, ...] = ()
    """Run on the empty database before base: paths of SQL files, or ``module:function`` taking a Connection."""
    network: bool = False
    """Whether the migrations may use the network; they reach the disposable server without."""
    seeds: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_SEEDS)
    """CSV and SQL files and ``module:function``, by table or moment (``before:REVISION``, ``at:REVISION``)."""
    around: str | None = None
    """``module:function`` called as ``around(config, run)``; it calls ``run()`` inside what env.py needs."""
    revisions: tuple[str, ...] = ()
    """Only these revisions are checked (full, partial or relative ids, or labels); empty means all."""
    since: str | None = None
    """Only revisions after this one are checked."""
    changed_from: str | None = None
    """Only revisions whose files changed since HEAD and this git ref parted are checked."""
    jobs: int | Literal["auto"] = "auto"
    """How many processes walk, each with a server of its own; ``auto``: as suits the machine and the history."""
    schemas: Path = Path("schemas")
    """Where recorded schemas lie, each project's in a folder of its name."""
    shard: tuple[int, int] | None = None
    """``(K, N)``: of the revisions to check, only the K-th of N parts (K from 1)."""
    accept: tuple[Acceptance, ...] = ()
    """Findings that the team knows of and accepts."""
    search: int = 0
    """How many examples a search for rows tries in each revision; 0: no search."""
    examples: Path | None = None
    """The folder where examples that a search found are kept; None: ``.roundtrip/examples`` beside the ini."""
    from_dump: Path | None = None
    """A dump of pg_dump whose rows are walked with, from the revision that it stands at; None: made rows, from base."""
    at: str | None = None
    """The revision that the dump stands at, or several with commas between them; None: its version table says."""
    down_to: str | None = None
    """Before that, go down from the dump's revision to this one, or ``base``, and see what comes back."""
    show_values: bool = False
    """Whether reports may show values of the dump's rows."""

    oversized_lines: int = 200
    """A revision file with more lines is reported as RT407."""
    oversized_bytes: int = 8192
    """The same, for its size."""
    oversized_operations: int = 25
    """The same, for the operations of its upgrade and downgrade together."""

    @property
    def hides_values(self) -> bool:
        """Whether values of rows must stay out of every report."""
        return self.from_dump is not None and not self.show_values

    @property
    def without_dump(self) -> Settings:
        """The same settings for what is done without the rows of a dump."""
        return replace(self, from_dump=None, at=None, down_to=None)

    @property
    def examples_folder(self) -> Path:
        """Where examples are kept."""
        return self.examples or self.alembic_ini.parent / ".roundtrip" / "examples"


_KINDS: Mapping[str, str] = MappingProxyType({
    "alembic_ini": "path", "ini_section": "str", "server": "str", "image": "str", "rows": "int", "seed": "int",
    "time_limit_seconds": "float", "fail_on": "str", "mode": "str", "env": "variables", "x": "list",
    "main_options": "table", "prepare": "list", "seeds": "seeds", "around": "str", "revisions": "list", "since": "str",
    "jobs": "jobs", "schemas": "path", "shard": "shard", "search": "int", "examples": "path",
    "accept": "acceptances", "changed_from": "str", "network": "bool", "from_dump": "path", "at": "str",
    "down_to": "str", "show_values": "bool",
    "oversized_lines": "limit", "oversized_bytes": "limit", "oversized_operations": "limit",
})
_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType({"fail_on": get_args(FailOn), "mode": get_args(Mode)})


def load_settings(overrides: Mapping[str, Any], *, start: Path | None = None,
                  environ: Mapping[str, str] = os.environ, origins: Mapping[str, str] = _NO_ORIGINS) -> Settings:
    """Return the settings for a run started in ``start`` (default: the current folder).

    ``overrides`` holds what the command line or pytest gave, by field name; None there means "not given", while ``0``
    and ``""`` are values. ``origins`` says of those that are not from the command line where they are from. The
    settings file is the nearest one to the ini where an ini is named, else to ``start``. Relative paths in
    ``overrides`` and the environment start at ``start``, those in a settings file at its folder.

    Raises:
        UsageError: an unknown key, a value of the wrong kind, a settings file that cannot be parsed.
    """
    start = (start or Path.cwd()).resolve()
    source, table = find_settings_file(_named_ini_folder(overrides, environ, start) or start)
    root = source.parent if source else start
    values: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in _KINDS:
            raise UsageError(f"cannot read the settings in {source}", f"unknown setting {key!r}",
                             f"known are {', '.join(sorted(_KINDS))}")
        values[name] = _convert(name, value, root, f"{source}")
    for name, variable in ENVIRONMENT_VARIABLES.items():
        if variable in environ:
            values[name] = _convert(name, environ[variable], start, f"environment variable {variable}")
    for name, value in overrides.items():
        if value is not None:
            values[name] = _convert(name, value, start, origins.get(name, "the command line"))
    values.setdefault("alembic_ini", _find_alembic_ini(start, root))
    values.setdefault("schemas", root / "schemas")
    return Settings(root=root, **values)


def _named_ini_folder(overrides: Mapping[str, Any], environ: Mapping[str, str], start: Path) -> Path | None:
    """The folder of the ini that the command line or the environment names; None where that is no path."""
    named = overrides.get("alembic_ini") or environ.get(ENVIRONMENT_VARIABLES["alembic_ini"])
    with contextlib.suppress(ValueError):
        return absolute(str(named), start).parent if named else None
    return None


def absolute(path: str, base: Path) -> Path:
    """Return ``path``, which may begin with ``~``, as one that does not depend on the current folder.

    Raises:
        ValueError: it cannot be one, or begins with the home of a user who does not exist.
    """
    try:
        return (base / Path(path).expanduser()).resolve()
    except RuntimeError as error:
        raise ValueError(str(error)) from error


def find_settings_file(start: Path) -> tuple[Path | None, dict[str, Any]]:
    """Return the settings file that is nearest to the folder ``start``, with its settings as TOML has them.

    Raises:
        UsageError: it cannot be parsed, or its settings are no table.
    """
    for folder in (start, *start.parents):
        own = folder / "roundtrip.toml"
        if own.is_file():
            return own, _parse(own)
        shared = folder / "pyproject.toml"
        if shared.is_file():
            tools = _tools(shared)
            if "roundtrip" in tools:
                return shared, _as_table(tools["roundtrip"], "tool.roundtrip", shared)
    return None, {}


def _tools(pyproject: Path) -> dict[str, Any]:
    return _as_table(_parse(pyproject).get("tool", {}), "tool", pyproject)


def _as_table(value: Any, name: str, path: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"cannot read the settings in {path}", f"{name} is not a table", f"write it as [{name}]")
    return value


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"cannot read the settings in {path}", str(error), "correct the file") from error


def _find_alembic_ini(start: Path, root: Path) -> Path:
    """The file Alembic itself would take, else the one place Flask-Migrate and similar put it."""
    for folder in dict.fromkeys((start, root)):
        for name in ("alembic.ini", "migrations/alembic.ini"):
            if (folder / name).is_file():
                return folder / name
        pyproject = folder / "pyproject.toml"
        if pyproject.is_file() and "alembic" in _tools(pyproject):
            return pyproject
    return start / "alembic.ini"


def _convert(name: str, value: Any, base: Path, origin: str) -> Any:
    expected, convert = _CONVERTERS[_KINDS[name]]
    try:
        converted = convert(value, base)
    except (TypeError, ValueError) as error:
        if name == "accept":  # what is wrong with which of its many entries, not all of them
            raise UsageError(f"cannot use {name} from {origin}", str(error), "mend the entry") from error
        converted = None
    if name in _CHOICES and converted not in _CHOICES[name]:
        expected, converted = "one of " + ", ".join(_CHOICES[name]), None
    if name == "rows":
        expected, converted = f"{expected} over 0", converted if converted is not None and converted > 0 else None
    if name == "search":
        expected, converted = f"{expected}, 0 or more", converted if converted is not None and converted >= 0 else None
    if converted is None:
        raise UsageError(f"cannot use {name} from {origin}", f"{value!r} is not {expected}", f"give {expected}")
    return converted


def _path(value: Any, base: Path) -> Path | None:
    return absolute(value, base) if str(value) else None


def _text(value: Any, _base: Path) -> str | None:
    return value if isinstance(value, str) else None


def _whole_number(value: Any, _base: Path) -> int | None:
    return None if isinstance(value, (bool, float)) else int(str(value).replace("_", ""))


def _limit(value: Any, base: Path) -> int | None:
    number = _whole_number(value, base)
    return number if number is not None and number > 0 else None


def _jobs(value: Any, base: Path) -> int | Literal["auto"] | None:
    if value == "auto":
        return "auto"
    number = _whole_number(value, base)
    return number if number is not None and number > 0 else None


def _seconds(value: Any, _base: Path) -> float | None:
    seconds = float(value)
    return seconds if 0 < seconds <= MOST_SECONDS and not isinstance(value, bool) else None


def _yes_or_no(value: Any, _base: Path) -> bool | None:
    return value if isinstance(value, bool) else None


def _texts(value: Any, _base: Path) -> tuple[str, ...] | None:
    items = (value,) if isinstance(value, str) else value
    return tuple(items) if isinstance(items, (list, tuple)) and all(isinstance(item, str) for item in items) else None


def _shard(value: Any, _base: Path) -> tuple[int, int] | None:
    number, slash, shards = str(value).partition("/")
    shard = int(number), int(shards)
    return shard if slash and 1 <= shard[0] <= shard[1] else None


def _table(value: Any, _base: Path) -> Mapping[str, str] | None:
    if not isinstance(value, Mapping) or any(isinstance(item, (Mapping, list, tuple)) for item in value.values()):
        return None
    return MappingProxyType({str(key): str(item) for key, item in value.items()})


def _variables(value: Any, base: Path) -> Mapping[str, str] | None:
    """What a process can be given as its environment."""
    table = _table(value, base)
    if table is None or any(not key or "=" in key or "\0" in key + item for key, item in table.items()):
        return None
    return table


def _seeds(value: Any, base: Path) -> Mapping[str, tuple[str, ...]] | None:
    """Files as absolute paths, functions as they are."""
    if not isinstance(value, Mapping):
        return None
    items = {str(key): _texts(item, base) or ("",) for key, item in value.items()}
    if not all(text for of_key in items.values() for text in of_key):
        return None
    return MappingProxyType({key: tuple(text if is_function(text) else str(_path(text, base)) for text in of_key)
                             for key, of_key in items.items()})


def _acceptances(value: Any, _base: Path) -> tuple[Acceptance, ...] | None:
    if not isinstance(value, (list, tuple)) or not all(isinstance(entry, Mapping) for entry in value):
        return None
    found = []
    for number, entry in enumerate(value, 1):
        try:
            found.append(acceptance_from(entry))
        except ValueError as error:
            raise ValueError(f"of entry {number}, {error}") from error
    return tuple(found)


_CONVERTERS: Mapping[str, tuple[str, Callable[[Any, Path], Any]]] = MappingProxyType({
    "path": ("a path", _path), "str": ("a text", _text), "int": ("a whole number", _whole_number),
    "float": (f"a number of seconds over 0, up to {MOST_SECONDS}", _seconds), "list": ("a list of texts", _texts),
    "bool": ("true or false", _yes_or_no), "table": ("a table of texts", _table),
    "variables": ("a table of texts by the names of variables", _variables),
    "seeds": ("a table of paths and functions, or lists of them, by table or moment", _seeds),
    "limit": ("a whole number over 0", _limit),
    "shard": ("a shard such as 1/4", _shard),
    "jobs": ("a whole number over 0, or auto", _jobs),
    "acceptances": ("an array of tables: [[tool.roundtrip.accept]]", _acceptances),
})
