"""Tell what was renamed or moved to another schema, and what differs only because of that."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from harness.catalog import Action, CatalogDelta, Change, Snapshot, diff, objects
from harness.catalog.folding import Key, key_of
from harness.catalog.objects import CatalogObject
from harness.findings.restoring.code import execute, on
from harness.findings.restoring.not_null import not_null_name
from harness.findings.restoring.properties import reference
from harness.names import QualifiedName, show_identifier

_IDENTIFIER = r'(?:"(?:[^"]|"")*"|\w+)'
_WORD = re.compile(rf'{_IDENTIFIER}|[^\w"]+|"')
_ALIAS = re.compile(rf"({_IDENTIFIER}) AS ({_IDENTIFIER})")
_Objects = Iterable[CatalogObject]
_Names = frozenset[tuple[str, str]]
"""Pairs of names, as they are now and as they were."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """One object under two names: PostgreSQL knows it by its oid, a column by its number in its table.

    Or a constraint that was made again and says the same.
    """

    before: Any
    after: Any
    called: Any
    """Its name now, once its schema has its own back."""

    def statements(self) -> Iterator[str]:
        """What gives it its name back, once all that it is a part of has its own."""
        before, called = self.before, self.called
        if isinstance(called, QualifiedName) and called.schema != before.name.schema:
            present = reference(replace(before, name=called))
            yield execute(f"ALTER {present} SET SCHEMA {show_identifier(before.name.schema)}")
            called = QualifiedName(before.name.schema, called.name)
        if called != before.name:
            yield _rename(before, called)

    def has_part(self, item: CatalogObject) -> bool:
        """Whether it comes and goes with an object, which is named as before."""
        return self.before.name in {item.relation, item.schema}


def _rename(before: Any, called: Any) -> str:
    present, wanted = (name.name if isinstance(name, QualifiedName) else name for name in (called, before.name))
    match before:
        case objects.Table(relkind="r" | "p"):
            return on(called, "rename_table", wanted)
        case objects.Column():
            return on(before.table, "alter_column", present, new_column_name=repr(wanted))
        case objects.Constraint() | objects.DomainConstraint():
            of = f"DOMAIN {before.domain}" if isinstance(before, objects.DomainConstraint) else f"TABLE {before.table}"
            return execute(f"ALTER {of} RENAME CONSTRAINT {show_identifier(present)} TO {show_identifier(wanted)}")
        case _:
            return execute(f"ALTER {reference(replace(before, name=called))} RENAME TO {show_identifier(wanted)}")


@dataclass(frozen=True, slots=True)
class Renaming:
    """What a difference is made of: new names, and what is left of it once all have their old ones."""

    told: Mapping[Change, Renamed]
    """By the change that tells of it: that the old name is missing, or where that is in use, that the new one is."""
    with_others: tuple[Renamed, ...]
    """What has no change of its own, as it lies in what was renamed."""
    displaced: Mapping[Change, CatalogObject]
    """What an object was whose name another one has now, by the change that tells of its new name."""
    left: CatalogDelta

    def change_left(self, change: Change) -> Change | None:
        """What is left of a change that tells of no new name."""
        return next((other for other in self.left.changes if (other.kind, other.name) == (change.kind, change.name)),
                    None)

    def follows(self, change: Change) -> bool:
        """Whether a change only follows from those that tell of new names."""
        return not (change in self.told or change in self.displaced or self.change_left(change))


def find_renaming(delta: CatalogDelta) -> Renaming | None:
    """Say what was renamed; None where nothing was."""
    was, now = delta.before, delta.after
    added = [change.after for change in delta.changes if change.action is Action.ADDED and change.after is not None]
    if was is None or now is None or not added or not any(True for _ in _same(was.objects, added)):
        return None
    renamed, displaced = _renamed(was.objects, now.objects)
    changes = {(change.action, change.kind, change.name): change for change in delta.changes}
    told: dict[Change, Renamed] = {}
    with_others = []
    for item in renamed:
        change = (changes.get((Action.REMOVED, *key_of(item.before)))
                  or changes.get((Action.ADDED, *key_of(item.after))))
        if change is not None:
            told[change] = item
        else:
            with_others.append(item)
    left = diff(was, Snapshot(_with_names_back(was.objects, now.objects, renamed)))
    with_others.sort(key=lambda item: item.before.relation is not None)  # first what others are parts of
    return Renaming(told, tuple(with_others), {
        change: displaced[key] for key in displaced if (change := changes.get((Action.ADDED, *key))) is not None}, left)


def _identity(item: CatalogObject) -> tuple[type[CatalogObject], int, int]:
    """What an object keeps whatever it is called."""
    return (type(item), item.oid, getattr(item, "attnum", 0))


def _same(before: _Objects, after: _Objects) -> Iterator[tuple[Any, Any]]:
    """The objects that are on both sides, whatever they are called."""
    was = {_identity(item): item for item in before if item.oid}
    for item in after:
        if _identity(item) in was:
            yield was[_identity(item)], item
    yield from _constraints_made_again(before, after)


def _constraints_made_again(before: _Objects, after: _Objects) -> Iterator[tuple[Any, Any]]:
    """The constraints that say on the one side what those of another name say on the other, of those made again."""
    was, now = (_constraints_but_for_names(side, other) for side, other in ((before, after), (after, before)))
    for nameless, (old, *more) in was.items():
        if not more and len(now.get(nameless, ())) == 1:
            yield old, now[nameless][0]


def _constraints_but_for_names(
    side: _Objects, other: _Objects
) -> dict[objects.Constraint, list[objects.Constraint]]:
    """The constraints of one side that the other has under no oid and no name, by what they say."""
    known = {_identity(item) for item in other} | {key_of(item) for item in other}
    found: dict[objects.Constraint, list[objects.Constraint]] = {}
    for item in side:
        if isinstance(item, objects.Constraint) and not item.is_inherited and known.isdisjoint(
                {_identity(item), key_of(item)}):
            found.setdefault(replace(item, name=""), []).append(item)
    return found


def _renamed(before: _Objects, after: _Objects) -> tuple[list[Renamed], dict[Key, CatalogObject]]:
    same = list(_same(before, after))
    schemas = {new.name: old.name for old, new in same if isinstance(old, objects.Schema)}
    were, are = {key_of(item) for item in before}, {key_of(item): item for item in after}
    kept = {_identity(new) for _, new in same}
    renamed: list[Renamed] = []
    displaced: dict[Key, CatalogObject] = {}
    for old, new in same:
        called, other = _called(old, new, schemas), are.get(key_of(old))
        # A column of a child table, or a trigger of a partition, is renamed with its parent's.
        goes_with_parent = getattr(new, "is_inherited", False)
        if called == getattr(old, "name", None) or goes_with_parent or (other is not None and key_of(new) in were):
            continue
        if other is not None and _identity(other) not in kept:
            displaced[key_of(new)] = old
        else:
            renamed.append(Renamed(old, new, called))
    return renamed, displaced


def _called(old: Any, new: Any, schemas: Mapping[str, str]) -> Any:
    """The name of an object once its schema has its own back; indexes and the sequences of columns go with tables."""
    name = getattr(new, "name", None)
    if not isinstance(name, QualifiedName):
        return name
    goes_with_table = isinstance(old, objects.Index | objects.Sequence) and old.relation is not None
    return QualifiedName(old.name.schema if goes_with_table else schemas.get(name.schema, name.schema), name.name)


# -- what only follows -----------------------------------------------------------------------------------------------


def _with_names_back(before: _Objects, after: _Objects, renamed: Collection[Renamed]) -> Iterator[CatalogObject]:
    """The objects of one side as they would be under the names that they had on the other."""
    pairs = [(new, old) for item in renamed for new, old in _name_pairs(item) if new != old]
    names = frozenset([*pairs, *((show_identifier(new), show_identifier(old)) for new, old in pairs)])
    was = {key_of(item): item for item in before} | {_identity(item): item for item in before if item.oid}
    was |= {_identity(item.after): item.before for item in renamed}
    moved = {item.after.name: item.before.name for item in renamed}
    for item in after:
        yield _with_names_of(was.get(_identity(item)) or was.get(key_of(item)), item, names, moved)


def _name_pairs(item: Renamed) -> Iterable[tuple[str, str]]:
    old, new = item.before.name, item.after.name
    return zip(new, old, strict=True) if isinstance(old, QualifiedName) else [(new, old)]


def _with_names_of(old: Any, item: Any, names: _Names, moved: Mapping[Any, Any]) -> Any:
    own = {field.name: getattr(item, field.name) for field in fields(item) if field.compare}
    if old is None or type(old) is not type(item):
        return replace(item, **{name: _moved(value, moved) for name, value in own.items()
                                if isinstance(value, QualifiedName)})
    same = {name: getattr(old, name) for name, value in own.items() if _follows(getattr(old, name), value, names)}
    # Its name is told only where it is not the usual one, which is made of those of table and column.
    if isinstance(old, objects.Column) and not_null_name(old) == not_null_name(item):
        same["not_null_constraint"] = old.not_null_constraint
    return replace(item, **same)


def _moved(name: QualifiedName, moved: Mapping[Any, Any]) -> QualifiedName:
    return moved.get(name) or QualifiedName(moved.get(name.schema, name.schema), name.name)


def _follows(old: Any, new: Any, names: _Names) -> bool:
    """Whether a value is another one only by the names in it."""
    match old, new:
        case frozenset(), frozenset():
            return len(old) == len(new) and all(any(_follows(one, other, names) for other in new) for one in old)
        case tuple(), tuple():
            return len(old) == len(new) and all(_follows(*pair, names) for pair in zip(old, new, strict=True))
        case str(), str():
            return old == new or (new, old) in names or _reads_alike(old, new, names)
        case _:
            return bool(old == new)


def _reads_alike(old: str, new: str, names: _Names) -> bool:
    words, others = (_WORD.findall(_without_aliases(text, names)) for text in (old, new))
    return len(words) == len(others) and all(
        one == other or (other, one) in names for one, other in zip(words, others, strict=True))


def _without_aliases(text: str, names: _Names) -> str:
    """Without what a view calls a column that has another name now: it gives its own column the name from before."""
    return _ALIAS.sub(lambda found: found[1] if (found[1], found[2]) in names or (found[2], found[1]) in names
                      else found[0], text)
