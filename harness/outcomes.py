"""What became of each planned revision, and of the run. Reports read these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, Self

from harness.acceptance import Acceptance
from harness.cascade.model import CascadeRoot
from harness.findings.model import Finding, Severity
from harness.names import RevisionId, StepName

THE_END = "the end of the walk"
"""What stands in the way of the revisions that a walk was ended before."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The round trip was made; no findings means compared, and equal."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """The revision was applied but its round trip was not asked for."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotReached:
    """The revision could not be applied because another one stood in the way."""

    reason: str
    blocked_by: str
    """A revision id, a file's path where the file has no id, or THE_END."""

    @classmethod
    def by_the_end(cls, why: str) -> Self:
        """The outcome of a revision that the walk was ended before, with what ended it."""
        return cls(f"{THE_END} came before it: {why}", THE_END)


Outcome = Checked | Skipped | NotReached


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One migration that was run (or, with ``skipped`` set, was not)."""

    name: StepName
    seconds: float
    error: str | None = None
    skipped: str | None = None
    """Why the step was not run."""
    rows_per_table: int | None = None
    """How many rows were wanted in each table when it was timed; None: as many as the trip is made with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRecord:
    """What a revision's trip proved about one table."""

    rows: int
    """Rows that were in the table before the trip."""
    live_rows: int = 0
    """Rows written while the revision was deployed."""
    error: str | None = None
    """Why nothing is proven about it, as far as that is known: it could not be filled, or is not compared."""
    why_fewer: str | None = None
    """Why it held fewer rows than wanted, where there were to be many."""
    unwritten: str | None = None
    """Why it took no row while the revision was deployed, where it was to."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many tables held rows, so that something is proven about them."""

    tables: int
    with_rows: int

    @property
    def complete(self) -> bool:
        """Whether all did."""
        return self.with_rows == self.tables

    def __str__(self) -> str:
        """``27 of 29 tables held rows``."""
        return f"{self.with_rows:,} of {self.tables:,} table{'' if self.tables == 1 else 's'} held rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRecord:
    """What a search for rows that find a loss tried in one revision."""

    examples: int
    """Examples that the server took and that were tried."""
    refused: int
    """Examples that it refused."""
    seconds: float
    not_searched: str | None
    """Why nothing, or not all, was searched; None when all was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRecord:
    """The trip that was made once more with as many rows as were wanted."""

    few: int
    """Rows wanted in each table for the trip itself."""
    many: int
    """Rows wanted in each table; of a dump, the most rows of a table."""
    of_dump: bool
    """Whether these are all rows of a dump, and the few a sample of them."""
    not_made: str | None
    """Why it was not made, or not to its end; None when it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionResult:
    """One revision's outcome with everything that was found."""

    revision: RevisionId
    down_revisions: tuple[RevisionId, ...]
    path: str
    """The revision file, relative to the project's folder where it lies inside it."""
    message: str
    """The revision's one-line description."""
    outcome: Outcome
    steps: tuple[StepRecord, ...] = ()
    tables: dict[str, TableRecord] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    search: SearchRecord | None = None
    """None when no search was asked for."""
    size: SizeRecord | None = None
    """None where the trip itself was made with all rows wanted."""
    digest: str | None = None
    """The SHA-256 of the revision file's text, as it was loaded."""
    changed_nothing: bool = False
    """Whether its upgrade ran and left schema and rows as they were, so that nothing is proven of its downgrade."""

    @property
    def verdict(self) -> str:
        """``ok``, or the worst severity among findings that were not accepted."""
        return worst(self.findings)

    @property
    def coverage(self) -> Coverage | None:
        """How many of its tables held rows; None when it made no trip, or there was no table."""
        return Coverage(len(self.tables), len(self.tables) - len(self.without_rows)) if self.tables else None

    @property
    def without_rows(self) -> tuple[str, ...]:
        """Tables about which nothing is proven."""
        return tuple(name for name, table in sorted(self.tables.items())
                     if table.error is not None or not (table.rows or table.live_rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectInfo:
    """Which project was walked."""

    name: str
    alembic_ini: str
    script_location: str
    revisions: int
    heads: tuple[RevisionId, ...]
    mode: str
    """``generator`` (one run of env.py carries the walk) or ``command`` (one command a step), with why."""
    network: str = "open"
    """What the migrations have of the network: ``none``, or ``open`` and why."""
    not_read: tuple[str, ...] = ()
    """Where there are files that look like revisions and are not read, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerInfo:
    """Which server it was walked on."""

    provider: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsRecord:
    """What the comparison of the models with the head came to."""

    findings: tuple[Finding, ...] = ()
    not_compared: str | None = None
    """Why nothing was compared; None when it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpRecord:
    """The dump that a run began with."""

    path: str
    format: str
    from_major: int | None
    """The major version of the server that it was made on; None where it does not say."""
    revisions: tuple[str, ...]
    """The revisions that it stands at."""
    applied: int
    """How many revisions lie behind it, those included."""
    newer: int
    """How many come after it."""
    tables: int
    """Tables that hold rows."""
    rows: int
    sampled_to: int | None
    """About how many rows of its large tables the walk was made with; None: with all of them."""
    values_shown: bool
    """Whether reports may show values of its rows."""
    drift: tuple[str, ...] = ()
    """Lines of how its schema differs from what the history makes at its revision: ``-`` made, ``+`` in the dump."""
    drifted: int = 0
    """How many objects differ."""
    not_compared: str | None = None
    """Why its schema was not compared with the history; None when it was."""
    left_out: tuple[str, ...] = ()
    """What of it was not restored, each as a noun."""
    notes: tuple[str, ...] = ()
    """What else there is to know of it, a clause each."""
    descent: str | None = None
    """What became of going down and up again, as a clause; None where it was not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingRecord:
    """What one ``alembic upgrade heads`` came to, compared with revision by revision."""

    findings: tuple[Finding, ...] = ()
    not_compared: str | None = None
    """Why nothing was compared; None when it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """What other orders of independent revisions came to."""

    orders: int
    """How many were gone to their end."""
    pairs: int
    """Pairs of independent revisions; none where the history is one line."""
    pairs_reversed: int
    """Those that were applied the other way round."""
    findings: tuple[Finding, ...] = ()
    not_compared: str | None = None
    """Why nothing, or no more, was compared; None when all was that one was to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadesRecord:
    """What deletes do at the heads."""

    findings: tuple[Finding, ...] = ()
    """Each of the revision that brought its foreign key; of none where it was there before the first."""
    roots: tuple[CascadeRoot, ...] = ()
    """The tables from which the foreign keys of ``findings`` are reached, those with the most rows below them first."""
    foreign_keys: int = 0
    """How many foreign keys cascade."""
    left_out: int = 0
    """How many of them come from revisions that were not to be checked."""
    not_measured: str | None = None
    """Why nothing was measured; None when it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadRecord:
    """What was seen at the heads, where all revisions are applied."""

    models: ModelsRecord | None = None
    """None where not every revision lies behind."""
    grouping: GroupingRecord | None = None
    """None where the walk does not go to the heads, or has lost its way."""
    order: OrderRecord | None = None
    """The same."""
    cascades: CascadesRecord | None = None
    """None where not every revision lies behind."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that differs."""
        return tuple(item for record in (self.models, self.grouping, self.order, self.cascades) if record is not None
                     for item in record.findings)

    @property
    def not_judged(self) -> frozenset[str]:
        """The codes of rules of which nothing can be said."""
        judged = {"RT204": self.models is not None and self.models.not_compared is None,
                  "RT206": self.order is not None and self.order.not_compared is None,
                  "RT207": self.grouping is not None and self.grouping.not_compared is None,
                  "RT406": self.cascades is not None and self.cascades.not_measured is None}
        return frozenset(code for code, known in judged.items() if not known)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """The whole run."""

    project: ProjectInfo
    server: ServerInfo
    started_at: str
    """ISO 8601 with offset."""
    seconds: float
    seed: int
    rows_per_table: int
    revisions: tuple[RevisionResult, ...]
    project_findings: tuple[Finding, ...] = ()
    """Findings that belong to no revision that was walked: broken files, several heads, a redirect."""
    head: HeadRecord = HeadRecord()
    """Its findings are among the project's."""
    dump: DumpRecord | None = None
    """None where the run began at base."""
    unmatched: tuple[Acceptance, ...] = ()
    """Acceptances for which no finding is left, as far as everything that they could be about was checked."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings: the project's, then each revision's in the order of the walk."""
        return self.project_findings + tuple(f for r in self.revisions for f in r.findings)

    @property
    def verdict(self) -> str:
        """``ok``, or the worst severity of the run."""
        return worst(self.findings)

    @property
    def not_reached(self) -> tuple[RevisionResult, ...]:
        """The revisions that were planned and not reached."""
        return tuple(r for r in self.revisions if isinstance(r.outcome, NotReached))


class Observer(Protocol):
    """Told what happens, in the order in which it happens."""

    def project_loaded(self, project: ProjectInfo, planned: int) -> None:
        """The project was read; ``planned`` revisions get a trip."""

    def server_started(self, server: ServerInfo) -> None:
        """The server answers."""

    def revision_started(self, revision: RevisionId, number: int, planned: int) -> None:
        """The trip number ``number`` of ``planned`` begins."""

    def step_started(self, revision: RevisionId, step: str) -> None:
        """One migration of a trip begins."""

    def revision_finished(self, result: RevisionResult) -> None:
        """A revision's result is final."""


class Quiet:
    """The observer of a run that nobody watches."""

    def project_loaded(self, project: ProjectInfo, planned: int) -> None:
        """Say nothing."""

    def server_started(self, server: ServerInfo) -> None:
        """Say nothing."""

    def revision_started(self, revision: RevisionId, number: int, planned: int) -> None:
        """Say nothing."""

    def step_started(self, revision: RevisionId, step: str) -> None:
        """Say nothing."""

    def revision_finished(self, result: RevisionResult) -> None:
        """Say nothing."""


def worst(findings: tuple[Finding, ...]) -> str:
    """``ok`` when there are none that count, else the worst severity's name; accepted findings do not count."""
    counted = [f.severity for f in findings if f.accepted is None]
    return max(counted, key=lambda severity: severity.rank).value if counted else "ok"


def reaches(findings: tuple[Finding, ...], threshold: Severity | None) -> bool:
    """Whether any finding that was not accepted is at or over ``threshold`` (None: never)."""
    return threshold is not None and any(
        f.accepted is None and f.severity.rank >= threshold.rank for f in findings
    )
