"""Compare a table of two databases by hashes that their server computes, and fetch only rows that may differ.

What comes out is what ``compare_rows`` says of all rows: rows that are equal on both sides decide nothing there, so it
is asked about the others alone. Where those are too many for the memory of a process, the server puts them side by
side (:mod:`harness.data.compare_sql`), and the rows that are lost or added are counted, with a few of them as examples.

Source: https://www.postgresql.org/docs/current/functions-string.html#FUNCTIONS-STRING-OTHER
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TypeVar

from harness.data.compare import RowsDelta, compare_rows
from harness.data.compare_sql import compare_loaded, load
from harness.data.rows import Connection, TableRows, TableShape, in_order, query_together, run_together
from harness.names import quote_identifier

_Found = TypeVar("_Found")

BUCKETS = 4096
"""Parts into which the rows of a table fall by a hash: of their key, or where they are told by no key, of all of it."""

FETCHED_ROWS = 20_000
"""Rows of one side that are fetched at most; where more may differ, the server compares them."""


@dataclass(frozen=True, slots=True)
class Side:
    """A table in one of the two databases that are compared."""

    connection: Connection
    shape: TableShape

    def holding(self, columns: Sequence[str]) -> Mapping[str, int]:
        """How many values each of these columns holds that are not NULL."""
        counts = ", ".join(f"count({quote_identifier(column)})" for column in columns)
        (row,) = run_together(self.connection, [f"SELECT {counts} FROM {self.shape.from_sql}"])[0]
        return {column: int(count or 0) for column, count in zip(columns, row, strict=True)}

    def numbers(self) -> frozenset[str]:
        """The columns of type numeric, or of a domain over it."""
        (found,) = query_together(self.connection, [f"{self.shape.select_sql()} LIMIT 0"])
        return frozenset(self.shape.columns[place] for place in found.numbers)

    def count(self) -> int:
        """How many rows it holds."""
        ((count,),) = run_together(self.connection, [f"SELECT count(*) FROM {self.shape.from_sql}"])[0]
        return int(count or 0)


@dataclass(frozen=True, slots=True)
class _Compared:
    """What of a table is compared."""

    columns: tuple[str, ...]
    key: tuple[str, ...]
    """Columns of the primary key; none where rows are told by no key."""
    numbers: frozenset[str]
    """Columns that are compared as numbers."""

    @property
    def bucket_sql(self) -> str:
        """The part into which a row falls."""
        return f"({self._hash_sql(self.key or self.columns)} & {BUCKETS - 1})"

    @property
    def hash_sql(self) -> str:
        """A hash of a row."""
        return self._hash_sql(self.columns)

    def select_sql(self, shape: TableShape, buckets: Collection[int]) -> str:
        """A SELECT of the columns of the rows in some buckets."""
        names = ", ".join(map(quote_identifier, self.columns))
        numbers = ", ".join(map(str, buckets))
        return f"SELECT {names} FROM {shape.from_sql} WHERE {self.bucket_sql} = ANY ('{{{numbers}}}'::bigint[])"

    def _hash_sql(self, columns: Sequence[str]) -> str:
        """A hash of the text of these columns, which tells NULL from an empty text and each column from the next."""
        values = ", ".join(f"pg_catalog.trim_scale({quote_identifier(column)})" if column in self.numbers
                           else quote_identifier(column) for column in columns)
        return f'pg_catalog.hashtextextended(ROW({values})::text COLLATE "C", 0)'


@dataclass(frozen=True, slots=True)
class _Bucket:
    """What is known of some rows without looking at them."""

    rows: int
    total: str
    """The sum of the hashes of the rows."""


def compare_by_hashes(
    before: Side, after: Side, scratch: Callable[[], AbstractContextManager[Connection]]
) -> RowsDelta:
    """Compare two states of one table over the columns that both have, as ``compare_rows`` does.

    ``scratch`` gives a connection to a database of the harness's own, in which rows may be laid side by side. Values
    depend on the session's settings, so both connections must have the same.
    """
    common = tuple(name for name in before.shape.columns if name in after.shape.columns)
    same_key = bool(before.shape.key) and set(before.shape.key) == set(after.shape.key) <= set(common)
    key = tuple(name for name in common if name in before.shape.key) if same_key else ()
    compared = _Compared(common, key, before.numbers() & after.numbers())
    ours, theirs = hashed = _on_both(before, after, lambda side: _digest(side, compared))
    rows_before, rows_after = (sum(bucket.rows for bucket in side.values()) for side in hashed)
    differing = sorted(number for number in ours.keys() | theirs.keys() if ours.get(number) != theirs.get(number))
    if not differing:
        return RowsDelta(before.shape.table, common, rows_before, rows_after)
    most = max(sum(side[number].rows for number in differing if number in side) for side in hashed)
    if most <= FETCHED_ROWS or not common:
        states = _on_both(before, after, lambda side: _fetch(side, compared, differing))
        delta = compare_rows(*states)
    else:
        numbers = frozenset(place for place, name in enumerate(common) if name in compared.numbers)
        with scratch() as connection:
            for name, side in (("before", before), ("after", after)):
                query = compared.select_sql(side.shape, differing)
                load(connection, name, len(common), numbers, side.connection, query)
            delta = compare_loaded(connection, before.shape.table, common, tuple(map(common.index, key)),
                                   fetched_rows=FETCHED_ROWS, numbers=numbers)
    return replace(delta, rows_before=rows_before, rows_after=rows_after)


def _on_both(before: Side, after: Side, work: Callable[[Side], _Found]) -> tuple[_Found, _Found]:
    """Have both servers' sessions work at once."""
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(work, before), pool.submit(work, after)
        return one.result(), other.result()


def _digest(side: Side, compared: _Compared) -> dict[int, _Bucket]:
    query = (f"SELECT bucket, count(*), sum(hash) FROM (SELECT {compared.bucket_sql} AS bucket, "
             f"{compared.hash_sql} AS hash FROM {side.shape.from_sql}) AS hashed GROUP BY bucket")
    (rows,) = run_together(side.connection, [query])
    return {int(bucket or 0): _Bucket(int(count or 0), str(total)) for bucket, count, total in rows}


def _fetch(side: Side, compared: _Compared, buckets: Collection[int]) -> TableRows:
    (found,) = query_together(side.connection, [compared.select_sql(side.shape, buckets)])
    columns = compared.columns
    kept = tuple(name for name in side.shape.key if name in columns)
    primary = kept if len(kept) == len(side.shape.key) else ()
    attnums = dict(zip(side.shape.columns, side.shape.attnums, strict=True))
    return TableRows(side.shape.table, side.shape.oid, columns, tuple(attnums[name] for name in columns), primary,
                     in_order(found.rows, columns, primary), frozenset(columns[place] for place in found.numbers))
