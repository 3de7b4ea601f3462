"""The second half of a trip: rows written while the revision is deployed, then the rollback."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.data.compare import RowsDelta, compare_rows
from harness.data.intact import credit_intact
from harness.data.live import LiveOutcome, write_live_rows
from harness.data.remove import RowRef, list_row_refs, remove_rows
from harness.data.rows import Row, TableRows, list_tables, read_rows
from harness.data.sequences import Behind, read_sequences_of
from harness.data.shapes import Shapes, TableShape
from harness.findings.facts import Discarded, LiveFacts, StepFacts, TripFacts
from harness.names import Direction, QualifiedName, StepName
from harness.walk.isolation import Found, Isolation
from harness.walk.lineage import Bench
from harness.walk.measure import Tables, columns_gone, same_rows, tables_named
from harness.walk.reading import State
from harness.walk.stepper import StepResult
from harness.walk.told_anew import find_told_anew
from harness.walk.trial import Trial

StepFunction = Callable[[StepName, Direction], StepResult]
"""Runs one step of the trip on the trial."""

LIVE_ROWS = 3
"""Ordinary rows written to each table concerned, beside those that only the new schema allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTripResult:
    """How the second half went."""

    steps: tuple[StepFacts, ...]
    facts: LiveFacts | None
    intact: bool
    """Whether the trial stands at the upgraded state again, with the live rows in it and nothing else changed."""
    unwritten: Mapping[QualifiedName, str] = field(default_factory=dict)
    """Tables that took no live row, each with the reason."""


