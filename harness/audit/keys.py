"""The foreign keys that a history ends with, and what a deleted row takes with it, as far as the source tells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.audit.facts import Act, Effect, ForeignKey, Kind, SourceFacts
from harness.cascade.model import Action
from harness.names import RevisionId

_LONGEST_NAME = 63
_REACHES = frozenset({Action.CASCADE, Action.SET_NULL, Action.SET_DEFAULT})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredKey:
    """A foreign key that is there after the whole history, and who brought it."""

    key: ForeignKey
    revision: RevisionId
    path: Path
    is_certain: bool
    """Whether it surely is there, with this action."""

    @property
    def constraint(self) -> str:
        """Its name; without one of its own, that which PostgreSQL gives it.

        Source: https://www.postgresql.org/docs/current/ddl-constraints.html
        """
        if self.key.name is not None:
            return _as_sqlalchemy_shortens(self.key.name)
        return f"{self.key.table.rpartition('.')[2]}_{'_'.join(self.key.columns)}_fkey"


@dataclass(frozen=True, slots=True)
class Branch:
    """A table in a tree of what goes with a deleted row."""

    table: str
    by: DeclaredKey | None
    """The foreign key by which it goes; None for the root."""
    branches: tuple[Branch, ...] = ()
    is_repeated: bool = False
    """Whether what goes with it stands further up in the tree already."""


def _as_sqlalchemy_shortens(name: str) -> str:
    """A name of ``op.f()`` that is longer than PostgreSQL allows ends in a digest.

    Source: https://docs.sqlalchemy.org/en/20/core/constraints.html#creating-names-for-indexes-sequences-and-others
    """
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[:_LONGEST_NAME - 8]}_{hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[-4:]}"


def declared_keys(history: Sequence[SourceFacts]) -> tuple[DeclaredKey, ...]:
    """The foreign keys after all upgrades of ``history``, which is in the order of the walk."""
    found: list[DeclaredKey] = []
    for facts in history:
        for effect in facts.upgrade.effects:
            found = _after(found, effect)
            found += [DeclaredKey(key=key, revision=facts.revision, path=facts.path, is_certain=key.is_certain)
                      for key in effect.foreign_keys]
        texts = [doubt.sql.lower() for doubt in facts.upgrade.doubts if doubt.sql is not None]
        found = [replace(each, is_certain=False) if any(_is_named(each, text) for text in texts) else each
                 for each in found]
    return tuple(found)


def cascade_trees(keys: Iterable[DeclaredKey]) -> tuple[Branch, ...]:
    """A tree for each table of which a deleted row takes rows of others with it, and that no other such table reaches.

    Tables that only reach each other in a circle get one tree, from the first of them.
    """
    by_parent: dict[str, list[DeclaredKey]] = {}
    for each in keys:
        if each.key.on_delete in _REACHES:
            by_parent.setdefault(each.key.parent, []).append(each)
    reached = {each.key.table for parent, group in by_parent.items() for each in group
               if each.key.on_delete is Action.CASCADE and each.key.table != parent}
    trees: list[Branch] = []
    covered: set[str] = set()
    for root in (*(parent for parent in by_parent if parent not in reached), *by_parent):
        if root not in covered and any(each.key.on_delete is Action.CASCADE for each in by_parent[root]):
            seen: set[str] = set()
            trees.append(_branch(root, None, by_parent, seen))
            covered |= seen
    return tuple(trees)


def tables_below(tree: Branch) -> tuple[str, ...]:
    """The tables that lose rows when a row of the root is deleted, the root's own left out."""
    found: dict[str, None] = {}

    def visit(branch: Branch) -> None:
        for each in branch.branches:
            if each.by is not None and each.by.key.on_delete is Action.CASCADE:
                found[each.table] = None
                visit(each)

    visit(tree)
    found.pop(tree.table, None)
    return tuple(found)


def depth_of(tree: Branch) -> int:
    """How many foreign keys the longest way of deletes goes along."""
    return max((1 + depth_of(each) for each in tree.branches
                if each.by is not None and each.by.key.on_delete is Action.CASCADE), default=0)


