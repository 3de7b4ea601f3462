"""Statements are run as a revision runs them, and what is said to undo them is run after."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from harness.catalog import CatalogDelta, capture, diff, render
from harness.findings.restoring import in_order, restore
from tests.oracle.doing import run_as_migrations_do
from tests.oracle.restoring import run_all


@dataclass(frozen=True)
class Undone:
    """What was told of a change to a schema, and what was left of it once that was run."""

    changed: CatalogDelta
    left: CatalogDelta
    remedies: dict[str, tuple[str, ...]]
    """By the names of what is as it was not."""

    @property
    def statements(self) -> str:
        """All of them."""
        return "\n".join(line for lines in self.remedies.values() for line in lines)

    @property
    def what_is_left(self) -> str:
        """For who reads why a test failed."""
        return "\n".join([*render(self.left), "after", self.statements])


@pytest.fixture
def undo(databases, database, connection):
    """Undo what ``change`` does to what ``setup`` makes, by the remedies alone; all of them must be told."""

    def run(setup: str, change: str, **options: object) -> Undone:
        run_as_migrations_do(connection, setup)
        before = capture(connection)
        run_as_migrations_do(connection, change)
        delta = diff(before, capture(connection))
        remedies = {f"{change.action} {change.name}": restore(change, delta) for change in in_order(delta)}
        assert None not in remedies.values(), remedies
        run_all(databases.server.address.conninfo(database), remedies.values(), **options)
        return Undone(delta, diff(before, capture(connection)), remedies)

    return run
