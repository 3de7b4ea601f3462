"""The audit as a document: typed, with every sentence final. Text, Markdown, HTML and JSON only lay it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType

from harness.findings.model import Finding, Severity
from harness.names import RevisionId


class Risk(StrEnum):
    """How much is at stake, of a revision or of the whole."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NOT_ASSESSED = "not assessed"


class Impact(IntEnum):
    """What happens when it happens."""

    MINOR = 1
    """People are misled or delayed."""
    MODERATE = 2
    """A deploy or a rollback has to be mended by hand."""
    SEVERE = 3
    """Rows or secrets are lost, or no migration can be run."""


class Probability(IntEnum):
    """How surely it happens."""

    POSSIBLE = 1
    """It takes circumstances that may never come."""
    LIKELY = 2
    """It takes what is done every now and then: a rollback, a delete, a glance at the repository."""
    CERTAIN = 3
    """It was measured, or happens with every command."""


class When(StrEnum):
    """By when something is to be done."""

    NOW = "now"
    WEEK = "this week"
    MONTH = "this month"


class Status(StrEnum):
    """What is known of a revision's rollback."""

    PROVEN = "proven"
    """Measured: schema and rows of before came back."""
    FAILS = "fails"
    """Measured: it fails, loses rows, or leaves the schema different."""
    COMPLETE = "complete"
    UNTOLD = "cannot be told"
    NOTHING_TO_DO = "nothing to do"
    INCOMPLETE = "incomplete"
    EMPTY = "empty"
    REFUSES = "refuses"
    MISSING = "missing"
    BROKEN = "broken file"


GOOD = frozenset({Status.PROVEN, Status.COMPLETE, Status.NOTHING_TO_DO})
"""Rollbacks that take back what the upgrade did, as far as is known."""

STATUS_MEANS: Mapping[Status, str] = MappingProxyType({
    Status.PROVEN: "measured by `roundtrip check`: schema and rows of before came back",
    Status.FAILS: "measured: it fails, loses rows, or leaves the schema different",
    Status.COMPLETE: "takes back every object that the upgrade makes, drops or renames, as far as the source tells; "
                     "rows and settings of columns are not compared",
    Status.UNTOLD: "the source does not tell: raw SQL, names that are computed, or conditions at run time",
    Status.NOTHING_TO_DO: "the upgrade changes nothing, such as a merge",
    Status.INCOMPLETE: "leaves something that the upgrade made, or does not bring back what it dropped",
    Status.EMPTY: "does nothing, though the upgrade changes something",
    Status.REFUSES: "raises before it does anything",
    Status.MISSING: "there is no downgrade()",
    Status.BROKEN: "the file cannot be loaded as a revision",
})


@dataclass(frozen=True, slots=True)
class Remark:
    """Something said of the configuration, with where it is seen."""

    text: str
    location: str | None
    """``path:line``; None where it is about something that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The history in numbers."""

    revisions: int
    """Files that are revisions."""
    placed: int
    """Those that can be reached from a base."""
    broken: int
    bases: int
    heads: int
    merges: int
    lines: int
    operations: int
    raw_sql: int
    data_revisions: int
    tables: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many rollbacks take back what their upgrade did."""

    of: int
    by_status: tuple[tuple[Status, int], ...]
    measured: int
    """How many of them were measured."""

    @property
    def good(self) -> int:
        """How many do, as far as is known."""
        return sum(count for status, count in self.by_status if status in GOOD)

    @property
    def percent(self) -> float | None:
        """``good`` of all; None where there are none."""
        return 100 * self.good / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One line of the drawn chain."""

    drawing: str
    """What stands before the name: lines and the mark."""
    name: str
    """A revision id, or the path of a broken file."""
    notes: tuple[str, ...]
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRow:
    """One line of the table of revisions."""

    revision: str
    path: str
    message: str
    parents: tuple[str, ...]
    status: Status
    risk: Risk
    note: str
    lines: int
    size_bytes: int
    operations: tuple[tuple[str, int], ...]
    """By kind, upgrade and downgrade together."""
    tables: tuple[str, ...]
    raw_sql: int
    changes_data: bool


