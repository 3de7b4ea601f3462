"""RT101 and RT104: rows that are gone, by which of the two functions, and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from harness.audit.facts import Act
from harness.data.compare import RowsDelta
from harness.findings.along import went_along
from harness.findings.building import counted, finding, row_samples
from harness.findings.doing import deletes_from, evidence_of, names_of, rows_by, taking
from harness.findings.facts import DoneBy, Loss, LossKind, TripFacts
from harness.findings.keeping import keep_rows
from harness.findings.model import Finding
from harness.names import QualifiedName, StepName


def judge_lost_rows(facts: TripFacts, delta: RowsDelta, by_upgrade: RowsDelta | None, *, dropped: bool) -> Finding:
    """RT101 of the rows of one table; ``dropped`` says that the upgrade drops it."""
    done_by = facts.done_by.get(Loss(LossKind.LOST, delta.table), ())
    names = names_of(facts, delta.table)
    in_upgrade = [item for item in done_by if item.step is StepName.UPGRADE]
    in_downgrade = [item for item in done_by if item.step is StepName.DOWNGRADE]
    lost_first = delta.rows_lost if dropped else max(lost_by_upgrade(delta, by_upgrade), rows_by(in_upgrade))
    # What the downgrade deletes it had, or had brought back.
    deleted_later = rows_by(item for item in in_downgrade if deletes_from(item, names))
    lost_first = min(lost_first, delta.rows_lost - deleted_later)
    lost_later = delta.rows_lost - lost_first
    return finding(
        "RT101", facts.revision, str(delta.table),
        f"{delta.rows_lost:,} of {counted(delta.rows_before, 'row')} of {delta.table} are gone after upgrade and "
        f"downgrade: {_who(lost_first, lost_later, in_upgrade, in_downgrade, names, dropped=dropped)}",
        "; ".join([*([spare_rows(facts, delta.table, in_downgrade)] if lost_later else []),
                   *([keep_rows(facts, delta.table, in_upgrade, dropped=dropped)] if lost_first else [])]),
        evidence_of(done_by, step=StepName.UPGRADE if lost_first else StepName.DOWNGRADE, rows=delta.rows_lost,
                    rows_total=delta.rows_before, samples=row_samples(delta.columns, delta.lost, lost=True),
                    notes=went_along(facts, delta.table, done_by)),
    )


def lost_by_upgrade(delta: RowsDelta, by_upgrade: RowsDelta | None) -> int:
    """How many of the rows that ``delta`` lost the upgrade had lost already."""
    if by_upgrade is None:
        return 0
    if delta.more_lost or by_upgrade.more_lost:  # which rows are in both cannot be told: not all are at hand
        return delta.rows_lost if by_upgrade.rows_lost >= delta.rows_lost else 0
    common = [name for name in delta.columns if name in by_upgrade.columns]
    lost, earlier = (Counter(tuple(row[item.columns.index(name)] for name in common) for row in item.lost)
                     for item in (delta, by_upgrade))
    return (lost & earlier).total()


def spare_rows(facts: TripFacts, table: QualifiedName, done_by: Sequence[DoneBy]) -> str:
    """What to write in downgrade() instead of these statements of it, which take rows that ``table`` had before."""
    names = names_of(facts, table)
    taken = taking(done_by[0].statement, names) if done_by else None
    if taken is None:
        return (f"have downgrade() leave every row of {table} that was there before upgrade(), and where it makes the "
                "table anew, copy them all into it")
    if taken.name in names and taken.act is Act.DELETE and not _puts_rows_into(facts, table):
        return ("narrow the DELETE in downgrade() to rows that only upgrade() makes possible, or leave it out, as "
                f"upgrade() puts none into {table}; where it is for want of values that upgrade() changes for good, "
                "keep these in upgrade(), in a column or table of their own")
    if taken.name in names:
        return (f"narrow the DELETE in downgrade() to the rows that this revision's upgrade() put into {table}"
                if taken.act is Act.DELETE else f"copy every row of {table} before downgrade() drops it")
    other = taken.name or "the other table"
    return (f"before downgrade() deletes from {other}, have the rows of {table} that go with what it deletes refer to "
            "what they referred to before upgrade()"
            if taken.act is Act.DELETE else
            f"before downgrade() drops {other}, move the rows of {table} that are in it to where they were before "
            "upgrade()")


def _puts_rows_into(facts: TripFacts, table: QualifiedName) -> bool:
    return any(delta.table == table and delta.added for delta in facts.upgrade_rows)


def judge_live_lost(facts: TripFacts, delta: RowsDelta, which: str, notes: tuple[str, ...]) -> Finding:
    """RT104 of the rows of one table; ``which`` says what rows they are."""
    done_by = facts.done_by.get(Loss(LossKind.LIVE_LOST, delta.table), ())
    names = names_of(facts, delta.table)
    deleted = bool(done_by) and deletes_from(done_by[0], names)
    return finding(
        "RT104", facts.revision, str(delta.table),
        f"{counted(delta.rows_lost, 'row')} of {delta.table} {which} {'is' if delta.rows_lost == 1 else 'are'} lost by "
        "the downgrade; the table predates the revision",
        (f"do not delete from {delta.table} in downgrade(): have it" if deleted else "have downgrade()")
        + " refuse while such rows exist, or move them to a table that an earlier revision makes",
        evidence_of(done_by, step=StepName.LIVE_DOWNGRADE, rows=delta.rows_lost, rows_total=delta.rows_before,
                    samples=row_samples(delta.columns, delta.lost, lost=True),
                    notes=(*went_along(facts, delta.table, done_by), *notes)),
    )


# -- text -------------------------------------------------------------------------------------------------------------


def _who(
    lost_first: int, lost_later: int, in_upgrade: Sequence[DoneBy], in_downgrade: Sequence[DoneBy],
    names: Collection[str], *, dropped: bool,
) -> str:
    first, later = (_verb(items, names) for items in (in_upgrade, in_downgrade))
    if lost_first and lost_later:
        back = "it" if lost_first == 1 else "them"
        return (f"the upgrade {first} {lost_first:,} of them and the downgrade does not bring {back} back, and the "
                f"downgrade {later} {lost_later:,}")
    if lost_later:
        return f"the downgrade {later} them"
    if in_downgrade and rows_by(in_downgrade) >= rows_by(in_upgrade):
        return "the downgrade does not bring all of them back"
    if dropped:
        return "the upgrade drops the table and the downgrade makes it anew, empty"
    return f"the upgrade {first} them and the downgrade does not bring them back"


def _verb(done_by: Sequence[DoneBy], names: Collection[str]) -> str:
    return "deletes" if done_by and all(deletes_from(item, names) for item in done_by) else "loses"
