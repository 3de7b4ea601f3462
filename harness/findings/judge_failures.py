"""RT3xx: steps that fail, refuse, do nothing, hang or die."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from harness.data.compare import RowsDelta
from harness.data.far_dates import brings_far_dates
from harness.findings.building import SAMPLES, counted, delete_inserted, finding, row_samples
from harness.findings.facts import Culprit, StepFacts, TripFacts, Unreadable
from harness.findings.judge_json import is_written_otherwise
from harness.findings.judge_schema import undoing
from harness.findings.model import Evidence, Finding, Severity
from harness.findings.names_meant import name_what_is_meant
from harness.findings.remedies import (
    CANNOT_READ,
    remedy_for_error,
    remedy_for_first_upgrade,
    remedy_for_unreadable,
    remedy_over_rows,
)
from harness.large_objects import LARGE_OBJECTS
from harness.names import StepName
from harness.worker.protocol import Failure, FailureKind

_ROWS_SHOWN = 5
_CHANGES_SHOWN = 5
_INTEGRITY = "23"
"""The class of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html"""
_QUOTED = re.compile(r'"([^"]*)"')
_PASSED_AT_ONCE = ("in one run with all before it, it runs through: new databases come past it so, and what follows "
                   "was checked from there, with rows made anew")
_FUNCTION = {
    StepName.UPGRADE: "upgrade()", StepName.DOWNGRADE: "downgrade()", StepName.REUPGRADE: "upgrade()",
    StepName.LIVE_DOWNGRADE: "downgrade()", StepName.LIVE_UPGRADE: "upgrade()",
}


def downgrade_did_nothing(facts: TripFacts) -> bool:
    """Whether the downgrade ran and changed neither schema nor rows, although the upgrade had."""
    step = facts.step(StepName.DOWNGRADE)
    if step is None or step.failed or facts.leftover_schema is None or facts.upgrade_schema is None:
        return False
    upgrade_did_something = bool(facts.upgrade_schema or facts.upgrade_schema.column_orders or _rows_changed(facts))
    unchanged = not facts.leftover_schema and not facts.leftover_schema.column_orders and not facts.rows_undone
    return upgrade_did_something and unchanged


def judge_failures(facts: TripFacts, *, did_nothing: bool) -> tuple[Finding, ...]:
    """RT301 to RT310, in the order of the steps."""
    findings: list[Finding] = []
    if did_nothing:
        findings.append(_empty_downgrade(facts))
    for step in facts.steps:
        if step.unreadable is not None:
            findings.append(_cannot_read(facts, step, step.unreadable))
        if step.timed_out_after_seconds is not None:
            findings.append(_timed_out(facts, step))
        elif step.died is not None:
            findings.append(_died(facts, step))
        elif step.failure is not None:
            findings += _failed(facts, step, step.failure, did_nothing=did_nothing)
    return tuple(findings)


def _rows_changed(facts: TripFacts) -> tuple[RowsDelta, ...]:
    """What the upgrade did to rows, but for JSON that it only wrote otherwise."""
    return tuple(delta for delta in facts.upgrade_rows if delta.lost or delta.added or any(
        not is_written_otherwise(facts, delta, change) for change in delta.changed))


def _failed(facts: TripFacts, step: StepFacts, failure: Failure, *, did_nothing: bool) -> Iterator[Finding]:
    match step.name:
        case StepName.UPGRADE:
            told = _on_data(facts, step, failure, "RT307") if step.fails_when_empty is False else _always(
                facts, step, failure, "RT301")
            yield _with_note(told, _PASSED_AT_ONCE) if facts.passed_at_once else told
        case StepName.DOWNGRADE:
            if failure.kind in {FailureKind.MISSING, FailureKind.REFUSED}:
                yield _irreversible(facts, step, failure)
            elif step.fails_when_empty is False:
                yield _on_data(facts, step, failure, "RT303")
            else:
                yield _always(facts, step, failure, "RT302")
        case StepName.REUPGRADE:
            if not did_nothing:
                yield _reupgrade(facts, step, failure)
        case StepName.LIVE_DOWNGRADE:
            yield from _live_downgrade(facts, step, failure)
        case StepName.LIVE_UPGRADE:
            if not _is_known(facts, failure):
                yield _reupgrade(facts, step, failure)


def _is_known(facts: TripFacts, failure: Failure) -> bool:
    """Whether it was said of the first upgrade already: what stops that over rows stops the second one, too."""
    first = facts.step(StepName.UPGRADE)
    known = (first.failure, first.unreadable.failure if first.unreadable else None) if first is not None else ()
    return any(item is not None and _alike(item, failure) for item in known)


def _live_downgrade(facts: TripFacts, step: StepFacts, failure: Failure) -> Iterator[Finding]:
    """Nothing where any row from before stops the downgrade so, too: that was told, and live ones are no others."""
    first = facts.step(StepName.DOWNGRADE)
    if step.fails_when_empty:
        yield _always(facts, step, failure, "RT302")
    elif first is None or not _stops_on_any_row(facts, first) or not _same_obstacle(first.failure, failure):
        yield _blocked(facts, step, failure)


def _stops_on_any_row(facts: TripFacts, step: StepFacts) -> bool:
    """Whether no row was left of the tables that it fails with rows of."""
    left = [facts.tables.get(culprit.table) for culprit in step.culprits]
    return bool(left) and all(table is not None and not table.rows for table in left)


def _stops_on_any_row_of_one_table(facts: TripFacts, step: StepFacts) -> bool:
    """Whether it fails in the same way with each of several rows of one table, which were all that it held."""
    told, others = _by_reason(step)
    return (len(told) > 1 and not others and step.culprits_complete and _stops_on_any_row(facts, step)
            and len({row.table for row in told}) == 1)


def _same_obstacle(one: Failure | None, other: Failure) -> bool:
    """Whether it is the same statement and the same reason; of what the project itself raises only its text tells."""
    return one is not None and _same_reason(one, other) and bool(one.sqlstate or one.message == other.message)


def _alike(one: Failure, other: Failure) -> bool:
    """Whether two failures of a step are for the same reason, be it over other rows."""
    if one.sqlstate or other.sqlstate:
        return one.sqlstate == other.sqlstate and _violated(one) == _violated(other)
    return (one.type_name, one.location) == (other.type_name, other.location)


def _same_reason(one: Failure, other: Failure) -> bool:
    """Whether two failures over rows are alike and of one statement: values too long for two columns are two."""
    return _alike(one, other) and one.location == other.location


def _violated(failure: Failure) -> list[str]:
    """What an integrity violation names before it tells of a row: the constraint, or the column, and its table."""
    is_violation = (failure.sqlstate or "").startswith(_INTEGRITY)
    return _QUOTED.findall(failure.message.partition("; ")[0]) if is_violation else []


def _always(facts: TripFacts, step: StepFacts, failure: Failure, code: str) -> Finding:
    function = _FUNCTION[step.name]
    again = "ran once but fails the second time" if step.name is StepName.LIVE_DOWNGRADE else "fails"
    if step.failure_when_empty is not None and not _alike(step.failure_when_empty, failure):
        message = f"{function} {again} without rows: {step.failure_when_empty}; and with rows: {failure}"
        failure = step.failure_when_empty
    else:
        tried = "with rows and without" if step.fails_when_empty else "whether also without rows could not be tried"
        message = f"{function} {again} ({tried}): {failure}"
    return finding(code, facts.revision, _subject(facts, function), message,
                   remedy_for_first_upgrade(failure) if step.name is StepName.UPGRADE
                   else name_what_is_meant(facts, failure)
                   or remedy_for_error(failure, function, only_with_rows=False), _evidence(step, failure))


def _on_data(facts: TripFacts, step: StepFacts, failure: Failure, code: str) -> Finding:
    function = _FUNCTION[step.name]
    if step.culprits_made_here:
        return finding(
            code, facts.revision, _subject(facts, function, step),
            f"{function} inserts rows with keys of its own, and fails where another row has one of them "
            f"({counted(len(step.culprits), 'row')} that Roundtrip made had): {failure}",
            f"nothing, if only revisions write to {step.culprits[0].table}; else {function} must say what becomes of "
            "rows whose key is taken: ON CONFLICT DO UPDATE or DO NOTHING",
            _evidence(step, failure), severity=Severity.WARNING)
    subject, any_row = _subject(facts, function, step), _stops_on_any_row_of_one_table(facts, step)
    rows = (f"any row of {subject}" if any_row
            else f"rows ({counted(len(step.culprits), 'row')} found that it cannot stand)" if step.culprits else "rows")
    message = f"{function} runs on an empty database but {_fails(failure)} with {rows}: {failure}"
    return finding(code, facts.revision, subject, message, remedy_over_rows(failure, function),
                   _evidence(step, failure, rows_shown=1 if any_row else _ROWS_SHOWN))


def _cannot_read(facts: TripFacts, step: StepFacts, read: Unreadable) -> Finding:
    """RT307 or RT303 as a warning: nobody but Roundtrip may have such rows."""
    function = _FUNCTION[step.name]
    rows = replace(step, culprits=read.culprits, culprits_complete=True)
    subject = _subject(facts, function, rows)
    return finding(
        "RT303" if step.name is StepName.DOWNGRADE else "RT307", facts.revision, subject,
        f"{function} {CANNOT_READ} ({counted(len(read.culprits), 'row')} that Roundtrip made): {read.failure}",
        remedy_for_unreadable(function), _evidence(rows, read.failure), severity=Severity.WARNING)


def _blocked(facts: TripFacts, step: StepFacts, failure: Failure) -> Finding:
    which = ("once rows are there that only the new schema allows" if facts.live is not None and facts.live.reasons
             else "once rows were written while the revision was deployed")
    made_here = _is_of_live_rows_made_here(facts, failure)
    return finding(
        "RT308", facts.revision, _subject(facts, "downgrade()", step),
        f"downgrade() {f'{CANNOT_READ},' if made_here else _fails(failure)} {which}: {failure}",
        remedy_for_unreadable("downgrade()") if made_here else remedy_over_rows(failure, "downgrade()"),
        _evidence(step, failure),
    )


def _fails(failure: Failure) -> str:
    return "refuses" if failure.on_purpose else "fails"


def _is_of_live_rows_made_here(facts: TripFacts, failure: Failure) -> bool:
    """Whether live rows that Roundtrip wrote hold what a step cannot read, which it could of those from before."""
    return failure.unreadable and facts.live is not None and not facts.live.of_dump


def _is_of_rows_made_here(facts: TripFacts, failure: Failure) -> bool:
    """Whether rows that Roundtrip made hold what only the second upgrade reads, and none that the downgrade wrote."""
    made_here = all(table.made_here for table in facts.tables.values() if table.rows)
    return failure.unreadable and made_here and not any(map(brings_far_dates, facts.downgrade_rows))


def _reupgrade(facts: TripFacts, step: StepFacts, failure: Failure) -> Finding:
    when = "after the downgrade" if step.name is StepName.REUPGRADE else "after live rows were written and rolled back"
    left = [change.name for change in facts.downgrade_schema.changes] if facts.downgrade_schema else []
    notes = (f"the downgrade had left the schema different: {', '.join(left[:_CHANGES_SHOWN])}",) if left else ()
    made_here = _is_of_live_rows_made_here if step.name is StepName.LIVE_UPGRADE else _is_of_rows_made_here
    if made_here(facts, failure):
        return finding(
            "RT304", facts.revision, _subject(facts, "upgrade()"), f"upgrade() {CANNOT_READ}, {when}: {failure}",
            remedy_for_unreadable("upgrade()"), _evidence(step, failure), severity=Severity.WARNING)
    return finding(
        "RT304", facts.revision, _subject(facts, "upgrade()"), f"upgrade() fails {when}: {failure}",
        "have downgrade() take back everything that upgrade() makes, so that it can run again"
        if left else remedy_for_error(failure, "upgrade()"),
        _evidence(step, failure, notes),
    )


def _irreversible(facts: TripFacts, step: StepFacts, failure: Failure) -> Finding:
    missing = failure.kind is FailureKind.MISSING
    message = ("there is no downgrade(), so Alembic cannot go back over this revision" if missing
               else f"downgrade() refuses before it does anything: {failure}")
    return finding(
        "RT305", facts.revision, _subject(facts, "downgrade()"), message,
        "write downgrade(); if the revision is one-way on purpose, roll forward instead, and plan the deploy so that "
        "nobody needs to go back over it",
        _evidence(step, failure),
    )


def _empty_downgrade(facts: TripFacts) -> Finding:
    assert facts.upgrade_schema is not None
    changed = [f"{change.kind} {change.name}" for change in facts.upgrade_schema.changes]
    rows = _rows_changed(facts)
    changed += [f"rows of {delta.table} ({_how_many(delta)})" for delta in rows]
    again = facts.step(StepName.REUPGRADE)
    failure = again.failure if again is not None else None
    tail = f"; the next upgrade fails: {failure}" if failure is not None else ""
    inserted = [delta for delta in rows if not delta.lost and not delta.changed and delta.table != LARGE_OBJECTS]
    further = len(changed) - _CHANGES_SHOWN
    missing = undoing(facts.downgrade_schema) if facts.downgrade_schema is not None else ()
    shown = ", ".join(changed[:_CHANGES_SHOWN]) + (f" and {further} more" if further > 0 else "")
    return finding(
        "RT306", facts.revision, _subject(facts, "downgrade()"),
        f"downgrade() takes nothing back, though upgrade() changed {shown}{tail}",
        "\n".join([f"write in downgrade() what undoes upgrade(){':' if missing else ''}", *missing]) if missing or not
        inserted else "; ".join(delete_inserted(delta.table) for delta in inserted),
        Evidence(step=StepName.DOWNGRADE, error=str(failure) if failure else None, samples=tuple(
            sample for delta in inserted for sample in row_samples(delta.columns, delta.added, lost=False))[:SAMPLES]),
    )


def _how_many(delta: RowsDelta) -> str:
    counts = ((delta.rows_added, "added"), (delta.rows_lost, "lost"), (delta.rows_changed, "changed"))
    return ", ".join(f"{count:,} {what}" for count, what in counts if count)


def _timed_out(facts: TripFacts, step: StepFacts) -> Finding:
    return finding(
        "RT309", facts.revision, _subject(facts, _FUNCTION[step.name]),
        f"{_FUNCTION[step.name]} ({step.name}) did not end within {step.timed_out_after_seconds:g} s and was stopped",
        "see what it waits for: a lock that its own second connection holds, a loop over rows; or raise "
        "time_limit_seconds in [tool.roundtrip] if it needs the time",
        Evidence(step=step.name),
    )


def _died(facts: TripFacts, step: StepFacts) -> Finding:
    return finding(
        "RT310", facts.revision, _subject(facts, _FUNCTION[step.name]),
        f"{_FUNCTION[step.name]} ({step.name}) ended its process: {step.died}",
        "do not end the process from a revision or what it imports; see the error it printed last",
        Evidence(step=step.name, error=step.died),
    )


def _subject(facts: TripFacts, function: str, step: StepFacts | None = None) -> str:
    """The table whose rows are in the way when it is one table, else the function in its file."""
    culprits = (_by_reason(step)[0] or step.culprits) if step is not None else ()
    tables = {str(culprit.table) for culprit in culprits}
    return tables.pop() if len(tables) == 1 else f"{facts.path}:{function.removesuffix('()')}"


def _by_reason(step: StepFacts) -> tuple[list[Culprit], list[tuple[Failure, list[Culprit]]]]:
    """The rows with which the step fails as is told of it, and those with which it fails otherwise."""
    told: list[Culprit] = []
    others: list[tuple[Failure, list[Culprit]]] = []
    for culprit in step.culprits:
        failure = culprit.failure
        if failure is None or step.failure is None or _same_reason(failure, step.failure):
            told.append(culprit)
        elif (known := next((rows for other, rows in others if _same_reason(other, failure)), None)) is not None:
            known.append(culprit)
        else:
            others.append((failure, [culprit]))
    return told, others


def _with_note(told: Finding, note: str) -> Finding:
    return replace(told, evidence=replace(told.evidence, notes=(*told.evidence.notes, note)))


def _of_each_table(rows: Sequence[Culprit]) -> list[Culprit]:
    """The first row of each table before the others."""
    first = {row.table: row for row in reversed(rows)}
    return sorted(rows, key=lambda row: first[row.table] is not row)


def _evidence(
    step: StepFacts, failure: Failure, notes: tuple[str, ...] = (), *, rows_shown: int = _ROWS_SHOWN
) -> Evidence:
    told, others = _by_reason(step)
    notes += tuple(_shown(_of_each_table(told)[:rows_shown]))
    for other, rows in others:
        which = f"{counted(len(rows), 'other row')}" if told else f"{counted(len(rows), 'row')} and without the others"
        where = f" at {other.location}" if other.location else ""
        notes += (f"with {which} it fails otherwise: {other}{where}",
                  *_shown(_of_each_table(rows)[:1 if told else _ROWS_SHOWN]))
    if step.culprits and not step.culprits_complete:
        notes += ("these rows were narrowed down, but it fails without them too, on others",)
    return Evidence(step=step.name, rows=len(step.culprits) or None, error=str(failure), statement=failure.statement,
                    location=failure.location, notes=notes)


def _shown(culprits: Sequence[Culprit]) -> Iterator[str]:
    return (f"row of {culprit.table}: {culprit.row}" for culprit in culprits)