class LiveTrip:
    """Writes live rows, rolls back, upgrades, and says what became of them."""

    def __init__(
        self, bench: Bench, trial: Trial, isolation: Isolation, before: State, upgrade_rows: Sequence[RowsDelta]
    ) -> None:
        """``before`` is the state before the upgrade, and ``upgrade_rows`` what the upgrade did to its rows."""
        self._bench = bench
        self._trial = trial
        self._isolation = isolation
        self._before = before
        self._upgrade_rows = upgrade_rows
        self._made: tuple[Collection[QualifiedName], Tables] | None = None
        """What the live rows were written for, and all rows then, where none were in the way of the downgrade."""

    def make(
        self, position: int, downgraded: Tables, concerned: Collection[QualifiedName], taken_out: Sequence[RowRef],
        step: StepFunction,
    ) -> LiveTripResult:
        """Make the second half from the upgraded state, where the trial stands.

        ``downgraded`` are the rows after a downgrade without live rows; ``concerned`` are tables that the revision
        touched without changing their shape; ``taken_out`` rows of the spine that its downgrade cannot stand; ``step``
        runs one step on the trial.
        """
        filling = self._trial.filling
        written = self._write(filling.shapes, concerned)
        unwritten = {outcome.table: outcome.error for outcome in written.outcomes if outcome.error is not None}
        if any(outcome.rows for outcome in written.outcomes):
            result = self._make(position, downgraded, concerned, taken_out, step, written)
        else:
            result = LiveTripResult(steps=_skipped(_why_none(written.outcomes)), facts=None, intact=True)
        return replace(result, unwritten=unwritten)

    def _make(
        self, position: int, downgraded: Tables, concerned: Collection[QualifiedName], taken_out: Sequence[RowRef],
        step: StepFunction, written: _Written,
    ) -> LiveTripResult:
        """The same with the rows ``written``."""
        filling = self._trial.filling
        self._made = concerned, written.state
        down = step(StepName.LIVE_DOWNGRADE, Direction.DOWNGRADE)
        facts = LiveFacts(
            rows={outcome.table: outcome.rows for outcome in written.outcomes if outcome.rows},
            reasons=tuple(reason for outcome in written.outcomes for reason in outcome.reasons),
        )
        down_facts = step_facts(StepName.LIVE_DOWNGRADE, down)
        intact = down.ok
        if not down.ok:
            found = self._blocked(position, concerned, taken_out, down)
            if found is None:
                return LiveTripResult(steps=(down_facts, *_skipped("the downgrade before it failed")[1:]), facts=facts,
                                      intact=False)
            written, blockers = found
            self._made = None
            again = step(StepName.LIVE_DOWNGRADE, Direction.DOWNGRADE)
            without_rows = not blockers.complete
            down_facts = replace(down_facts, culprits=blockers.culprits, culprits_complete=again.ok,
                                 fails_when_empty=without_rows)
            if not again.ok:
                return LiveTripResult(steps=(down_facts, *_skipped("the downgrade before it failed")[1:]), facts=facts,
                                      intact=False)
        facts = replace(facts, sequences_behind=self._find_behind(filling.shapes, written))
        between = self._read_between(filling.shapes, written)
        up = step(StepName.LIVE_UPGRADE, Direction.UPGRADE)
        steps = (down_facts, step_facts(StepName.LIVE_UPGRADE, up))
        if not up.ok:
            if up.failure is not None:  # what the downgrade did needs no second upgrade to be told
                live = {name: written.live_rows(name) for name in written.shapes.tables}
                facts = replace(facts, discarded=columns_gone(live, self._trial.read().rows),
                                old_deltas=self._old_rows_harmed(filling.shapes, written, between))
            return LiveTripResult(steps=steps, facts=facts, intact=False)
        compared = self._compare(facts, filling.shapes, written, downgraded, between)
        compared = replace(compared, old_deltas=self._old_rows_harmed(filling.shapes, written, between))
        return LiveTripResult(steps=steps, facts=compared, intact=intact)

    def write_again(self) -> Tables | None:
        """Write the same rows once more, where the trial stands at the upgraded state again; return all rows.

        None where they were others, or some of them were taken out.
        """
        if self._made is None:
            return None
        concerned, earlier = self._made
        written = self._write(self._trial.filling.shapes, concerned)
        return written.state if same_rows(earlier, written.state) else None

    def _write(self, before: Shapes, concerned: Collection[QualifiedName]) -> _Written:
        upgraded = self._trial.shapes()
        reference = self._trial.read().rows
        tables = [name for name in _tables_to_write(before, upgraded, concerned)
                  if not self._is_aside(upgraded.tables[name], upgraded, reference.get(name))]
        if not tables:
            return _Written(upgraded, (), reference, reference, frozenset())
        with self._trial.write() as connection:
            outcomes = write_live_rows(connection, before, upgraded, tables=tables, rows=LIVE_ROWS,
                                       seed=self._bench.seed)
        state = self._trial.read()
        unnumbered = frozenset(state.snapshot.relation_oids - state.sequences.readings.keys())
        return _Written(upgraded, outcomes, reference, state.rows, unnumbered)

    def _is_aside(self, shape: TableShape, upgraded: Shapes, rows: TableRows | None) -> bool:
        """Whether a table is where the upgrade put rows or notes for the downgrade: no application writes there.

        A new table has taken its name, or it came with the revision, holds rows already, and has nothing that an
        application's table has, or all that it holds is gone from another table.
        """
        if rows is None or not rows.rows:
            return False
        relations = self._before.snapshot.relation_oids
        if shape.oid in relations:
            earlier = next((name for name, table in self._before.rows.items() if table.oid == shape.oid), shape.name)
            successor = upgraded.tables.get(earlier)
            return successor is not None and successor.oid not in relations
        if shape.name in self._before.rows:
            return False
        if not (shape.uniques or shape.foreign_keys):
            return True
        return any(_among(rows, delta) for delta in self._upgrade_rows if delta.lost)

    def _blocked(
        self, position: int, concerned: Collection[QualifiedName], taken_out: Sequence[RowRef], down: StepResult
    ) -> tuple[_Written, Found] | None:
        """Make the live state anew, find the live rows that block the downgrade, and take them out of it."""
        revision = self._bench.order[position]
        self._trial.restore(position)
        if down.failure is None:  # it hung or died: once is enough
            return None
        if taken_out:
            with self._trial.write() as connection:
                remove_rows(connection, taken_out)
        if not self._trial.step(Direction.UPGRADE, revision).ok:
            return None
        filling = self._trial.filling
        connection = self._trial.connection
        earlier = set(list_row_refs(connection, list_tables(connection, exclude=self._bench.version_tables())))
        written = self._write(filling.shapes, concerned)
        refs = [ref for ref in list_row_refs(connection, list_tables(connection, exclude=self._bench.version_tables()))
                if ref not in earlier]
        assert self._trial.database is not None
        self._trial.disconnect()
        found = self._isolation.find_among(self._trial.database, refs, revision, (Direction.DOWNGRADE,), down.failure)
        with self._trial.write() as connection:
            remove_rows(connection, found.refs)
        return replace(written, state=self._trial.read().rows), found

    def _read_between(self, before: Shapes, written: _Written) -> Tables:
        """The tables that predate the revision and hold live rows, as the downgrade left them.

        What is still in them as it was the downgrade did not lose, whatever the upgrade after it does.
        """
        earlier = (_earlier(before, shape) for name, shape in written.shapes.tables.items()
                   if written.live_rows(name).rows)
        return read_rows(self._trial.connection, [shape.name for shape in earlier if shape is not None])

    def _find_behind(self, before: Shapes, written: _Written) -> tuple[Behind, ...]:
        """The sequences that would hand out a live row's key next, where the downgrade moved or made any."""
        touched = self._trial.touched
        if touched is not None and touched <= written.unnumbered:
            return ()
        earlier = (_earlier(before, shape) for name, shape in written.shapes.tables.items()
                   if written.live_rows(name).rows)
        sequences = read_sequences_of(self._trial.connection, [shape.oid for shape in earlier if shape is not None])
        return tuple(item for item in sequences.behind if item.conflicting)

    def _old_rows_harmed(self, before: Shapes, written: _Written, between: Tables) -> tuple[RowsDelta, ...]:
        new = [shape for shape in written.shapes.tables.values() if _earlier(before, shape) is None]
        told = find_told_anew(new, {shape.name: written.live_rows(shape.name) for shape in new}, written.reference)
        spared = {name: told[rows.oid].leave_out(self._before.rows[name], rows)
                  for name, rows in between.items() if rows.oid in told and name in self._before.rows}
        return tuple(_old_rows_harmed(self._before.rows, {**between, **spared}))

    def _compare(
        self, facts: LiveFacts, shapes: Shapes, written: _Written, downgraded: Tables, between: Tables
    ) -> LiveFacts:
        after = self._trial.read().rows
        deltas: list[RowsDelta] = []
        discarded: list[Discarded] = []
        for name, shape in written.shapes.tables.items():
            live, later = written.live_rows(name), after.get(name)
            if not live.rows:
                continue
            earlier = _earlier(shapes, shape)
            if later is None or earlier is None:
                lost = live.rows if later is None else compare_rows(live, written.without_reference(later)).lost
                if lost:
                    discarded.append(Discarded(table=name, column=None, rows=len(lost)))
                continue
            old, new = split_columns(earlier, shape)
            later = written.without_reference(later)
            rolled_back = between.get(earlier.name)
            others = downgraded.get(earlier.name)
            left = later if rolled_back is None else credit_intact(live, rolled_back, later, others)
            delta = compare_rows(live, left, columns=old)
            if delta.lost or delta.changed:
                deltas.append(delta)
            discarded += discarded_columns(name, compare_rows(live, later), new)
        return replace(facts, deltas=tuple(deltas), discarded=tuple(discarded))


