"""Compare two states of a table on a server, where they are too many rows to be compared in a process.

Every step is the counterpart of one of :mod:`harness.data.compare`, over tables of texts, and of numbers, in a database
of the harness's own: the same rows are lost, added and paired. ``tests/postgres/data/test_compare_sql.py`` holds the
two to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from harness.data.compare import SAMPLES, ColumnChange, RowsDelta, ValueChange, compare_rows, describe_key
from harness.data.rows import Connection, Row, TableRows, in_order, run_together
from harness.names import QualifiedName

_SETTINGS = "SET work_mem = '128MB'"
"""Joins and sorts of all rows of a table, one at a time, in a session that ends with them."""


def load(
    connection: Connection, name: str, width: int, numbers: Collection[int], source: Connection, query: str
) -> None:
    """Fill a temporary table with what ``query`` gives on ``source``, each value as its type writes it.

    It has ``width`` columns, those at the places ``numbers`` numeric. The rows pass through in blocks; none of them is
    looked at.
    """
    columns = ", ".join(f"c{place} {'numeric' if place in numbers else 'text'}" for place in range(width))
    connection.execute(f"CREATE TEMP TABLE {name} ({columns})".encode())
    reading = source.cursor().copy(f"COPY ({query}) TO STDOUT".encode())
    with reading as blocks, connection.cursor().copy(f"COPY {name} FROM STDIN".encode()) as writing:
        for block in blocks:
            writing.write(block)
    connection.execute(f"ANALYZE {name}".encode())


def compare_loaded(
    connection: Connection, table: QualifiedName, columns: tuple[str, ...], key: Sequence[int], *, fetched_rows: int,
    numbers: frozenset[int] = frozenset(),
) -> RowsDelta:
    """Compare the temporary tables ``before`` and ``after``, loaded with ``columns``.

    ``key`` are the places of the columns of the primary key, none where rows are told by no key; ``numbers`` those of
    the columns that are numeric. Where no more than
    ``fetched_rows`` differ, they are fetched and compared in this process.
    """
    connection.execute(_SETTINGS)
    found = _Comparison(connection, table, columns, tuple(key), numbers)
    found.put_apart()
    if max(found.sizes()) <= fetched_rows:
        return found.compare_here()
    found.pair()
    return found.delta()


class _Comparison:
    """Three tables: ``lost`` and ``added`` rows, and ``changed`` ones, of which b0… is the state before, a0… after."""

    def __init__(
        self, connection: Connection, table: QualifiedName, columns: tuple[str, ...], key: Sequence[int],
        numbers: frozenset[int],
    ) -> None:
        self._connection = connection
        self._table = table
        self._columns = columns
        self._key = key
        self._numbers = numbers
        self._width = range(len(columns))
        self._rest = [place for place in self._width if place not in key]

    def put_apart(self) -> None:
        """Leave out what is equal on both sides, and match the others by their key."""
        if not self._key:
            self._make("lost", "TABLE before EXCEPT ALL TABLE after")
            self._make("added", "TABLE after EXCEPT ALL TABLE before")
            self._make("changed", self._pairs_sql("before", "after", "false"))
            return
        same = _all(f"before.c{place} = after.c{place}" for place in self._key)
        self._make("lost", f"SELECT * FROM before WHERE NOT EXISTS (SELECT FROM after WHERE {same})")
        self._make("added", f"SELECT * FROM after WHERE NOT EXISTS (SELECT FROM before WHERE {same})")
        self._make("changed", f"SELECT * FROM ({self._pairs_sql('before', 'after', same)}) AS pair "
                              f"WHERE {self._differ('pair')}")

    def sizes(self) -> tuple[int, int]:
        """How many rows of each side differ."""
        lost, added, changed = map(self._count, ("lost", "added", "changed"))
        return lost + changed, added + changed

    def compare_here(self) -> RowsDelta:
        """Compare the rows that differ in this process."""
        before = self._state(f"SELECT {self._list('c')} FROM lost UNION ALL SELECT {self._list('b')} FROM changed")
        after = self._state(f"SELECT {self._list('c')} FROM added UNION ALL SELECT {self._list('a')} FROM changed")
        return compare_rows(before, after)

    def pair(self) -> None:
        """See whether rows that are left over on both sides are the same rows."""
        lost, added = self._count("lost"), self._count("added")
        if not lost or not added:
            return
        if not self._key:
            if lost == added:
                self._pair_alike()
        elif lost != added:
            self._pair_fewer("lost" if lost < added else "added")
        elif not self._rest:
            self._pair_alike()
        else:
            self._pair_moved_keys()

    def delta(self) -> RowsDelta:
        """What was found, with examples of it."""
        counts = ", ".join(f"count(*) FILTER (WHERE b{place} IS DISTINCT FROM a{place})" for place in self._width)
        (row,) = self._rows(f"SELECT count(*), {counts} FROM changed")
        rows_changed, *by_column = (int(value or 0) for value in row)
        lost, added = self._count("lost"), self._count("added")
        samples_lost, samples_added = self._first("lost"), self._first("added")
        return RowsDelta(
            self._table, self._columns, 0, 0, lost=samples_lost, added=samples_added,
            changed=tuple(ColumnChange(self._columns[place], rows, self._samples(place))
                          for place, rows in enumerate(by_column) if rows),
            rows_changed=rows_changed,
            key=tuple(self._columns[place] for place in self._key) if rows_changed else (),
            more_lost=lost - len(samples_lost), more_added=added - len(samples_added),
        )

    # -- pairing ------------------------------------------------------------------------------------------------------

    def _pair_moved_keys(self) -> None:
        """As many lost as added: the same rows under other keys, all that differ or those that are left over."""
        self._make("all_before", f"TABLE lost UNION ALL SELECT {self._list('b')} FROM changed")
        self._make("all_after", f"TABLE added UNION ALL SELECT {self._list('a')} FROM changed")
        if self._hold_the_same("all_before", "all_after", self._rest):
            self._connection.execute("TRUNCATE lost, added, changed")
            self._add_pairs("all_before", "all_after", self._rest)
        elif self._hold_the_same("lost", "added", self._rest):
            self._add_pairs("lost", "added", self._rest)
            self._connection.execute("TRUNCATE lost, added")

    def _pair_fewer(self, fewer: str) -> None:
        """Pair all rows of the side that has fewer with the one row of the other side that has the same values."""
        more = "added" if fewer == "lost" else "lost"
        value = self._text("c", self._rest)
        nothing = _all(f"c{place} IS NULL" for place in self._rest)
        for name in ("lost", "added"):
            self._make(f"{name}_groups", f"SELECT {value} AS value, count(*) AS rows, bool_or({nothing}) AS nothing "
                                         f"FROM {name} GROUP BY 1")
        ((evident,),) = self._rows(
            f"SELECT NOT EXISTS (SELECT FROM {fewer}_groups LEFT JOIN {more}_groups AS other USING (value) "
            f"WHERE {fewer}_groups.rows <> 1 OR other.rows IS DISTINCT FROM 1 OR {fewer}_groups.nothing)")
        if evident != "t":
            return
        same = f"{self._text('lost.c', self._rest)} = {self._text('added.c', self._rest)}"
        self._connection.execute(f"INSERT INTO changed {self._pairs_sql('lost', 'added', same)}".encode())
        for name in ("lost", "added"):
            own = "b" if name == "lost" else "a"
            matched = _all(f"changed.{own}{place} = {name}.c{place}" for place in self._key)
            self._connection.execute(f"DELETE FROM {name} WHERE EXISTS (SELECT FROM changed WHERE {matched})".encode())

    def _pair_alike(self) -> None:
        """As many lost as added, told by no key: paired where they are alike but for some columns.

        Those are the columns whose values as a whole differ, and then each alone.
        """
        differing = [place for place in self._width if not self._hold_the_same("lost", "added", [place])]
        for suspects in (differing, *([place] for place in self._width)):
            rest = [place for place in self._width if place not in suspects]
            if not (rest or len(self._width) == 1) or not self._hold_the_same("lost", "added", rest):
                continue
            self._add_pairs("lost", "added", rest)
            if self._are_same_rows():
                self._connection.execute("TRUNCATE lost, added")
                return
            self._connection.execute("TRUNCATE changed")

    def _add_pairs(self, before: str, after: str, places: Sequence[int]) -> None:
        """Pair rows that are equal at these places; those that are equal everywhere are none."""
        value = self._text("c", places)
        for name in (before, after):
            self._make(f"{name}_numbered", f"SELECT *, {value} AS value, row_number() OVER "
                                           f"(PARTITION BY {value} ORDER BY {self._order('c')}) AS number FROM {name}")
        one, other = f"{before}_numbered", f"{after}_numbered"
        pairs = self._pairs_sql(one, other, f"{one}.value = {other}.value AND {one}.number = {other}.number")
        self._connection.execute(
            f"INSERT INTO changed SELECT * FROM ({pairs}) AS pair WHERE {self._differ('pair')}".encode())

    def _are_same_rows(self) -> bool:
        """Whether a person would call each pair one row: one value differs, or one that is not NULL is shared."""
        differing = " + ".join(f"(b{place} IS DISTINCT FROM a{place})::int" for place in self._width)
        shared = " OR ".join(f"coalesce(b{place} = a{place}, false)" for place in self._width)
        ((other,),) = self._rows(f"SELECT EXISTS (SELECT FROM changed WHERE {differing} <> 1 AND NOT ({shared}))")
        return other != "t"

    def _hold_the_same(self, one: str, other: str, places: Sequence[int]) -> bool:
        """Whether two tables with as many rows hold the same values at these places, each as often."""
        value = self._text("c", places)
        groups = [f"SELECT {value}, count(*) FROM {name} GROUP BY 1" for name in (one, other)]
        ((differs,),) = self._rows(f"SELECT EXISTS ({groups[0]} EXCEPT {groups[1]})")
        return differs != "t"

    # -- SQL ----------------------------------------------------------------------------------------------------------

    def _pairs_sql(self, before: str, after: str, condition: str) -> str:
        items = [*(f"{before}.c{place} AS b{place}" for place in self._width),
                 *(f"{after}.c{place} AS a{place}" for place in self._width)]
        return f"SELECT {', '.join(items)} FROM {before} JOIN {after} ON {condition}"

    def _differ(self, pairs: str) -> str:
        return " OR ".join(f"{pairs}.b{place} IS DISTINCT FROM {pairs}.a{place}" for place in self._width) or "false"

    def _list(self, prefix: str) -> str:
        return ", ".join(f"{prefix}{place}" for place in self._width)

    def _order(self, *prefixes: str) -> str:
        """By the key, then by all, as ``place_in_order`` has it."""
        values = [self._value(prefixes[0], place) for place in self._key]
        values += [self._value(prefix, place) for prefix in prefixes for place in self._width]
        return ", ".join(map(_place_sql, values)) or "1"

    def _text(self, prefix: str, places: Iterable[int]) -> str:
        """Several values as one, which can be hashed, and in which NULL is a value like any other."""
        return f"ROW({', '.join(self._value(prefix, place) for place in places)})::text"

    def _value(self, prefix: str, place: int) -> str:
        """The text as which a value is compared."""
        return f"trim_scale({prefix}{place})::text" if place in self._numbers else f"{prefix}{place}"

    def _samples(self, place: int) -> tuple[ValueChange, ...]:
        rows = self._rows(f"SELECT {self._list('b')}, a{place} FROM changed WHERE b{place} IS DISTINCT FROM a{place} "
                          f"ORDER BY {self._order('b', 'a')} LIMIT {SAMPLES}")
        return tuple(ValueChange(describe_key(row[:-1], self._columns, self._key), row[place], row[-1]) for row in rows)

    def _first(self, name: str) -> tuple[Row, ...]:
        return self._rows(f"SELECT {self._list('c')} FROM {name} ORDER BY {self._order('c')} LIMIT {SAMPLES}")

    def _state(self, query: str) -> TableRows:
        key = tuple(self._columns[place] for place in self._key)
        rows = self._rows(query)
        return TableRows(self._table, 0, self._columns, tuple(self._width), key, in_order(rows, self._columns, key),
                         frozenset(self._columns[place] for place in self._numbers))

    def _make(self, name: str, query: str) -> None:
        self._connection.execute(f"CREATE TEMP TABLE {name} AS {query}".encode())
        self._connection.execute(f"ANALYZE {name}".encode())

    def _count(self, name: str) -> int:
        ((count,),) = self._rows(f"SELECT count(*) FROM {name}")
        return int(count or 0)

    def _rows(self, query: str) -> tuple[Row, ...]:
        return run_together(self._connection, [query])[0]


def _place_sql(text: str) -> str:
    whole = f"{text} ~ '^-?[0-9]{{1,20}}$'"
    return (f"CASE WHEN {text} IS NULL THEN 2 WHEN {whole} THEN 0 ELSE 1 END, "
            f'CASE WHEN {whole} THEN {text}::numeric END, {text} COLLATE "C"')


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions) or "true"
