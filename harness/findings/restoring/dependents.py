"""Tell what has to go before an object can be dropped, and what brings it back after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from harness.catalog import Snapshot, objects
from harness.catalog.folding import Key, key_of
from harness.catalog.objects import CatalogObject
from harness.findings.restoring.code import default_code, on
from harness.findings.restoring.making import drop, is_made_with_another, make
from harness.names import QualifiedName, show_identifier

Around = tuple[list[str], list[str]]
"""Statements before and after."""
_Droppable = (objects.View | objects.Function | objects.Index | objects.Constraint | objects.DomainConstraint
              | objects.Policy | objects.Trigger | objects.Rule | objects.Statistics)


def around(item: CatalogObject, was: Snapshot, now: Snapshot) -> Around | None:
    """What drops all that needs the object, and makes it again as it ``was``; None where that cannot be dropped."""
    match item:
        case objects.View() | objects.Function():
            return without(find_dependents([item.name], now, {key_of(item)}), was, now)
        case objects.Column():
            return without(find_users(item, now, set()), was, now)
        case _:
            return [], []


def without(dependents: Iterable[CatalogObject], was: Snapshot, now: Snapshot) -> Around | None:
    """The same, of what needs it; what was not there before is dropped on its own."""
    known = {key_of(item): item for item in was.objects}
    before: list[str] = []
    after: list[str] = []
    for item in sorted(dependents, key=_is_no_foreign_key):  # these need the keys of others
        earlier = known.get(key_of(item))
        if earlier is None:
            continue
        pair = _default(item, earlier) if isinstance(item, objects.Column) else (drop(item, now), make(earlier, was))
        if pair is None or pair[0] is None or pair[1] is None or not isinstance(item, _Droppable | objects.Column):
            return None
        before += pair[0]
        after = [*pair[1], *after]
    return before, after


def _is_no_foreign_key(item: CatalogObject) -> bool:
    return not (isinstance(item, objects.Constraint) and item.contype == "f")


def _default(item: objects.Column, earlier: Any) -> Around | None:
    """A column cannot be dropped for it, but its default can."""
    if item.generated or item.default is None:
        return None
    return ([on(item.table, "alter_column", item.name, server_default="None")],
            [on(item.table, "alter_column", item.name, server_default=default_code(earlier.default))])


def find_dependents(names: Iterable[QualifiedName], side: Snapshot, known: set[Key]) -> Iterator[CatalogObject]:
    """What mentions one of the names, each after what mentions that in turn; not what is ``known``, which grows."""
    names = list(names)
    mentioned = re.compile("|".join(rf'(?<![\w."$]){re.escape(str(name))}(?![\w"$])' for name in names))
    for item in side.objects:
        key = key_of(item)
        if key in known or item.relation in names or is_made_with_another(item) or not mentioned.search(text_of(item)):
            continue
        known.add(key)
        if isinstance(item, objects.View | objects.Function):
            yield from find_dependents([item.name], side, known)
        yield item


def find_users(column: objects.Column, side: Snapshot, known: set[Key]) -> Iterator[CatalogObject]:
    """The same of a column: indexes, constraints and all else that names it."""
    name = re.compile(rf"(?<![\w$]){re.escape(show_identifier(column.name))}(?![\w$])")
    for item in side.objects:
        key, text = key_of(item), text_of(item)
        is_own = item.relation == column.table and not isinstance(item, objects.Column)
        if key in known or is_made_with_another(item) or not name.search(text) or not (
                is_own or (isinstance(item, objects.View | objects.Function | objects.Constraint)
                           and str(column.table) in text)):
            continue
        known.add(key)
        if isinstance(item, objects.View | objects.Function):
            yield from find_dependents([item.name], side, known)
        yield item


def text_of(item: CatalogObject) -> str:
    """What an object is made of that PostgreSQL keeps as a dependency."""
    match item:
        case objects.Function():
            return item.definition.partition("\nAS ")[0]  # nothing is known of a body that is a string
        case objects.Policy():
            return f"{item.using_expression} {item.check_expression}"
        case objects.Column() | objects.Domain():
            return f"{item.type} {item.default}"
        case objects.CompositeType():
            return ", ".join(item.attributes)
        case objects.Aggregate() | objects.Operator() | objects.Cast():
            return f"{item.title} {' '.join(sorted(getattr(item, 'options', ())))}"
        case _:
            return str(getattr(item, "definition", ""))
