"""Read alembic.ini and ``[tool.alembic]`` as Alembic would, without importing what they name."""

from __future__ import annotations

import configparser
import contextlib
import importlib.util
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import MappingProxyType
from typing import Any

from harness.errors import ProjectError

_SEPARATORS = {"os": os.pathsep, "space": " ", "newline": "\n", ":": ":", ";": ";"}
_INTERPOLATED = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Option:
    """One option as a file has it."""

    path: Path
    section: str
    name: str
    value: str
    """With what the file itself defines put in for ``%(name)s``; what it does not define stays as written.

    Of a list the items, one a line."""
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Where a project's parts are, and every option of its files."""

    ini: Path
    folder: Path
    """Where the team runs ``alembic``: relative paths start there."""
    options: Mapping[str, Option]
    """Those of the project's section; an ini goes before ``[tool.alembic]``."""
    all_options: tuple[Option, ...]
    script_folder: Path
    version_folders: tuple[Path, ...]
    is_recursive: bool
    search: tuple[Path, ...]
    """Where modules are looked for before Python's own path: ``prepend_sys_path``, and the folder."""

    @property
    def env_py(self) -> Path:
        """The file that Alembic runs."""
        return self.script_folder / "env.py"


def read_configuration(ini: Path, section: str, main_options: Mapping[str, str]) -> Configuration:
    """Read the files, with the main options that the settings put over them.

    Raises:
        ProjectError: a file is missing or cannot be parsed, or the script directory cannot be found.
    """
    if not ini.is_file():
        raise ProjectError(f"cannot read {ini.name}", f"no such file {str(ini)!r}",
                           "give the path of the project's alembic.ini with --alembic-ini")
    found, sections = _all_options(ini, section)
    if not sections & {section, "tool.alembic"}:
        raise ProjectError(f"cannot read {ini.name}", f"it has no section [{section}]",
                           "give the ini of an Alembic project, or its section's name in ini_section")
    options = {option.name: option for option in reversed(found) if option.section in (section, "tool.alembic")}
    given = {name: Option(ini, "main_options", name, value, 0) for name, value in main_options.items()}
    options |= given
    location = options["script_location"].value if "script_location" in options else None
    if location is None and (ini.parent / "env.py").is_file():  # as Flask-Migrate has it
        location = str(ini.parent)
    if location is None:
        raise ProjectError(f"cannot read {ini.name}", "it has no script_location",
                           "give an ini whose script_location names the folder with env.py")
    folder = _working_folder(ini.parent, location)
    search = (*(folder / item for item in _several(options, "prepend_sys_path")), folder)
    script_folder = locate(location, folder, search)
    if script_folder is None or not script_folder.is_dir():
        raise ProjectError("cannot read the Alembic project", f"there is no folder {script_folder or location}",
                           "give an ini whose script_location names the folder with env.py")
    versions = [locate(item, folder, search) or folder / item for item in _several(options, "version_locations")]
    return Configuration(
        ini=ini, folder=folder, options=MappingProxyType(options), all_options=found,
        script_folder=script_folder.resolve(),
        version_folders=tuple(path.resolve() for path in versions or [script_folder / "versions"]),
        is_recursive=_is_true(options.get("recursive_version_locations")), search=search,
    )


def locate(location: str, folder: Path, search: Sequence[Path]) -> Path | None:
    """The folder of a path, or of ``package:path``; None where there is no such package. Nothing is imported."""
    if ":" not in location or Path(location).is_absolute():
        return folder / location
    package, *parts = location.split(":")
    spec = find_module(package, search)
    if spec is None:
        return None
    places = [Path(place) for place in spec.submodule_search_locations or ()]
    return next((place.joinpath(*parts) for place in places if place.joinpath(*parts).exists()),
                places[0].joinpath(*parts) if places else None)


def find_module(name: str, search: Sequence[Path]) -> ModuleSpec | None:
    """Where a module is, looked for in ``search`` and then where Python looks. Nothing is imported.

    Source: https://docs.python.org/3/library/importlib.html#importlib.machinery.PathFinder
    """
    first, *rest = name.split(".")
    try:
        spec = PathFinder.find_spec(first, [str(path) for path in search]) or importlib.util.find_spec(first)
        for part in rest:
            if spec is None:
                return None
            # By its last name alone: importlib.util.find_spec would import the package around it, and PathFinder
            # looks for that among the modules that are imported when the package has no __init__.py.
            spec = PathFinder.find_spec(part, list(spec.submodule_search_locations or ()))
    except (ImportError, ValueError, AttributeError, KeyError, OSError):
        return None
    return spec