def draw_tree(tree: Branch) -> tuple[str, ...]:
    """The tree as lines of text."""
    lines = [tree.table]

    def visit(branch: Branch, before: str) -> None:
        for place, each in enumerate(branch.branches):
            is_last = place == len(branch.branches) - 1
            assert each.by is not None, "only the root has none"
            action = "" if each.by.key.on_delete is Action.CASCADE else f"  [{each.by.key.on_delete}]"
            again = "  (as above)" if each.is_repeated else ""
            columns = ", ".join(each.by.key.columns)
            lines.append(f"{before}{'└─ ' if is_last else '├─ '}{each.table} ({columns}){action}{again}")
            visit(each, before + ("   " if is_last else "│  "))

    visit(tree, "")
    return tuple(lines)


def _branch(table: str, by: DeclaredKey | None, by_parent: dict[str, list[DeclaredKey]], seen: set[str]) -> Branch:
    """A row that is only set to NULL takes nothing further with it."""
    ends = by is not None and by.key.on_delete is not Action.CASCADE
    if ends or table in seen:
        return Branch(table, by, is_repeated=not ends and table in by_parent)
    seen.add(table)
    return Branch(table, by, tuple(_branch(each.key.table, each, by_parent, seen) for each in by_parent.get(table, ())))


def _after(keys: list[DeclaredKey], effect: Effect) -> list[DeclaredKey]:
    """What is left of ``keys`` after ``effect``; what may have gone stays, and is not certain any more."""
    if effect.act is Act.RENAME and effect.kind in (Kind.TABLE, Kind.COLUMN, Kind.CONSTRAINT):
        return [_renamed(each, effect) for each in keys]
    if effect.act is not Act.DROP or effect.kind not in (Kind.TABLE, Kind.COLUMN, Kind.CONSTRAINT):
        return keys
    left = []
    unnamed = [each for each in keys if effect.kind is Kind.CONSTRAINT and each.key.table == effect.table
               and each.constraint != effect.name]
    named = any(each.constraint == effect.name and each.key.table == effect.table for each in keys)
    for each in keys:
        goes = _goes(each, effect, is_named=named, candidates=unnamed)
        if goes is None or (goes and not effect.is_certain):
            left.append(replace(each, is_certain=False))
        elif not goes:
            left.append(each)
    return left


def _goes(each: DeclaredKey, effect: Effect, *, is_named: bool, candidates: Sequence[DeclaredKey]) -> bool | None:  # noqa: PLR0911 - one answer a case
    """Whether a foreign key goes with what is dropped; None where that cannot be told."""
    key = each.key
    if effect.kind is Kind.TABLE:
        return None if effect.name is None else effect.name in (key.table, key.parent)
    if effect.table is None:
        return None
    if effect.table != key.table:
        return effect.kind is Kind.COLUMN and effect.cascades and effect.table == key.parent and (
            effect.name in key.parent_columns)
    if effect.name is None:
        return None
    if effect.kind is Kind.COLUMN:
        return effect.name in key.columns
    if is_named or each.key.name is not None:
        return each.constraint == effect.name
    # A naming convention may have given a name that the source does not hold: it holds the column's.
    fitting = [other for other in candidates if other.key.name is None
               and all(column in effect.name for column in other.key.columns)]
    if each not in fitting:
        return False
    return True if len(fitting) == 1 else None


def _is_named(each: DeclaredKey, sql: str) -> bool:
    """Whether a statement that is not understood may be about the constraint of a table."""
    return each.key.table.rpartition(".")[2].lower() in sql and "constraint" in sql


def _renamed(each: DeclaredKey, effect: Effect) -> DeclaredKey:
    if effect.name is None or effect.new_name is None:
        return replace(each, is_certain=False)
    key = each.key
    new_name = effect.new_name
    if effect.kind is Kind.CONSTRAINT:
        is_it = effect.table == key.table and each.constraint == effect.name
        return replace(each, key=replace(key, name=new_name)) if is_it else each
    if effect.kind is Kind.COLUMN:
        ours, theirs = (tuple(new_name if name == effect.name else name for name in names)
                        for names in (key.columns, key.parent_columns))
        named = key.name or each.constraint
        return replace(each, key=replace(
            key, name=named, columns=ours if effect.table == key.table else key.columns,
            parent_columns=theirs if effect.table == key.parent else key.parent_columns))
    if effect.name not in (key.table, key.parent):
        return each
    named = key.name or each.constraint  # a constraint keeps its name when its table gets another
    return replace(each, key=replace(
        key, name=named, table=effect.new_name if key.table == effect.name else key.table,
        parent=effect.new_name if key.parent == effect.name else key.parent))
