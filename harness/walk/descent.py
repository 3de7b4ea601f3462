"""Go down from where a dump stands, revision by revision, and up again, and see what comes back.

The rows of a dump were written while its revisions were deployed: they are live rows, of which a rollback tomorrow
would lose what it loses here.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.catalog import diff
from harness.data.compare import RowsDelta, compare_rows
from harness.data.remove import RowRef, list_row_refs, remove_rows
from harness.data.rows import list_tables
from harness.data.shapes import Shapes, read_shapes
from harness.errors import UsageError
from harness.findings.facts import Discarded, LiveFacts, StepFacts, TableFacts, TripFacts
from harness.names import Direction, RevisionId, StepName
from harness.outcomes import Checked, NotReached
from harness.walk.drift import without_drifted
from harness.walk.isolation import Isolation
from harness.walk.lineage import Bench
from harness.walk.live import discarded_columns, split_columns, step_facts
from harness.walk.reading import Reader, State
from harness.walk.track import Track
from harness.walk.trip import TripResult
from harness.walk.walk import Walked
from harness.worker.protocol import FailureKind

_UP, _DOWN = Direction.UPGRADE, Direction.DOWNGRADE
_CHANGES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Stopped:
    """The way down ends here."""

    revision: RevisionId


class Descent:
    """One way down, from where the spine of a walk stands before its first trip."""

    def __init__(
        self, track: Track, applied: Sequence[RevisionId], path_of: Callable[[RevisionId], str]
    ) -> None:
        """``applied`` are the revisions to go down over, in the order in which they were applied."""
        self._track = track
        self._bench: Bench = track.bench
        self._applied = applied
        self._path_of = path_of
        self._stopped: _Stopped | None = None
        self.told = ""
        """What became of it, as a clause, once it was made."""

    def run(self) -> Iterator[Walked]:
        """Go down over each revision, the newest first, telling of each."""
        bench, track = self._bench, self._track
        track.trial.disconnect()
        assert track.trial.database is not None
        place = bench.copy_of(track.trial.database, "descent")
        began_with = self._read(place)
        done: list[RevisionId] = []
        try:
            for revision in reversed(self._applied):
                began = time.perf_counter()
                if self._stopped is not None:
                    yield Walked(revision=revision, outcome=NotReached(
                        f"{self._stopped.revision} could not be gone down over", self._stopped.revision), trip=None,
                        seconds=0.0)
                    continue
                facts, below = _Stage(self._track, place, revision, self._path_of(revision)).make()
                yield Walked(revision=revision, outcome=Checked(), seconds=time.perf_counter() - began,
                             trip=TripResult(facts=without_drifted(facts, track.drifted), applied=True))
                if below is None:
                    self._stopped = _Stopped(revision)
                    continue
                bench.drop(place)
                place = below
                done.append(revision)
            self.told = self._climb(place, list(reversed(done)), began_with)
        finally:
            bench.drop(place)
            with bench.databases.connect(track.spine.database) as connection:
                bench.drop_roles_since(track.spine.position, connection)

    def _climb(self, place: str, revisions: Sequence[RevisionId], began_with: State) -> str:
        """Go up again from the lowest place over all that was gone down over; what came of it."""
        way = f"down over {len(revisions)} of {len(self._applied)} revisions and up again in one go"
        for revision in revisions:
            result = self._bench.stepper.step(place, _UP, revision)
            if not result.ok:
                return f"{way}: the upgrade of {revision} fails there"
        delta = diff(began_with.snapshot, self._read(place).snapshot)
        facts = without_drifted(TripFacts(revision=RevisionId(""), path="", steps=(), tables={},
                                          reupgrade_schema=delta), self._track.drifted)
        assert facts.reupgrade_schema is not None
        names = [change.name for change in facts.reupgrade_schema.changes]
        if not names:
            return f"{way}: the schema is the same as before"
        more = f" and {len(names) - _CHANGES_SHOWN} more" if len(names) > _CHANGES_SHOWN else ""
        return f"{way}: the schema differs in {', '.join(names[:_CHANGES_SHOWN])}{more}"

    def _read(self, database: str) -> State:
        with self._bench.databases.connect(database) as connection:
            return Reader(self._bench).state(connection)


class _Stage:
    """Down over one revision and up again, from a database that has it."""

    def __init__(self, track: Track, database: str, revision: RevisionId, path: str) -> None:
        self._track = track
        self._bench = track.bench
        self._database = database
        self._revision = revision
        self._facts = TripFacts(revision=revision, path=path, steps=(), tables={})

    def make(self) -> tuple[TripFacts, str | None]:
        """Make it; what was measured, and a database below the revision, or None where there is no way down."""
        with self._bench.databases.connect(self._database) as connection:
            before = Reader(self._bench).state(connection)
            shapes = read_shapes(connection, exclude=self._bench.version_tables())
        self._facts = replace(self._facts, tables={name: TableFacts(rows=len(rows.rows))
                                                   for name, rows in before.rows.items() if rows.rows})
        with self._bench.copied(self._database, "down") as trial:
            step, taken_out = self._go_down(trial)
            if step.failed and not (step.culprits_complete and step.fails_when_empty is False):
                return replace(self._facts, steps=(step,)), None
        with self._bench.copied(self._database, "down") as trial:
            if taken_out:
                with self._bench.databases.connect(trial) as connection:
                    remove_rows(connection, taken_out)
                    before = Reader(self._bench).state(connection)
            self._bench.stepper.step(trial, _DOWN, self._revision)
            below = self._bench.copy_of(trial, "below")
            up = self._bench.stepper.step(trial, _UP, self._revision)
            self._facts = replace(self._facts, steps=(step, step_facts(StepName.REUPGRADE, up)))
            if up.ok:
                self._compare(before, shapes, trial, below)
        return self._facts, below

    def _go_down(self, trial: str) -> tuple[StepFacts, tuple[RowRef, ...]]:
        """Try the downgrade; where rows stand in its way, which ones."""
        result = self._bench.stepper.step(trial, _DOWN, self._revision)
        step = step_facts(StepName.DOWNGRADE, result)
        if result.ok or result.failure is None or result.failure.kind in {FailureKind.MISSING, FailureKind.REFUSED}:
            return step, ()
        with self._bench.copied(self._database, "emptied") as emptied:
            with self._bench.databases.connect(emptied) as connection:
                refs = list_row_refs(connection, list_tables(connection, exclude=self._bench.version_tables()))
                remove_rows(connection, refs)
            if not self._bench.stepper.step(emptied, _DOWN, self._revision).ok:
                return replace(step, fails_when_empty=True), ()
        isolation = Isolation(self._bench, self._track.trial, self._track.spine, self._track.bare)
        found = isolation.find_among(self._database, refs, self._revision, (_DOWN,), result.failure)
        step = replace(step, fails_when_empty=False, culprits=found.culprits, culprits_complete=found.complete)
        return step, found.refs

    def _compare(self, before: State, shapes: Shapes, trial: str, below: str) -> None:
        """What of the rows is there again; what is gone that only the revision had counts as discarded."""
        with self._bench.databases.connect(below) as connection:
            earlier = read_shapes(connection, exclude=self._bench.version_tables())
        with self._bench.databases.connect(trial) as connection:
            after = Reader(self._bench).state(connection)
        deltas: list[RowsDelta] = []
        discarded: list[Discarded] = []
        for name, shape in shapes.tables.items():
            rows, later = before.rows.get(name), after.rows.get(name)
            if rows is None or not rows.rows:
                continue
            old = earlier.by_oid.get(shape.oid) or earlier.tables.get(name)
            if old is None or later is None:
                lost = len(rows.rows) if later is None else (Counter(rows.rows) - Counter(later.rows)).total()
                if lost:
                    discarded.append(Discarded(table=name, column=None, rows=lost))
                continue
            columns, new = split_columns(old, shape)
            delta = compare_rows(rows, later, columns=columns)
            if delta.lost or delta.changed:
                deltas.append(delta)
            discarded += discarded_columns(name, compare_rows(rows, later), new)
        filling = self._track.spine.filling
        live = LiveFacts(rows={}, reasons=(), deltas=tuple(deltas), discarded=tuple(discarded), of_dump=True,
                         dump_is_empty=filling is not None and not filling.left_alone)
        self._facts = replace(self._facts, reupgrade_schema=diff(before.snapshot, after.snapshot), live=live)


def find_target(text: str, applied: Sequence[RevisionId]) -> RevisionId | None:
    """The applied revision that ``text`` names, by its id or the beginning of one; None for ``base``.

    Raises:
        UsageError: there is none, or several.
    """
    if text == "base":
        return None
    found = [item for item in applied if item == text] or [item for item in applied if item.startswith(text)]
    if len(found) != 1:
        fact = "the dump does not have it" if not found else f"{len(found)} revisions begin so"
        raise UsageError(f"cannot go down to {text!r}", fact, "name a revision that the dump has, or base")
    return found[0]


def to_go_down(
    applied: Sequence[RevisionId], parents: Mapping[RevisionId, Sequence[RevisionId]], target: RevisionId | None
) -> tuple[RevisionId, ...]:
    """The applied revisions that a downgrade to ``target`` reverts, in the order in which they were applied.

    ``target`` None is base: all of them.
    """
    if target is None:
        return tuple(applied)
    above = {target}
    reverted = []
    for revision in applied:
        if revision != target and any(parent in above for parent in parents[revision]):
            above.add(revision)
            reverted.append(revision)
    return tuple(reverted)
