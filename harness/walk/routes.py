"""Go to the heads by other ways than the spine, beginning with one run of env.py over all revisions.

Every way begins at a copy of the empty database at base. What is found is found again before it is told: the other way
in another process, and revision by revision twice, without rows, so that what differs from run to run, or because of
rows, is not laid to the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import psycopg

from harness.catalog import Change, Snapshot, diff
from harness.findings.route_facts import Difference, GroupingFacts, Stop
from harness.names import Direction, RevisionId
from harness.walk.lineage import Bench
from harness.walk.stepper import StepResult

NOT_AGAIN = "what was found the first time was not found again"
_NO_WAY = "neither one run nor revision by revision comes to the heads"
_SLOWER_THAN_HANGS = 10.0
"""How many times longer than revision by revision one run must have taken to be said to hang."""

Name = tuple[str, str]
"""Kind and name of what a change is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way that was gone."""

    snapshot: Snapshot | None
    """Of the heads; None where it ended early."""
    stop: Stop | None
    seconds: float
    changed_by: Mapping[Name, tuple[RevisionId, ...]] = field(default_factory=dict)
    """Which revisions changed what, where that was asked."""

    def changers(self, change: Change) -> tuple[RevisionId, ...]:
        """The revisions that changed what ``change`` is about, or made or dropped the table that it is in."""
        return tuple(dict.fromkeys(
            revision for name, revisions in self.changed_by.items()
            if name == name_of(change) or (name[0] != "schema" and change.name.startswith(f"{name[1]}."))
            for revision in revisions))


class Ways:
    """Goes the ways. Nothing else may use the walk's server meanwhile: roles belong to all of it."""

    def __init__(self, bench: Bench, base: str) -> None:
        """``base`` is an empty database that stands at base; it stays so."""
        self._bench = bench
        self._base = base

    @cached_property
    def one_by_one(self) -> Way:
        """Revision by revision in the order of the walk, without rows."""
        return self.go(self._bench.order, tell=True, anew=True)

    def at_once(self, *, anew: bool) -> Way:
        """One ``alembic upgrade heads``; ``anew``: in another process."""
        with self._fresh_copy() as (database, connection):
            result, revision = self._bench.stepper.upgrade_at_once(database, anew=anew)
            stop = None if result.ok else _stop(revision, result)
            snapshot = self._bench.capture(connection) if result.ok else None
            return Way(snapshot=snapshot, stop=stop, seconds=result.seconds)

    def go(self, order: Sequence[RevisionId], *, tell: bool = False, anew: bool = False) -> Way:
        """Upgrade revision by revision; ``tell`` what each of them changes; ``anew``: in another process."""
        if anew:
            self._bench.stepper.begin_anew()
        seconds = 0.0
        changed_by: dict[Name, tuple[RevisionId, ...]] = {}
        with self._fresh_copy() as (database, connection):
            before = self._bench.capture(connection) if tell else None
            for revision in order:
                result = self._bench.stepper.step(database, Direction.UPGRADE, revision)
                seconds += result.seconds
                if not result.ok:
                    return Way(snapshot=None, stop=_stop(revision, result), seconds=seconds)
                if before is not None:
                    after = self._bench.capture(connection, before)
                    for name in map(name_of, diff(before, after).changes):
                        changed_by[name] = (*changed_by.get(name, ()), revision)
                    before = after
            snapshot = before or self._bench.capture(connection)
            return Way(snapshot=snapshot, stop=None, seconds=seconds, changed_by=changed_by)

    def passed(self, stop: Stop) -> bool:
        """Whether the walk came past a revision that stops revision by revision."""
        return bool(self._bench.at_once) and stop.revision not in self._bench.left_out

    def reliable(self, first: Way, again: Way) -> Iterator[Change]:
        """What is otherwise at the end of another way, whenever that or the walk's is gone."""
        if self.one_by_one.snapshot is None or again.snapshot is None:
            return
        changes = diff(self.one_by_one.snapshot, again.snapshot).changes
        if changes:
            unsteady = self._unsteady | _differing(first, again)
            yield from (change for change in changes if name_of(change) not in unsteady)

    @cached_property
    def _unsteady(self) -> frozenset[Name]:
        """What differs from one time that the walk's way is gone to the next."""
        return _differing(self.one_by_one, self.go(self._bench.order, anew=True))

    @contextmanager
    def _fresh_copy(self) -> Iterator[tuple[str, psycopg.Connection]]:
        """A copy of the database at base, on a server without roles of the history's."""
        database = self._bench.copy_of(self._base, "route")
        try:
            with self._bench.databases.connect(database) as connection:
                self._bench.drop_roles_since(0, connection)
                yield database, connection
        finally:
            self._bench.drop(database)


def compare_grouping(ways: Ways, spine: Snapshot | None) -> GroupingFacts:
    """Compare one run over all revisions with ``spine``, the schema at the heads; None where that was not reached."""
    first = ways.at_once(anew=False)
    if first.snapshot is not None and spine is not None and not diff(spine, first.snapshot):
        return GroupingFacts()
    if first.snapshot is None and spine is None:
        return GroupingFacts(not_compared=_NO_WAY)
    again, one_by_one = ways.at_once(anew=True), ways.one_by_one
    if (first.stop is None, spine is None) != (again.stop is None, one_by_one.stop is not None):
        return GroupingFacts(not_compared=NOT_AGAIN)
    if again.stop is None:
        stop = one_by_one.stop
        return GroupingFacts(one_by_one=stop, passed=stop is not None and ways.passed(stop), differences=tuple(
            Difference(change, one_by_one.changers(change)) for change in ways.reliable(first, again)))
    if again.stop.failure is None and again.seconds < _SLOWER_THAN_HANGS * one_by_one.seconds:
        return GroupingFacts(not_compared=f"one run {again.stop.how}")
    return GroupingFacts(at_once=again.stop)


def name_of(change: Change) -> Name:
    """What the change is about."""
    return change.kind, change.name


def _differing(one: Way, other: Way) -> frozenset[Name]:
    if one.snapshot is None or other.snapshot is None:
        return frozenset()
    return frozenset(map(name_of, diff(one.snapshot, other.snapshot).changes))


def _stop(revision: RevisionId | None, result: StepResult) -> Stop:
    if result.failure is not None:
        how = f"fails: {result.failure}"
    elif result.died is not None:
        how = f"ended its process: {result.died}"
    else:
        how = f"did not end within {result.timed_out_after_seconds:g} s"
    return Stop(revision=revision, failure=result.failure, how=how)
