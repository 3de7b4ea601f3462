"""Search one revision for rows that its round trip does not bring back.

Examples are tried within a transaction that is rolled back, on a copy of the database at the revision's parents. What
is found there is claimed only when a round trip of its own, step by step on another copy, shows it too.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import psycopg

from harness.catalog import diff
from harness.data.compare import RowsDelta, compare_rows
from harness.data.remove import Removals, list_row_refs, remove_rows
from harness.data.rows import Result, Row, TableRows, TableShape, describe_tables, rows_of
from harness.data.shapes import Shapes, read_shapes
from harness.findings.building import column_name
from harness.findings.facts import Counterexample, Culprit, SearchFacts, StepFacts, TripFacts
from harness.names import Direction, QualifiedName, StepName, quote_identifier
from harness.search.examples import Example, insert_statements, kept, tables_of, with_referenced_rows
from harness.search.literals import mine
from harness.search.searching import RefusedError, Search, Violation
from harness.search.strategies import rows_strategy
from harness.walk.lineage import Bench
from harness.walk.live import step_facts
from harness.walk.measure import columns_gone, compare_tables
from harness.walk.reading import Reader
from harness.walk.stepper import CannotRehearseError
from harness.walk.track import SearchWish
from harness.walk.trial import Trial
from harness.worker.protocol import Failure, Rehearse, Rehearsed

_UP, _DOWN = Direction.UPGRADE, Direction.DOWNGRADE
_NUMERIC = QualifiedName("pg_catalog", "numeric")
_BESIDE = "the rows are put in beside the ones that Roundtrip seeds"
_COLUMNS_AFTER_SQL = """
    SELECT n.nspname::text, c.relname::text, a.attname::text, c.relkind::text
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v'
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
"""


def search_revision(wish: SearchWish, bench: Bench, trial: Trial, position: int, path: str) -> SearchFacts:
    """Search the revision at ``position``, where the trial stands; the trial stays as it is."""
    assert trial.database is not None
    began = time.perf_counter()
    trial.disconnect()
    searching = _Searching(wish, bench, trial.database, position, path)
    try:
        facts = searching.run()
    except CannotRehearseError as error:
        facts = replace(searching.facts(), not_searched=f"its steps cannot be tried and undone: {error}")
    finally:
        searching.close()
    return replace(facts, seconds=time.perf_counter() - began)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What examples are tried on."""

    directions: tuple[Direction, ...]
    tables: frozenset[QualifiedName]
    """The tables that rows are made for."""
    emptied: bool
    """Whether those tables hold no rows but the example's."""
    before: tuple[TableShape, ...] = ()
    after: tuple[TableShape, ...] = ()
    """The same tables once the steps have run, as far as they are there then."""
    numbers: Mapping[QualifiedName, frozenset[str]] = field(default_factory=dict)
    """The numeric columns of each of them."""
    resets: tuple[str, ...] = field(default=(), repr=False)
    """What sets the sequences of these tables back: a rollback does not."""