def _all_options(ini: Path, section: str) -> tuple[tuple[Option, ...], set[str]]:
    """The options of all files, the ini's first, and the sections that there are."""
    if ini.suffix == ".toml":
        found = _toml_options(ini)
        return tuple(found or ()), set() if found is None else {"tool.alembic"}
    parser, text = _parse_ini(ini)
    options = list(_ini_options(ini, parser, text, section))
    sections = set(parser.sections())
    beside = ini.parent / "pyproject.toml"
    if beside.is_file():
        with contextlib.suppress(ProjectError):  # Alembic does not need it where there is an ini
            found = _toml_options(beside)
            options += found or ()
            sections |= set() if found is None else {"tool.alembic"}
    return tuple(options), sections


def _parse_ini(ini: Path) -> tuple[configparser.ConfigParser, str]:
    parser = configparser.ConfigParser({"here": str(ini.parent.absolute()).replace("%", "%%")})
    attempt = f"cannot read {ini.name}"
    try:
        text = ini.read_text(encoding="utf-8")
        parser.read_string(text)
    except configparser.ParsingError as error:  # its message holds the lines, and a line may hold a password
        numbers = ", ".join(str(number) for number, _ in getattr(error, "errors", ())) or getattr(error, "lineno", "?")
        raise ProjectError(attempt, f"line {numbers} cannot be parsed", "correct the file") from None
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        raise ProjectError(attempt, " ".join(str(error).split()), "correct the file") from error
    return parser, text


def _ini_options(ini: Path, parser: configparser.ConfigParser, text: str, section: str) -> Iterator[Option]:
    lines = _lines_of_ini(text)
    for name in (section, *(each for each in parser.sections() if each != section)):
        for option in parser.options(name) if parser.has_section(name) else ():
            line = lines.get((name, option)) or lines.get(("DEFAULT", option))
            if line is not None:
                try:
                    value = parser.get(name, option)
                except configparser.InterpolationError:
                    value = parser.get(name, option, raw=True)
                yield Option(ini, name, option, value, line)


def _lines_of_ini(text: str) -> dict[tuple[str, str], int]:
    """The line of each option, by section and name."""
    found: dict[tuple[str, str], int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("[") and "]" in line:
            section = line[1:line.index("]")]
        elif (match := re.match(r"([^\s#;=:][^=:]*?)\s*[=:]", line)) is not None:
            found.setdefault((section, match[1].lower()), number)
    return found


def _toml_options(path: Path) -> list[Option] | None:
    """The options of ``[tool.alembic]``; None where there is no such table."""
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text).get("tool", {}).get("alembic")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ProjectError(f"cannot read {path.name}", " ".join(str(error).split()), "correct the file") from error
    if not isinstance(table, dict):
        return None
    here = path.parent.absolute().as_posix()
    found = []
    for name, value in table.items():
        match = re.search(rf"^\s*[\"']?{re.escape(name)}[\"']?\s*=", text, re.MULTILINE)
        line = text.count("\n", 0, match.end()) + 1 if match is not None else 1
        items = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, (str, int))]
        found.append(Option(path, "tool.alembic", name,
                            _interpolate("\n".join(map(str, items)), {"here": here}), line))
    return found


def _interpolate(value: str, known: Mapping[str, Any]) -> str:
    return _INTERPOLATED.sub(lambda match: str(known.get(match[1], match[0])), value)


def _several(options: Mapping[str, Option], name: str) -> list[str]:
    """What an option lists, split as Alembic splits it."""
    option = options.get(name)
    if option is None:
        return []
    said = [options[key].value for key in ("path_separator", "version_path_separator") if key in options]
    separator = said[0] if said else None
    if option.section == "tool.alembic":
        return option.value.splitlines()
    if separator in _SEPARATORS:
        return [item.strip() for item in option.value.split(_SEPARATORS[separator]) if item.strip()]
    without = r"[, ]+|:" if name == "prepend_sys_path" else r"[, ]+"
    return [item for item in re.split(without, option.value.strip()) if item]


def _is_true(option: Option | None) -> bool:
    return option is not None and option.value.strip().lower() in ("true", "1", "yes", "on")


def _working_folder(beside: Path, location: str) -> Path:
    """Where relative paths start: beside the ini, here, or above the ini; the first where the script directory is."""
    if ":" not in location and not Path(location).is_absolute():
        for candidate in (beside, Path.cwd(), *beside.parents):
            if (candidate / location).is_dir():
                return candidate
    return beside
