"""Make findings: what every judgement needs to put one together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.data.compare import ValueChange, describe_row, describe_value
from harness.data.rows import Row
from harness.findings.catalogue import RULE
from harness.findings.model import Evidence, Finding, Sample, Severity
from harness.names import QualifiedName, RevisionId, show_identifier

SAMPLES = 5
"""How many of what there is are shown."""


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
    """Samples of changed values."""
    return tuple(
        Sample(key=change.key, column=column, before=describe_value(change.before), after=describe_value(change.after))
        for change in changes
    )


def row_samples(columns: Sequence[str], rows: Sequence[Row], *, lost: bool) -> tuple[Sample, ...]:
    """Samples of rows that are lost, or else added."""
    described = [describe_row(columns, row) for row in rows[:SAMPLES]]
    return tuple(Sample(key="", column=None, before=text if lost else None, after=None if lost else text)
                 for text in described)
