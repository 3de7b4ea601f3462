"""Tell the statements that undo a change."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.catalog import Action, CatalogDelta, Change, Snapshot, objects
from harness.catalog.objects import CatalogObject
from harness.findings.restoring.again import Anew
from harness.findings.restoring.altering import set_back
from harness.findings.restoring.columns import is_sequence_of
from harness.findings.restoring.making import is_index_of_partition
from harness.findings.restoring.order import in_order
from harness.findings.restoring.renaming import Renamed, Renaming, find_renaming
from harness.findings.restoring.rings import drop_from_ring, make_in_ring
from harness.names import show_identifier

_STRING = re.compile(r"'(?:[^']|'')*'")


def restore(change: Change, delta: CatalogDelta) -> tuple[str, ...] | None:
    """The statements that undo ``change``, as downgrade() has them; None where they cannot be told."""
    renaming = find_renaming(delta)
    if renaming is None:
        return _undo(change, delta)
    if change in renaming.told:
        statements = list(_with_its_name(renaming.told[change], change, delta, renaming))
        return None if None in statements else tuple(line for line in statements if line is not None)
    if change in renaming.displaced:
        return None
    left = renaming.change_left(change)
    return ("# it goes with what is renamed",) if left is None else _undo(left, renaming.left)


def _with_its_name(item: Renamed, change: Change, delta: CatalogDelta, renaming: Renaming) -> Iterator[str | None]:
    """What gives an object its name back, and undoes what else was done to it and its parts; None for what cannot."""
    yield from item.statements()
    for part in renaming.with_others:
        if item.has_part(part.before):
            yield from part.statements()
    told = {(other.kind, other.name) for other in delta.changes}
    for other in in_order(renaming.left):
        one, key = other.before or other.after, (other.kind, other.name)
        if key == (change.kind, change.name) or (key not in told and one is not None and item.has_part(one)):
            yield from _undo(other, renaming.left) or (None,)


def _undo(change: Change, delta: CatalogDelta) -> tuple[str, ...] | None:
    was, now = delta.before, delta.after
    if was is None or now is None:
        return None
    statements: list[str] | None
    match change.before, change.after:
        case None, None:
            return None
        case (item, None) | (None, item) if item is not None and (
                _goes_with_view(item, delta, was, now) or _is_attached_again(item, delta)):
            statements = [f"# it is among the statements for {item.relation}"]
        case None, after if after is not None:
            statements = (None if _stays_attached(after, was)
                          else _goes_with(after, delta) or _goes_with_identity(after, was)
                          or drop_from_ring(after, _names(delta, Action.ADDED), now))
        case before, None if before is not None:
            statements = (_goes_with_identity(before, now)
                          or make_in_ring(before, _names(delta, Action.REMOVED), was))
        case before, after:
            assert before is not None
            assert after is not None
            statements = set_back(before, after, was, now)
    return tuple(statements) if statements else None


def _stays_attached(item: CatalogObject, was: Snapshot) -> bool:
    """Whether it is a partition's index on one that is not dropped: nothing detaches that, which dropping it takes."""
    return (isinstance(item, objects.Index) and item.attached_to is not None
            and any(index.name == item.attached_to for index in was.of(objects.Index))
            and any(table.name == item.table and table.partition_of is not None for table in was.of(objects.Table)))


def _goes_with(item: CatalogObject, delta: CatalogDelta) -> list[str]:
    """What is said of a partition, or of its index, whose parent is dropped, too, and of what a column takes along."""
    parent = getattr(item, "partition_of", None) or getattr(item, "attached_to", None)
    goes = parent is not None and str(parent) in _names(delta, Action.ADDED)
    return [f"# it goes with {parent}"] if goes else [f"# it goes with {name}" for name in _columns_of(item, delta)]


def _columns_of(item: CatalogObject, delta: CatalogDelta) -> Iterator[str]:
    """The columns of an index, a constraint or statistics that are dropped, which drops these."""
    match item:
        case objects.Constraint():
            text = item.definition.partition(" REFERENCES ")[0]
        case objects.Index() | objects.Statistics():
            text = item.definition.partition(" ON ")[2]
        case _:
            return
    text = _STRING.sub("", text)
    for change in delta.changes:
        column = change.after
        if (change.action is Action.ADDED and isinstance(column, objects.Column) and column.table == item.table
                and re.search(rf"(?<![\w$.]){re.escape(show_identifier(column.name))}(?![\w$.])", text)):
            yield change.name


def _names(delta: CatalogDelta, action: Action) -> frozenset[str]:
    return frozenset(change.name for change in delta.changes if change.action is action)


def _goes_with_identity(item: CatalogObject, other: Snapshot) -> list[str]:
    """What is said of a sequence with the name that an identity's has on the other side: its column says the rest."""
    if not isinstance(item, objects.Sequence):
        return []
    return [f"# it is among the statements for {column.title}" for column in other.of(objects.Column)
            if is_sequence_of(column, item)]


def _goes_with_view(item: CatalogObject, delta: CatalogDelta, was: Snapshot, now: Snapshot) -> bool:
    """Whether it is a part of a view that is made again."""
    return item.relation is not None and any(
        change.before is not None and change.after is not None and change.name == str(item.relation)
        and isinstance(change.before, objects.View)
        and isinstance(set_back(change.before, change.after, was, now), Anew) for change in delta.changes)


def _is_attached_again(item: CatalogObject, delta: CatalogDelta) -> bool:
    """Whether it is missing as the index of a partition that is to be attached again, which its index is made for."""
    return is_index_of_partition(item) and any(
        change.name == str(item.relation) and isinstance(change.before, objects.Table)
        and isinstance(change.after, objects.Table) and change.after.partition_of is None for change in delta.changes)
