"""RT102 of infinite dates and times that Roundtrip made and a driver reads as the last or first that Python has."""

from __future__ import annotations

from collections.abc import Sequence

from harness.data.compare import ColumnChange, RowsDelta
from harness.findings.building import column_name, counted, finding, value_samples
from harness.findings.doing import evidence_of
from harness.findings.facts import DoneBy, TripFacts
from harness.findings.model import Finding, Severity
from harness.findings.remedies import remedy_for_unreadable


def judge_read_as_infinite(
    facts: TripFacts, delta: RowsDelta, change: ColumnChange, done_by: Sequence[DoneBy]
) -> Finding:
    """A change of nothing but infinite values, none of which an application in Python can have written so."""
    subject = column_name(delta.table, change.column)
    return finding(
        "RT102", facts.revision, subject,
        f"{change.rows:,} of {counted(delta.rows_before, 'value')} of {subject} differ after upgrade and downgrade: "
        f"{'an infinite one' if change.rows == 1 else 'infinite ones'} that Roundtrip made, for which the driver "
        "gives the revision that reads them the last or first moment of Python's datetime",
        remedy_for_unreadable("the revision"),
        evidence_of(done_by, rows=change.rows, rows_total=delta.rows_before, columns=(change.column,),
                    samples=value_samples(change.column, change.samples)),
        severity=Severity.WARNING,
    )
