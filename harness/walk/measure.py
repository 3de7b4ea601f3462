"""Compare the rows of two states of a whole database."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.catalog import CatalogDelta
from harness.data.compare import RowsDelta, compare_rows
from harness.data.rows import TableRows
from harness.findings.facts import Discarded
from harness.names import QualifiedName, show_identifier

Tables = Mapping[QualifiedName, TableRows]


def compare_tables(before: Tables, after: Tables) -> tuple[RowsDelta, ...]:
    """Compare each table that is in both states, over the columns that are in both; only what differs is returned."""
    deltas = (compare_rows(rows, after[name]) for name, rows in before.items()
              if name in after and rows is not after[name])
    return tuple(delta for delta in deltas if delta)


def tables_named(delta: CatalogDelta, tables: Tables) -> frozenset[QualifiedName]:
    """The tables that a change is about: its name or its definition has theirs, as an index's or a trigger's has."""
    text = "\n".join(f"{change.name} {change.definition or ''}" for change in delta.changes)
    return frozenset(name for name in tables if re.search(rf"(?<![\w.]){re.escape(str(name))}(?!\w)", text))


def held_rows(before: Tables, after: Tables, table: QualifiedName) -> bool:
    """Whether a table of ``after`` held rows in ``before``, maybe under another name."""
    earlier = before.get(table)
    oid = after[table].oid if table in after else None
    return bool(earlier and earlier.rows) or any(rows.rows and rows.oid == oid for rows in before.values())


def same_rows(one: Tables, other: Tables) -> bool:
    """Whether both states hold the same tables with the same columns and rows, whatever their oids."""
    return one.keys() == other.keys() and all(
        rows is other[name] or (rows.columns == other[name].columns and rows.rows == other[name].rows)
        for name, rows in one.items()
    )


def columns_gone(before: Tables, after: Tables) -> tuple[Discarded, ...]:
    """Tables and columns that held values in ``before`` and are not in ``after``, not even under another name.

    A table that was renamed keeps its oid, a column that was renamed its attnum.
    """
    by_oid = {rows.oid: rows for rows in after.values()}
    gone: list[Discarded] = []
    for name, rows in before.items():
        later = after.get(name) or by_oid.get(rows.oid)
        if later is rows:
            continue
        if later is None:
            if rows.rows:
                gone.append(Discarded(table=name, column=None, rows=len(rows.rows)))
            continue
        kept = set(later.attnums) if later.oid == rows.oid else set()
        for position, (column, attnum) in enumerate(zip(rows.columns, rows.attnums, strict=True)):
            if column in later.columns or attnum in kept:
                continue
            values = sum(row[position] is not None for row in rows.rows)
            if values:
                gone.append(Discarded(table=name, column=column, rows=values))
    return tuple(gone)


def renamed(before: Tables, upgraded: Tables) -> Mapping[str, str]:
    """The names that tables and columns of ``before`` have got, by the names that they had there.

    A table that was renamed keeps its oid, a column that was renamed its attnum.
    """
    by_oid = {rows.oid: rows for rows in upgraded.values()}
    names: dict[str, str] = {}
    for name, rows in before.items():
        later = by_oid.get(rows.oid)
        if later is None or later is rows:
            continue
        if later.table != name:
            names[str(name)] = str(later.table)
        now = dict(zip(later.attnums, later.columns, strict=True))
        for column, attnum in zip(rows.columns, rows.attnums, strict=True):
            if attnum in now and (now[attnum], later.table) != (column, name):
                names[f"{name}.{show_identifier(column)}"] = f"{later.table}.{show_identifier(now[attnum])}"
    return names
