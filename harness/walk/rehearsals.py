"""Tries of a failing step within transactions that are rolled back, all on one copy of the database."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

import psycopg

from harness.data.remove import Removals, RowRef
from harness.names import Direction, RevisionId
from harness.walk.lineage import Bench
from harness.walk.stepper import CannotRehearseError, StepResult
from harness.worker.protocol import Failure, Rehearse, Rehearsed

_OF_THE_TRANSACTION = ("25", "55P04")
"""How the SQLSTATEs begin of what fails because it is tried within a transaction, or after an error in it."""


class Rehearsals:
    """Tries of the last of some steps on one copy of a database, each without some of its rows."""

    def __init__(
        self, bench: Bench, database: str, refs: Sequence[RowRef], revision: RevisionId, directions: Sequence[Direction]
    ) -> None:
        """``refs`` are the rows that may be left out."""
        self._bench = bench
        self._template = database
        self._tables = {ref.table for ref in refs}
        self._revision = revision
        self._directions = directions
        self._copy = ""
        self._connection: psycopg.Connection | None = None

    def __enter__(self) -> Self:
        """Make the copy."""
        self._copy = self._bench.copy_of(self._template, "rehearsals")
        self._connection = self._bench.databases.connect(self._copy)
        self._removals = Removals(self._connection, self._tables)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop the copy."""
        if self._connection is not None:
            self._connection.close()
        self._bench.drop(self._copy)

    def expect(self, failure: Failure) -> None:
        """Check that with all rows the last step fails as it did by itself.

        Raises:
            CannotRehearseError: it does not, or that cannot be told.
        """
        result = self._rehearse((), ())
        again = result.failure
        if not result.last or again is None:
            raise CannotRehearseError
        if (again.type_name, again.sqlstate, again.location) != (failure.type_name, failure.sqlstate, failure.location):
            raise CannotRehearseError

    def without(self, removed: Sequence[RowRef], spared: Sequence[RowRef]) -> StepResult | None:
        """How the last step goes without these rows and all that reference them but ``spared``.

        None when an earlier one fails.

        Raises:
            CannotRehearseError: that cannot be told.
        """
        result = self._rehearse(removed, spared)
        return StepResult(seconds=0.0, failure=result.failure) if result.last else None

    def _rehearse(self, removed: Sequence[RowRef], spared: Sequence[RowRef]) -> Rehearsed:
        removals = self._removals.of(removed, spared) if removed else ()
        asked = Rehearse(tuple(self._directions), self._revision, removals, joins_blocks=True)
        result = self._bench.stepper.rehearse(self._copy, asked)
        if result.failure is not None and (result.failure.sqlstate or "").startswith(_OF_THE_TRANSACTION):
            raise CannotRehearseError(result.failure.message)
        return result
