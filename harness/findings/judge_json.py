"""RT102 and RT105 of JSON that is the same to whoever reads it as JSON, and only written otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from harness.catalog.objects import Column
from harness.data.compare import ColumnChange, RowsDelta
from harness.data.json_alike import Alike
from harness.findings.building import column_name, counted, finding, value_samples
from harness.findings.doing import evidence_of
from harness.findings.facts import DoneBy, TripFacts
from harness.findings.model import Evidence, Finding, Severity

_ONLY_WRITTEN = ("only in how the JSON is written: in spaces, the order of keys, or a key that is there twice with one "
                 "value")
_LAST_LEFT = ("in spaces, the order of keys, and keys that an object has more than once: of their values the last is "
              "left, which is the one that JSON readers take")


def is_written_otherwise(facts: TripFacts, delta: RowsDelta, change: ColumnChange, *, live: bool = False) -> bool:
    """Whether every value is still the same JSON, in a column of the type that keeps a JSON text as it came.

    Before the upgrade; ``live``: after it.
    """
    schema = facts.upgrade_schema
    snapshot = None if schema is None else schema.after if live else schema.before
    return bool(change.least_alike) and snapshot is not None and any(
        item.table == delta.table and item.name == change.column and item.type == "json"
        for item in snapshot.of(Column))


def judge_written_otherwise(
    facts: TripFacts, delta: RowsDelta, change: ColumnChange, done_by: Sequence[DoneBy]
) -> Finding:
    """A change of a ``json`` column after which every value is still the same JSON."""
    subject = column_name(delta.table, change.column)
    how, severity = _how(change)
    return finding(
        "RT102", facts.revision, subject,
        f"{change.rows:,} of {counted(delta.rows_before, 'value')} of {subject} differ after upgrade and downgrade "
        f"{how}",
        f"nothing, if all that uses {subject} reads it as JSON; where the text itself counts, as for a signature, let "
        "it stay json and put jsonb in a column of its own",
        evidence_of(done_by, rows=change.rows, rows_total=delta.rows_before, columns=(change.column,),
                    samples=value_samples(change.column, change.samples)),
        severity=severity,
    )


def judge_live_written_otherwise(
    facts: TripFacts, subject: str, change: ColumnChange, told: str, evidence: Evidence
) -> Finding:
    """The same of values that were written while the revision was deployed; ``told`` is what is told of any."""
    how, severity = _how(change)
    return finding(
        "RT105", facts.revision, subject, f"{told}, which differ {how}",
        f"nothing, if all that uses {subject} reads it as JSON; where the text itself counts, as for a signature, have "
        "downgrade() keep it in a column or table that an earlier revision makes",
        evidence, severity=severity,
    )


def _how(change: ColumnChange) -> tuple[str, Severity]:
    if change.least_alike is Alike.DOCUMENT:
        return _ONLY_WRITTEN, Severity.INFO
    return _LAST_LEFT, Severity.WARNING
