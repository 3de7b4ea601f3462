"""The names that a downgrade gives not at all, or otherwise than what is there is called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from harness.catalog import Snapshot
from harness.catalog.objects import Constraint, Index, Table, View
from harness.findings.facts import TripFacts
from harness.names import show_identifier
from harness.worker.protocol import Failure

_UNDEFINED_OBJECT, _UNDEFINED_TABLE = "42704", "42P01"
_ALIKE, _MUCH_ALIKE = 0.75, 0.9
"""How much of two names is the same where one may be a slip for the other: of what the upgrade makes, and of all."""
_QUOTED = re.compile(r'"([^"]*)"')
_NAMELESS = re.compile(r"constraint (?P<kind>\w+)\(.*, table=Table\('(?P<table>[^']+)'.*it has no name", re.DOTALL)
"""What SQLAlchemy says of a constraint to be dropped whose name is None."""
_KINDS = {"ForeignKeyConstraint": ("f", "foreignkey"), "UniqueConstraint": ("u", "unique"),
          "CheckConstraint": ("c", "check"), "PrimaryKeyConstraint": ("p", "primary")}
_SHOWN = 5


def name_what_is_meant(facts: TripFacts, failure: Failure) -> str | None:
    """What to do about a name that is missing or another than after the upgrade; None where it is not that."""
    schema = facts.upgrade_schema
    if schema is None or schema.before is None or schema.after is None:
        return None
    if failure.sqlstate == _UNDEFINED_OBJECT:
        return _called_otherwise(failure, schema.before, schema.after)
    if failure.sqlstate == _UNDEFINED_TABLE:
        return _table_called_nearly_so(failure, schema.after)
    nameless = _NAMELESS.search(failure.message)
    if nameless is None or nameless["kind"] not in _KINDS:
        return None
    contype, type_ = _KINDS[nameless["kind"]]
    made = sorted(item.name for item in set(schema.after.of(Constraint)) - set(schema.before.of(Constraint))
                  if item.contype == contype and item.table.name == nameless["table"])
    if not made:
        return None
    lines = [f"op.drop_constraint({name!r}, {nameless['table']!r}, type_={type_!r})" for name in made[:_SHOWN]]
    return "\n".join(["give the constraint the name that PostgreSQL gave it when upgrade() made it without one:"
                      if len(made) == 1 else "give the constraint its name, which is one of these that upgrade() made:",
                      *lines])


def _called_otherwise(failure: Failure, before: Snapshot, after: Snapshot) -> str | None:
    named = _QUOTED.search(failure.message)
    if named is None:
        return None
    there = _names(after)
    alike = [name for name in there if name.lower() == named[1].lower() and name != named[1]]
    if alike:
        return f"name it as it is called, in the same capitals: {alike[0]}"
    close = get_close_matches(named[1], sorted(set(there) - set(_names(before))), n=1, cutoff=_ALIKE)
    return (f"make sure that what it names exists after upgrade(); where {show_identifier(close[0])} is meant, which "
            "upgrade() makes, name it so") if close else None


def _table_called_nearly_so(failure: Failure, after: Snapshot) -> str | None:
    named = _QUOTED.search(failure.message)
    relations = [item.name for item in (*after.of(Table), *after.of(View))]
    names = {*map(str, relations), *(relation.name for relation in relations)}
    if named is None or named[1] in names:
        return None
    near = get_close_matches(named[1], sorted(names), n=1, cutoff=_MUCH_ALIKE)
    return f"name it as it is called, if that is {near[0]}" if near else None


def _names(snapshot: Snapshot) -> list[str]:
    constraints: Iterable[str] = (item.name for item in snapshot.of(Constraint))
    return sorted({*constraints, *(item.name.name for item in snapshot.of(Index))})
