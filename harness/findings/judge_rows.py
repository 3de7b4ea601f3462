"""RT1xx: rows and values that a trip lost, changed, left behind or discarded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.catalog import Action
from harness.data.compare import ColumnChange, RowsDelta
from harness.data.sequences import Behind
from harness.findings.along import went_along
from harness.findings.building import (
    SAMPLES,
    column_name,
    counted,
    delete_inserted,
    finding,
    row_samples,
    value_samples,
)
from harness.findings.doing import evidence_of, is_by
from harness.findings.facts import Discarded, DoneBy, LiveFacts, Loss, LossKind, TripFacts
from harness.findings.judge_infinite import judge_read_as_infinite
from harness.findings.judge_json import is_written_otherwise, judge_live_written_otherwise, judge_written_otherwise
from harness.findings.judge_large_objects import judge_large_objects
from harness.findings.judge_lost_rows import judge_live_lost, judge_lost_rows, spare_rows
from harness.findings.model import Evidence, Finding, Severity
from harness.large_objects import LARGE_OBJECTS
from harness.names import QualifiedName, StepName, quote_identifier


def judge_rows(facts: TripFacts, *, did_nothing: bool) -> tuple[Finding, ...]:
    """RT101, RT102, RT103 and RT107: rows that were there before the upgrade."""
    by_upgrade = {delta.table: delta for delta in facts.upgrade_rows}
    findings = [_gone(facts, gone) for gone in facts.columns_gone]
    for delta in facts.downgrade_rows:
        if delta.table == LARGE_OBJECTS:
            findings += judge_large_objects(facts, delta, by_upgrade.get(delta.table), did_nothing=did_nothing)
            continue
        if delta.rows_lost:
            findings.append(judge_lost_rows(facts, delta, by_upgrade.get(delta.table),
                                            dropped=_is_dropped_by_upgrade(facts, str(delta.table))))
        findings += _changed(facts, delta, by_upgrade.get(delta.table))
        if delta.added and not did_nothing:  # a downgrade that does nothing is one finding, not one for each trace
            findings.append(_left_behind(facts, delta, by_upgrade.get(delta.table)))
    findings += _sequences(facts)
    return tuple(findings)


def judge_live_rows(facts: TripFacts, known: Sequence[Finding]) -> tuple[Finding, ...]:
    """RT104, RT105 and RT106: rows written while the revision was deployed.

    What ``known`` already says of rows that were there before is not said again of live ones.
    """
    if facts.live is None:
        return ()
    said = {(item.rule, facts.renamed.get(item.object, item.object)) for item in known}
    findings: list[Finding] = []
    for delta in facts.live.deltas:
        if delta.lost and ("RT101", str(delta.table)) not in said:
            findings.append(judge_live_lost(facts, delta, _which(facts), _reasons(facts, delta.table, None)))
        for change in delta.changed:
            subject = column_name(delta.table, change.column)
            if ("RT102", subject) not in said:
                findings.append(_live_changed(facts, delta, change))
    findings += [_discarded(facts, item) for item in facts.live.discarded]
    findings += [item for item in _old_rows(facts, facts.live) if (item.rule, item.object) not in said]
    return tuple(findings)


def _live_changed(facts: TripFacts, delta: RowsDelta, change: ColumnChange) -> Finding:
    subject = column_name(delta.table, change.column)
    done_by = facts.done_by.get(Loss(LossKind.LIVE_CHANGED, delta.table, change.column), ())
    reasons = _reasons(facts, delta.table, change.column)
    evidence = evidence_of(
        done_by, step=StepName.LIVE_DOWNGRADE, rows=change.rows, rows_total=delta.rows_before,
        columns=(change.column,), samples=value_samples(change.column, change.samples),
        notes=reasons,
    )
    told = (f"the downgrade alters {subject} in {counted(change.rows, 'row')} {_which(facts)}; upgrading again does "
            "not bring the values back")
    if is_written_otherwise(facts, delta, change, live=True):
        return judge_live_written_otherwise(facts, subject, change, told, evidence)
    return finding(
        "RT105", facts.revision, subject, told,
        (f"before narrowing {subject} in downgrade(), keep the values that do not fit" if reasons else
         f"have downgrade() leave {subject} as it is, or keep what it changes")
        + " in a column or table that an earlier revision makes, or have downgrade() refuse while there are any",
        evidence,
    )


def judge_seeding(facts: TripFacts) -> tuple[Finding, ...]:
    """RT108: tables that could not be filled, and what was given for them and could not be put in."""
    refused = tuple(
        finding("RT108", facts.revision, origin, f"{origin}, which the settings give as seeds, failed: {reason}",
                "correct it, or what [tool.roundtrip.seeds] says of it", Evidence(error=reason))
        for origin, reason in facts.seeds_failed
    )
    refused += tuple(
        finding(
            "RT108", facts.revision, str(name), f"of {name}, {table.given_error}",
            "correct the rows that the team gives for it",
            Evidence(rows=table.rows, error=table.given_error),
        )
        for name, table in facts.tables.items() if table.given_error is not None
    )
    return refused + tuple(
        finding(
            "RT108", facts.revision, str(name),
            f"{name} could not be filled, so nothing is proven about its rows",
            _give_rows(facts, name, table.error),
            Evidence(rows=0, error=table.error),
        )
        for name, table in facts.tables.items() if table.error is not None
    )


def _give_rows(facts: TripFacts, table: QualifiedName, error: str) -> str:
    if error.startswith("no partition of relation"):
        return (f"where the application makes the partitions of {table}, give it one for the walk, in a SQL file that "
                f'`seeds` of [tool.roundtrip] names: "at:{facts.revision}" = ["partitions.sql"], with\n'
                f"CREATE TABLE {QualifiedName(table.schema, f'{table.name}_rest')} PARTITION OF {table} DEFAULT;")
    return ("give rows for it in `seeds` of [tool.roundtrip], have `prepare` put in what it needs, or loosen what "
            "refuses every row")


# -- rows that were there before ---------------------------------------------------------------------------------------


def _is_dropped_by_upgrade(facts: TripFacts, name: str) -> bool:
    changes = facts.upgrade_schema.changes if facts.upgrade_schema is not None else ()
    removed = any(change.action is Action.REMOVED and change.name == name for change in changes)
    return removed and name not in facts.renamed


def _changed(facts: TripFacts, delta: RowsDelta, by_upgrade: RowsDelta | None) -> Iterator[Finding]:
    for change in delta.changed:
        subject = column_name(delta.table, change.column)
        done_by = facts.done_by.get(Loss(LossKind.CHANGED, delta.table, change.column), ())
        if is_written_otherwise(facts, delta, change):
            yield judge_written_otherwise(facts, delta, change, done_by)
            continue
        if change.only_infinite and _is_made_here(facts, delta.table):
            yield judge_read_as_infinite(facts, delta, change, done_by)
            continue
        dropped = _is_dropped_by_upgrade(facts, subject)
        upgrade_did_it = (dropped or is_by(done_by, StepName.UPGRADE)
                          or (None if by_upgrade is None else _changed_before(delta, change, by_upgrade)))
        kept = upgrade_did_it and is_by(done_by, StepName.DOWNGRADE)
        who = ("the downgrade does not bring them back as they were" if kept
               else f"the upgrade drops the column and the downgrade {_made_anew(change)}" if dropped
               else "the upgrade changes them and the downgrade does not change them back" if upgrade_did_it
               else "the pair of upgrade and downgrade changes them" if upgrade_did_it is None
               else "the downgrade changes them")
        yield finding(
            "RT102", facts.revision, subject,
            (f"key values of {subject} changed in {change.rows:,} of {counted(delta.rows_before, 'row')} after upgrade "
             f"and downgrade: {who}" if change.column in delta.key else
             f"{change.rows:,} of {counted(delta.rows_before, 'value')} of {subject} differ after upgrade and "
             f"downgrade: {who}"),
            f"make downgrade() the exact inverse for {subject}; where no inverse exists, keep the old values in a "
            "column or table of their own in upgrade(), restore them from there, and drop it in downgrade()",
            evidence_of(done_by, step=StepName.UPGRADE if upgrade_did_it else StepName.DOWNGRADE, rows=change.rows,
                        rows_total=delta.rows_before, columns=(change.column,),
                        samples=value_samples(change.column, change.samples),
                        notes=went_along(facts, delta.table, done_by, change.column)),
        )


def _is_made_here(facts: TripFacts, table: QualifiedName) -> bool:
    known = facts.tables.get(table)
    return known is not None and known.made_here


def _made_anew(change: ColumnChange) -> str:
    """What can be said of a column that was dropped and made again: it may have been filled, too."""
    if all(sample.after is None for sample in change.samples):
        return "makes it anew, without them"
    return "does not bring them back as they were"


def _changed_before(delta: RowsDelta, change: ColumnChange, by_upgrade: RowsDelta) -> bool | None:
    """Whether the upgrade changed these values already; None where it did some of them, or it cannot be told."""
    earlier = next((item for item in by_upgrade.changed if item.column == change.column), None)
    if earlier is None or delta.key != by_upgrade.key:
        return None
    if earlier.rows == by_upgrade.rows_before:
        return True
    known = {(sample.key, sample.before) for sample in earlier.samples}
    in_both = [(sample.key, sample.before) in known for sample in change.samples]
    all_known = earlier.rows == len(earlier.samples)
    if all(in_both) or (any(in_both) and not all_known):
        return True
    return False if all_known and not any(in_both) and change.rows == len(change.samples) else None


def _gone(facts: TripFacts, gone: Discarded) -> Finding:
    if gone.column is None:
        subject = str(gone.table)
        done_by = facts.done_by.get(Loss(LossKind.LOST, gone.table), ())
        return finding(
            "RT101", facts.revision, subject,
            f"{_every_row(gone.rows)} of {subject} {'is' if gone.rows == 1 else 'are'} gone after upgrade and "
            "downgrade, with the table",
            _spare_from_downgrade(facts, subject, done_by) or
            f"do not drop {subject} in this revision: rename it, and drop it in a later one when no rollback needs "
            "its rows; or copy the rows aside in upgrade(), and in downgrade() back, and drop the copy",
            evidence_of(done_by, rows=gone.rows, rows_total=gone.rows),
        )
    subject = column_name(gone.table, gone.column)
    done_by = facts.done_by.get(Loss(LossKind.CHANGED, gone.table, gone.column), ())
    return finding(
        "RT102", facts.revision, subject,
        f"{counted(gone.rows, 'value')} of {subject} are gone after upgrade and downgrade, with the column",
        _spare_from_downgrade(facts, subject, done_by) or
        f"add {subject} again in downgrade(), and fill it from where upgrade() kept its values",
        evidence_of(done_by, rows=gone.rows, columns=(gone.column,)),
    )


def _every_row(rows: int) -> str:
    return "the only row" if rows == 1 else f"all {counted(rows, 'row')}"


def _spare_from_downgrade(facts: TripFacts, subject: str, done_by: Sequence[DoneBy]) -> str | None:
    """The remedy for a table or column that the upgrade leaves and the downgrade drops; None where it is not so."""
    if facts.upgrade_schema is None or is_by(done_by, StepName.UPGRADE) or _is_dropped_by_upgrade(facts, subject):
        return None
    now = facts.renamed.get(subject)
    if now is not None:
        return f"upgrade() renames {subject} to {now}: rename it back in downgrade() instead of dropping it"
    return (f"do not drop {subject} in downgrade(): it was there before upgrade(). Where upgrade() makes it only in "
            "databases that lack it, downgrade() cannot tell which those were: leave it in all")


def _left_behind(facts: TripFacts, delta: RowsDelta, by_upgrade: RowsDelta | None) -> Finding:
    upgrade_did_it = by_upgrade is not None and bool(by_upgrade.added)
    one = delta.rows_added == 1
    them = "it" if one else "them"
    there = "was not there before remains" if one else "were not there before remain"
    who = (f"the upgrade inserts {them} and the downgrade does not delete {them}" if upgrade_did_it
           else f"the downgrade inserts {them}")
    return finding(
        "RT103", facts.revision, str(delta.table),
        f"{counted(delta.rows_added, 'row')} of {delta.table} that {there} after upgrade and downgrade: {who}",
        delete_inserted(delta.table) if upgrade_did_it else
        f"have downgrade() put into {delta.table} only what was there before upgrade(), as it was, keys and all",
        evidence_of(facts.done_by.get(Loss(LossKind.ADDED, delta.table), ()),
                    step=StepName.UPGRADE if upgrade_did_it else StepName.DOWNGRADE, rows=delta.rows_added,
                    rows_total=delta.rows_after, samples=row_samples(delta.columns, delta.added, lost=False)),
    )


def _sequences(facts: TripFacts) -> Iterator[Finding]:
    """One finding for each sequence, of the first moment at which it stands behind."""
    live = facts.live.sequences_behind if facts.live is not None else ()
    said: set[tuple[QualifiedName, str]] = set()
    for items, when, function, step in (
        (facts.upgraded_behind, "after the upgrade", "upgrade()", StepName.UPGRADE),
        (facts.sequences_behind, "after upgrade and downgrade", "downgrade()", StepName.DOWNGRADE),
        (live, "after a downgrade once rows were written while the revision was deployed", "downgrade()",
         StepName.LIVE_DOWNGRADE),
    ):
        for item in items:
            if (item.table, item.column) not in said:
                said.add((item.table, item.column))
                yield _behind(facts, item, when, function, step)


def _behind(facts: TripFacts, item: Behind, when: str, function: str, step: StepName) -> Finding:
    subject = column_name(item.table, item.column)
    set_value = (f"SELECT setval('{item.sequence.sql}', (SELECT max({quote_identifier(item.column)}) "
                 f"FROM {item.table.sql}))")
    return finding(
        "RT107", facts.revision, str(item.sequence),
        f"{when} {item.sequence} hands out {item.next_value or 'a value'}, which {subject} already holds: the next "
        "insert fails with a duplicate key",
        f"set the sequence where {function} makes or fills it:\nop.execute({set_value!r})",
        Evidence(step=step, columns=(item.column,),
                 notes=(f"the highest {subject} is {item.highest_key}",) if item.highest_key is not None else ()),
    )


# -- live rows --------------------------------------------------------------------------------------------------------


def _old_rows(facts: TripFacts, live: LiveFacts) -> Iterator[Finding]:
    """RT101 and RT102: rows that were there before and come to harm only by a rollback after live rows were written."""
    written = tuple(f"written to {table}: {counted(rows, 'row')}" for table, rows in live.rows.items())[:SAMPLES]
    for delta in live.old_deltas:
        if delta.lost:
            done_by = facts.done_by.get(Loss(LossKind.LOST, delta.table), ())
            yield finding(
                "RT101", facts.revision, str(delta.table),
                f"{len(delta.lost):,} of {counted(delta.rows_before, 'row')} of {delta.table} that were there before "
                "the upgrade are gone after the downgrade, once rows were written while the revision was deployed",
                spare_rows(facts, delta.table, done_by),
                evidence_of(done_by, step=StepName.LIVE_DOWNGRADE, rows=len(delta.lost), rows_total=delta.rows_before,
                            notes=written, samples=row_samples(delta.columns, delta.lost, lost=True)),
            )
        for change in delta.changed:
            subject = column_name(delta.table, change.column)
            yield finding(
                "RT102", facts.revision, subject,
                f"{change.rows:,} of {counted(delta.rows_before, 'value')} of {subject} from before the upgrade differ "
                "after the downgrade, once rows were written while the revision was deployed",
                f"have downgrade() leave {subject} alone in rows that it does not have to change",
                evidence_of(facts.done_by.get(Loss(LossKind.CHANGED, delta.table, change.column), ()),
                            step=StepName.LIVE_DOWNGRADE, rows=change.rows, rows_total=delta.rows_before, notes=written,
                            columns=(change.column,), samples=value_samples(change.column, change.samples)),
            )


def _discarded(facts: TripFacts, item: Discarded) -> Finding:
    if item.column is None:
        return finding(
            "RT106", facts.revision, str(item.table),
            f"the downgrade drops {item.table} with {counted(item.rows, 'row')} {_which(facts)}",
            f"know it before you roll back: dump {item.table} first, or have downgrade() refuse while it holds rows",
            Evidence(step=StepName.LIVE_DOWNGRADE, rows=item.rows),
        )
    subject = column_name(item.table, item.column)
    return finding(
        "RT106", facts.revision, subject,
        f"the downgrade discards {counted(item.rows, 'value')} of {subject} {_which(facts)}",
        "know it before you roll back: keep the values elsewhere first if they matter",
        Evidence(step=StepName.LIVE_DOWNGRADE, rows=item.rows, columns=(item.column,)), severity=Severity.INFO,
    )


def _which(facts: TripFacts) -> str:
    """What is said of live rows."""
    if facts.live is None or not facts.live.of_dump:
        return "written while the revision was deployed"
    return "made for the tables of the dump" if facts.live.dump_is_empty else "that the dump holds"


def _reasons(facts: TripFacts, table: QualifiedName, column: str | None) -> tuple[str, ...]:
    """What only the new schema allows about the live rows of ``table`` (and ``column``)."""
    if facts.live is None:
        return ()
    subject = column_name(table, column) if column is not None else str(table)
    return tuple(f"written: {reason}" for reason in facts.live.reasons if subject in reason)[:SAMPLES]
