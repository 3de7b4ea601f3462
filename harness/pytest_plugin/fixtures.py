"""Fixtures for a team's own tests. Each can be overridden in a conftest.py, as any fixture can.

What the walk of this session has started is used and not started again.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from harness.pytest_plugin.options import read_settings

if TYPE_CHECKING:
    from harness.config import Settings
    from harness.outcomes import RunResult
    from harness.pytest_plugin.database import FreshDatabase
    from harness.pytest_plugin.seeding import Seeder
    from harness.pytest_plugin.shared import SharedRun
    from harness.servers import Server

SHARED: pytest.StashKey[SharedRun] = pytest.StashKey()


@pytest.fixture(scope="session")
def roundtrip_settings(pytestconfig: pytest.Config) -> Settings:
    """The settings: options over ini over environment over ``[tool.roundtrip]`` over defaults."""
    return read_settings(pytestconfig)


@pytest.fixture(scope="session")
def roundtrip_shared(pytestconfig: pytest.Config, roundtrip_settings: Settings) -> Generator[SharedRun, None, None]:
    """The walk that the other fixtures share; the one that ``--roundtrip`` makes, if its settings are these."""
    of_session = pytestconfig.stash.get(SHARED, None)
    if of_session is not None and of_session.settings == roundtrip_settings:
        yield of_session
        return
    from harness.pytest_plugin.shared import SharedRun  # noqa: PLC0415 - imported only where it is used

    own = SharedRun(roundtrip_settings)
    try:
        yield own
    finally:
        own.close()


@pytest.fixture(scope="session")
def roundtrip_server(roundtrip_shared: SharedRun) -> Server:
    """A disposable PostgreSQL server, the one the walk runs on."""
    return roundtrip_shared.server


@pytest.fixture
def roundtrip_database(roundtrip_server: Server) -> Generator[FreshDatabase, None, None]:
    """A fresh, empty database with ``name``, ``url`` and ``connect()``; dropped after the test."""
    from harness.pytest_plugin.database import fresh_database  # noqa: PLC0415 - imported only where it is used

    with fresh_database(roundtrip_server) as database:
        yield database


@pytest.fixture(scope="session")
def roundtrip_result(roundtrip_shared: SharedRun) -> RunResult:
    """The result of the whole walk, which is made to its end."""
    return roundtrip_shared.finish()


@pytest.fixture(scope="session")
def roundtrip_seed(roundtrip_settings: Settings) -> Seeder:
    """A callable that fills the tables of a database with rows: ``roundtrip_seed(connection, tables=None, rows=…)``."""
    from harness.pytest_plugin.seeding import Seeder  # noqa: PLC0415 - imported only where it is used

    return Seeder(rows=roundtrip_settings.rows, seed=roundtrip_settings.seed)
