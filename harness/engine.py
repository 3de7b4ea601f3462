"""The one orchestrator: settings in, results out, revision by revision."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

from harness.config import FailOn, Settings
from harness.errors import ExitCode
from harness.findings.history import judge_history, redirect_findings
from harness.findings.judge import judge_trip
from harness.findings.model import Finding, Severity
from harness.names import RevisionId, StepName
from harness.outcomes import (
    NotReached,
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
from harness.servers import Databases, Server, start_server
from harness.walk.lineage import Bench, Lineage
from harness.walk.stepper import Stepper
from harness.walk.trial import Trial
from harness.walk.trip import Track, TripResult
from harness.walk.walk import NOT_SELECTED, Walk, Walked


class Observer(Protocol):
    """Told what happens, in the order in which it happens."""

    def project_loaded(self, project: ProjectInfo, planned: int) -> None:
        """The project was read; ``planned`` revisions get a trip."""

    def server_started(self, server: ServerInfo) -> None:
        """The server answers."""

    def revision_started(self, revision: RevisionId, number: int, planned: int) -> None:
        """The trip number ``number`` of ``planned`` begins."""

    def step_started(self, revision: RevisionId, step: str) -> None:
        """One migration of a trip begins."""

    def revision_finished(self, result: RevisionResult) -> None:
        """A revision's result is final."""


@dataclass(frozen=True, slots=True)
class PlannedRevision:
    """A revision that has a place in the walk."""

    revision: RevisionId
    down_revisions: tuple[RevisionId, ...]
    path: str
    message: str


@contextlib.contextmanager
def open_run(settings: Settings, observer: Observer | None = None, *, server: Server | None = None) -> Iterator[Run]:
    """Read the project and yield its run; everything that the run starts ends with the context.

    ``server`` is used instead of starting one, and left running.

    Raises:
        ProjectError: the project cannot be read.
        UsageError: a setting is wrong.
    """
    with contextlib.ExitStack() as stack:
        yield Run(settings, observer, server, stack)


class Run:
    """One walk over one project. Iterate ``results``; ask for ``result`` at any time."""

    def __init__(
        self, settings: Settings, observer: Observer | None, server: Server | None, stack: contextlib.ExitStack
    ) -> None:
        self.settings = settings
        self.server: Server | None = server
        self._observer = observer
        self._stack = stack
        self._redirects: list[str] = []
        self._stepper = Stepper(settings, self._redirects.append)
        stack.callback(self._stepper.close)
        self._history: History = read_history(self._stepper.load(), settings.alembic_ini)
        self._history_findings = judge_history(self._history)
        self._selected: frozenset[RevisionId] = frozenset(
            self._history.order if self._history.selected is None else self._history.selected
        )
        self._done: dict[RevisionId, RevisionResult] = {}
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

        Raises:
            ServerUnavailableError: no server could be had.
            ProjectError: env.py cannot be run, or the database cannot be prepared.
        """
        if self._results is None:
            self._results = self._walk_selected()
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
            project=self.project, server=_server_info(self.server), started_at=self._started_at,
            seconds=time.perf_counter() - self._began, seed=self.settings.seed, rows_per_table=self.settings.rows,
            revisions=(*self._done.values(), *self._pending(), *self._history_findings.not_reached),
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
        if trip and self._observer is not None:
            self._trips += 1
            self._observer.revision_started(revision, self._trips, len(self._selected))
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
                      alone_on_server=server.provider != "url")
        self._stack.callback(bench.clean_up)
        spine = Lineage(bench, bench.copy_of(base, "spine"), seeded=True)
        trial = Trial(bench, spine)
        trial.restore(0)
        track = Track(bench, trial, spine, Lineage(bench, base, seeded=False), self._tell_step)
        return Walk(track, self._history.parents, self._show_path)

    def _start_server(self) -> Server:
        if self.server is None:
            choice = self._stack.enter_context(start_server(self.settings.server, self.settings.image))
            self.server = choice.server
        if self._observer is not None:
            self._observer.server_started(_server_info(self.server))
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
        self._done[walked.revision] = result
        if self._observer is not None:
            self._observer.revision_finished(result)
        return result

    def _pending(self) -> Iterator[RevisionResult]:
        """Revisions that the walk has not come to, when it was stopped early."""
        for revision in self._history.order:
            if revision not in self._done:
                entry = self._plan_entry(revision)
                outcome: Outcome = Skipped(NOT_SELECTED)
                if revision in self._selected:
                    outcome = NotReached("the walk was ended before it", "the end of the walk")
                yield RevisionResult(
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

    def _tell_step(self, revision: RevisionId, step: StepName) -> None:
        if self._observer is not None:
            self._observer.step_started(revision, step.value)


def exit_code(result: RunResult, fail_on: FailOn) -> ExitCode:
    """What a command that made ``result`` exits with; something not reached outweighs findings."""
    if result.not_reached:
        return ExitCode.INCOMPLETE
    threshold = None if fail_on == "never" else Severity(fail_on)
    return ExitCode.FINDINGS if reaches(result.findings, threshold) else ExitCode.OK


def _server_info(server: Server | None) -> ServerInfo:
    return ServerInfo(provider=server.provider if server else "none", version=server.version if server else "none")


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
