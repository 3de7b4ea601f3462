"""The order in which the statements that undo several changes can be run."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from harness.catalog import Action, CatalogDelta, Change, Snapshot, objects
from harness.catalog.objects import CatalogObject
from harness.findings.restoring.dependents import text_of
from harness.names import QualifiedName

_PARTS = (objects.Policy, objects.Trigger, objects.Rule, objects.Statistics, objects.View, objects.Index,
          objects.Constraint)
_SIZES: tuple[tuple[type[CatalogObject], ...], ...] = (_PARTS, (objects.Column,), (objects.Table,))
"""What is dropped first, and made last."""
_QUOTES = re.compile(r"\$\w*\$")


def in_order(delta: CatalogDelta) -> list[Change]:
    """The changes, ordered for their undoing: what mentions another object goes before it, and comes after it.

    Else parts are dropped first, then wholes, then all is set back, then made from wholes to parts; so it is, too, with
    objects that mention each other in a ring.
    """
    changes = sorted(delta.changes, key=_rank)
    earlier = _prerequisites(changes, delta)
    reached = [_reached(number, earlier) for number in range(len(changes))]
    ordered: dict[int, Change] = {}

    def add(number: int) -> None:
        ring = [number, *(other for other in reached[number] if number in reached[other] and other != number)]
        for other in sorted(set().union(*(earlier[member] for member in ring)).difference(ring)):
            if other not in ordered:
                add(other)
        ordered.update((member, changes[member]) for member in sorted(ring))

    for number in range(len(changes)):
        if number not in ordered:
            add(number)
    return list(ordered.values())


def _reached(number: int, earlier: Mapping[int, set[int]]) -> set[int]:
    """The numbers of all that must be undone before a change, be it itself."""
    reached: set[int] = set()
    waiting = [number]
    while waiting:
        new = earlier[waiting.pop()] - reached
        reached |= new
        waiting += new
    return reached


def _rank(change: Change) -> int:
    item = change.after if change.action is Action.ADDED else change.before
    size = next((number for number, kinds in enumerate(_SIZES) if isinstance(item, kinds)), len(_SIZES))
    is_schema = isinstance(item, objects.Schema)
    match change.action:
        case Action.ADDED:
            return size + (size > 0) + is_schema
        case Action.ALTERED:
            return 1
        case Action.REMOVED:
            return 20 - size - is_schema


def _prerequisites(changes: list[Change], delta: CatalogDelta) -> Mapping[int, set[int]]:
    """For each change by its number those that must be undone before it."""
    added, removed = _named(changes, Action.ADDED), _named(changes, Action.REMOVED)
    now, was = _Mentions(added, delta.after), _Mentions(removed, delta.before, in_bodies=True)
    earlier: defaultdict[int, set[int]] = defaultdict(set)
    for number, change in enumerate(changes):
        if change.after is not None:
            for other in now.of(change.after):
                earlier[other].add(number)
        if change.before is not None:
            earlier[number].update(was.of(change.before))
    return earlier


def _named(changes: list[Change], action: Action) -> dict[str, int]:
    items = ((number, change.after or change.before) for number, change in enumerate(changes)
             if change.action is action)
    return {str(name): number for number, item in items
            if isinstance(name := getattr(item, "name", None), QualifiedName)}


class _Mentions:
    """Which of some objects others mention."""

    def __init__(self, numbers: Mapping[str, int], side: Snapshot | None, *, in_bodies: bool = False) -> None:
        """``in_bodies``: also in those of functions, which PostgreSQL looks up when one is made, and only then."""
        self._numbers = numbers
        self._pattern = _pattern_of(numbers)
        self._by_last_part = {name.rpartition(".")[2]: number for name, number in numbers.items()}
        self._pattern_of_last_parts = _pattern_of(self._by_last_part)
        self._in_bodies = in_bodies
        self._parts: defaultdict[QualifiedName, list[CatalogObject]] = defaultdict(list)
        for item in side.objects if side is not None and numbers else ():
            if item.relation is not None:
                self._parts[item.relation].append(item)

    def of(self, item: CatalogObject) -> Iterator[int]:
        """The numbers of those that ``item``, or a part of it, mentions, but for itself."""
        if not self._numbers:
            return
        name = getattr(item, "name", None)
        own = {self._numbers.get(str(name)), self._numbers.get(str(item.relation))}
        for part in (item, *(self._parts.get(name, ()) if isinstance(name, QualifiedName) else ())):
            found = {self._numbers[text[0]] for text in self._pattern.finditer(text_of(part))}
            if self._in_bodies and isinstance(part, objects.Function):  # there schemas may lack
                found |= {self._by_last_part[text[0]]
                          for text in self._pattern_of_last_parts.finditer(_QUOTES.sub(" ", part.definition))}
            yield from found - own


def _pattern_of(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf'(?<![\w"$]){re.escape(name)}(?![\w"$])' for name in names))
