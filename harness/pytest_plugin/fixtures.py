"""Fixtures for a team's own tests. Each can be overridden in a conftest.py, as any fixture can.

What the walk of this session has started is used and not started again.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from harness.pytest_plugin.alembic_fixtures import is_teams_own
from harness.pytest_plugin.one_line import in_one_line
from harness.pytest_plugin.options import read_settings

if TYPE_CHECKING:
    from harness.config import Settings
    from harness.data.given import GivenSeeds
    from harness.outcomes import RunResult
    from harness.pytest_plugin.database import FreshDatabase
    from harness.pytest_plugin.migration import Migration, MigrationDatabases
    from harness.pytest_plugin.seeding import Seeder
    from harness.pytest_plugin.shared import SharedRun
    from harness.servers import Server

# Modules that only a test which uses a fixture needs are imported in the fixture: most runs of pytest need none.
# ruff: noqa: PLC0415

SHARED: pytest.StashKey[SharedRun] = pytest.StashKey()


@pytest.fixture(scope="session")
def roundtrip_settings(pytestconfig: pytest.Config) -> Settings:
    """The settings: options over ini over environment over ``[tool.roundtrip]`` over defaults."""
    with in_one_line():
        return read_settings(pytestconfig)


@pytest.fixture(scope="session")
def roundtrip_shared(pytestconfig: pytest.Config, roundtrip_settings: Settings) -> Generator[SharedRun, None, None]:
    """The walk that the other fixtures share: that of ``--roundtrip``, unless the settings name another project."""
    of_session = pytestconfig.stash.get(SHARED, None)
    if of_session is not None and of_session.settings.alembic_ini == roundtrip_settings.alembic_ini:
        of_session.reconfigure(roundtrip_settings)
        if of_session.settings == roundtrip_settings:
            yield of_session
            return
    from harness.pytest_plugin.shared import SharedRun

    own = SharedRun(roundtrip_settings)
    try:
        yield own
    finally:
        own.close()


@pytest.fixture(scope="session")
def roundtrip_server(roundtrip_shared: SharedRun) -> Server:
    """A PostgreSQL server on which databases may be made; by default a disposable one, or what the settings say."""
    with in_one_line():
        return roundtrip_shared.server


@pytest.fixture
def roundtrip_seeds(request: pytest.FixtureRequest) -> GivenSeeds:
    """Rows of the team's own for the walk; by default those that its ``alembic_config`` gives to pytest-alembic."""
    from harness.data.given import NO_SEEDS
    from harness.pytest_plugin.seeds import seeds_from

    if not is_teams_own(request, "alembic_config"):
        return NO_SEEDS
    with in_one_line():
        return seeds_from(request.getfixturevalue("alembic_config"))


@pytest.fixture
def roundtrip_walk(roundtrip_shared: SharedRun, roundtrip_server: Server, roundtrip_seeds: GivenSeeds) -> SharedRun:
    """The walk, on the server and with the seeds that the fixtures give; what the items of ``--roundtrip`` ask for."""
    with in_one_line():
        roundtrip_shared.use(roundtrip_server, roundtrip_seeds)
    return roundtrip_shared


@pytest.fixture
def roundtrip_result(roundtrip_walk: SharedRun) -> RunResult:
    """The result of the whole walk, which is made to its end once a session."""
    with in_one_line():
        return roundtrip_walk.finish()


@pytest.fixture
def roundtrip_database(roundtrip_server: Server) -> Generator[FreshDatabase, None, None]:
    """A fresh, empty database with ``name``, ``url`` and ``connect()``; dropped after the test."""
    from harness.pytest_plugin.database import fresh_database

    with fresh_database(roundtrip_server) as database:
        yield database


@pytest.fixture(scope="session")
def roundtrip_seed(roundtrip_settings: Settings) -> Seeder:
    """A callable that fills the tables of a database with rows: ``roundtrip_seed(connection, tables=None, rows=…)``."""
    from harness.pytest_plugin.seeding import Seeder

    return Seeder(rows=roundtrip_settings.rows, seed=roundtrip_settings.seed)


@pytest.fixture(scope="session")
def roundtrip_migrations(
    roundtrip_settings: Settings, roundtrip_server: Server
) -> Generator[MigrationDatabases, None, None]:
    """The templates that ``roundtrip_migration`` clones, kept for the session."""
    from harness.pytest_plugin.migration import MigrationDatabases

    databases = MigrationDatabases(roundtrip_settings, roundtrip_server)
    try:
        yield databases
    finally:
        databases.close()


@pytest.fixture
def roundtrip_migration(roundtrip_migrations: MigrationDatabases) -> Generator[Migration, None, None]:
    """Databases right before a revision, for a test of its data: ``roundtrip_migration.before("0005")``."""
    from harness.pytest_plugin.migration import Migration

    migration = Migration(roundtrip_migrations)
    try:
        yield migration
    finally:
        migration.close()
