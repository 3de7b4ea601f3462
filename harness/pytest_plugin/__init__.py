"""The pytest plugin: one test item per revision of an Alembic history, and fixtures for a team's own tests.

It does nothing unless asked by ``--roundtrip`` or the ini value ``roundtrip_alembic_ini``, or by a test that uses one
of the fixtures. This package is imported at every start of pytest, so what a walk needs is imported when one is made.
The classes of what the fixtures give are in ``harness.pytest_plugin.public``.
"""

from harness.pytest_plugin.fixtures import (
    roundtrip_database,
    roundtrip_migration,
    roundtrip_migrations,
    roundtrip_result,
    roundtrip_seed,
    roundtrip_seeds,
    roundtrip_server,
    roundtrip_settings,
    roundtrip_shared,
    roundtrip_walk,
)
from harness.pytest_plugin.hooks import pytest_addoption, pytest_configure

__all__ = [
    "pytest_addoption",
    "pytest_configure",
    "roundtrip_database",
    "roundtrip_migration",
    "roundtrip_migrations",
    "roundtrip_result",
    "roundtrip_seed",
    "roundtrip_seeds",
    "roundtrip_server",
    "roundtrip_settings",
    "roundtrip_shared",
    "roundtrip_walk",
]
