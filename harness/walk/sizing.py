"""Make a trip once more with many rows: up, down, up, each step timed, and rows compared by hashes.

What takes single rows (which of them make a step fail, which statement did it, live rows, a search) is worked out with
the few rows of the trip itself. The many are copies of those, made for each trip anew from where it begins, so that no
trip is at the mercy of what another one left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import psycopg

from harness.data.compare import RowsDelta
from harness.data.hashes import Side, compare_by_hashes
from harness.data.multiply import multiply_rows
from harness.data.rows import describe_tables, list_tables
from harness.data.shapes import read_shapes
from harness.data.thin import count_rows_of
from harness.findings.facts import Discarded, SizeFacts, StepFacts, TableFacts, TripFacts
from harness.names import Direction, QualifiedName, StepName
from harness.walk.lineage import Bench, Lineage, SpineError
from harness.walk.live import step_facts

WHOLE_ROWS = 1_000
"""Rows wanted in a table up to which all of them are made one by one, and fetched to be compared."""
FEW_ROWS = 200
"""Rows made so where more are wanted."""

_UP, _DOWN = Direction.UPGRADE, Direction.DOWNGRADE
_STEPS = ((StepName.UPGRADE, _UP), (StepName.DOWNGRADE, _DOWN), (StepName.REUPGRADE, _UP))
_NO_ROOM = frozenset({"53100", "53200"})
"""The server's disk is full, or its memory.

Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""


def few_of(wanted: int) -> int:
    """How many rows to make one by one where so many are wanted."""
    return wanted if wanted <= WHOLE_ROWS else FEW_ROWS


def trip_at_size(bench: Bench, template: str, position: int, many: int) -> SizeFacts:
    """Make the trip of the revision at ``position`` with ``many`` rows a table, made of those in ``template``.

    Nobody may be connected to ``template``, which stays as it is.
    """
    facts = SizeFacts(few=bench.rows, many=many)
    try:
        with bench.copied(template, "full") as full:
            with bench.databases.connect(full) as connection:
                shapes = read_shapes(connection, exclude=bench.version_tables())
                made = multiply_rows(connection, shapes, rows=many)
            facts = replace(facts, rows={item.table: item.rows for item in made},
                            why_fewer={item.table: item.why_fewer for item in made if item.why_fewer is not None})
            with bench.copied(full, "full_trial") as trial:
                return _Trip(bench, full, trial, position, facts).run()
    except psycopg.OperationalError as error:
        if error.sqlstate not in _NO_ROOM:
            raise
        return replace(facts, not_made=f"the server has no room for so many rows: {error.diag.message_primary}")
    finally:
        with bench.databases.connect(template) as connection:
            bench.drop_roles_since(position, connection)


class FullDump:
    """All rows of a dump of which the walk is made with a sample."""

    def __init__(self, bench: Bench, lineage: Lineage, *, few: int) -> None:
        self._bench = bench
        self._lineage = lineage
        self._few = few
        self._broken: str | None = None
        """Why it could not be brought to where the walk stands."""

    def trip(self, position: int) -> SizeFacts:
        """Make the trip of the revision at ``position`` with all rows."""
        bench = self._bench
        facts = SizeFacts(few=self._few, many=0, of_dump=True)
        if self._broken is None:
            try:
                self._lineage.advance(position)
            except SpineError as error:
                self._broken = f"with all rows the upgrade of {error.revision} before it does not run through"
        if self._broken is not None:
            return replace(facts, not_made=self._broken)
        full = self._lineage.database
        with bench.databases.connect(full) as connection:
            rows = count_rows_of(connection, list_tables(connection, exclude=bench.version_tables()))
        facts = replace(facts, rows=rows, many=max(rows.values(), default=0))
        with bench.copied(full, "full_trial") as trial:
            facts = _Trip(bench, full, trial, position, facts).run()
        with bench.databases.connect(full) as connection:
            bench.drop_roles_since(position, connection)
        return facts


