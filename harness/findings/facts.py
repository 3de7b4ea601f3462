"""What was measured on one revision's round trip, before any judgement: what ``walk`` hands to the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.catalog import CatalogDelta
from harness.data.compare import RowsDelta
from harness.data.sequences import Behind
from harness.names import QualifiedName, RevisionId, StepName
from harness.recording import Edit
from harness.worker.protocol import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Culprit:
    """One row that makes a step fail."""

    table: QualifiedName
    row: str
    """The row as a person reads it: ``(id=3, name=NULL)``."""
    failure: Failure | None = None
    """How the step fails with it where the others are not there; None: not tried so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """How a step failed because it read a date or time that Python has no value for, in rows that Roundtrip made."""

    failure: Failure
    culprits: tuple[Culprit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """One migration of the trip as it went."""

    name: StepName
    seconds: float = 0.0
    statements: int = 0
    failure: Failure | None = None
    """What it raised; None when it ran through, timed out or died."""
    timed_out_after_seconds: float | None = None
    died: str | None = None
    """How the worker process ended, when the step ended it."""
    skipped: str | None = None
    """Why it was not run."""
    fails_when_empty: bool | None = None
    """Whether it also fails on a database without seeded rows; None: not tried."""
    failure_when_empty: Failure | None = None
    """What it raises there."""
    culprits: tuple[Culprit, ...] = ()
    """Rows without which it runs through."""
    culprits_complete: bool = True
    """Whether it ran through once they were taken out."""
    culprits_made_here: bool = False
    """Whether they only hold, since Roundtrip made them so, keys that the step inserts whatever the tables hold."""
    unreadable: Unreadable | None = None
    """How it failed at first; everything else tells how it went without such values."""
    rows_per_table: int | None = None
    """How many rows were wanted in each table when it was timed; None: as many as everywhere in the trip."""

    @property
    def failed(self) -> bool:
        """Whether it did not run through."""
        return self.failure is not None or self.timed_out_after_seconds is not None or self.died is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """A table or column that only exists while the revision is deployed, and what it held then."""

    table: QualifiedName
    column: str | None
    """None for a whole table."""
    rows: int
    """Rows (for a column: values that are not NULL) that were there and are gone for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFacts:
    """What happened to rows written while the revision was deployed."""

    rows: Mapping[QualifiedName, int]
    """How many were written, by table."""
    reasons: tuple[str, ...]
    """What about them only the new schema allows."""
    deltas: tuple[RowsDelta, ...] = ()
    """Live state against the state after the downgrade and the upgrade after it; only what predates the revision."""
    old_deltas: tuple[RowsDelta, ...] = ()
    """Rows that were there before the upgrade against what the downgrade left of them once live rows were there."""
    discarded: tuple[Discarded, ...] = ()
    sequences_behind: tuple[Behind, ...] = ()
    """Sequences of tables with such rows that hand out a key in use after the downgrade."""
    of_dump: bool = False
    """Whether they are the rows of a dump, which were written before."""
    dump_is_empty: bool = False
    """Whether that held no rows, and these were made for its tables."""


class LossKind(StrEnum):
    """What happened to rows or values for which a statement is sought."""

    LOST = "lost"
    CHANGED = "changed"
    ADDED = "added"
    LIVE_LOST = "live_lost"
    LIVE_CHANGED = "live_changed"


@dataclass(frozen=True, slots=True)
class Loss:
    """What a finding is about: rows of a table, or where ``column`` is set, values of it."""

    kind: LossKind
    table: QualifiedName
    column: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneBy:
    """A statement after which some rows or values were first as they stayed until the end of the trip."""

    step: StepName
    statement: str
    location: str | None
    """``file:line``; None where no line of the user's sent it."""
    rows: int
    """How many of the rows concerned are its doing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeFacts:
    """The same trip, without live rows, with as many rows as were wanted, where the trip itself is made with few."""

    few: int
    """Rows wanted in each table for the trip itself."""
    many: int
    """Rows wanted in each table here; of a dump, the most rows of a table."""
    of_dump: bool = False
    """Whether these are all rows of a dump, and the few a sample of them."""
    rows: Mapping[QualifiedName, int] = field(default_factory=dict)
    """How many rows each table held."""
    why_fewer: Mapping[QualifiedName, str] = field(default_factory=dict)
    """Why some hold fewer than wanted."""
    steps: tuple[StepFacts, ...] = ()
    compared: bool = False
    """Whether it came to the comparison of before with downgraded."""
    upgrade_rows: tuple[RowsDelta, ...] = ()
    """Before against upgraded."""
    downgrade_rows: tuple[RowsDelta, ...] = ()
    """Before against downgraded."""
    columns_gone: tuple[Discarded, ...] = ()
    """As in TripFacts."""
    not_made: str | None = None
    """Why it was not made, or not to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFacts:
    """What is known of one table during the trip."""

    rows: int
    why_fewer: str | None = None
    """Why it holds fewer rows than wanted, where there are to be many."""
    not_compared: str | None = None
    """Why its rows are not looked at at all."""
    error: str | None = None
    """Why it could not be filled, when this revision's seeding tried and failed."""
    given_error: str | None = None
    """Why not every row that the team gives for the place after the revision could be stored."""
    made_here: bool = False
    """Whether its rows are neither the team's nor a dump's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TripFacts:
    """One revision's whole trip."""

    revision: RevisionId
    path: str
    steps: tuple[StepFacts, ...]
    passed_at_once: bool = False
    """Whether the upgrade, which alone fails, runs through in one run of env.py with all before it."""
    upgrade_schema: CatalogDelta | None = None
    """Before against upgraded; None: not reached. The same for the others."""
    downgrade_schema: CatalogDelta | None = None
    """Before against downgraded."""
    leftover_schema: CatalogDelta | None = None
    """Upgraded against downgraded: empty when the downgrade changed no schema."""
    reupgrade_schema: CatalogDelta | None = None
    """The first upgraded against the second."""
    upgrade_rows: tuple[RowsDelta, ...] = ()
    """Before against upgraded."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """What tables and columns that the upgrade renamed are called after it, by their qualified names before."""
    downgrade_rows: tuple[RowsDelta, ...] = ()
    """Before against downgraded."""
    columns_gone: tuple[Discarded, ...] = ()
    """Columns and tables that were there before the upgrade, held values, and are missing after the downgrade."""
    rows_undone: bool = False
    """Whether the downgrade changed any row that the upgrade had left."""
    upgraded_behind: tuple[Behind, ...] = ()
    """Sequences of tables that held rows before, which after the upgrade hand out a key in use and did not before."""
    sequences_behind: tuple[Behind, ...] = ()
    """Sequences that hand out a key in use after the downgrade and did not before."""
    live: LiveFacts | None = None
    unwritten: Mapping[QualifiedName, str] = field(default_factory=dict)
    """Tables that the revision concerns and that took no row while it was deployed, each with the reason."""
    edits: tuple[Edit, ...] = ()
    """What the upgrade leaves otherwise than it was recorded to."""
    done_by: Mapping[Loss, tuple[DoneBy, ...]] = field(default_factory=dict)
    """The statements that did it, the one with the most rows first; empty where none can be named."""
    size: SizeFacts | None = None
    """None where the trip itself was made with all rows wanted."""
    tables: Mapping[QualifiedName, TableFacts]
    seeds_failed: tuple[tuple[str, str], ...] = ()
    """What the team gives for the place after the revision and could not be run, each with the reason."""

    def step(self, name: StepName) -> StepFacts | None:
        """The step of that name, or None when the trip did not come to it."""
        return next((step for step in self.steps if step.name is name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterexample:
    """Rows that a search found, and what a round trip of the revision with them was like."""

    statements: tuple[str, ...]
    """What puts the rows in, parents first; none where it takes no rows at all."""
    facts: TripFacts
    note: str | None = None
    """What the rows need beside them, if anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFacts:
    """What a search for rows came to."""

    examples: int = 0
    """How many the server took and were tried."""
    refused: int = 0
    """How many it refused."""
    seconds: float = 0.0
    not_searched: str | None = None
    """Why nothing, or not all, was searched."""
    counterexamples: tuple[Counterexample, ...] = ()
