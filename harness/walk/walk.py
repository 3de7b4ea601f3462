"""Go along the spine, one revision after another, with a trip where one is asked for and a plain upgrade elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from harness.cascade.model import CascadeFacts
from harness.findings.route_facts import RouteFacts
from harness.names import RevisionId
from harness.outcomes import Checked, NotReached, Outcome, Skipped
from harness.walk.cascades import measure_cascades
from harness.walk.lineage import SpineError
from harness.walk.order_search import compare_routes
from harness.walk.track import Track
from harness.walk.trip import TripResult, make_trip, only_search, pass_over
from harness.worker.protocol import ModelsCompared

NOT_SELECTED = "not selected"
ONLY_SEARCHED = "only searched"
OTHER_SHARD = "another shard checks it"
BEHIND_DUMP = "it lies behind the dump"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What became of one revision."""

    revision: RevisionId
    outcome: Outcome
    trip: TripResult | None
    """What was measured; None when the revision was not reached."""
    seconds: float


class Walk:
    """One way along the spine, from where it stands; it never goes back."""

    def __init__(self, track: Track, path_of: Callable[[RevisionId], str], start: int = 0) -> None:
        """``start`` is where the track stands."""
        self._track = track
        self._path_of = path_of
        self._blocked: dict[RevisionId, RevisionId] = {}
        """Revisions that cannot be applied, each with the one that is to blame."""
        self._hangs = False
        """Whether an upgrade took its whole time or its process, which is not to be tried again."""
        self._broken: SpineError | None = None
        """Why the spine could not be made again; nothing can be reached after that."""
        self.position = start
        """How many revisions lie behind; the next is ``order[position]``."""

    def advance(self, *, trip: bool, search: bool = False) -> Walked:
        """Deal with the next revision: make its trip, with a search where one was asked for, or only upgrade it.

        ``search``: without a trip, search it all the same.
        """
        revision = self._track.bench.order[self.position]
        began = time.perf_counter()
        outcome, result = self._deal_with(revision, trip=trip, search=search)
        self.position += 1
        return Walked(revision=revision, outcome=outcome, trip=result, seconds=time.perf_counter() - began)

    def compare_models(self) -> ModelsCompared | None:
        """Compare the database behind the last revision with the models; None where not every revision lies behind."""
        database = self._track.trial.database
        return None if self._is_elsewhere or database is None else self._track.bench.stepper.compare_models(database)

    def measure_cascades(self) -> CascadeFacts | None:
        """Measure what deletes do behind the last revision; None where not every revision lies behind."""
        if self._is_elsewhere or self._track.trial.database is None:
            return None
        self._track.bench.stepper.release()
        return measure_cascades(self._track.trial, self._track.origins)

    @property
    def _is_elsewhere(self) -> bool:
        """Whether the walk has not come to the heads with every revision behind it."""
        return bool(self.position < len(self._track.bench.order) or self._blocked or self._broken)

    def compare_routes(self) -> RouteFacts | None:
        """Go to the heads by other ways; None where the walk was not to go there, or lost its way.

        It ends the walk: nothing but the empty database at base is left of its databases.
        """
        track = self._track
        if self.position < len(track.bench.order) or self._broken or self._hangs:
            return None
        spine = None if self._blocked or track.bench.at_once else track.bench.capture(track.trial.connection)
        track.trial.discard()
        for database in {track.spine.database, track.bare.database} - {track.bare.base}:
            track.bench.drop(database)
        return compare_routes(track.bench, track.bare.base, spine)

    def end(self) -> None:
        """Drop the databases of the walk and what its steps left on the server."""
        self._track.bench.clean_up()

    def _deal_with(self, revision: RevisionId, *, trip: bool, search: bool) -> tuple[Outcome, TripResult | None]:
        if self._broken is not None:
            return self._lost(self._broken), None
        obstacle = next((self._blocked[parent] for parent in self._track.bench.parents[revision]
                         if parent in self._blocked), None)
        try:
            if obstacle is not None:
                self._blocked[revision] = obstacle
                self._track.bench.left_out.add(revision)
                self._track.trial.restore(self.position + 1)
                return NotReached(f"{obstacle} could not be applied", obstacle), None
            make = make_trip if trip else only_search if search else pass_over
            result = make(self._track, self.position, self._path_of(revision))
        except SpineError as error:
            self._broken = error
            return self._lost(error), None
        if not result.applied and not result.facts.passed_at_once:
            self._blocked[revision] = revision
            self._hangs = self._hangs or any(step.failed and step.failure is None for step in result.facts.steps)
        return Checked() if trip else Skipped(ONLY_SEARCHED if search else NOT_SELECTED), result

    @staticmethod
    def _lost(error: SpineError) -> NotReached:
        return NotReached(f"the state before it could not be made again: {error}", error.revision)
