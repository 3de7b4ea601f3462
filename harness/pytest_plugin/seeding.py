"""Rows for the tables of a team's own tests, by the same seeding that the walk uses."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from harness.data.seed import SeedOutcome, seed_tables
from harness.data.shapes import Shapes, read_shapes
from harness.names import QualifiedName


@dataclass(frozen=True, slots=True)
class Seeder:
    """Fills tables with rows that respect every constraint and are adversarial within it; the same each time."""

    rows: int
    seed: int

    def __call__(
        self, connection: psycopg.Connection, tables: Iterable[str] | None = None, rows: int | None = None
    ) -> tuple[SeedOutcome, ...]:
        """Fill ``tables`` (``name`` or ``schema.name``; default: all) with ``rows`` rows each (default: the settings').

        A table that cannot be filled fails the test, as does a name that there is not.
        """
        with _qualified_names_only(connection):
            shapes = read_shapes(connection, exclude=frozenset())
            wanted = tuple(shapes.tables) if tables is None else tuple(_find(table, shapes) for table in tables)
            outcomes = tuple(seed_tables(connection, shapes, only=wanted, seed=self.seed,
                                         rows=self.rows if rows is None else rows))
        failed = [f"{outcome.table}: {outcome.error}" for outcome in outcomes if outcome.error is not None]
        if failed:
            pytest.fail(f"cannot fill {'; '.join(failed)}", pytrace=False)
        return outcomes


def _find(table: str, shapes: Shapes) -> QualifiedName:
    for name in shapes.tables:
        if table in {str(name), f"{name.schema}.{name.name}"} or (name.schema == "public" and table == name.name):
            return name
    known = ", ".join(str(name) for name in shapes.tables) or "none at all"
    pytest.fail(f"cannot fill {table!r}: there is no such table; there are {known}", pytrace=False)


@contextlib.contextmanager
def _qualified_names_only(connection: psycopg.Connection) -> Iterator[None]:
    """Seed as the walk does, with an empty search path; the connection keeps its own."""
    row = connection.execute("SELECT pg_catalog.current_setting('search_path')").fetchone()
    assert row is not None
    _set_search_path(connection, "")
    try:
        yield
    finally:
        if connection.info.transaction_status is not TransactionStatus.INERROR:
            _set_search_path(connection, row[0])


def _set_search_path(connection: psycopg.Connection, value: str) -> None:
    connection.execute("SELECT pg_catalog.set_config('search_path', %s, false)", [value])
