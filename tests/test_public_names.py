"""What the distribution promises by name is there, and nothing is public by accident."""

from __future__ import annotations

import ast
import importlib
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import harness

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = tuple(
    ".".join(path.parent.relative_to(ROOT).parts) for path in sorted((ROOT / "harness").rglob("__init__.py"))
)

each_package = pytest.mark.parametrize("name", PACKAGES)


def imported_names(name: str) -> set[str]:
    """The names that a package's ``__init__`` takes from our modules, but for those that it keeps to itself."""
    source = ROOT.joinpath(*name.split("."), "__init__.py").read_text(encoding="utf-8")
    return {
        alias.asname or alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("harness")
        for alias in node.names
        if not (alias.asname or alias.name).startswith("_")
    }


@each_package
def test_what_a_package_gathers_is_what_it_offers(name: str):
    offered = set(getattr(importlib.import_module(name), "__all__", ()))
    assert imported_names(name) == offered - {"__version__"}


@each_package
def test_every_offered_name_is_there_and_explained(name: str):
    package = importlib.import_module(name)
    for offered in getattr(package, "__all__", ()):
        value = getattr(package, offered)
        if isinstance(value, type) or callable(value):
            assert (value.__doc__ or "").strip(), f"{name}.{offered} has no docstring"


def test_the_version_is_said_once_for_all():
    assert harness.__version__ == PYPROJECT["project"]["version"]


def test_the_changelog_knows_the_version():
    assert f"## {harness.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_command_is_installed():
    (command,) = entry_points(group="console_scripts", name="roundtrip")
    assert callable(command.load())


def test_the_plugin_is_registered_under_its_own_name():
    """Under another name, a root conftest.py that lists it in pytest_plugins would have it registered twice."""
    (plugin,) = (point for point in entry_points(group="pytest11") if point.value.startswith("harness."))
    assert plugin.name == plugin.value == "harness.pytest_plugin"


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "harness" / "py.typed").is_file()
    assert "py.typed" in PYPROJECT["tool"]["setuptools"]["package-data"]["harness"]


def test_the_licence_is_the_one_that_is_named():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PYPROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
