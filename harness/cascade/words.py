"""What a tree says on each of its lines, with the rows that were measured."""

from __future__ import annotations

from harness.cascade.model import DeleteTrigger, Deletion, ForeignKey, Measurement, NotMeasured, TableEffect
from harness.cascade.tree import Branch
from harness.names import QualifiedName, show_identifier


def describe_effect(effect: TableEffect) -> str:
    """``2 of 10 rows deleted, 1 added``."""
    parts = [f"{effect.deleted:,} of {_rows(effect.rows)} deleted" if effect.deleted else "",
             f"{effect.changed:,} of {_rows(effect.rows)} changed" if effect.changed else "",
             f"{effect.added:,} added" if effect.added else ""]
    return ", ".join(part for part in parts if part)


def describe_branch(branch: Branch, measured: Measurement, brought_by: str | None) -> str:
    """One line of a tree, without what leads to it."""
    if isinstance(branch.of, DeleteTrigger):
        return f"trigger {show_identifier(branch.of.name)}: {branch.of.timing} DELETE, {branch.of.function}"
    key = branch.of
    origin = f", {brought_by}" if brought_by is not None else ""
    parts = [str(key.child)]
    if not key.cascades:
        columns = ", ".join(map(show_identifier, key.set_columns or key.columns))
        parts.append(f"{key.on_delete} of {columns}")
    if isinstance(measured, Deletion):
        parts.append(_counted(key, measured))
    again = "; what hangs on it is drawn above" if branch.is_repeated else ""
    return f"{': '.join(parts)} ({show_identifier(key.name)}{origin}){again}"


def describe_root(table: QualifiedName, measured: Measurement) -> str:
    """The first line of a tree."""
    if isinstance(measured, Deletion):
        others = {effect.table: effect.deleted - (effect.table == table) for effect in measured.effects}
        rows, tables = sum(others.values()), sum(number > 0 for number in others.values())
        with_it = f", and with it {_rows(rows)} of {tables} table{'s' * (tables != 1)}" if rows else ""
        return f"{table}: {measured.row} deleted{with_it}"
    return f"{table}: {describe_not_measured(measured)}"


def describe_not_measured(measured: NotMeasured) -> str:
    """Why there are no numbers."""
    if not measured.refused:
        return f"not measured: {measured.reason}"
    first = measured.refused[0]
    more = f" (and {len(measured.refused) - 1} more that were tried)" if len(measured.refused) > 1 else ""
    return f"not measured: deleting {first.row}{more} was refused: {first.error}"


def describe_remainder(
    measured: Measurement, drawn: set[QualifiedName], reached: set[QualifiedName]
) -> tuple[str, ...]:
    """What a delete did to tables that the tree does not draw, and what was tried before it.

    ``reached`` are the tables that foreign keys lead to.
    """
    if not isinstance(measured, Deletion):
        return ()
    others = [effect for effect in measured.effects if effect.table not in drawn]
    refused = (f"refused before: deleting {refusal.row}, with more below it: {refusal.error}"
               for refusal in measured.refused)
    groups = (("in what is drawn above", [effect for effect in others if effect.table in reached]),
              ("by triggers or rules", [effect for effect in others if effect.table not in reached]))
    return (*(f"{title}: {'; '.join(f'{effect.table}: {describe_effect(effect)}' for effect in found)}"
              for title, found in groups if found), *refused)


def _counted(key: ForeignKey, measured: Deletion) -> str:
    effect = measured.of(key.counted_in)
    if effect is None:
        return "no row"
    if not key.cascades:
        return f"{effect.changed:,} of {_rows(effect.rows)}" if effect.changed else "no row"
    deleted = f"{effect.deleted:,} of {_rows(effect.rows)}" if effect.deleted else "no row"
    others = "".join((f", {effect.changed:,} changed" if effect.changed else "",
                      f", {effect.added:,} added" if effect.added else ""))
    return deleted + others


def _rows(number: int) -> str:
    return f"{number:,} row" if number == 1 else f"{number:,} rows"
