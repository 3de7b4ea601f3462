"""Make findings: what every judgement needs to put one together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.data.compare import SHOWN_CHARACTERS, ValueChange, describe_row, describe_value
from harness.data.rows import Row
from harness.findings.catalogue import RULE
from harness.findings.model import Evidence, Finding, Sample, Severity
from harness.names import QualifiedName, RevisionId, show_identifier

SAMPLES = 5
"""How many of what there is are shown."""
_CONTEXT = 8
"""How many characters are shown before those in which two values differ."""


def finding(
    code: str, revision: RevisionId | None, subject: str, message: str, remedy: str, evidence: Evidence | None = None,
    *, severity: Severity | None = None,
) -> Finding:
    """A finding of rule ``code`` about ``subject`` (the contract's ``object``), with the rule's severity by default."""
    rule = RULE[code]
    return Finding(
        rule=rule.code, slug=rule.slug, severity=severity or rule.severity, revision=revision, object=subject,
        message=message, remedy=remedy, evidence=evidence or Evidence(),
    )


def column_name(table: QualifiedName, column: str) -> str:
    """A column's qualified name as reports show it."""
    return f"{table}.{show_identifier(column)}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def value_samples(column: str, changes: Iterable[ValueChange]) -> tuple[Sample, ...]:
    """Samples of changed values; of two long ones that begin alike, what follows from where they differ."""
    return tuple(Sample(key=change.key, column=column, before=before, after=after)
                 for change in changes for before, after in [_described(change.before, change.after)])


def _described(before: str | None, after: str | None) -> tuple[str, str]:
    if before is not None and after is not None and max(len(before), len(after)) > SHOWN_CHARACTERS:
        start = alike_at_start(before, after) - _CONTEXT
        if start > SHOWN_CHARACTERS // 2:
            return _described_from(start, before), _described_from(start, after)
    return describe_value(before), describe_value(after)


def _described_from(start: int, value: str) -> str:
    end = start + SHOWN_CHARACTERS - 2
    shown = describe_value(f"…{value[start:end]}{'…' if len(value) > end else ''}")
    return f"{shown} ({len(value)} characters)"


def alike_at_start(before: str, after: str) -> int:
    """Return how many characters two values have in common at the start."""
    differing = (place for place, (left, right) in enumerate(zip(before, after, strict=False)) if left != right)
    return next(differing, min(len(before), len(after)))


def row_samples(columns: Sequence[str], rows: Sequence[Row], *, lost: bool) -> tuple[Sample, ...]:
    """Samples of rows that are lost, or else added."""
    described = [describe_row(columns, row) for row in rows[:SAMPLES]]
    return tuple(Sample(key="", column=None, before=text if lost else None, after=None if lost else text)
                 for text in described)


def delete_inserted(table: QualifiedName) -> str:
    """What to do about rows that an upgrade puts in and the downgrade leaves."""
    return f"delete in downgrade() exactly the rows that upgrade() inserts into {table}, by their keys"