@dataclass(frozen=True, slots=True)
class _Written:
    """The state right after the live rows were written."""

    shapes: Shapes
    outcomes: tuple[LiveOutcome, ...]
    reference: Tables
    """The rows before the live ones were written: seeded ones, and what the upgrade itself put in."""
    state: Tables
    """All rows."""
    unnumbered: frozenset[int]
    """The oids of all relations but sequences."""

    def live_rows(self, table: QualifiedName) -> TableRows:
        """The live rows of ``table``."""
        return self.without_reference(self.state[table])

    def without_reference(self, rows: TableRows) -> TableRows:
        """``rows`` without those that were there before the live ones, each as often as it was."""
        known = self.reference.get(rows.table)
        if known is rows:
            return replace(rows, rows=())
        if known is None or known.columns != rows.columns:
            return rows
        left = Counter(known.rows)
        kept = []
        for row in rows.rows:
            if left[row]:
                left[row] -= 1
            else:
                kept.append(row)
        return replace(rows, rows=tuple(kept))


def concerned_tables(facts: TripFacts, rows: Tables, written: Collection[QualifiedName]) -> set[QualifiedName]:
    """The tables whose rows or parts a step changed, and those that a downgrade that alters nothing has ``written`` to.

    What it writes may come to no change of the rows from before the upgrade, and still to one of rows written since.
    """
    concerned = {delta.table for delta in (*facts.upgrade_rows, *facts.downgrade_rows)}
    if facts.upgrade_schema is not None:
        concerned |= tables_named(facts.upgrade_schema, rows)
    if not facts.leftover_schema:
        concerned |= set(written)
    return concerned