@dataclass(frozen=True, slots=True)
class Destroyed:
    """Something that a rollback destroys."""

    what: str
    """``table payments``, ``column users.phone``, ``rows of plans``."""
    line: int
    """In the revision's file."""
    rows: int | None
    """Rows or values that were there when it was measured; None: not measured."""
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Danger:
    """A rollback that destroys rows."""

    revision: RevisionId
    path: str
    risk: Risk
    destroyed: tuple[Destroyed, ...]

    @property
    def rows(self) -> int | None:
        """How many rows and values were measured to go; None where nothing was measured."""
        known = [each.rows for each in self.destroyed if each.rows is not None]
        return sum(known) if known else None

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that are dropped, by name."""
        return tuple(each.what.removeprefix("table ") for each in self.destroyed if each.what.startswith("table "))


@dataclass(frozen=True, slots=True)
class CascadeKey:
    """One foreign key that cascades."""

    constraint: str
    """``channels.channels_user_id_fkey``."""
    parent: str
    revision: str | None
    location: str | None
    is_certain: bool
    statements: tuple[str, ...]
    """What makes it RESTRICT."""
    measured: str | None
    """What deleting a row was measured to do; None: not measured."""


@dataclass(frozen=True, slots=True)
class CascadeChain:
    """A table from which deletes go on, with what they reach."""

    root: str
    drawing: tuple[str, ...]
    tables: int
    """How many tables lose rows."""
    depth: int | None
    """How many foreign keys the longest way goes along; None where it was measured."""
    row: str | None
    """The row that was deleted to measure it; None where nothing was measured."""
    rows: int | None
    """How many rows went with it."""


class Topic(StrEnum):
    """What a risk is about."""

    BROKEN = "broken history"
    ROWS_LOST = "data lost by rollbacks"
    UPGRADES = "migrations that fail"
    ROLLBACKS = "rollbacks that do not take back their upgrade"
    CASCADES = "deletes that cascade"
    CREDENTIALS = "credentials in files"
    HEADS = "several heads"
    DISCARDS = "rollbacks that destroy rows"
    UNTESTED = "rollbacks that nobody has tried"
    UNTOLD = "rollbacks that the source does not tell"
    LOCK = "no migration lock"
    BLOCKED = "rollbacks that new rows stop"
    NUMBERS = "ambiguous numbers"
    SIZES = "large revisions"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFactor:
    """One line of the risk matrix."""

    topic: Topic
    state: str
    """The facts, in a clause with their numbers."""
    consequence: str
    """What happens when it happens."""
    impact: Impact
    probability: Probability

    @property
    def score(self) -> int:
        """Impact times probability."""
        return int(self.impact) * int(self.probability)

    @property
    def when(self) -> When:
        """By when it is to be dealt with: 6 and more now, 3 and more this week."""
        return When.NOW if self.score >= 6 else When.WEEK if self.score >= 3 else When.MONTH  # noqa: PLR2004 - see there


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a recommendation."""

    text: str
    is_code: bool
    """Whether it is to be pasted: statements, operations or commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """Something to do."""

    when: When
    title: str
    why: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One measure of success."""

    name: str
    target: str
    value: str | None
    """None: not measured."""
    is_met: bool | None
    """None: not measured, or not of everything."""
    source_says: str | None
    """What the source alone tells of it."""
    command: str
    """What measures it."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """The check whose results were joined."""

    report: str
    started_at: str
    server: str
    rows_per_table: int
    checked: int
    changed: tuple[RevisionId, ...] = ()
    """Revisions that changed since, for which their source speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The whole audit."""

    project: str
    alembic_ini: str
    script_location: str
    audited_on: str
    """ISO 8601."""
    seconds: float
    risk: Risk
    why_risk: str
    counts: Counts
    coverage: Coverage
    measurement: Measurement | None
    unseen: tuple[str, ...]
    """What could not be seen, a sentence each."""
    chain: tuple[ChainRow, ...]
    strong: tuple[Remark, ...]
    weak: tuple[Remark, ...]
    rows: tuple[RevisionRow, ...]
    broken: tuple[tuple[str, str], ...]
    """Broken files: path and why."""
    dangers: tuple[Danger, ...]
    chains: tuple[CascadeChain, ...]
    keys: tuple[CascadeKey, ...]
    factors: tuple[RiskFactor, ...]
    recommendations: tuple[Recommendation, ...]
    metrics: tuple[Metric, ...]
    findings: tuple[Finding, ...]
    """All of them, worst first; accepted ones too."""

    def of_severity(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of a severity that were not accepted."""
        return tuple(each for each in self.findings if each.severity is severity and each.accepted is None)
