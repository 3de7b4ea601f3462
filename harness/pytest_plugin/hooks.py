"""The hooks that pytest always calls; those of a walk are registered only when one is asked for."""

from __future__ import annotations

import contextlib

import pytest

from harness.launch import launched_ahead
from harness.pytest_plugin.alembic_fixtures import bind_built_in_tests, register
from harness.pytest_plugin.fixtures import SHARED
from harness.pytest_plugin.options import add_options, asked_on_command_line, is_asked, read_settings


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options and ini values."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and the fixtures for pytest-alembic, and the walk when it is asked for."""
    config.addinivalue_line("markers", "roundtrip: the round trip of one revision of an Alembic history")
    register(config)
    bind_built_in_tests(config)
    if is_asked(config):
        from harness.pytest_plugin.distribution import is_controller  # noqa: PLC0415 - most runs need none of it

        if asked_on_command_line(config) and not is_controller(config):  # else others may walk, or nobody
            ahead = contextlib.ExitStack()
            ahead.enter_context(launched_ahead(read_settings(config).env))
            config.add_cleanup(ahead.close)
        from harness.pytest_plugin.session import WalkSession  # noqa: PLC0415 - the same

        session = WalkSession(config)
        config.pluginmanager.register(session, "roundtrip-walk")
        config.stash[SHARED] = session.shared
