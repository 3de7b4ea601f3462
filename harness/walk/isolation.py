"""Find out why a step failed: on an empty database too, or because of which rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.data.compare import describe_row
from harness.data.halving import failing_items
from harness.data.remove import RowRef, fetch_row, list_row_refs, remove_rows
from harness.data.rows import list_tables
from harness.findings.facts import Culprit
from harness.names import Direction, RevisionId
from harness.walk.lineage import Bench, Lineage, SpineError
from harness.walk.trial import Trial

PROBES = 40
"""Copies of the database that may be tried to find the rows; each costs about a tenth of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Rows that make a step fail."""

    refs: tuple[RowRef, ...]
    """What to take out; valid in every copy of the database they were found in."""
    culprits: tuple[Culprit, ...]
    """The same for a person, where they could be narrowed down."""
    complete: bool
    """Whether the step ran through without them."""


class Isolation:
    """Repeats failing steps on copies of the spine."""

    def __init__(self, bench: Bench, trial: Trial, spine: Lineage, bare: Lineage) -> None:
        self._bench = bench
        self._trial = trial
        self._spine = spine
        self._bare = bare

    def fails_when_empty(self, position: int, directions: Sequence[Direction]) -> bool | None:
        """Whether the last of ``directions`` fails without seeded rows; None when that cannot be told.

        The trial is thrown away: a role that it made would be in the way.
        """
        self._trial.discard()
        try:
            self._trial.drop_roles_since(position)
            self._bare.advance(position)
        except SpineError:
            return None
        return self._fails(self._bare.database, (), self._bench.order[position], directions)

    def find(self, position: int, directions: Sequence[Direction]) -> Found:
        """Find the seeded rows that make the last of ``directions`` fail; the trial is thrown away."""
        self._trial.discard()
        self._trial.drop_roles_since(position)
        self._spine.advance(position)
        with self._bench.databases.connect(self._spine.database) as connection:
            tables = list_tables(connection, exclude=self._bench.version_tables)
            refs = list_row_refs(connection, tables)
        return self.find_among(self._spine.database, refs, self._bench.order[position], directions, {})

    def find_among(
        self, database: str, refs: Sequence[RowRef], revision: RevisionId, directions: Sequence[Direction],
        reasons: Mapping[RowRef, str],
    ) -> Found:
        """Find which of ``refs`` in ``database`` make the last of ``directions`` fail, on copies of it."""
        everything = tuple(refs)

        def fails(kept: Sequence[RowRef]) -> bool:
            kept_set = set(kept)
            removed = [ref for ref in everything if ref not in kept_set]
            return self._fails(database, removed, revision, directions) is True

        isolated = failing_items(everything, fails, budget=PROBES)
        found = tuple(ref for subset in isolated.subsets for ref in subset)
        if not isolated.rest_passes:
            tables = {ref.table for ref in found}
            wider = tuple(ref for ref in everything if ref.table in tables)
            kept = [ref for ref in everything if ref.table not in tables]
            if found and not fails(kept):
                return Found(refs=wider, culprits=self._describe(database, found, reasons), complete=True)
            return Found(refs=everything, culprits=self._describe(database, found, reasons), complete=not fails(()))
        return Found(refs=found, culprits=self._describe(database, found, reasons), complete=True)

    def _fails(
        self, database: str, removed: Sequence[RowRef], revision: RevisionId, directions: Sequence[Direction]
    ) -> bool | None:
        """Whether the last step fails on a copy without ``removed``; None when an earlier one does."""
        copy = self._bench.copy_of(database, "probe")
        try:
            if removed:
                with self._bench.databases.connect(copy) as connection:
                    remove_rows(connection, removed)
            for direction in directions[:-1]:
                if not self._bench.stepper.step(copy, direction, revision).ok:
                    return None
            return not self._bench.stepper.step(copy, directions[-1], revision).ok
        finally:
            self._bench.drop(copy)

    def _describe(self, database: str, refs: Sequence[RowRef], reasons: Mapping[RowRef, str]) -> tuple[Culprit, ...]:
        with self._bench.databases.connect(database) as connection:
            return tuple(
                Culprit(table=ref.table, row=describe_row(*fetch_row(connection, ref)), reason=reasons.get(ref))
                for ref in refs
            )
