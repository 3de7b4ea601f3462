"""Tell the old rows of which live rows say something new, so that a downgrade that writes it there harms none of them.

Where an upgrade moves what a column says into a table of its own, as a flag into a list of those that have it, an
application says it there while the revision is deployed, of old rows, too. Of a row that the upgrade had put into the
list a second one says nothing new: there the downgrade takes one for the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from harness.data.rows import Row, TableRows
from harness.data.shapes import ForeignKey, TableShape
from harness.names import QualifiedName
from harness.walk.measure import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAnew:
    """The rows of one table of which it is, in the upgraded state."""

    keys: frozenset[Row]
    columns: frozenset[str]
    """Those that the table has in that state: what it says in these it says itself."""

    def leave_out(self, before: TableRows, after: TableRows) -> TableRows:
        """``after`` with what such rows say in columns that were gone as it was ``before``, matched by the key."""
        gone = [name for name in before.columns if name in after.columns and name not in self.columns]
        earlier = {_values(before, row, before.key): row for row in before.rows}

        def as_before(row: Row) -> Row:
            key = _values(after, row, before.key)
            if key not in self.keys or key not in earlier:
                return row
            known = dict(zip(before.columns, earlier[key], strict=True))
            return tuple(known[name] if name in gone else value
                         for name, value in zip(after.columns, row, strict=True))

        return replace(after, rows=tuple(map(as_before, after.rows))) if gone else after


def find_told_anew(
    new: Iterable[TableShape], live: Mapping[QualifiedName, TableRows], reference: Tables
) -> dict[int, ToldAnew]:
    """By oid the tables that live rows of ``new`` ones refer to; ``reference`` are the rows that were there then."""
    told: dict[int, ToldAnew] = {}
    for shape in new:
        for foreign_key in shape.foreign_keys:
            parent = reference.get(foreign_key.references)
            if parent is None or not parent.key:
                continue
            newly = _referred(live.get(shape.name), foreign_key) - _referred(reference.get(shape.name), foreign_key)
            keys = frozenset(_values(parent, row, parent.key) for row in parent.rows
                             if _values(parent, row, foreign_key.referenced_columns) in newly)
            known = told.get(parent.oid)
            told[parent.oid] = ToldAnew(keys=keys | (known.keys if known else frozenset()),
                                        columns=frozenset(parent.columns))
    return told


def _referred(rows: TableRows | None, foreign_key: ForeignKey) -> set[Row]:
    return {_values(rows, row, foreign_key.columns) for row in rows.rows} if rows is not None else set()


def _values(rows: TableRows, row: Row, columns: Iterable[str]) -> Row:
    return tuple(row[rows.columns.index(name)] for name in columns)