def _earlier(before: Shapes, shape: TableShape) -> TableShape | None:
    """The table as it was before the upgrade; None for one that the upgrade brought."""
    return before.by_oid.get(shape.oid) or before.tables.get(shape.name)


def _tables_to_write(
    before: Shapes, upgraded: Shapes, concerned: Collection[QualifiedName]
) -> tuple[QualifiedName, ...]:
    """Tables that the revision brought, changed in shape, or touched."""
    earlier = before.by_oid
    return tuple(name for name, shape in upgraded.tables.items()
                 if name in concerned or earlier.get(shape.oid) != shape)


def _among(rows: TableRows, delta: RowsDelta) -> bool:
    """Whether all these rows are lost ones, as far as they have columns of theirs."""
    common = [name for name in rows.columns if name in delta.columns]
    lost = {tuple(row[delta.columns.index(name)] for name in common) for row in delta.lost}
    return bool(common) and all(tuple(row[rows.columns.index(name)] for name in common) in lost for row in rows.rows)


def split_columns(earlier: TableShape, shape: TableShape) -> tuple[frozenset[str], frozenset[str]]:
    """The columns of ``shape`` that predate the revision (by name, or renamed: by attnum), and the others."""
    names = {column.name for column in earlier.columns}
    attnums = {column.attnum for column in earlier.columns} if earlier.oid == shape.oid else set()
    old = frozenset(column.name for column in shape.columns if column.name in names or column.attnum in attnums)
    return old, frozenset(column.name for column in shape.columns) - old


def _old_rows_harmed(before: Tables, between: Tables) -> Iterator[RowsDelta]:
    """What is amiss with rows that were there before the upgrade, of tables whose key tells them from live ones."""
    for name, after in between.items():
        rows = before.get(name)
        if rows is None or not rows.key or set(rows.key) != set(after.key):
            continue
        known = {_at(rows, row) for row in rows.rows}
        old = replace(after, rows=tuple(row for row in after.rows if _at(after, row, rows.key) in known))
        if delta := compare_rows(rows, old):
            yield delta


def _at(rows: TableRows, row: Row, key: Sequence[str] = ()) -> Row:
    """The row's values of the key."""
    return tuple(row[rows.columns.index(name)] for name in key or rows.key)


def discarded_columns(table: QualifiedName, delta: RowsDelta, new: Collection[str]) -> list[Discarded]:
    """What the columns ``new``, which only the revision has, held that is gone."""
    return [Discarded(table=table, column=change.column, rows=change.rows) for change in delta.changed
            if change.column in new]


def step_facts(name: StepName, result: StepResult) -> StepFacts:
    """The facts of a step that was run once."""
    return StepFacts(
        name=name, seconds=result.seconds, statements=result.statements, failure=result.failure,
        timed_out_after_seconds=result.timed_out_after_seconds, died=result.died,
    )


def without_rows(facts: StepFacts, empty: StepResult | None) -> StepFacts:
    """A step that failed, and how it fails without rows; None: that cannot be told."""
    if empty is None:
        return facts
    return replace(facts, fails_when_empty=True, failure_when_empty=empty.failure)


def _why_none(outcomes: Sequence[LiveOutcome]) -> str:
    """Why there are no live rows."""
    refused = next((outcome for outcome in outcomes if outcome.error is not None), None)
    if refused is None:
        return "the revision concerns no table that takes rows"
    return f"no table that the revision concerns took another row: {refused.table}: {refused.error}"


def _skipped(reason: str) -> tuple[StepFacts, StepFacts]:
    return (StepFacts(name=StepName.LIVE_DOWNGRADE, skipped=reason),
            StepFacts(name=StepName.LIVE_UPGRADE, skipped=reason))
