"""RT2xx: what a trip did to the schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.catalog import Action, CatalogDelta, Change, ColumnOrder, render
from harness.findings.building import finding
from harness.findings.facts import TripFacts
from harness.findings.laid_out import is_laid_out_otherwise
from harness.findings.model import Evidence, Finding, Severity
from harness.findings.restoring import Renaming, find_renaming, in_order, restore
from harness.names import RevisionId, StepName
from harness.recording import Edit

_NAMES_SHOWN = 3
_NAME_OF_NOT_NULL = "not null constraint"
"""Which PostgreSQL has since 18, and which ALTER COLUMN … DROP NOT NULL does not ask for."""
_RECORDED_LINES_SHOWN = 40


def judge_schema(facts: TripFacts, *, did_nothing: bool) -> tuple[Finding, ...]:
    """RT201, RT202 and RT203."""
    findings: list[Finding] = []
    drifted: set[str] = set()
    if facts.downgrade_schema is not None and not did_nothing:
        drifted = {change.name for change in facts.downgrade_schema.changes}
        findings += _drifts(facts, facts.downgrade_schema)
        findings += [_order(facts, order, StepName.DOWNGRADE) for order in facts.downgrade_schema.column_orders]
    if facts.reupgrade_schema is not None:
        known_orders = {item.table for item in facts.downgrade_schema.column_orders} if facts.downgrade_schema else ()
        dropped = _dropped(facts)
        findings += [_again(facts, change) for change in facts.reupgrade_schema.changes
                     if change.name not in drifted and not any(is_about(change, table) for table in dropped)]
        findings += [_order(facts, order, StepName.REUPGRADE) for order in facts.reupgrade_schema.column_orders
                     if order.table not in known_orders]
    return tuple(findings)


def _dropped(facts: TripFacts) -> list[str]:
    """Tables that were there before the upgrade and that the downgrade has dropped: told with what follows from it."""
    changes = facts.downgrade_schema.changes if facts.downgrade_schema is not None else ()
    return [change.name for change in changes if change.kind == "table" and change.action is Action.REMOVED]


def is_about(change: Change, table: str) -> bool:
    """Whether a change's name or definition has the name of ``table``, as that of its index has."""
    return re.search(rf"(?<![\w.]){re.escape(table)}(?!\w)", f"{change.name} {change.definition or ''}") is not None


def judge_recorded(revision: RevisionId, path: str, edits: Sequence[Edit]) -> tuple[Finding, ...]:
    """RT205, one for the revision whatever the number of objects."""
    if not edits:
        return ()
    names = [f"{edit.kind} {edit.title}" for edit in edits]
    shown = ", ".join(names[:_NAMES_SHOWN]) + (f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN
                                               else "")
    lines = [line for edit in edits for line in edit.lines]
    left_out = len(lines) - _RECORDED_LINES_SHOWN
    notes = (f"{left_out} more lines are not shown",) if left_out > 0 else ()
    return (finding(
        "RT205", revision, path, f"the upgrade no longer gives the schema that was recorded: {shown}",
        "take the edit back and make a new revision of it; databases that have passed this one never get it. Where no "
        "database has: roundtrip schemas record",
        Evidence(step=StepName.UPGRADE, delta=tuple(lines[:_RECORDED_LINES_SHOWN]), notes=notes),
    ),)


def _drifts(facts: TripFacts, delta: CatalogDelta) -> Iterator[Finding]:
    """One for each change, but for those that only follow from a new name; in the order in which they are mended."""
    renaming = find_renaming(delta)
    for change in in_order(delta):
        if renaming is None or not renaming.follows(change):
            yield _drift(facts, change, delta, renaming)


def _drift(facts: TripFacts, change: Change, delta: CatalogDelta, renaming: Renaming | None) -> Finding:
    renamed = renaming.told.get(change) if renaming is not None else None
    displaced = renaming.displaced.get(change) if renaming is not None else None
    shown = [change]
    if renamed is not None:
        said = f"{change.kind} {renamed.before.title} is renamed to {renamed.after.title}"
        what = "give it its name back in downgrade()"
        shown = [other for other in delta.changes if other is change or other.after is renamed.after]
    elif displaced is not None:
        said = f"{change.kind} {change.name} is there, which was {displaced.title} before the upgrade"
        what = f"bring what it holds back to {displaced.title} in downgrade(), then drop it"
    else:
        said = say_difference(change, "before the upgrade")
        what = (_WHAT_DOWNGRADE_DID if _upgrade_leaves_it(facts, change) else _WHAT)[change.action]
    return finding(
        "RT201", facts.revision, change.name, f"after the downgrade {said}", _remedy(change, what, delta),
        Evidence(step=StepName.DOWNGRADE, delta=render(CatalogDelta(changes=tuple(shown), column_orders=())),
                 notes=_made_otherwise(facts, change)),
        severity=_mildly(change),
    )


