"""Rows that went, or lost what they referred to, with rows that a statement deleted from another table."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence

from harness.audit.facts import Act
from harness.catalog import Snapshot
from harness.catalog.objects import Constraint
from harness.findings.doing import names_of, taking
from harness.findings.facts import DoneBy, TripFacts
from harness.names import QualifiedName, StepName, show_identifier

_REFERENCES = re.compile(r"FOREIGN KEY \((?P<columns>.+)\) REFERENCES (?P<parent>.+?)\(")
_TRUNCATE = re.compile(r"\btruncate\b", re.IGNORECASE)  # it follows every foreign key
_ON_DELETE = re.compile(r" ON DELETE (CASCADE|SET NULL|SET DEFAULT)")


def went_along(
    facts: TripFacts, table: QualifiedName, done_by: Sequence[DoneBy], column: str | None = None
) -> tuple[str, ...]:
    """A note of the foreign keys by which rows of ``table``, or values of its column, went with rows of another one."""
    schema, names = facts.upgrade_schema, names_of(facts, table)
    if schema is None or not done_by or _TRUNCATE.search(done_by[0].statement):
        return ()
    taken = taking(done_by[0].statement, names)
    snapshot = schema.before if done_by[0].step is StepName.UPGRADE else schema.after
    if snapshot is None or taken is None or taken.act is not Act.DELETE or not taken.name or taken.name in names:
        return ()
    way = _way(snapshot, taken.name, str(table), column)
    if way is None:
        return ()
    return (f"they went with rows of {_parent(way[0])}: {', '.join(f'{key.title} {_action(key)}' for key in way)}",)


def _way(snapshot: Snapshot, deleted: str, table: str, column: str | None) -> tuple[Constraint, ...] | None:
    """The fewest foreign keys that lead from the rows that are deleted to ``table``."""
    keys = [item for item in snapshot.of(Constraint) if item.contype == "f" and _ON_DELETE.search(item.definition)]
    left: deque[tuple[str, tuple[Constraint, ...]]] = deque((parent, ()) for parent in _named(keys, deleted))
    seen = {parent for parent, _ in left}
    while left:
        parent, way = left.popleft()
        for key in keys:
            if _parent(key) != parent:
                continue
            if str(key.table) == table and _concerns(key, column):
                return (*way, key)
            if str(key.table) not in seen and _action(key) == "ON DELETE CASCADE":
                seen.add(str(key.table))
                left.append((str(key.table), (*way, key)))
    return None


def _named(keys: Sequence[Constraint], name: str) -> Iterator[str]:
    """The tables that are referred to and that a statement calls so."""
    for parent in dict.fromkeys(map(_parent, keys)):
        plain = parent.replace('"', "")
        if name in {plain, plain.rpartition(".")[2]}:
            yield parent


def _concerns(key: Constraint, column: str | None) -> bool:
    """Whether it is by this key that rows go, or that values of the column do."""
    if column is None:
        return _action(key) == "ON DELETE CASCADE"
    found = _REFERENCES.match(key.definition)
    columns = found["columns"].split(", ") if found is not None else []
    return show_identifier(column) in columns and _action(key) != "ON DELETE CASCADE"


def _parent(key: Constraint) -> str:
    found = _REFERENCES.match(key.definition)
    return found["parent"] if found is not None else ""


def _action(key: Constraint) -> str:
    found = _ON_DELETE.search(key.definition)
    return f"ON DELETE {found[1]}" if found is not None else ""
