"""Put in the rows that a team gives: for a place of the history, and for tables whenever they are to be filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import psycopg

from harness.data.given import Given, GivenRows, GivenScript, find_table, insert_given, run_sql
from harness.data.rows import Connection
from harness.data.seed import SeedOutcome, count_rows, seed_tables
from harness.data.seed_order import parents_first
from harness.data.shapes import Shapes, TableShape
from harness.data.touched import noting_touched
from harness.names import QualifiedName, RevisionId
from harness.walk.reading import Reader
from harness.worker.protocol import SeedingWish

RunFunction = Callable[[str, str, SeedingWish], str | None]
"""Runs, on a database, ``module:function`` in the worker; why it failed, None when it did not."""


@dataclass(frozen=True, slots=True)
class OwnRows:
    """How it went."""

    outcomes: tuple[SeedOutcome, ...] = ()
    """For each table that rows were given for, in files or from code."""
    failed: tuple[tuple[str, str], ...] = ()
    """SQL files and functions that failed, each with the reason, one line."""

    def __add__(self, later: OwnRows) -> OwnRows:
        """Both."""
        return OwnRows(self.outcomes + later.outcomes, self.failed + later.failed)


@dataclass(slots=True, kw_only=True)
class OwnSeeding:
    """Puts them into one database."""

    reader: Reader
    run: RunFunction
    rows: int
    seed: int
    tables: Mapping[str, Sequence[Given]]
    """What is given for tables, by their names as written."""
    found: set[str]
    """The names among these whose table was there at some place; shared by all databases of the walk."""
    _refused: dict[QualifiedName, TableShape] = field(default_factory=dict)
    """Tables that stayed empty, with the shape that they had."""

    def at_place(self, connection: Connection, given: Sequence[Given], revision: RevisionId | None) -> OwnRows:
        """Put in what is given for the place after ``revision``, in its order."""
        result = OwnRows()
        for are_rows, items in groupby(given, key=lambda item: isinstance(item, GivenRows)):
            if are_rows:
                with noting_touched(connection, self.reader.note_writes):
                    rows = [item for item in items if isinstance(item, GivenRows)]
                    result += OwnRows(outcomes=insert_given(connection, rows))
            else:
                failed = (self._run(connection, item, None, revision) for item in items
                          if isinstance(item, GivenScript))
                result += OwnRows(failed=tuple(failure for failure in failed if failure is not None))
        return result

    def into_tables(self, connection: Connection, revision: RevisionId | None) -> OwnRows:
        """Fill those tables that are empty and that something is given for; what they must refer to is filled first."""
        if not self.tables:
            return OwnRows()
        shapes = self.reader.shapes(connection)
        given = dict(self._present(connection, shapes))
        held = count_rows(connection, shapes.tables)
        waiting = [name for name in parents_first(shapes, given)
                   if not held[name] and self._refused.get(name) != shapes.tables[name]]
        result = OwnRows()
        for place, name in enumerate(waiting):
            needed = {other for other in _ancestors(shapes, name) if not held[other]} - set(waiting[place:])
            if needed:
                with noting_touched(connection, self.reader.note_writes):
                    seed_tables(connection, shapes, only=needed, rows=self.rows, seed=self.seed)
                held = count_rows(connection, shapes.tables)
            result += self._fill(connection, name, given[name], revision)
            if not count_rows(connection, [name])[name]:
                self._refused[name] = shapes.tables[name]
        return result

    def never_found(self) -> OwnRows:
        """The names for which there was no table at any place that was reached."""
        return OwnRows(failed=tuple((name, "there is no such table at any revision")
                                    for name in self.tables if name not in self.found))

    def _present(self, connection: Connection, shapes: Shapes) -> Iterator[tuple[QualifiedName, Sequence[Given]]]:
        for written, given in self.tables.items():
            name = find_table(connection, written)
            if isinstance(name, QualifiedName) and name in shapes.tables:
                self.found.add(written)
                yield name, given

    def _fill(
        self, connection: Connection, name: QualifiedName, given: Sequence[Given], revision: RevisionId | None
    ) -> OwnRows:
        result = OwnRows()
        for item in given:
            if isinstance(item, GivenRows):
                with noting_touched(connection, self.reader.note_writes):
                    result += OwnRows(outcomes=insert_given(connection, [item]))
                continue
            failure = self._run(connection, item, name, revision)
            if failure is not None:
                rows = count_rows(connection, [name])[name]
                error = f"what {failure[0]} puts in could not be stored: {failure[1]}"
                result += OwnRows(outcomes=(SeedOutcome(name, self.rows, rows, error),))
        return result

    def _run(
        self, connection: Connection, script: GivenScript, table: QualifiedName | None, revision: RevisionId | None
    ) -> tuple[str, str] | None:
        if script.sql is not None:
            try:
                with noting_touched(connection, self.reader.note_step):  # it may make a partition, say
                    run_sql(connection, script.sql)
            except psycopg.Error as error:
                if connection.closed:
                    raise
                return script.origin, " ".join(str(error).split())
            return None
        wish = SeedingWish(table=str(table) if table is not None else None, revision=revision, rows=self.rows,
                           seed=self.seed)
        reason = self.run(connection.info.dbname, script.origin, wish)
        self.reader.note_step(None)
        return (script.origin, reason) if reason is not None else None


def _ancestors(shapes: Shapes, name: QualifiedName) -> set[QualifiedName]:
    """The tables that this one refers to, directly or over others."""
    reached: set[QualifiedName] = set()
    ahead = [name]
    while ahead:
        found = {key.references for key in shapes.tables[ahead.pop()].foreign_keys
                 if key.references in shapes.tables} - reached - {name}
        reached |= found
        ahead += found
    return reached
