"""The round trip of one revision: upgrade, downgrade, upgrade, live rows, downgrade, upgrade.

Whatever happens on the way, the trial ends at the next position of the spine: by itself when the trip was clean, by
being made anew from the spine when it was not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import psycopg

from harness.catalog import diff
from harness.data.remove import RowRef, remove_rows, restore_rows, tables_of
from harness.data.rows import tables_with_rows
from harness.data.sequences import Behind, restore_sequences
from harness.findings.facts import (
    Culprit,
    DoneBy,
    Loss,
    SearchFacts,
    SizeFacts,
    StepFacts,
    TableFacts,
    TripFacts,
    Unreadable,
)
from harness.large_objects import LARGE_OBJECTS
from harness.names import Direction, QualifiedName, StepName
from harness.recording import edits
from harness.walk.at_once import come_at_once
from harness.walk.attribution import Tracing
from harness.walk.coverage import table_facts, why_emptied
from harness.walk.drift import without_drifted
from harness.walk.filling import Filling
from harness.walk.inserted_keys import rows_in_place_of_inserted
from harness.walk.isolation import Isolation
from harness.walk.live import LiveTrip, concerned_tables, step_facts, without_rows
from harness.walk.measure import Tables, columns_gone, compare_tables, held_rows, renamed, same_rows
from harness.walk.reading import State
from harness.walk.sizing import trip_at_size, with_size
from harness.walk.stepper import StepResult
from harness.walk.track import Track
from harness.walk.unreadable import find_far_rows, make_ordinary
from harness.worker.protocol import FailureKind

_UP, _DOWN = Direction.UPGRADE, Direction.DOWNGRADE


@dataclass(frozen=True, slots=True, kw_only=True)
class TripResult:
    """What a trip measured, and whether the spine goes on through the revision."""

    facts: TripFacts
    search: SearchFacts | None = None
    """What a search for rows came to; None when none was asked for."""
    applied: bool
    """False: alone, the revision cannot be applied. Unless it was passed at once with those before it, it is left out,
    and its descendants are not reached."""


def make_trip(track: Track, position: int, path: str) -> TripResult:
    """Make the round trip of the revision at ``position``, where the trial stands.

    Raises:
        SpineError: the spine could not be brought to the next position.
    """
    search = _search(track, position, path)
    trip = _Trip(track, position, path)
    applied = trip.run()
    trip.find_statements()
    size = trip.repeat_at_size(applied=applied)
    filling = _settle(track, position, trip, applied=applied)
    facts = without_drifted(trip.facts_with(trip.table_facts(filling)), track.drifted)
    facts = replace(facts, seeds_failed=filling.given_failed if filling is not None else ())
    return TripResult(facts=facts if size is None else with_size(facts, size), applied=applied, search=search)


def only_search(track: Track, position: int, path: str) -> TripResult:
    """Search the revision at ``position``, then upgrade it without a trip.

    Raises:
        SpineError: the spine could not be brought to the next position.
    """
    search = _search(track, position, path)
    return replace(pass_over(track, position, path), search=search)


def pass_over(track: Track, position: int, path: str) -> TripResult:
    """Only upgrade the revision at ``position``: its trip was not asked for.

    Raises:
        SpineError: the spine could not be brought to the next position.
    """
    trip = _Trip(track, position, path)
    applied = trip.upgrade()
    _settle(track, position, trip, applied=applied)
    return TripResult(facts=trip.facts_with({}), applied=applied)


def _search(track: Track, position: int, path: str) -> SearchFacts | None:
    if track.search is None:
        return None
    from harness.walk.searching import search_revision  # noqa: PLC0415 - imports Hypothesis

    return search_revision(track.search, track.bench, track.trial, position, path)


def _settle(track: Track, position: int, trip: _Trip, *, applied: bool) -> Filling | None:
    """Bring the trial to the next position; return how it was filled there, if the revision was applied."""
    trial = track.trial
    if not applied:
        if trip.may_go_on_at_once and come_at_once(track, position):
            trip.note_passed_at_once()
        else:
            track.bench.left_out.add(track.bench.order[position])
        trial.restore(position + 1)
        return None
    if trip.clean:
        trial.refill(position + 1)
        trial.note_roles(position + 1)
    else:
        trial.restore(position + 1)
    return trial.filling


class _Trip:
    """One trip while it is made."""

    def __init__(self, track: Track, position: int, path: str) -> None:
        self._track = track
        self._trial = track.trial
        self._isolation = Isolation(track.bench, track.trial, track.spine, track.bare)
        self._position = position
        self._revision = track.bench.order[position]
        self._steps: list[StepFacts] = []
        self._facts = TripFacts(revision=self._revision, path=path, steps=(), tables={})
        self._taken_out: tuple[RowRef, ...] = ()
        """Rows of the spine that the downgrade cannot stand; left out of the rest of the trip."""
        self._upgraded_without_rows: State | None = None
        """The upgraded state anew, once rows were taken out."""
        self._before: State | None = None
        self._downgraded_rows: Tables = {}
        """The rows after the first downgrade."""
        self._written: Collection[QualifiedName] = ()
        """The tables that it wrote to, as far as that is known."""
        self._beginning: str | None = None
        """A copy of the database that the trip began with, without the rows that were taken out since."""
        self._live: LiveTrip | None = None
        self._why_empty: dict[QualifiedName, str] = {}
        """Why tables hold no row, of those that rows were taken out of."""
        self.clean = True
        """Whether the trial may be used further as it is."""

    @property
    def before(self) -> State:
        """The state that the trip began with, without the rows that were taken out since."""
        assert self._before is not None, "only a whole trip reads it"
        return self._before

    @property
    def may_go_on_at_once(self) -> bool:
        """Whether the upgrade failed over what it did, and neither took its whole time nor its process."""
        return all(step.failure is not None for step in self._steps if step.failed)

    def note_passed_at_once(self) -> None:
        """Note that the revision was applied in one run with those before it."""
        self._facts = replace(self._facts, passed_at_once=True)

    def run(self) -> bool:
        """Make the trip; return whether the revision could be applied."""
        self._before = self._trial.read()
        self._keep_beginning()
        if not self.upgrade():
            return False
        upgraded = self._trial.read()
        self._facts = replace(
            self._facts,
            upgrade_schema=diff(self.before.snapshot, upgraded.snapshot),
            upgrade_rows=compare_tables(self.before.rows, upgraded.rows),
            renamed=renamed(self.before.rows, upgraded.rows),
            upgraded_behind=tuple(item for item in self._come_behind(upgraded.sequences.behind)
                                  if held_rows(self.before.rows, upgraded.rows, item.table)),
        )
        if self._track.recording is not None:
            earlier = self._track.bench.order[:self._position]
            found = edits(self._track.recording, self._revision, earlier, self.before.snapshot, upgraded.snapshot)
            self._facts = replace(self._facts, edits=found or ())
        if self._downgrade():
            upgraded = self._upgraded_without_rows or upgraded
            self._compare_downgraded(upgraded)
            again = self._reupgrade(upgraded)
            if again is not None:
                self._write_live_rows(again)
        return True

    def facts_with(self, tables: dict[QualifiedName, TableFacts]) -> TripFacts:
        """Everything measured."""
        return replace(self._facts, steps=tuple(self._steps), tables=tables)

    def table_facts(self, filling: Filling | None) -> dict[QualifiedName, TableFacts]:
        """What is known of each table of the state that the trip began with; ``filling``: the one after it."""
        return table_facts(self.before, filling, self._why_empty)

    def find_statements(self) -> None:
        """Where rows or values came to harm, run the steps once more and see which statement did it."""
        tracing = Tracing(self._trial, self._position, self._revision, self._taken_out)
        done_by: dict[Loss, tuple[DoneBy, ...]] = {}
        live = self._facts.live
        if self._live is not None and live is not None and (live.deltas or live.old_deltas):
            self.clean = False
            done_by |= tracing.of_live_rows(self._live, live)
        if self._facts.downgrade_rows or self._facts.columns_gone:
            self.clean = False
            done_by |= tracing.of_pair(self.before.rows, self._facts)
        self._facts = replace(self._facts, done_by=done_by)

    def repeat_at_size(self, *, applied: bool) -> SizeFacts | None:
        """Make the trip once more with as many rows as are wanted, where those are more than it was made with."""
        bench, position, many, full = self._track.bench, self._position, self._track.many_rows, self._track.full
        if full is None and (self._beginning is None or many is None):
            return None
        try:
            self._trial.disconnect()
            if self._trial.has_roles_since(position):  # a role that both make would be in the way
                self.clean = False
                self._trial.discard()
                self._trial.drop_roles_since(position)
            if full is not None:
                return full.trip(position)
            assert self._beginning is not None
            assert many is not None
            if not applied:
                return SizeFacts(few=bench.rows, many=many, not_made="it cannot be applied")
            return trip_at_size(bench, self._beginning, position, many)
        finally:
            if self._beginning is not None:
                bench.drop(self._beginning)

    def _keep_beginning(self) -> None:
        """Keep a copy of the trial as it is, if the trip is to be repeated from there."""
        if self._track.many_rows is None:
            return
        if self._beginning is not None:
            self._track.bench.drop(self._beginning)
        assert self._trial.database is not None
        self._trial.disconnect()
        self._beginning = self._track.bench.copy_of(self._trial.database, "beginning")

    # -- upgrade -----------------------------------------------------------------------------------------------------

    def upgrade(self) -> bool:
        """Upgrade; where rows stand in the way, take them out of the spine for good. Return whether it was applied."""
        result, unreadable = self._past_unreadable((_UP,), self._first_upgrade(), self._first_upgrade)
        facts = replace(step_facts(StepName.UPGRADE, result), unreadable=unreadable)
        if result.ok or result.failure is None:
            self._steps.append(facts)
            return result.ok
        empty = self._isolation.without_rows(self._position, (_UP,))
        if empty is None or not empty.ok:
            self._steps.append(without_rows(facts, empty))
            return False
        found = self._isolation.find(self._position, (_UP,), result.failure)
        track = self._track
        made = rows_in_place_of_inserted(track.bench, track.bare, track.spine, self._position, found.refs,
                                         result.failure) if found.complete else ()
        again = self._upgrade_without(made or found.refs)
        self._steps.append(replace(facts, fails_when_empty=False, culprits=found.culprits,
                                   culprits_complete=found.complete and again.ok, culprits_made_here=bool(made)))
        return again.ok

    def _upgrade_without(self, refs: Collection[RowRef]) -> StepResult:
        """Take rows out of the spine for good and upgrade again.

        Tables that were emptied because they refer to those are filled with what does not; where the upgrade fails with
        that too, they stay empty.
        """
        spine, trial = self._track.spine, self._trial
        with self._track.bench.databases.connect(spine.database) as connection:
            culprits = tables_of(connection, refs)
        emptied = spine.take_out(refs)
        trial.restore(self._position)
        if emptied - culprits:
            trial.refill_others(culprits)
            if tables_with_rows(trial.connection, emptied):
                self._begin_anew(emptied, culprits, "upgrade")
                again = self._first_upgrade()
                if again.ok:
                    spine.refill_others(culprits)
                    return again
                trial.discard()
                trial.drop_roles_since(self._position)
            trial.restore(self._position)
        self._begin_anew(emptied, culprits, "upgrade")
        return self._first_upgrade()

    def _begin_anew(
        self, emptied: Collection[QualifiedName], culprits: Collection[QualifiedName], step: str
    ) -> None:
        """Begin the trip with the rows that are there now, and note why tables that were emptied may hold none."""
        if self._before is None:
            return
        self._before = self._trial.read()
        self._keep_beginning()
        self._why_empty |= why_emptied(emptied, culprits, step)

    def _past_unreadable(
        self, directions: Sequence[Direction], result: StepResult, again: Callable[[], StepResult | None]
    ) -> tuple[StepResult, Unreadable | None]:
        """How the last of ``directions`` goes without dates made here that no Python application can have written.

        They leave the spine for good where ``result`` is that the step cannot read them; ``again`` makes it once more.
        """
        first, culprits = result.failure, list[Culprit]()
        while result.failure is not None and result.failure.unreadable:
            empty = self._isolation.without_rows(self._position, directions)
            if empty is None or not empty.ok:
                break
            found = self._isolation.find(self._position, directions, result.failure)
            rows, further = find_far_rows(self._track.bench, self._track.spine, found)
            if not rows:
                break
            culprits += [row.shown for row in rows]
            self._edit_spine(partial(make_ordinary, rows=(*rows, *further)))
            later = again()
            if later is None:
                break
            result = later
        return result, Unreadable(failure=first, culprits=tuple(culprits)) if first is not None and culprits else None

    def _edit_spine(self, change: Callable[[psycopg.Connection], object]) -> None:
        """Change rows for good, and begin the trip with what there is then."""
        self._track.spine.edit(change)
        self._trial.restore(self._position)
        if self._before is not None:
            self._before = self._trial.read()
            self._keep_beginning()

    def _first_upgrade(self) -> StepResult:
        self._track.origins.note_before(self._trial.connection)
        result = self._step(StepName.UPGRADE, _UP)
        if result.ok:
            self._track.origins.note_after(self._revision, self._trial.connection)
        return result

    # -- downgrade ---------------------------------------------------------------------------------------------------

    def _downgrade(self) -> bool:
        """Downgrade; where rows stand in the way, go on without them. Return whether the trip can go on."""
        result, unreadable = self._past_unreadable((_UP, _DOWN), self._step(StepName.DOWNGRADE, _DOWN),
                                                   self._first_downgrade_again)
        facts = replace(step_facts(StepName.DOWNGRADE, result), unreadable=unreadable)
        if result.ok:
            self._steps.append(facts)
            return True
        untouched = result.failure is not None and result.failure.kind in {FailureKind.MISSING, FailureKind.REFUSED}
        self.clean = untouched
        if untouched or result.failure is None:
            self._steps.append(facts)
            return False
        empty = self._isolation.without_rows(self._position, (_UP, _DOWN))
        if empty is None or not empty.ok:
            self._steps.append(without_rows(facts, empty))
            return False
        found = self._isolation.find(self._position, (_UP, _DOWN), result.failure)
        self._taken_out = found.refs
        passes = self._start_again()
        if passes:
            self._upgraded_without_rows = self._trial.read()
            passes = self._step(StepName.DOWNGRADE, _DOWN).ok
        self._steps.append(replace(facts, fails_when_empty=False, culprits=found.culprits,
                                   culprits_complete=found.complete and passes))
        return passes

    def _first_downgrade_again(self) -> StepResult | None:
        """Downgrade from the upgraded state made anew; None where that cannot be."""
        if not self._trial.step(_UP, self._revision).ok:
            return None
        self._upgraded_without_rows = self._trial.read()
        return self._step(StepName.DOWNGRADE, _DOWN)

    def _start_again(self) -> bool:
        """Make the upgraded state anew, without the rows that were taken out."""
        self._trial.restore(self._position)
        if self._taken_out:
            with self._trial.write() as connection:
                culprits = tables_of(connection, self._taken_out)
                held = tables_with_rows(connection, self.before.rows.keys() - {LARGE_OBJECTS})
                remove_rows(connection, self._taken_out)
                emptied = held - tables_with_rows(connection, held)
            self._begin_anew(emptied, culprits, "downgrade")
        return self._trial.step(_UP, self._revision).ok

    def _compare_downgraded(self, upgraded: State) -> None:
        downgraded = self._trial.read()
        self._written = {name for name, table in downgraded.rows.items() if table.oid in (self._trial.touched or ())}
        schema = diff(self.before.snapshot, downgraded.snapshot)
        rows = compare_tables(self.before.rows, downgraded.rows)
        self._downgraded_rows = downgraded.rows
        self._facts = replace(
            self._facts,
            downgrade_schema=schema,
            leftover_schema=diff(upgraded.snapshot, downgraded.snapshot),
            downgrade_rows=rows,
            columns_gone=columns_gone(self.before.rows, downgraded.rows),
            rows_undone=bool(compare_tables(upgraded.rows, downgraded.rows)),
            sequences_behind=self._come_behind(downgraded.sequences.behind),
        )
        if schema or schema.column_orders or rows:
            self.clean = False

    def _come_behind(self, items: Iterable[Behind]) -> tuple[Behind, ...]:
        """Those of some sequences that hand out a key in use and did not before the upgrade."""
        already = {item.sequence for item in self.before.sequences.behind if item.conflicting}
        return tuple(item for item in items if item.conflicting and item.sequence not in already)

    # -- second upgrade and live rows --------------------------------------------------------------------------------

    def _reupgrade(self, upgraded: State) -> State | None:
        """Upgrade again; return the state, or None when it failed."""
        result = self._step(StepName.REUPGRADE, _UP)
        self._steps.append(step_facts(StepName.REUPGRADE, result))
        if not result.ok:
            self.clean = False
            self._skip_live("the second upgrade failed")
            return None
        again = self._trial.read()
        schema = diff(upgraded.snapshot, again.snapshot)
        self._facts = replace(self._facts, reupgrade_schema=schema)
        if schema or schema.column_orders or not same_rows(upgraded.rows, again.rows):
            self.clean = False
        return again

    def _write_live_rows(self, reference: State) -> None:
        if not self.clean:
            if not self._start_again():
                self._skip_live("the upgraded state could not be made again")
                return
            reference = self._trial.read()
        concerned = concerned_tables(self._facts, reference.rows, self._written)
        self._live = LiveTrip(self._track.bench, self._trial, self._isolation, self.before, self._facts.upgrade_rows)
        result = self._live.make(self._position, self._downgraded_rows, concerned, self._taken_out, self._step)
        self._steps += result.steps
        live = result.facts
        if live is not None:  # what the plain trip did to a table is not told again
            harmed = {delta.table for delta in self._facts.downgrade_rows}
            live = replace(live, old_deltas=tuple(delta for delta in live.old_deltas if delta.table not in harmed),
                           sequences_behind=self._come_behind(live.sequences_behind))
        self._facts = replace(self._facts, live=live, unwritten=result.unwritten)
        swept = result.facts is None or (self.clean and result.intact and self._sweep(reference))
        self.clean = self.clean and result.intact and swept

    def _sweep(self, reference: State) -> bool:
        """Take the live rows out again; return whether nothing else differs from ``reference``."""
        live = self._trial.read()
        known = {name: reading.state for name, reading in live.sequences.readings.items()}
        moved = [reading.state for oid, reading in reference.sequences.readings.items()
                 if known.get(oid) != reading.state]
        with self._trial.write() as connection:
            missing = restore_rows(connection, reference.rows, live.rows)
            restore_sequences(connection, moved)
        final = self._trial.read()
        schema = diff(reference.snapshot, final.snapshot)
        return not missing and not schema and not schema.column_orders and same_rows(reference.rows, final.rows)

    def _skip_live(self, reason: str) -> None:
        self._steps += [StepFacts(name=name, skipped=reason)
                        for name in (StepName.LIVE_DOWNGRADE, StepName.LIVE_UPGRADE)]

    def _step(self, name: StepName, direction: Direction) -> StepResult:
        self._track.on_step(self._revision, name)
        return self._trial.step(direction, self._revision)
