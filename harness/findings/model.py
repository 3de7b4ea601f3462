"""The types of a verdict: rules, findings, and the evidence a finding carries."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from harness.cascade.model import CascadeEvidence
from harness.names import RevisionId, StepName


class Severity(StrEnum):
    """How much a finding matters; ordered by ``rank``."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error."""
        return ("info", "warning", "error").index(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Everything that is said anywhere about one rule."""

    code: str
    """``RT`` and three digits; never reused."""
    slug: str
    severity: Severity
    """The default; a finding may carry a milder one."""
    condition: str
    """When the rule fires, as a clause: ``rows present before the upgrade are gone …``."""
    effect: str
    """What happens to the user when it is not mended: one or two sentences."""
    remedy: str
    """What to do in general: one or two sentences."""
    bad: str
    """A short revision body that fires the rule."""
    good: str
    """The same revision written so that it does not."""
    source: str
    """The PostgreSQL or Alembic documentation page behind the rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One row or value, before and after: each a text a person reads; None where there is no such row."""

    key: str
    """What identifies the row, for example ``id=3``; empty for a table without a primary key."""
    column: str | None
    """The column that changed; None when the sample is a whole row."""
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was seen. Every field is optional; reports print those that are set."""

    step: StepName | None = None
    rows: int | None = None
    """How many rows are concerned."""
    rows_total: int | None = None
    """Of how many."""
    columns: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()
    delta: tuple[str, ...] = ()
    """Lines of a schema delta: ``-`` before, ``+`` after, two blanks for context."""
    error: str | None = None
    """The error as the server or Python gave it, one line."""
    statement: str | None = None
    """The SQL statement that failed or did it."""
    location: str | None = None
    """``path:line`` in the revision file."""
    notes: tuple[str, ...] = ()
    """Further facts, a sentence each."""
    example: tuple[str, ...] = ()
    """INSERT statements of rows that a search found, on an otherwise empty database at the revision's parents."""
    cascade: CascadeEvidence | None = None
    """The foreign key, with what deleting a row was measured to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule violated by one revision (or by the project, when ``revision`` is None), with evidence."""

    rule: str
    slug: str
    severity: Severity
    revision: RevisionId | None
    object: str
    """The qualified name: ``public.users.phone``; a file's path for findings about files."""
    message: str
    """One sentence with the numbers in it."""
    remedy: str
    """What to write instead, for this object; may hold several lines of code."""
    evidence: Evidence = field(default_factory=Evidence)
    accepted: str | None = None
    """The reason for which the team accepted it."""
