"""What a team's tests and conftest.py name: the classes that the fixtures give, for annotations and overriding."""

from __future__ import annotations

from harness.config import Settings
from harness.data.given import NO_SEEDS, GivenRows, GivenSeeds
from harness.data.seed import SeedOutcome
from harness.outcomes import RunResult
from harness.pytest_plugin.database import FreshDatabase
from harness.pytest_plugin.migration import Migration, MigrationDatabase, MigrationError
from harness.pytest_plugin.seeding import Seeder
from harness.servers import Server, start_server

__all__ = [
    "NO_SEEDS",
    "FreshDatabase",
    "GivenRows",
    "GivenSeeds",
    "Migration",
    "MigrationDatabase",
    "MigrationError",
    "RunResult",
    "SeedOutcome",
    "Seeder",
    "Server",
    "Settings",
    "start_server",
]
