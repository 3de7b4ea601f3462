"""pytest-alembic's fixtures on a disposable database: what its own defaults, an in-memory SQLite, are replaced by.

A team's own definition always goes first. These stand in for the defaults only where the settings name a project.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from harness.pytest_plugin.one_line import in_one_line
from harness.pytest_plugin.options import read_settings

if TYPE_CHECKING:
    from harness.config import Settings

_PEER = "pytest_alembic"
"""The name under which pytest-alembic is registered, and of its package."""
NAMES = ("alembic_config", "alembic_engine")


@pytest.fixture
def alembic_config(request: pytest.FixtureRequest, alembic_config: Any, roundtrip_settings: Settings) -> Any:
    """What the settings say of the project: its ini and section, ``x``, ``main_options``, and the folder to run in."""
    if not names_project(roundtrip_settings) or is_teams_own(request, "alembic_engine"):
        return alembic_config
    from harness.pytest_plugin.in_process.peer import alembic_config_of  # noqa: PLC0415 - imports Alembic

    patch = request.getfixturevalue("monkeypatch")
    with in_one_line():
        return alembic_config_of(roundtrip_settings, patch)


@pytest.fixture
def alembic_engine(
    request: pytest.FixtureRequest, alembic_engine: Any, roundtrip_settings: Settings
) -> Generator[Any, None, None]:
    """An engine on a disposable database of the test's own; whatever env.py connects to, it gets this database."""
    if not names_project(roundtrip_settings):
        yield alembic_engine
        return
    from harness.pytest_plugin.in_process.peer import around_of, guarded_engine  # noqa: PLC0415 - imports Alembic

    patch = request.getfixturevalue("monkeypatch")
    for name, value in roundtrip_settings.env.items():
        patch.setenv(name, value)
    server = request.getfixturevalue("roundtrip_server")
    migrations = request.getfixturevalue("roundtrip_migrations")
    with in_one_line():
        # Only what prepares the database needs a process that reads the project.
        name = migrations.at_base() if roundtrip_settings.prepare else migrations.empty()
    try:
        with in_one_line():
            around = around_of(roundtrip_settings)
        with guarded_engine(server.address, name, around) as engine:
            yield engine
    finally:
        migrations.drop(name)


def names_project(settings: Settings) -> bool:
    """Whether there is an Alembic project where the settings say, or where they look for one."""
    return settings.alembic_ini.is_file()


def is_teams_own(request: pytest.FixtureRequest, fixture: str) -> bool:
    """Whether the definition of ``fixture`` that this test gets is neither pytest-alembic's default nor ours."""
    manager = request._fixturemanager  # noqa: SLF001 - pytest tells it nowhere else
    found = manager.getfixturedefs(fixture, request.node) or ()
    return any(definition.func.__module__.partition(".")[0] not in {_PEER, "harness"} for definition in found[-1:])


def register(config: pytest.Config) -> None:
    """Let these fixtures stand in for pytest-alembic's; of two plugins, pytest takes the one registered last.

    A fixture that any other plugin defines, such as a module that a conftest names in ``pytest_plugins``, is left to
    it; a conftest's own goes before any plugin's by itself.
    """
    manager = config.pluginmanager
    if not manager.hasplugin(_PEER):
        return
    module = ModuleType("roundtrip-alembic")
    for name in NAMES:
        if not any(_is_others(plugin) and hasattr(plugin, name) for plugin in manager.get_plugins()):
            setattr(module, name, globals()[name])
    manager.register(module, "roundtrip-alembic")


def tests_path(config: pytest.Config) -> Path:
    """Where pytest-alembic binds its tests, and so where a team has its fixtures: ``tests/conftest.py`` by default."""
    given = getattr(config.option, "pytest_alembic_tests_path", None)
    if given is None and config.pluginmanager.hasplugin(_PEER):
        given = config.getini("pytest_alembic_tests_path")
    return config.rootpath / (given or "tests/conftest.py")


def bind_built_in_tests(config: pytest.Config) -> None:
    """Have ``--test-alembic`` collect its tests at the ini where there is no file to bind them to."""
    if not getattr(config.option, "pytest_alembic_registration_enabled", False) or tests_path(config).is_file():
        return
    settings = read_settings(config)
    ini = settings.alembic_ini
    if names_project(settings) and ini.is_relative_to(config.rootpath):
        config.option.pytest_alembic_tests_path = ini.relative_to(config.rootpath).as_posix()
        if str(ini) not in config.args:
            config.args.append(str(ini))


def _is_others(plugin: Any) -> bool:
    name = getattr(plugin, "__name__", "")
    is_conftest = Path(getattr(plugin, "__file__", None) or "").name == "conftest.py"
    return not is_conftest and name.partition(".")[0] not in {_PEER, "harness"}