def _made_otherwise(facts: TripFacts, change: Change) -> tuple[str, ...]:
    """What the second upgrade makes of a table that the downgrade dropped, where that is not what the first left."""
    if change.name not in _dropped(facts) or facts.reupgrade_schema is None:
        return ()
    names = [other.name for other in facts.reupgrade_schema.changes if is_about(other, change.name)]
    further = len(names) - _NAMES_SHOWN
    shown = ", ".join(names[:_NAMES_SHOWN]) + (f" and {further} more" if further > 0 else "")
    return (f"the second upgrade makes it otherwise: {shown}",) if names else ()


_WHAT = {
    Action.ADDED: "drop it in downgrade()",
    Action.REMOVED: "make it again in downgrade() as it was before",
    Action.ALTERED: "set it back in downgrade()",
}
_WHAT_DOWNGRADE_DID = {
    Action.ADDED: "upgrade() does not make it: do not make it in downgrade(), or drop it there again",
    Action.REMOVED: "upgrade() leaves it: do not drop it in downgrade(), or make it there again as it was before",
    Action.ALTERED: "upgrade() leaves it: do not alter it in downgrade(), or set it back there",
}


def _upgrade_leaves_it(facts: TripFacts, change: Change) -> bool:
    """Whether the object was after the upgrade what it was before, so that the downgrade alone did ``change``."""
    delta = facts.upgrade_schema
    if delta is None or delta.after is None:
        return False
    if change.before is not None:
        return change.before in delta.after.of(type(change.before))
    return not any((item.kind, item.name) == (change.kind, change.name) for item in delta.changes)


def _again(facts: TripFacts, change: Change) -> Finding:
    if _is_of_dump(facts):
        said = f"after downgrade and upgrade {say_difference(change, 'in the dump')}"
        what = ("have upgrade() bring back what downgrade() took; where the dump has it otherwise than the history "
                "makes it, as tables that create_all() made, have a new revision bring the one to the other")
    else:
        said = f"after the second upgrade {say_difference(change, 'after the first upgrade')}"
        what = ("make upgrade() give the same schema whatever ran before it: name every constraint and index, and do "
                "not let rows or sequences decide about the schema")
    return finding(
        "RT202", facts.revision, change.name, said, what,
        Evidence(step=StepName.REUPGRADE, delta=render(CatalogDelta(changes=(change,), column_orders=()))),
        severity=_mildly(change),
    )


def _mildly(change: Change) -> Severity | None:
    """Info where it does the same, if only a NOT NULL has another name; else as the rule has it."""
    only_named = [item.attribute for item in change.attributes] == [_NAME_OF_NOT_NULL]
    return Severity.INFO if only_named or is_laid_out_otherwise(change) else None


def _order(facts: TripFacts, order: ColumnOrder, step: StepName) -> Finding:
    when = ("downgrade" if step is StepName.DOWNGRADE else "downgrade and upgrade" if _is_of_dump(facts)
            else "second upgrade")
    return finding(
        "RT203", facts.revision, str(order.table),
        f"after the {when} the columns of {order.table} stand in another order",
        "nothing, unless a statement relies on the order: PostgreSQL adds a column last",
        Evidence(step=step, delta=(f"- {', '.join(order.before)}", f"+ {', '.join(order.after)}")),
    )


def _is_of_dump(facts: TripFacts) -> bool:
    """Whether the first upgrade was production's, and not made here."""
    return facts.live is not None and facts.live.of_dump


def say_difference(change: Change, otherwise: str) -> str:
    """What differs, as a clause; ``otherwise`` says when it is not so."""
    what = f"{change.kind} {change.name}"
    match change.action:
        case Action.ADDED:
            return f"{what} is there, which it was not {otherwise}"
        case Action.REMOVED:
            return f"{what} is missing"
        case Action.ALTERED if is_laid_out_otherwise(change):
            return f"{what} differs in how its source is laid out: spaces, line breaks, comments or the case of words"
        case Action.ALTERED:
            return f"{what} differs in {', '.join(item.attribute for item in change.attributes)}"


def undoing(delta: CatalogDelta) -> tuple[str, ...]:
    """What undoes all of ``delta``, as downgrade() has it: statements, and comments where none can be told."""
    lines: list[str] = []
    for change in in_order(delta):
        statements = restore(change, delta)
        lines += _set_back(change) if statements is None else [line for line in statements if not _goes_along(line)]
    return tuple(lines)


def _goes_along(statement: str) -> bool:
    """Whether it says that another change's statements undo this one, too."""
    return statement.startswith("# it ")


def _remedy(change: Change, what: str, delta: CatalogDelta) -> str:
    statements = restore(change, delta)
    listed = statements if statements is not None else tuple(_set_back(change))
    return "\n".join([f"{what}{':' if listed else ''}", *listed])


def _set_back(change: Change) -> Iterator[str]:
    """What is to be different, where no statements can be told."""
    if change.action is Action.REMOVED and change.definition is not None:
        yield from (f"# {line}" for line in change.definition.splitlines())
    for item in change.attributes:
        before = item.before if item.before is not None else "none"
        after = item.after if item.after is not None else "none"
        yield f"# {item.attribute}: {after} -> {before}"