def with_size(facts: TripFacts, size: SizeFacts) -> TripFacts:
    """The facts of a trip with what the same trip with many rows says more, or with more rows."""
    times = {step.name: step for step in size.steps}
    tables = {name: replace(known, rows=size.rows.get(name, known.rows), why_fewer=size.why_fewer.get(name))
              for name, known in facts.tables.items()}
    tables.update((name, TableFacts(rows=rows, why_fewer=size.why_fewer.get(name)))
                  for name, rows in size.rows.items() if name not in tables)
    gone = {(item.table, item.column): item for item in (*facts.columns_gone, *size.columns_gone)}
    return replace(
        facts, size=size, tables=tables,
        steps=tuple(_timed(step, times.get(step.name)) for step in facts.steps),
        upgrade_rows=_by_table(facts.upgrade_rows, size.upgrade_rows),
        downgrade_rows=_by_table(facts.downgrade_rows, size.downgrade_rows),
        columns_gone=tuple(gone.values()),
    )


def _timed(step: StepFacts, at_size: StepFacts | None) -> StepFacts:
    if at_size is None or at_size.failed:
        return step
    return replace(step, seconds=at_size.seconds, rows_per_table=at_size.rows_per_table)


def _by_table(few: Sequence[RowsDelta], many: Sequence[RowsDelta]) -> tuple[RowsDelta, ...]:
    return tuple({delta.table: delta for delta in (*few, *many)}.values())


class _Trip:
    """One trip while it is made: on the database ``trial``, which began as ``full`` still is."""

    def __init__(self, bench: Bench, full: str, trial: str, position: int, facts: SizeFacts) -> None:
        self._bench = bench
        self._full = full
        self._trial = trial
        self._revision = bench.order[position]
        self._facts = facts
        self._touched: frozenset[int] | None = frozenset()

    def run(self) -> SizeFacts:
        for name, direction in _STEPS:
            result = self._bench.stepper.step(self._trial, direction, self._revision)
            touched = self._bench.stepper.take_touched(self._trial)
            self._touched = None if self._touched is None or touched is None else self._touched | touched
            step = replace(step_facts(name, result), rows_per_table=self._facts.many)
            self._facts = replace(self._facts, steps=(*self._facts.steps, step))
            if not result.ok:
                how = "fails" if result.failure is not None else "does not end"
                return replace(self._facts, not_made=f"{direction}() {how}")
            if name is StepName.UPGRADE:
                self._facts = replace(self._facts, upgrade_rows=self._compare()[0])
            elif name is StepName.DOWNGRADE:
                deltas, gone = self._compare()
                self._facts = replace(self._facts, downgrade_rows=deltas, columns_gone=gone, compared=True)
        return self._facts

    def _compare(self) -> tuple[tuple[RowsDelta, ...], tuple[Discarded, ...]]:
        """How the rows differ now from those of before, and the tables and columns that are gone with theirs."""
        with (self._bench.databases.connect(self._full) as before_connection,
              self._bench.databases.connect(self._trial) as after_connection):
            before, after = self._sides(before_connection), self._sides(after_connection)
            by_oid = {side.shape.oid: side for side in after.values()}
            deltas: list[RowsDelta] = []
            gone: list[Discarded] = []
            for name, side in before.items():
                later = after.get(name) or by_oid.get(side.shape.oid)
                if later is not None and self._is_untouched(side, later):
                    continue
                gone += _gone(side, later)
                if name in after:
                    deltas.append(compare_by_hashes(side, after[name], self._scratch))
        return tuple(delta for delta in deltas if delta), tuple(gone)

    def _sides(self, connection: psycopg.Connection) -> Mapping[QualifiedName, Side]:
        tables = list_tables(connection, exclude=self._bench.version_tables())
        return {shape.table: Side(connection, shape) for shape in describe_tables(connection, tables)}

    def _is_untouched(self, before: Side, after: Side) -> bool:
        return self._touched is not None and before.shape.oid not in self._touched and before.shape == after.shape

    @contextmanager
    def _scratch(self) -> Iterator[psycopg.Connection]:
        name = self._bench.databases.create("scratch")
        try:
            with self._bench.databases.connect(name) as connection:
                yield connection
        finally:
            self._bench.databases.drop(name)


def _gone(before: Side, after: Side | None) -> Iterator[Discarded]:
    """As ``harness.walk.measure.columns_gone`` tells of one table."""
    if after is None:
        rows = before.count()
        if rows:
            yield Discarded(table=before.shape.table, column=None, rows=rows)
        return
    kept = set(after.shape.attnums) if after.shape.oid == before.shape.oid else set()
    columns = [column for column, attnum in zip(before.shape.columns, before.shape.attnums, strict=True)
               if column not in after.shape.columns and attnum not in kept]
    if columns:
        for column, values in before.holding(columns).items():
            if values:
                yield Discarded(table=before.shape.table, column=column, rows=values)
