"""See rows under the names that their columns had at another moment, and which of them were left as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from harness.data.rows import Row, TableRows


def under_names_of(first: TableRows, rows: TableRows, columns: Sequence[str]) -> TableRows:
    """``rows`` with the names that their columns have in ``first``, only those among ``columns``.

    A renamed column keeps its attnum, as long as the table is the same.
    """
    names = dict(zip(first.attnums, first.columns, strict=True)) if rows.oid == first.oid else {}
    by_attnum = {names[attnum]: place for place, attnum in enumerate(rows.attnums) if attnum in names}
    places = {name: by_attnum.get(name, rows.columns.index(name) if name in rows.columns else None)
              for name in columns}
    found = {name: place for name, place in places.items() if place is not None}
    key = first.key if set(first.key) <= found.keys() else ()
    return replace(
        rows, table=first.table, columns=tuple(found), key=key,
        attnums=tuple(rows.attnums[at] for at in found.values()),
        numbers=frozenset(name for name, at in found.items() if rows.columns[at] in rows.numbers),
        rows=tuple(tuple(row[at] for at in found.values()) for row in rows.rows),
    )


def credit_intact(live: TableRows, between: TableRows, later: TableRows, others: TableRows | None) -> TableRows:
    """``later`` with every row and value of ``live`` that ``between`` holds as it was, whatever became of it since.

    ``others`` are the rows that ``between`` holds beside those of ``live``, if they are known.
    """
    between = under_names_of(live, between, live.columns)
    if live.key and between.key and set(live.key) <= set(later.columns):
        return _credit_by_key(live, between, later)
    held = Counter(between.rows)
    if others is not None:
        held -= Counter(under_names_of(between, others, between.columns).rows)
    places = [live.columns.index(name) for name in between.columns]
    left = Counter(_as_columns(later, live.columns))
    missing = []
    for row in live.rows:
        seen = tuple(row[place] for place in places)
        if held[seen]:
            held[seen] -= 1
            if left[row]:
                left[row] -= 1
            else:
                missing.append(row)
    return _with_rows(later, live, missing)


def _credit_by_key(live: TableRows, between: TableRows, later: TableRows) -> TableRows:
    between_by_key = _by_key(between, live.key)
    live_by_key = _by_key(live, live.key)
    kept = []
    for key, row in _by_key(later, live.key).items():
        intact = between_by_key.get(key)
        written = live_by_key.pop(key, None)
        if intact is None or written is None:
            kept.append(row)
            continue
        seen = dict(zip(between.columns, intact, strict=True))
        was = dict(zip(live.columns, written, strict=True))
        kept.append(tuple(was[name] if name in seen and name in was and seen[name] == was[name] else value
                          for name, value in zip(later.columns, row, strict=True)))
    missing = [row for key, row in live_by_key.items() if key in between_by_key]
    return _with_rows(replace(later, rows=tuple(kept)), live, missing)


def _by_key(rows: TableRows, key: Sequence[str]) -> dict[Row, Row]:
    places = [rows.columns.index(name) for name in key]
    return {tuple(row[place] for place in places): row for row in rows.rows}


def _as_columns(rows: TableRows, columns: Sequence[str]) -> list[Row]:
    places = [rows.columns.index(name) if name in rows.columns else None for name in columns]
    return [tuple(None if place is None else row[place] for place in places) for row in rows.rows]


def _with_rows(rows: TableRows, origin: TableRows, more: Sequence[Row]) -> TableRows:
    added = _as_columns(replace(origin, rows=tuple(more)), rows.columns)
    return replace(rows, rows=(*rows.rows, *added)) if added else rows
