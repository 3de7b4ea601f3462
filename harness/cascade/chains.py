"""Chains of foreign keys: what hangs below a table, and from which tables everything hangs.

Every function takes time in proportion to the number of foreign keys, cycles and self references among them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from harness.cascade.model import ForeignKey
from harness.names import QualifiedName

Children = Mapping[QualifiedName, Sequence[ForeignKey]]


def by_parent(keys: Iterable[ForeignKey]) -> Children:
    """The foreign keys by the table that they refer to, in the order given."""
    found: defaultdict[QualifiedName, list[ForeignKey]] = defaultdict(list)
    for key in keys:
        found[key.parent].append(key)
    return dict(found)


def find_roots(keys: Iterable[ForeignKey]) -> tuple[QualifiedName, ...]:
    """The fewest tables from which all foreign keys that cascade are reached by cascading, in order of name.

    A table above which nothing cascades is one; of a cycle above which nothing cascades, one of its tables is.
    """
    children = by_parent(key for key in keys if key.cascades)
    # Of those that are not reached yet, the one that the search left last has nothing above it but its own cycle.
    left = list(_leaving(children))
    reached: set[QualifiedName] = set()
    roots: list[QualifiedName] = []
    for table in reversed(left):
        if table not in reached:
            roots.append(table)
            reached.update(below(children, table))
    return tuple(sorted(roots))


def below(children: Children, table: QualifiedName) -> Iterator[QualifiedName]:
    """``table`` and every table that cascading from it reaches, each once, the nearest first."""
    seen = {table}
    waiting = [table]
    for reached in waiting:
        yield reached
        for key in children.get(reached, ()):
            if key.cascades and key.child not in seen:
                seen.add(key.child)
                waiting.append(key.child)


def _leaving(children: Children) -> Iterator[QualifiedName]:
    """The tables in the order in which a depth-first search along the foreign keys leaves them."""
    seen: set[QualifiedName] = set()
    for start in sorted(children):
        if start in seen:
            continue
        seen.add(start)
        path = [(start, iter(children[start]))]
        while path:
            table, keys = path[-1]
            following = next((key.child for key in keys if key.child not in seen), None)
            if following is None:
                path.pop()
                yield table
            else:
                seen.add(following)
                path.append((following, iter(children.get(following, ()))))
