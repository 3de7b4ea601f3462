"""RT101, RT102 and RT103 of large objects, which a revision reaches by their numbers and no table's rows show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.data.compare import RowsDelta, ValueChange, describe_value
from harness.data.rows import Row
from harness.findings.building import SAMPLES, counted, finding
from harness.findings.facts import DoneBy, Loss, LossKind, TripFacts
from harness.findings.judge_lost_rows import lost_by_upgrade
from harness.findings.model import Evidence, Finding, Sample
from harness.names import StepName


def judge_large_objects(
    facts: TripFacts, delta: RowsDelta, by_upgrade: RowsDelta | None, *, did_nothing: bool
) -> Iterator[Finding]:
    """What became of large objects that were there before the upgrade, and which are there that were not."""
    subject = str(delta.table)
    total = counted(delta.rows_before, "large object")
    if delta.rows_lost:
        by_up = lost_by_upgrade(delta, by_upgrade) == delta.rows_lost
        yield finding(
            "RT101", facts.revision, subject,
            f"{delta.rows_lost:,} of {total} are gone after upgrade and downgrade: "
            + ("the upgrade unlinks them and the downgrade does not make them again" if by_up
               else "the downgrade unlinks them"),
            "unlink no large object that was there before: keep what it holds (lo_get) in a table of its own in "
            "upgrade(), and make it again by its number (lo_from_bytea) and drop that table in downgrade()",
            _evidence(facts, delta, LossKind.LOST, by_up=by_up, rows=delta.rows_lost,
                      samples=_numbers(delta.lost, lost=True)),
        )
    for change in delta.changed:
        by_up = by_upgrade is not None and bool(by_upgrade.changed)
        yield finding(
            "RT102", facts.revision, subject,
            f"{change.rows:,} of {total} hold something else after upgrade and downgrade: "
            + ("the upgrade writes to them and the downgrade does not write back what they held" if by_up
               else "the pair of upgrade and downgrade writes to them"),
            "keep what they hold (lo_get) in a table of its own in upgrade(), and write it back (lo_put, lo_truncate) "
            "and drop that table in downgrade()",
            _evidence(facts, delta, LossKind.CHANGED, change.column, by_up=by_up, rows=change.rows,
                      samples=tuple(_hashes(change.samples))),
        )
    if delta.rows_added and not did_nothing:
        by_up = by_upgrade is not None and bool(by_upgrade.added)
        yield finding(
            "RT103", facts.revision, subject,
            f"{counted(delta.rows_added, 'large object')} that "
            f"{'was' if delta.rows_added == 1 else 'were'} not there before "
            f"{'remains' if delta.rows_added == 1 else 'remain'} after upgrade and downgrade",
            "unlink in downgrade() exactly the large objects that upgrade() makes (lo_unlink)",
            _evidence(facts, delta, LossKind.ADDED, by_up=by_up, rows=delta.rows_added,
                      samples=_numbers(delta.added, lost=False)),
        )


def _evidence(
    facts: TripFacts, delta: RowsDelta, kind: LossKind, column: str | None = None, *, by_up: bool, rows: int,
    samples: tuple[Sample, ...],
) -> Evidence:
    known: Sequence[DoneBy] = facts.done_by.get(Loss(kind, delta.table, column), ())
    step = StepName.UPGRADE if by_up else StepName.DOWNGRADE
    first = known[0] if known else None
    return Evidence(
        step=first.step if first is not None else step, rows=rows,
        rows_total=delta.rows_after if kind is LossKind.ADDED else delta.rows_before, samples=samples,
        statement=first.statement if first is not None else None,
        location=first.location if first is not None else None,
    )


def _numbers(rows: Sequence[Row], *, lost: bool) -> tuple[Sample, ...]:
    """Which large objects: of what they hold there is only a hash."""
    told = [f"large object {number}" for number, *_ in rows[:SAMPLES]]
    return tuple(Sample(key="", column=None, before=text if lost else None, after=None if lost else text)
                 for text in told)


def _hashes(changes: Sequence[ValueChange]) -> Iterator[Sample]:
    for change in changes[:SAMPLES]:
        yield Sample(key=change.key, column="md5 of the content", before=describe_value(change.before),
                     after=describe_value(change.after))
