"""Compare two snapshots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields
from operator import attrgetter
from typing import Any

from harness.catalog.delta import Action, AttributeChange, CatalogDelta, Change, ColumnOrder
from harness.catalog.folding import Key, key_of, without_heirs, without_parts
from harness.catalog.objects import CatalogObject, Column
from harness.catalog.parsed_again import parsed_again
from harness.catalog.privileges import show_difference
from harness.catalog.snapshot import Snapshot, not_shared
from harness.catalog.statements import definition, summary
from harness.names import QualifiedName

_DETAIL_OF = {
    "not_null_constraint": "not_null",
    "not_null_comment": "not_null",
    "identity_privileges": "identity",
    "identity_comment": "identity",
}


def diff(before: Snapshot, after: Snapshot) -> CatalogDelta:
    """Say what differs, object by object, with those of one table together.

    What came or went with its table, its schema or the parent of its table is not told again.
    """
    only_before, only_after = not_shared(before, after)
    was = {key_of(item): item for item in only_before}
    now = {key_of(item): item for item in only_after}
    found: dict[Key, tuple[CatalogObject, Change]] = {}
    for item in without_parts([item for key, item in was.items() if key not in now]):
        found[key_of(item)] = (item, _change(item, Action.REMOVED, before))
    for item in without_parts([item for key, item in now.items() if key not in was]):
        found[key_of(item)] = (item, _change(item, Action.ADDED, after))
    for key, item in was.items():
        if key in now and item != now[key] and not _is_only_parsed_again(item, now[key]):
            found[key] = (item, _alteration(item, now[key], before))
    changes = sorted(without_heirs(found, before, after), key=lambda pair: _place(pair[0]))
    return CatalogDelta(tuple(change for _, change in changes), tuple(_column_orders(only_before, only_after)),
                        before, after)


def _place(item: CatalogObject) -> tuple[str, bool, bool, str, str]:
    """Where a reader looks for it: beside its table, after it, the columns first."""
    return (str(item.relation or item.title), item.relation is not None, item.kind != "column", item.kind, item.title)


def _change(item: CatalogObject, action: Action, side: Snapshot) -> Change:
    was, now = (None, item) if action is Action.ADDED else (item, None)
    return Change(item.kind, item.title, action, (), definition(item, side), summary(item, side), was, now)


def _alteration(before: CatalogObject, after: CatalogObject, side: Snapshot) -> Change:
    attributes = tuple(_attribute_changes(before, after))
    return Change(before.kind, before.title, Action.ALTERED, attributes, definition(before, side), (), before, after)


def _attribute_changes(before: CatalogObject, after: CatalogObject) -> Iterator[AttributeChange]:
    for item in fields(before):  # type: ignore[arg-type]  # every class is a dataclass
        was, now = getattr(before, item.name), getattr(after, item.name)
        if not item.compare or _same(was, now) or _goes_with_another(item.name, before, after):
            continue
        name = item.name.replace("_", " ")
        if name.endswith("privileges"):
            yield AttributeChange(name, show_difference(was, now), show_difference(now, was))
        else:
            yield AttributeChange(name, _text(was), _text(now))


def _is_only_parsed_again(before: CatalogObject, after: CatalogObject) -> bool:
    """Whether one of them is what the server makes of the definition of the other, as after a dump was restored."""
    return type(before) is type(after) and all(
        _same(getattr(before, item.name), getattr(after, item.name))
        for item in fields(before) if item.compare)  # type: ignore[arg-type]  # every class is a dataclass


def _same(was: Any, now: Any) -> bool:
    return was == now or (isinstance(was, str) and isinstance(now, str) and parsed_again(was) == parsed_again(now))


def _goes_with_another(name: str, before: CatalogObject, after: CatalogObject) -> bool:
    """Whether an attribute says more of another one that is itself only on one side."""
    other = _DETAIL_OF.get(name)
    return other is not None and bool(getattr(before, other)) is not bool(getattr(after, other))


def _text(value: Any) -> str | None:
    match value:
        case None | "":
            return None
        case bool():
            return "yes" if value else "no"
        case frozenset():
            return ", ".join(sorted(value)) or None
        case QualifiedName():
            return str(value)
        case tuple():
            return ", ".join(map(str, value)) or None
        case _:
            return str(value)


def _column_orders(before: Iterable[CatalogObject], after: Iterable[CatalogObject]) -> Iterator[ColumnOrder]:
    """Of tables with all their columns."""
    was, now = _columns(before), _columns(after)
    for table in sorted(was.keys() & now.keys()):
        if was[table] != now[table] and sorted(was[table]) == sorted(now[table]):
            yield ColumnOrder(table, was[table], now[table])


def _columns(side: Iterable[CatalogObject]) -> dict[QualifiedName, tuple[str, ...]]:
    """The names of each table's columns in their order."""
    found: defaultdict[QualifiedName, list[Column]] = defaultdict(list)
    for item in side:
        if isinstance(item, Column):
            found[item.table].append(item)
    return {table: tuple(column.name for column in sorted(columns, key=attrgetter("attnum")))
            for table, columns in found.items()}
