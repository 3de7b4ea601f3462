"""Find the statements that lost or changed rows: run the steps of a trip once more and read around each statement.

Only a trip that lost or changed something pays for it. What goes another way than the first time is not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.data.compare import RowsDelta
from harness.data.intact import credit_intact
from harness.data.remove import RowRef, remove_rows
from harness.data.rows import Row, TableRows, in_order
from harness.findings.facts import DoneBy, LiveFacts, Loss, LossKind, TripFacts
from harness.names import Direction, QualifiedName, RevisionId, StepName
from harness.walk.live import LiveTrip
from harness.walk.measure import Tables
from harness.walk.timeline import Moment, Timeline
from harness.walk.trial import Trial
from harness.worker.protocol import TableReading, TracedChange, Watched

_Steps = Sequence[tuple[StepName, Direction]]
_PAIR: _Steps = ((StepName.UPGRADE, Direction.UPGRADE), (StepName.DOWNGRADE, Direction.DOWNGRADE))
_LIVE: _Steps = ((StepName.LIVE_DOWNGRADE, Direction.DOWNGRADE), (StepName.LIVE_UPGRADE, Direction.UPGRADE))


class Tracing:
    """Repeats the steps of one revision on the trial, which is good for nothing else afterwards."""

    def __init__(self, trial: Trial, position: int, revision: RevisionId, taken_out: Sequence[RowRef]) -> None:
        """``taken_out`` are rows of the spine that were left out of the trip."""
        self._trial = trial
        self._position = position
        self._revision = revision
        self._taken_out = taken_out

    def of_pair(self, before: Tables, facts: TripFacts) -> dict[Loss, tuple[DoneBy, ...]]:
        """Whose doing it is what upgrade and downgrade did to the rows of ``before``."""
        tables = {delta.table for delta in facts.downgrade_rows} | {gone.table for gone in facts.columns_gone}
        self._start()
        moments = self._run(_PAIR, {name: before[name] for name in tables})
        if moments is None:
            return {}
        found: dict[Loss, tuple[DoneBy, ...]] = {}
        for delta in facts.downgrade_rows:
            timeline = _timeline(moments[delta.table], delta)
            if timeline is not None and _shape(timeline.delta) == _shape(delta):
                if delta.lost:
                    found[Loss(LossKind.LOST, delta.table)] = timeline.lost()
                if delta.added:
                    found[Loss(LossKind.ADDED, delta.table)] = timeline.added()
                found |= _changed(LossKind.CHANGED, timeline, delta)
        for gone in facts.columns_gone:
            if moments[gone.table][0].rows is not None:
                timeline = Timeline(moments[gone.table])
                kind = LossKind.LOST if gone.column is None else LossKind.CHANGED
                found[Loss(kind, gone.table, gone.column)] = (
                    timeline.lost() if gone.column is None else timeline.changed(gone.column))
        return found

    def of_live_rows(self, live: LiveTrip, facts: LiveFacts) -> dict[Loss, tuple[DoneBy, ...]]:
        """Which statements of the rollback did it, where the rollback and the upgrade after it harmed rows."""
        self._start()
        before = self._trial.read().rows
        if not self._trial.step(Direction.UPGRADE, self._revision).ok:
            return {}
        upgraded = self._trial.read().rows
        written = live.write_again()
        if written is None:
            return {}
        old = [delta for delta in facts.old_deltas if delta.table in written]
        moments = self._run(_LIVE, {delta.table: written[delta.table] for delta in (*facts.deltas, *old)})
        if moments is None:
            return {}
        found: dict[Loss, tuple[DoneBy, ...]] = {}
        for delta in old:
            harm = _RollbackHarm.of_old_rows(moments[delta.table], delta, before[delta.table])
            if harm is not None:
                found[Loss(LossKind.LOST, delta.table)] = harm.lost()
                found |= harm.changed(LossKind.CHANGED)
        for delta in facts.deltas:
            harm = _RollbackHarm.of_live_rows(moments[delta.table], delta, upgraded.get(delta.table))
            if harm is not None:
                if delta.lost:
                    found[Loss(LossKind.LIVE_LOST, delta.table)] = harm.lost()
                found |= harm.changed(LossKind.LIVE_CHANGED)
        return found

    def _start(self) -> None:
        """Bring the trial to where the trip began."""
        self._trial.discard()
        self._trial.drop_roles_since(self._position)
        self._trial.restore(self._position)
        if self._taken_out:
            with self._trial.write() as connection:
                remove_rows(connection, self._taken_out)

    def _run(self, steps: _Steps, tables: Tables) -> dict[QualifiedName, list[Moment]] | None:
        """Run the steps and watch these tables; None if one failed or nothing was traced."""
        watched = tuple(Watched(rows.oid, name) for name, rows in tables.items())
        changes: list[tuple[StepName, TracedChange]] = []
        for step, direction in steps:
            result = self._trial.step(direction, self._revision, watched)
            if not result.ok or not result.changes:
                return None
            changes += [(step, change) for change in result.changes]
            last = result.changes[-1].readings
            watched = tuple(Watched(reading.oid if reading is not None else item.oid, item.table)
                            for item, reading in zip(watched, last, strict=True))
        return {name: _moments(changes, place, rows.numbers) for place, (name, rows) in enumerate(tables.items())}


@dataclass(frozen=True, slots=True)
class _RollbackHarm:
    """What a rollback did to rows of a table, by which statement."""

    delta: RowsDelta
    timeline: Timeline
    """Of the downgrade alone: what it leaves as it is, it does not harm, whatever the upgrade after it does."""
    ends: Timeline
    """How the rows are in the end beside how they are to be."""
    others: frozenset[Row] = frozenset()
    """Keys of rows that are not concerned."""

    @classmethod
    def of_live_rows(
        cls, moments: Sequence[Moment], delta: RowsDelta, upgraded: TableRows | None
    ) -> _RollbackHarm | None:
        """Of rows that were written; ``upgraded`` holds those that were there before."""
        first, between, later = moments[0], _of_downgrade(moments)[-1], moments[-1]
        if first.rows is None:
            return None
        end = later
        if between.rows is not None and later.rows is not None:
            end = replace(later, rows=credit_intact(first.rows, between.rows, later.rows, None))
        return cls(delta, Timeline(_of_downgrade(moments), delta.columns), Timeline([first, end], delta.columns),
                   _keys(upgraded) if upgraded is not None else frozenset())

    @classmethod
    def of_old_rows(cls, moments: Sequence[Moment], delta: RowsDelta, before: TableRows) -> _RollbackHarm | None:
        """Of rows that were there before the upgrade."""
        downgrade = _of_downgrade(moments)
        if downgrade[0].rows is None:
            return None
        wanted = replace(downgrade[0], rows=before)
        return cls(delta, Timeline(downgrade, delta.columns), Timeline([wanted, downgrade[-1]], delta.columns))

    def lost(self) -> tuple[DoneBy, ...]:
        """Which statements lost the rows."""
        return self.timeline.lost(self.ends.keys_lost() - self.others)

    def changed(self, kind: LossKind) -> dict[Loss, tuple[DoneBy, ...]]:
        """Which statements changed the values of each column."""
        return {Loss(kind, self.delta.table, change.column):
                self.timeline.changed(change.column, self.ends.keys_changed(change.column) - self.others)
                for change in self.delta.changed}


def _keys(rows: TableRows) -> frozenset[Row]:
    places = [rows.columns.index(name) for name in rows.key]
    return frozenset(tuple(row[place] for place in places) for row in rows.rows)


def _of_downgrade(moments: Sequence[Moment]) -> list[Moment]:
    return [moment for moment in moments if moment.step is StepName.LIVE_DOWNGRADE]


def _moments(
    changes: Sequence[tuple[StepName, TracedChange]], place: int, numbers: frozenset[str]
) -> list[Moment]:
    """The moments at which one of the watched tables had changed; ``numbers`` are its numeric columns."""
    moments: list[Moment] = []
    last: TableReading | None = None
    for step, change in changes:
        reading = change.readings[place]
        if not moments or reading != last:
            moments.append(Moment(step, change.statement, change.location, _rows(reading, numbers)))
        last = reading
    return moments


def _rows(reading: TableReading | None, numbers: frozenset[str]) -> TableRows | None:
    if reading is None:
        return None
    return TableRows(reading.table, reading.oid, reading.columns, reading.attnums, reading.key,
                     in_order(reading.rows, reading.columns, reading.key), numbers)


def _timeline(moments: Sequence[Moment], delta: RowsDelta) -> Timeline | None:
    return Timeline(moments, delta.columns) if moments[0].rows is not None else None


def _changed(kind: LossKind, timeline: Timeline, delta: RowsDelta) -> dict[Loss, tuple[DoneBy, ...]]:
    return {Loss(kind, delta.table, change.column): timeline.changed(change.column) for change in delta.changed}


def _shape(delta: RowsDelta | None) -> tuple[object, ...] | None:
    """What must be alike for two runs to have done the same."""
    if delta is None:
        return None
    return (len(delta.lost), len(delta.added), [(change.column, change.rows) for change in delta.changed])
