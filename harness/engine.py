"""The one orchestrator: settings in, results out, revision by revision."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import time
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from harness.config import FailOn, Settings
from harness.data.given import NO_SEEDS, GivenSeeds
from harness.data.given_files import read_seed_files
from harness.errors import ExitCode, HarnessError, UsageError
from harness.findings.history import judge_history, redirect_findings
from harness.findings.judge import judge_trip
from harness.findings.model import Finding, Severity
from harness.jobs.crew import Crew, SegmentLost
from harness.jobs.protocol import (
    Message,
    RevisionFinished,
    SegmentFinished,
    ServerStarted,
    StepStarted,
    TripStarted,
)
from harness.jobs.segments import cut, suitable_jobs
from harness.names import RevisionId, StepName
from harness.outcomes import (
    NotReached,
    Observer,
    Outcome,
    ProjectInfo,
    RevisionResult,
    RunResult,
    ServerInfo,
    Skipped,
    StepRecord,
    TableRecord,
    reaches,
)
from harness.project.history import History, read_history
from harness.servers import Databases, Server, looks_like_url, start_server
from harness.walk.lineage import Bench, Lineage
from harness.walk.stepper import Stepper
from harness.walk.trial import Trial
from harness.walk.trip import Track, TripResult
from harness.walk.walk import NOT_SELECTED, Walk, Walked

OTHER_SHARD = "another shard checks it"


@dataclass(frozen=True, slots=True)
class PlannedRevision:
    """A revision that has a place in the walk."""

    revision: RevisionId
    down_revisions: tuple[RevisionId, ...]
    path: str
    message: str


@contextlib.contextmanager
def open_run(
    settings: Settings, observer: Observer | None = None, *, server: Server | None = None,
    given: GivenSeeds = NO_SEEDS, ahead: bool = False,
) -> Iterator[Run]:
    """Read the project and yield its run; everything that the run starts ends with the context.

    ``server`` is used instead of starting one, and left running. ``given`` are rows of the team's own. ``ahead`` starts
    the server while the project is read, for who will surely walk.

    Raises:
        ProjectError: the project cannot be read.
        UsageError: a setting is wrong.
    """
    with contextlib.ExitStack() as stack:
        yield Run(settings, observer, server, given, stack, ahead=ahead)


class Run:
    """One walk over one project. Iterate ``results``; ask for ``result`` at any time."""

    def __init__(
        self, settings: Settings, observer: Observer | None, server: Server | None, given: GivenSeeds,
        stack: contextlib.ExitStack, *, ahead: bool = False,
    ) -> None:
        self.settings = settings
        self.given = given
        """Rows of the team's own beside those of the settings; may be set before the walk begins."""
        self.server: Server | None = server
        self._server_is_own = False
        self._observer = observer
        self._stack = stack
        self._redirects: list[str] = []
        self._stepper = Stepper(settings, self._redirects.append)
        stack.callback(self._stepper.close)
        loaded = self._stepper.load(self._start_server_ahead if ahead and settings.jobs in {1, "auto"} else None)
        self._history: History = read_history(loaded, settings.alembic_ini)
        self._settings_seeds = read_seed_files(settings.seeds, self._history.order, settings.root)
        self._history_findings = judge_history(self._history)
        self._selected: frozenset[RevisionId] = frozenset(
            self._history.order if self._history.selected is None else self._history.selected
        )
        self._others: frozenset[RevisionId] = frozenset()
        """Revisions that other shards check."""
        if settings.shard is not None:
            number, shards = settings.shard
            mine = frozenset(cut(self._history.order, self._selected, shards)[number - 1])
            self._selected, self._others = mine, self._selected - mine
        self._done: dict[RevisionId, RevisionResult] = {}
        self._server_info = ServerInfo(provider="none", version="none")
        self._began = time.perf_counter()
        self._started_at = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        self._results: Iterator[RevisionResult] | None = None
        self._walk: Walk | None = None
        """Where ``result_of`` stands."""
        self._trips = 0

    @property
    def project(self) -> ProjectInfo:
        """What is walked."""
        history = self._history
        return ProjectInfo(
            name=history.name, alembic_ini=history.show_path(str(self.settings.alembic_ini)),
            script_location=history.show_path(history.script_location), revisions=len(history.files),
            heads=history.heads, mode=self._stepper.mode,
        )

    @property
    def redirects(self) -> tuple[str, ...]:
        """The addresses of other databases that env.py asked for so far."""
        return tuple(self._redirects)

    @property
    def planned(self) -> tuple[PlannedRevision, ...]:
        """Every revision that can be walked, in the order of the walk, selected or not."""
        return tuple(self._plan_entry(revision) for revision in self._history.order)

    @property
    def project_findings(self) -> tuple[Finding, ...]:
        """What is wrong with the history itself, and redirects noticed so far."""
        return self._history_findings.project + redirect_findings(self._redirects, self.project.script_location)

    def select(self, revisions: Collection[RevisionId] | None) -> None:
        """Choose which revisions get a trip; None: those the settings name. Only before ``results``."""
        assert self._results is None, "the walk has begun"
        if revisions is not None:
            self._selected = frozenset(revisions)

    def results(self) -> Iterator[RevisionResult]:
        """Walk on from where the walk stands, yielding each revision's result; starts the server when it begins.

        With more than one job, only the selected revisions are yielded, each as soon as those before it are known.

        Raises:
            ServerUnavailableError: no server could be had.
            ProjectError: env.py cannot be run, or the database cannot be prepared.
            UsageError: several jobs were asked for on one server.
        """
        if self._results is None:
            jobs = self._suitable_jobs() if self.settings.jobs == "auto" else self.settings.jobs
            self._results = self._walk_selected() if jobs == 1 else self._walk_in_jobs(jobs)
        return self._results

    def result_of(self, revision: RevisionId) -> RevisionResult:
        """Return the result of one revision's trip, made now unless it was before; others on the way are passed over.

        One that was passed over is walked to again from base.

        Raises:
            ServerUnavailableError: no server could be had.
            ProjectError: env.py cannot be run, or the database cannot be prepared.
        """
        known = self._done.get(revision)
        if known is not None and not isinstance(known.outcome, Skipped):
            return known
        place = self._history.order.index(revision)
        if self._walk is not None and self._walk.position > place:
            self._walk.end()
            self._walk = None
        if self._walk is None:
            self._walk = self._begin()
        while self._walk.position < place:
            self._advance(self._walk, trip=False)
        return self._advance(self._walk, trip=True)

    def result(self) -> RunResult:
        """Everything known so far."""
        return RunResult(
            project=self.project, server=self._server_info, started_at=self._started_at,
            seconds=time.perf_counter() - self._began, seed=self.settings.seed, rows_per_table=self.settings.rows,
            revisions=(*(self._done.get(revision) or self._pending(revision) for revision in self._history.order),
                       *self._history_findings.not_reached),
            project_findings=self.project_findings,
        )

    # -- the walk ----------------------------------------------------------------------------------------------------

    def _walk_selected(self) -> Iterator[RevisionResult]:
        """Walk to the last selected revision; nothing is asked of those after it."""
        self._tell_project()
        wanted = [position for position, revision in enumerate(self._history.order) if revision in self._selected]
        if not wanted:
            return
        walk = self._begin()
        while walk.position <= wanted[-1]:
            yield self._advance(walk, trip=self._history.order[walk.position] in self._selected)

    def _advance(self, walk: Walk, *, trip: bool) -> RevisionResult:
        revision = self._history.order[walk.position]
        if trip:
            self._tell_trip(revision)
        return self._finish(walk.advance(trip=trip))

    def _begin(self) -> Walk:
        """Start the server, make the databases of the walk, and run what the settings say before base."""
        server = self._start_server()
        databases = Databases(server)
        self._stack.callback(databases.drop_all)
        self._stepper.use(server)
        base = databases.create("base")
        self._stepper.prepare(base)
        bench = Bench(databases=databases, stepper=self._stepper, order=self._history.order, left_out=set(),
                      rows=self.settings.rows, seed=self.settings.seed, roles_at={},
                      given=self._settings_seeds + self.given, alone_on_server=server.provider != "url")
        self._stack.callback(bench.clean_up)
        spine = Lineage(bench, bench.copy_of(base, "spine"), seeded=True)
        trial = Trial(bench, spine)
        trial.restore(0)
        track = Track(bench, trial, spine, Lineage(bench, base, seeded=False), self._tell_step)
        return Walk(track, self._history.parents, self._show_path)

    def _suitable_jobs(self) -> int:
        if self.given or self._server_is_given:
            return 1
        # Not every system tells which processors a process may use.
        processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return suitable_jobs(len(self._selected), processors)

    @property
    def _server_is_given(self) -> bool:
        """Whether there is one server, which several jobs would have to share."""
        return (self.server is not None and not self._server_is_own) or looks_like_url(self.settings.server)

    def _walk_in_jobs(self, jobs: int) -> Iterator[RevisionResult]:
        """Have segments of the selected revisions walked by processes of their own."""
        if self.given:
            raise UsageError(f"cannot walk in {jobs} jobs", "rows that tests give are there in this "
                             "process only", "leave jobs out, or run pytest with -n")
        if self._server_is_given:
            raise UsageError(
                f"cannot walk in {jobs} jobs", "each needs a server of its own, since roles belong to "
                "the whole server", "leave jobs out, or let Roundtrip start the servers (--server auto)")
        self._tell_project()
        waiting = deque(revision for revision in self._history.order if revision in self._selected)
        segments = cut(self._history.order, self._selected, jobs)
        with Crew(self.settings, [segment for segment in segments if segment]) as crew:
            self._stepper.close()
            for message in crew.messages():
                self._hear(message)
                while waiting and waiting[0] in self._done:
                    yield self._done[waiting.popleft()]

    def _hear(self, message: Message | SegmentLost) -> None:
        match message:
            case ServerStarted():
                self._tell_server(message.server)
            case TripStarted():
                self._tell_trip(message.revision)
            case StepStarted() if self._observer is not None:
                self._observer.step_started(message.revision, message.step)
            case RevisionFinished():
                if message.result.revision not in self._done:
                    self._keep(message.result)
            case SegmentFinished():
                self._stepper.mode = message.mode
                self._redirects += [redirect for redirect in message.redirects if redirect not in self._redirects]
            case SegmentLost():
                for revision in message.revisions:
                    self._keep(self._without_trip(revision, NotReached(message.how, revision)))

    def _start_server_ahead(self) -> None:
        # Without a server the project is still read; who needs one is told then.
        with contextlib.suppress(HarnessError):
            self._choose_server()

    def _choose_server(self) -> Server:
        if self.server is None:
            choice = self._stack.enter_context(start_server(self.settings.server, self.settings.image))
            self.server = choice.server
            self._server_is_own = True
        return self.server

    def _start_server(self) -> Server:
        self.server = self._choose_server()
        self._tell_server(ServerInfo(provider=self.server.provider, version=self.server.version))
        return self.server

    def _finish(self, walked: Walked) -> RevisionResult:
        """Judge what was walked; a result that a trip gave is kept whatever passes over the revision later."""
        entry = self._plan_entry(walked.revision)
        findings = judge_trip(walked.trip.facts) if walked.trip is not None else ()
        result = RevisionResult(
            revision=walked.revision, down_revisions=entry.down_revisions, path=entry.path, message=entry.message,
            outcome=walked.outcome, steps=_step_records(walked.trip), tables=_table_records(walked.trip),
            findings=self._history_findings.of(walked.revision) + findings, seconds=walked.seconds,
        )
        known = self._done.get(walked.revision)
        if known is not None and not isinstance(known.outcome, Skipped):
            return known
        self._keep(result)
        return result

    def _keep(self, result: RevisionResult) -> None:
        self._done[result.revision] = result
        if self._observer is not None:
            self._observer.revision_finished(result)

    def _pending(self, revision: RevisionId) -> RevisionResult:
        """A revision that the walk has not come to, or was not to come to."""
        if revision in self._selected:
            return self._without_trip(revision, NotReached("the walk was ended before it", "the end of the walk"))
        return self._without_trip(revision, Skipped(OTHER_SHARD if revision in self._others else NOT_SELECTED))

    def _without_trip(self, revision: RevisionId, outcome: Outcome) -> RevisionResult:
        entry = self._plan_entry(revision)
        return RevisionResult(
            revision=revision, down_revisions=entry.down_revisions, path=entry.path, message=entry.message,
            outcome=outcome, findings=self._history_findings.of(revision),
        )

    def _plan_entry(self, revision: RevisionId) -> PlannedRevision:
        file = self._history.file(revision)
        return PlannedRevision(revision, file.down_revisions, self._show_path(revision), file.message)

    def _show_path(self, revision: RevisionId) -> str:
        return self._history.show_path(self._history.file(revision).path)

    def _tell_project(self) -> None:
        if self._observer is not None:
            self._observer.project_loaded(self.project, len(self._selected))

    def _tell_server(self, server: ServerInfo) -> None:
        self._server_info = server
        if self._observer is not None:
            self._observer.server_started(server)

    def _tell_trip(self, revision: RevisionId) -> None:
        self._trips += 1
        if self._observer is not None:
            self._observer.revision_started(revision, self._trips, len(self._selected))

    def _tell_step(self, revision: RevisionId, step: StepName) -> None:
        if self._observer is not None:
            self._observer.step_started(revision, step.value)


def exit_code(result: RunResult, fail_on: FailOn) -> ExitCode:
    """What a command that made ``result`` exits with; something not reached outweighs findings."""
    if result.not_reached:
        return ExitCode.INCOMPLETE
    threshold = None if fail_on == "never" else Severity(fail_on)
    return ExitCode.FINDINGS if reaches(result.findings, threshold) else ExitCode.OK


def _step_records(trip: TripResult | None) -> tuple[StepRecord, ...]:
    if trip is None:
        return ()
    return tuple(
        StepRecord(
            name=step.name, seconds=step.seconds, skipped=step.skipped,
            error=str(step.failure) if step.failure else step.died or (
                f"timed out after {step.timed_out_after_seconds:g} s" if step.timed_out_after_seconds else None),
        )
        for step in trip.facts.steps
    )


def _table_records(trip: TripResult | None) -> dict[str, TableRecord]:
    if trip is None:
        return {}
    live = trip.facts.live.rows if trip.facts.live is not None else {}
    records = {str(name): TableRecord(rows=facts.rows, live_rows=live.get(name, 0), error=facts.error)
               for name, facts in trip.facts.tables.items()}
    for name, rows in live.items():
        records.setdefault(str(name), TableRecord(rows=0, live_rows=rows))
    return records
