"""The hooks that pytest always calls; those of a walk are registered only when one is asked for."""

from __future__ import annotations

import pytest

from harness.pytest_plugin.alembic_fixtures import bind_built_in_tests, register
from harness.pytest_plugin.fixtures import SHARED
from harness.pytest_plugin.options import add_options, is_asked


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options and ini values."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and the fixtures for pytest-alembic, and the walk when it is asked for."""
    config.addinivalue_line("markers", "roundtrip: the round trip of one revision of an Alembic history")
    register(config)
    bind_built_in_tests(config)
    if is_asked(config):
        from harness.pytest_plugin.session import WalkSession  # noqa: PLC0415 - most runs of pytest need none of it

        session = WalkSession(config)
        config.pluginmanager.register(session, "roundtrip-walk")
        config.stash[SHARED] = session.shared