class _Searching:
    """One search while it is made."""

    def __init__(self, wish: SearchWish, bench: Bench, template: str, position: int, path: str) -> None:
        self._wish = wish
        self._bench = bench
        self._template = template
        self._position = position
        self._revision = bench.order[position]
        self._path = path
        self._copy: str | None = None
        self._connection: psycopg.Connection | None = None
        self._search: Search | None = None
        self._found: list[Counterexample] = []
        self._copy_anew()

    def close(self) -> None:
        """Drop the copy."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._copy is not None:
            self._bench.drop(self._copy)
            self._copy = None

    def facts(self) -> SearchFacts:
        """What is known so far."""
        search = self._search
        return SearchFacts(examples=search.tried if search is not None else 0,
                           refused=search.refused if search is not None else 0, counterexamples=tuple(self._found))

    def run(self) -> SearchFacts:
        """Search.

        Raises:
            CannotRehearseError: the steps cannot be tried and undone.
        """
        shapes = read_shapes(self._open, exclude=self._bench.version_tables())
        probe, directions = self._probe(shapes)
        if probe.failure is not None:
            function = f"{_UP if not probe.last or directions == (_UP,) else _DOWN}()"
            return replace(self.facts(), not_searched=f"{function} fails whatever the rows: {probe.failure}")
        tables = self._concerned(shapes, probe)
        if not tables:
            return replace(self.facts(), not_searched="it touches and names no table that was there before")
        mined = mine(probe.statements, self._wish.source_of(self._revision))
        ground, known = self._prepare(tables, directions, shapes)
        if known:
            self._confirm(ground, shapes, (), known)
        for statements in kept(self._wish.folder, self._revision):
            known |= self._try_kept(ground, shapes, statements, known)
        strategy = rows_strategy(self._open, shapes, tables, mined, seed=self._bench.seed)
        self._search = Search(
            strategy, lambda example: self._try(ground, insert_statements(shapes, example)),
            examples=self._wish.examples,
            seed=f"{self._bench.seed}:{self._revision}",
        )
        for find in self._search.run(known):
            self._confirm_example(ground, shapes, find.example, find.violation)
        facts = self.facts()
        if not facts.examples and facts.refused:
            facts = replace(facts, not_searched="the server refused every row that was tried: "
                                                f"{self._search.last_refusal}")
        elif directions == (_UP,):
            facts = replace(facts, not_searched="only upgrade() was searched: downgrade() fails whatever the rows")
        return facts

    # -- before the search -------------------------------------------------------------------------------------------

    def _probe(self, shapes: Shapes) -> tuple[Rehearsed, tuple[Direction, ...]]:
        """Find which steps run at all, with the seeded rows or without any; what they send and touch."""
        both: tuple[Direction, ...] = (_UP, _DOWN)
        first = self._rehearse(Rehearse(both, self._revision, (), tell=True))
        if first.failure is None:
            return first, both
        self._bench.stepper.release()
        remove_rows(self._open, list_row_refs(self._open, shapes.tables))
        result, directions = self._rehearse(Rehearse(both, self._revision, (), tell=True)), both
        self.close()
        self._copy_anew()
        if result.failure is not None:
            directions = (_UP,)
            result = self._rehearse(Rehearse(directions, self._revision, (), tell=True))
        return result, directions

    def _concerned(self, shapes: Shapes, probe: Rehearsed) -> frozenset[QualifiedName]:
        """The tables that the steps touch, and those that they name: what they only read may decide what they do."""
        touched = [shapes.by_oid[oid].name for oid in probe.touched or () if oid in shapes.by_oid]
        text = "\n".join(probe.statements)
        named = [name for name in shapes.tables if re.search(rf"(?<!\w){re.escape(name.name)}(?!\w)", text)]
        return frozenset([*touched, *named])

    def _prepare(
        self, tables: frozenset[QualifiedName], directions: tuple[Direction, ...], shapes: Shapes
    ) -> tuple[_Ground, frozenset[Violation]]:
        """Empty the tables, unless the steps need what they hold; and what goes wrong without any row of ours."""
        self._bench.stepper.release()
        remove_rows(self._open, list_row_refs(self._open, tables))
        ground = self._ground(tables, directions, shapes, emptied=True)
        known = self._try(ground, ())
        if any(rule in ("RT303", "RT307") for rule, _ in known):
            self.close()
            self._copy_anew()
            ground = self._ground(tables, directions, shapes, emptied=False)
            known = self._try(ground, ())
        return ground, known

    def _ground(
        self, tables: frozenset[QualifiedName], directions: tuple[Direction, ...], shapes: Shapes, *, emptied: bool
    ) -> _Ground:
        before = describe_tables(self._open, sorted(tables))
        numbers = {name: frozenset(column.name for column in shapes.tables[name].columns
                                   if column.type.base.name == _NUMERIC) for name in tables}
        ground = _Ground(directions=directions, tables=tables, emptied=emptied, before=before, numbers=numbers,
                         resets=tuple(self._resets(tables, shapes)))
        result = self._rehearse(Rehearse(directions, self._revision, (), readings_after=(_COLUMNS_AFTER_SQL,)))
        columns: dict[QualifiedName, set[str]] = {}
        partitioned: dict[QualifiedName, bool] = {}
        for schema, name, column, kind in (result.after or ((),))[0]:
            table = QualifiedName(str(schema), str(name))
            columns.setdefault(table, set()).add(str(column))
            partitioned[table] = kind == "p"
        after = tuple(
            replace(shape, partitioned=partitioned[shape.table],
                    columns=tuple(column for column in shape.columns if column in columns[shape.table]),
                    key=shape.key if set(shape.key) <= columns[shape.table] else ())
            for shape in before if shape.table in columns)
        return replace(ground, after=after)

    def _resets(self, tables: Collection[QualifiedName], shapes: Shapes) -> Iterator[str]:
        for name in sorted(tables):
            for column in shapes.tables[name].columns:
                if not column.numbered:
                    continue
                row = self._open.execute("SELECT pg_catalog.pg_get_serial_sequence(%s, %s)",
                                         [name.sql, column.name]).fetchone()
                if row is None or row[0] is None:
                    continue
                state = self._open.execute(f"SELECT last_value, is_called FROM {row[0]}".encode()).fetchone()
                assert state is not None
                sequence = row[0].replace("'", "''")
                yield f"SELECT pg_catalog.setval('{sequence}', {state[0]}, {str(state[1]).lower()})"

    # -- one example -------------------------------------------------------------------------------------------------

    def _try(
        self, ground: _Ground, statements: Sequence[str], removals: tuple[str, ...] = ()
    ) -> frozenset[Violation]:
        """What goes wrong with these rows.

        Raises:
            RefusedError: the server does not take them.
        """
        result = self._rehearse(Rehearse(
            ground.directions, self._revision, removals, (*ground.resets, *statements),
            tuple(map(_select_as_text, ground.before)), tuple(map(_select_as_text, ground.after)),
        ))
        if result.refused is not None:
            raise RefusedError(result.refused)
        if result.failure is not None:
            rule = "RT303" if result.last and ground.directions[-1] is _DOWN else "RT307"
            return frozenset({(rule, _what(result.failure))})
        if ground.directions[-1] is not _DOWN or result.after is None:
            return frozenset()
        before = _read(ground, ground.before, result.before)
        after = _read(ground, ground.after, result.after)
        return frozenset(violation for table, rows in after.items()
                         for violation in _violations(compare_rows(before[table], rows)))

    def _try_kept(
        self, ground: _Ground, shapes: Shapes, statements: tuple[str, ...], known: frozenset[Violation]
    ) -> frozenset[Violation]:
        """Try an example that was kept; what it shows, if a trip of its own confirms it."""
        removals: tuple[str, ...] = ()
        if ground.emptied:
            tables = tables_of(statements, shapes.tables)
            removals = Removals(self._open, tables).of(list_row_refs(self._open, tables))
        try:
            shown = self._try(ground, statements, removals) - known
        except RefusedError:  # the schema has changed since
            return frozenset()
        return shown if shown and self._confirm(ground, shapes, statements, shown) else frozenset()

    # -- what was found ----------------------------------------------------------------------------------------------

    def _confirm_example(self, ground: _Ground, shapes: Shapes, example: Example, violation: Violation) -> None:
        """Confirm the example with the rows that it refers to, or beside all seeded ones where that will not do."""
        if ground.emptied:
            for whole in (False, True):
                complete = with_referenced_rows(self._open, shapes, example, whole=whole)
                if self._confirm(ground, shapes, insert_statements(shapes, complete), {violation}):
                    return
        self._confirm(replace(ground, emptied=False), shapes, insert_statements(shapes, example), {violation})

    def _confirm(
        self, ground: _Ground, shapes: Shapes, statements: tuple[str, ...], violations: Collection[Violation]
    ) -> bool:
        """Make a round trip with these rows on a copy of their own; whether it shows one of these rules broken."""
        assert self._copy is not None
        self._open.close()
        copy = self._bench.copy_of(self._copy, "found")
        try:
            with self._bench.databases.connect(copy) as connection:
                try:
                    with connection.transaction():
                        if ground.emptied:
                            tables = tables_of(statements, shapes.tables)
                            remove_rows(connection, list_row_refs(connection, tables))
                        for statement in (*ground.resets, *statements):
                            connection.execute(statement.encode(), prepare=False)
                except psycopg.Error:
                    return False
                facts = self._trip(connection, copy, ground, tables_of(statements, shapes.tables), statements)
        finally:
            self._bench.drop(copy)
            self._bench.drop_roles_since(self._position, self._open)
        if not _shows(facts, {rule for rule, _ in violations}):
            return False
        note = None if ground.emptied or not statements else _BESIDE
        self._found.append(Counterexample(statements=statements, facts=facts, note=note))
        return True

    def _trip(
        self, connection: psycopg.Connection, database: str, ground: _Ground, tables: Collection[QualifiedName],
        statements: Sequence[str],
    ) -> TripFacts:
        reader = Reader(self._bench)
        before = reader.state(connection)
        culprits = tuple(Culprit(table=table, row=statement) for statement in statements
                         for table in tables_of([statement], tables))
        facts = TripFacts(revision=self._revision, path=self._path, steps=(), tables={})
        states = [before]
        for name, direction in ((StepName.UPGRADE, _UP), (StepName.DOWNGRADE, _DOWN))[:len(ground.directions)]:
            result = self._bench.stepper.step(database, direction, self._revision)
            step: StepFacts = step_facts(name, result)
            if not result.ok:
                step = replace(step, fails_when_empty=False, culprits=culprits)
            facts = replace(facts, steps=(*facts.steps, step))
            if not result.ok:
                return facts
            reader.note_step(None)
            states.append(reader.state(connection))
        upgraded = states[1]
        facts = replace(facts, upgrade_schema=diff(before.snapshot, upgraded.snapshot),
                        upgrade_rows=compare_tables(before.rows, upgraded.rows))
        if _DOWN not in ground.directions:
            return facts
        downgraded = states[2]
        return replace(
            facts, downgrade_schema=diff(before.snapshot, downgraded.snapshot),
            leftover_schema=diff(upgraded.snapshot, downgraded.snapshot),
            downgrade_rows=compare_tables(before.rows, downgraded.rows),
            columns_gone=columns_gone(before.rows, downgraded.rows),
            rows_undone=bool(compare_tables(upgraded.rows, downgraded.rows)),
        )

    # ----------------------------------------------------------------------------------------------------------------

    @property
    def _open(self) -> psycopg.Connection:
        """Our own connection to the copy."""
        if self._connection is None or self._connection.closed:
            assert self._copy is not None
            self._connection = self._bench.databases.connect(self._copy)
        return self._connection

    def _copy_anew(self) -> None:
        self._copy = self._bench.copy_of(self._template, "search")

    def _rehearse(self, asked: Rehearse) -> Rehearsed:
        assert self._copy is not None
        return self._bench.stepper.rehearse(self._copy, asked)


def _read(
    ground: _Ground, shapes: Sequence[TableShape], readings: Sequence[Sequence[Row]]
) -> dict[QualifiedName, TableRows]:
    """The rows of tables that were read as text."""
    results = (Result(tuple(rows), frozenset(place for place, column in enumerate(shape.columns)
                                             if column in ground.numbers[shape.table]))
               for shape, rows in zip(shapes, readings, strict=True))
    return {shape.table: rows_of(shape, result) for shape, result in zip(shapes, results, strict=True)}


def _select_as_text(shape: TableShape) -> str:
    """A SELECT of all columns as their output functions write them, whatever the driver makes of their types.

    A cast to text would not do: see ``harness.data.rows``. ``IS DISTINCT FROM NULL`` holds for a composite whose
    attributes are all NULL, too; its text says so.

    Source: https://www.postgresql.org/docs/current/functions-string.html#FUNCTIONS-STRING-FORMAT
    """
    items = [f"CASE WHEN {name} IS DISTINCT FROM NULL THEN pg_catalog.format('%s', {name}) END"
             for name in map(quote_identifier, shape.columns)]
    return f"SELECT {', '.join(items)} FROM {shape.from_sql}"


def _violations(delta: RowsDelta) -> Iterator[Violation]:
    if delta.lost:
        yield "RT101", str(delta.table)
    if delta.added:
        yield "RT103", str(delta.table)
    for change in delta.changed:
        yield "RT102", column_name(delta.table, change.column)


def _what(failure: Failure) -> str:
    """What a failure is told from others by."""
    return f"{failure.sqlstate or failure.type_name} at {failure.location}"


def _shows(facts: TripFacts, rules: set[str]) -> bool:
    """Whether a trip breaks one of these rules."""
    upgrade, downgrade = facts.step(StepName.UPGRADE), facts.step(StepName.DOWNGRADE)
    shown = {
        "RT307": upgrade is not None and upgrade.failure is not None,
        "RT303": downgrade is not None and downgrade.failure is not None,
        "RT101": any(delta.lost for delta in facts.downgrade_rows),
        "RT102": any(delta.changed for delta in facts.downgrade_rows),
        "RT103": any(delta.added for delta in facts.downgrade_rows),
    }
    return any(shown[rule] for rule in rules)
