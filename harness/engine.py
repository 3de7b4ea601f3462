"""The one orchestrator: settings in, results out, revision by revision."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path

from harness.assessment.static import judge_project
from harness.config import Settings
from harness.data.given import NO_SEEDS, GivenSeeds
from harness.data.given_files import read_seed_files
from harness.errors import HarnessError, ProjectError, without_values
from harness.findings.accepting import accept, check_rules, unmatched
from harness.findings.history import NOTHING_FOUND, HistoryFindings, redirect_findings
from harness.findings.judge import judge_trip
from harness.findings.judge_head import judge_head
from harness.findings.judge_search import judge_search
from harness.findings.masking import Mask
from harness.findings.model import Finding
from harness.jobs import protocol
from harness.jobs.crew import Crew, SegmentLost, refuse_jobs
from harness.jobs.segments import STARTING_COST, cut, suitable_jobs, usable_processors
from harness.names import QualifiedName, RevisionId, StepName
from harness.outcomes import (
    Checked,
    HeadRecord,
    NotReached,
    Observer,
    Outcome,
    ProjectInfo,
    Quiet,
    RevisionResult,
    RunResult,
    ServerInfo,
    Skipped,
)
from harness.project.history import History, PlannedRevision, read_history
from harness.recording import read_comparable
from harness.search.examples import keep
from harness.selection import choose_revisions, with_all_needed
from harness.servers import Databases, Server, looks_like_url, start_server
from harness.walk.lineage import Bench
from harness.walk.opening import Opened, make_bench, open_track, read_project
from harness.walk.plain import Upgraded, upgrade_plainly
from harness.walk.records import changed_nothing, hide, search_record, size_record, step_records, table_records
from harness.walk.standing import check_dump
from harness.walk.stepper import Stepper
from harness.walk.track import SearchWish
from harness.walk.walk import BEHIND_DUMP, NOT_SELECTED, OTHER_SHARD, Walk, Walked


@contextlib.contextmanager
def open_run(
    settings: Settings, observer: Observer | None = None, *, server: Server | None = None,
    given: GivenSeeds = NO_SEEDS, ahead: bool = False, judges_files: bool = True,
) -> Iterator[Run]:
    """Read the project and yield its run; everything that the run starts ends with the context.

    ``server`` is used instead of starting one, and left running. ``given`` are rows of the team's own. ``ahead`` starts
    the server while the project is read, for who will surely walk. Without ``judges_files`` the files tell nothing.

    Raises:
        ProjectError: the project cannot be read.
        UsageError: a setting is wrong.
    """
    with without_values(hidden=settings.hides_values), contextlib.ExitStack() as stack:
        yield Run(settings, observer, server, given, stack, ahead=ahead, judges_files=judges_files)


class Run:
    """One walk over one project. Iterate ``results``; ask for ``result`` at any time."""

    def __init__(
        self, settings: Settings, observer: Observer | None, server: Server | None, given: GivenSeeds,
        stack: contextlib.ExitStack, *, ahead: bool = False, judges_files: bool = True,
    ) -> None:
        self.settings = settings
        self.given = given
        """Rows of the team's own beside those of the settings; may be set before the walk begins."""
        self.server: Server | None = server
        self._server_is_own = False
        self._judges_files = judges_files
        self._observer: Observer = observer or Quiet()
        self._stack = stack
        self._redirects: list[str] = []
        self._stepper = Stepper(settings, self._redirects.append, server)
        stack.callback(self._stepper.close)
        if ahead:
            check_dump(settings)
        loaded = read_project(settings, self._stepper, self._choose_server, stack, ahead=ahead)
        self._history: History = read_history(loaded, settings.alembic_ini)
        check_rules(settings.accept)
        self._settings_seeds = read_seed_files(settings.seeds, self._history.order, settings.root)
        chosen = choose_revisions(self._history, settings)
        self._selected, self._others, self._left_out = chosen.revisions, chosen.of_other_shards, chosen.left_out
        self._opened: Opened | None = None
        """What the walk began with."""
        self._mask = Mask() if settings.hides_values else None
        self._done: dict[RevisionId, RevisionResult] = {}
        self._server_info = ServerInfo(provider="none", version="none")
        self._began = time.perf_counter()
        self._started_at = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        self._results: Iterator[RevisionResult] | None = None
        self._walk: Walk | None = None
        """Where ``result_of`` stands."""
        self._cut_short = NotReached.by_the_end("it was not walked on")
        """What became of the revisions that the walk has not come to."""
        self._trips = 0
        self.head = HeadRecord()
        """What was compared with the schema at the heads; nothing before, or where the walk ends elsewhere."""

    @cached_property
    def _history_findings(self) -> HistoryFindings:
        """What the files tell."""
        return judge_project(self._history, self.settings) if self._judges_files else NOTHING_FOUND

    @property
    def project(self) -> ProjectInfo:
        """What is walked."""
        history = self._history
        return ProjectInfo(
            name=history.name, alembic_ini=history.show_path(str(self.settings.alembic_ini)), heads=history.heads,
            script_location=history.show_path(history.script_location), revisions=len(history.files),
            mode=self._stepper.mode, network=self._stepper.network, not_read=self._history_findings.not_read,
        )

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that the paths of the result are relative to: each path to the first in which it lies."""
        return self._history.folders

    @property
    def redirects(self) -> tuple[str, ...]:
        """The addresses of other databases that env.py asked for so far."""
        return tuple(self._redirects)

    @property
    def planned(self) -> tuple[PlannedRevision, ...]:
        """Every revision that can be walked, in the order of the walk, selected or not."""
        return tuple(self._history.planned(revision) for revision in self._history.order)

    @property
    def project_findings(self) -> tuple[Finding, ...]:
        """What is wrong with the history itself, redirects noticed so far, and what is found of the head."""
        return self.history_findings + self._accept(self.head.findings)

    @property
    def history_findings(self) -> tuple[Finding, ...]:
        """What is wrong with the history itself, and redirects noticed so far."""
        return self._accept(self._history_findings.project
                            + redirect_findings(self._redirects, self.project.script_location))

    def select(
        self, revisions: Collection[RevisionId] | None, left_out: frozenset[RevisionId] | None = None
    ) -> None:
        """Choose which revisions get a trip, and which none anywhere; None: as the settings say. Before ``results``."""
        assert self._results is None, "the walk has begun"
        if revisions is not None:
            self._selected = frozenset(revisions)
        self._left_out = self._left_out if left_out is None else left_out

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
            self._results = self._to_the_end(self._walk_selected() if jobs == 1 else self._walk_in_jobs(jobs))
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
        with self._noting_the_end():
            self._walk = self._walk or self._begin()  # a dump decides about the order
            place = self._history.order.index(revision)
            if self._opened is not None and place < self._opened.start:
                return self._without_trip(revision, Skipped(BEHIND_DUMP))
            return self._advance(self._walk_to(place), trip=True)

    def compare_head(self) -> tuple[Finding, ...]:
        """Walk on to the head, passing over what is left, and return what is found of what stands there.

        Raises:
            ServerUnavailableError: no server could be had.
            ProjectError: env.py cannot be run, or the database cannot be prepared.
        """
        if self.head == HeadRecord() and self.settings.from_dump is None:
            self._compare_head(self._walk_to(len(self._history.order)))
        return self._accept(self.head.findings)

    def searches(self) -> Iterator[RevisionResult]:
        """Search each selected revision, without a trip, yielding its result; what comes before is passed over.

        Raises:
            ServerUnavailableError: no server could be had.
            ProjectError: env.py cannot be run, or the database cannot be prepared.
        """
        return self._to_the_end(self._search_selected())

    def result(self) -> RunResult:
        """Everything known so far."""
        revisions = (
            *(self._done.get(revision) or self._pending(revision) for revision in self._history.order),
            *(replace(entry, findings=self._accept(entry.findings)) for entry in self._history_findings.not_reached))
        findings = (*self.project_findings, *(item for entry in revisions for item in entry.findings))
        return RunResult(
            project=self.project, server=self._server_info, started_at=self._started_at,
            seconds=time.perf_counter() - self._began, seed=self.settings.seed, rows_per_table=self.settings.rows,
            revisions=revisions, project_findings=self.project_findings, head=self.head,
            dump=self._opened.record if self._opened is not None else None,
            unmatched=unmatched(self.settings.accept, findings, revisions, self.head.not_judged),
        )

    # -- the schema alone --------------------------------------------------------------------------------------------

    @property
    def recording_folder(self) -> Path:
        """Where the schema of this project is recorded, if it is."""
        return self.settings.schemas / self._history.name

    @property
    def postgresql_major(self) -> int:
        """The major version of the server; only once it was started."""
        assert self.server is not None, "it was started"
        return self.server.version_number // 10000

    @property
    def version_tables(self) -> frozenset[QualifiedName]:
        """Alembic's own tables, as far as env.py has named them by now."""
        return frozenset(self._stepper.version_tables)

    def try_env(self) -> None:
        """Run env.py on an empty database, and nothing else; raises as ``upgrades`` does where it cannot be run."""
        self._make_bench()

    def upgrades(self) -> Iterator[Upgraded]:
        """Upgrade an empty database by the selected revisions and all that they need, and by nothing else.

        Raises:
            ServerUnavailableError: no server could be had.
            ProjectError: env.py cannot be run, or an upgrade fails, or a revision has no place in the history.
        """
        if self._history_findings.not_reached:
            lost = self._history_findings.not_reached[0]
            raise ProjectError("cannot upgrade revision by revision", f"{lost.revision} has no place in the history",
                               "mend what `roundtrip check` says of it")
        bench, base = self._make_bench()
        return upgrade_plainly(bench, base, with_all_needed(self._history, self._selected))

    # -- the walk ----------------------------------------------------------------------------------------------------

    def _to_the_end(self, results: Iterator[RevisionResult]) -> Iterator[RevisionResult]:
        with self._noting_the_end():
            yield from results

    @contextlib.contextmanager
    def _noting_the_end(self) -> Iterator[None]:
        """Keep what ends the walk before its end, to be told of the revisions that it does not come to."""
        try:
            yield
        except (HarnessError, KeyboardInterrupt) as stop:
            self._cut_short = NotReached.by_the_end(str(stop) or "interrupted")
            raise

    def _search_selected(self) -> Iterator[RevisionResult]:
        self._tell_project()
        wanted = [place for place, revision in enumerate(self._history.order) if revision in self._selected]
        walk = self._begin()
        while wanted and walk.position <= wanted[-1]:
            chosen = walk.position in wanted
            result = self._advance(walk, search=chosen)
            if chosen:
                yield result

    def _walk_selected(self) -> Iterator[RevisionResult]:
        """Walk to the last selected revision; nothing is asked of those after it."""
        walk = self._begin() if self.settings.from_dump is not None else None
        self._tell_project()
        if self._opened is not None and self._opened.descent is not None:
            yield from map(self._finish, self._opened.descent.run())
        yield from self._walk_on(walk, self._selected)

    def _walk_on(self, walk: Walk | None, revisions: Collection[RevisionId]) -> Iterator[RevisionResult]:
        """Walk to the last of these revisions, passing over others; look at the heads where it ends there."""
        start = walk.position if walk is not None else 0
        wanted = [place for place, revision in enumerate(self._history.order)
                  if revision in revisions and place >= start]
        if not wanted:
            return
        walk = walk or self._begin()
        while walk.position <= wanted[-1]:
            yield self._advance(walk, trip=self._history.order[walk.position] in revisions)
        if self.settings.from_dump is None:  # else what stands there is production's, drift and all
            self._compare_head(walk)

    def _compare_head(self, walk: Walk) -> None:
        models, deletes = walk.compare_models(), walk.measure_cascades()
        self._keep_head(judge_head(models, walk.compare_routes(), deletes, self._left_out, self._show_path))

    def _keep_head(self, head: HeadRecord) -> None:
        """Keep what was compared, unless it is nothing: of several segments one ends at the heads."""
        self.head = head if head != HeadRecord() else self.head

    def _walk_to(self, position: int) -> Walk:
        """The walk at ``position``; begun anew where it lies beyond, and what is on the way passed over."""
        if self._walk is not None and self._walk.position > position:
            self._walk.end()
            self._walk = None
        if self._walk is None:
            self._walk = self._begin()
        while self._walk.position < position:
            self._advance(self._walk)
        return self._walk

    def _advance(self, walk: Walk, *, trip: bool = False, search: bool = False) -> RevisionResult:
        if trip or search:
            self._tell_trip(self._history.order[walk.position])
        return self._finish(walk.advance(trip=trip, search=search))

    def _begin(self) -> Walk:
        """Start the server, make the databases of the walk, and run what the settings say before base."""
        bench, base = self._make_bench()
        wish = SearchWish(examples=self.settings.search, folder=self.settings.examples_folder,
                          source_of=self._source_of) if self.settings.search else None
        opened = open_track(bench, base, self.settings, path_of=self._show_path,
                            on_step=self._tell_step, search=wish,
                            recording=read_comparable(self.recording_folder, self.postgresql_major))
        self._opened = self._opened or opened
        self._history = replace(self._history, order=opened.order)
        return Walk(opened.track, self._show_path, opened.start)

    def _make_bench(self) -> tuple[Bench, str]:
        """Start the server and make the database that stands at base."""
        server = self._start_server()
        databases = Databases(server)
        self._stack.callback(databases.drop_all)
        bench, base = make_bench(self.settings, self._stepper, server, databases, self._history.order,
                                 self._history.parents, self._settings_seeds + self.given)
        self._stack.callback(bench.clean_up)
        return bench, base

    def _suitable_jobs(self) -> int:
        if self.given or self._server_is_given or self.settings.from_dump is not None:
            return 1
        return suitable_jobs(len(self._selected), usable_processors())

    @property
    def _server_is_given(self) -> bool:
        """Whether there is one server, which jobs would have to share."""
        return (self.server is not None and not self._server_is_own) or looks_like_url(self.settings.server)

    def _walk_in_jobs(self, jobs: int) -> Iterator[RevisionResult]:
        """Walk the first segment of the selected revisions, and have the others walked by processes of their own."""
        refuse_jobs(jobs, dump=self.settings.from_dump is not None, given=bool(self.given),
                    one_server=self._server_is_given)
        self._tell_project()
        waiting = deque(revision for revision in self._history.order if revision in self._selected)
        own, *others = cut(self._history.order, self._selected, jobs, starting_cost=STARTING_COST)
        with Crew(self.settings, [segment for segment in others if segment], elsewhere=own,
                  left_out=self._left_out) as crew:
            _ = self._history_findings  # while the jobs start
            for _result in self._walk_on(None, frozenset(own)):
                yield from self._hear_all(crew.messages(wait_for_all=False), waiting)
            yield from self._hear_all(crew.messages(wait_for_all=True), waiting)

    def _hear_all(
        self, messages: Iterator[protocol.Message | SegmentLost], waiting: deque[RevisionId]
    ) -> Iterator[RevisionResult]:
        """Hear what the jobs tell, yielding what was waited for and is known, be it from them or from here."""
        for message in chain(messages, (None,)):
            if message is not None:
                self._hear(message)
            while waiting and waiting[0] in self._done:
                yield self._done[waiting.popleft()]

    def _hear(self, message: protocol.Message | SegmentLost) -> None:
        match message:
            case protocol.ServerStarted():
                self._tell_server(message.server)
            case protocol.TripStarted():
                self._tell_trip(message.revision)
            case protocol.StepStarted():
                self._observer.step_started(message.revision, message.step)
            case protocol.RevisionFinished():
                if (result := message.result).revision not in self._done:
                    of_files = self._accept(self._history_findings.of(result.revision, checked=True))
                    self._keep(replace(result, findings=of_files + result.findings))
            case protocol.SegmentFinished():
                self._stepper.mode = message.mode
                self._keep_head(message.head)
                self._redirects += [redirect for redirect in message.redirects if redirect not in self._redirects]
            case SegmentLost():
                for revision in message.revisions:
                    self._keep(self._without_trip(revision, NotReached(message.how, revision)))

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
        walked = hide(walked, self._mask)
        entry = self._history.planned(walked.revision)
        findings = judge_trip(walked.trip.facts) if walked.trip is not None else ()
        search = walked.trip.search if walked.trip is not None else None
        if search is not None:
            found = tuple(judge_search(search, findings if isinstance(walked.outcome, Checked) else ()))
            keep(self.settings.examples_folder, walked.revision, entry.path,
                 [(item.rule, item.object, item.evidence.example) for item in found if item.evidence.example])
            said = {(item.rule, item.object) for item in found}
            findings = (*(item for item in findings if (item.rule, item.object) not in said), *found)
        result = RevisionResult(
            revision=walked.revision, down_revisions=entry.down_revisions, path=entry.path, message=entry.message,
            outcome=walked.outcome, steps=step_records(walked.trip), tables=table_records(walked.trip),
            findings=self._accept(self._of_files(walked.revision) + findings), seconds=walked.seconds,
            search=search_record(walked.trip), size=size_record(walked.trip), digest=entry.digest,
            changed_nothing=changed_nothing(walked.trip),
        )
        known = self._done.get(walked.revision)
        if known is not None and not isinstance(known.outcome, Skipped):
            return known
        self._keep(result)
        return result

    def _keep(self, result: RevisionResult) -> None:
        self._done[result.revision] = result
        self._observer.revision_finished(result)

    def _pending(self, revision: RevisionId) -> RevisionResult:
        """A revision that the walk has not come to, or was not to come to."""
        if self._opened is not None and revision in self._opened.behind:
            return self._without_trip(revision, Skipped(BEHIND_DUMP))
        if revision in self._selected:
            return self._without_trip(revision, self._cut_short)
        return self._without_trip(revision, Skipped(OTHER_SHARD if revision in self._others else NOT_SELECTED))

    def _of_files(self, revision: RevisionId) -> tuple[Finding, ...]:
        return self._history_findings.of(revision, checked=revision in self._selected)

    def _without_trip(self, revision: RevisionId, outcome: Outcome) -> RevisionResult:
        entry = self._history.planned(revision)
        return RevisionResult(
            revision=revision, down_revisions=entry.down_revisions, path=entry.path, message=entry.message,
            outcome=outcome, findings=self._accept(self._of_files(revision)), digest=entry.digest,
        )

    def _accept(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        return accept(findings, self.settings.accept, dt.datetime.now().astimezone().date())

    def _source_of(self, revision: RevisionId) -> str:
        return Path(self._history.file(revision).path).read_text(encoding="utf-8", errors="replace")

    def _show_path(self, revision: RevisionId) -> str:
        return self._history.show_path(self._history.file(revision).path)

    def _tell_project(self) -> None:
        self._observer.project_loaded(self.project, len(self._selected))

    def _tell_server(self, server: ServerInfo) -> None:
        self._server_info = server
        self._observer.server_started(server)

    def _tell_trip(self, revision: RevisionId) -> None:
        self._trips += 1
        self._observer.revision_started(revision, self._trips, len(self._selected))

    def _tell_step(self, revision: RevisionId, step: StepName) -> None:
        self._observer.step_started(revision, step.value)
