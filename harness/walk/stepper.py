"""Run steps on any of the harness's databases, through one run of env.py or one command a step."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from harness.config import Settings
from harness.errors import HarnessError, ProjectError
from harness.names import Direction, QualifiedName, RevisionId, is_function
from harness.servers import Server, may_be_on_a_socket
from harness.walk.env_errors import env_error
from harness.walk.process import Worker, WorkerLostError, WorkerTimeoutError, start
from harness.worker.protocol import (
    NETWORK_OPEN,
    Answer,
    CloseRun,
    Command,
    CompareModels,
    Failure,
    FailureKind,
    Load,
    Loaded,
    ModelsCompared,
    OpenRun,
    Prepare,
    Rehearse,
    Rehearsed,
    RunClosed,
    RunCommand,
    RunFailed,
    RunOpened,
    RunSeed,
    RunStep,
    Seeded,
    SeedingWish,
    Spent,
    StepFinished,
    Target,
    TracedChange,
    UpgradeAtOnce,
    UpgradedAtOnce,
    Watched,
)

REHEARSAL_LIMIT_SECONDS = 60.0
"""For one rehearsal; where it takes longer there are other ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """How one step went."""

    seconds: float
    statements: int = 0
    failure: Failure | None = None
    timed_out_after_seconds: float | None = None
    died: str | None = None
    changes: tuple[TracedChange, ...] = ()
    """What happened to the tables that were watched, the state before the step first."""

    @property
    def ok(self) -> bool:
        """Whether the step ran through."""
        return self.failure is None and self.timed_out_after_seconds is None and self.died is None


class CannotRehearseError(Exception):
    """The step does something that a transaction cannot undo, or goes another way within one."""


class Stepper:
    """Owns the worker process. At most one run of env.py is open at a time, on one database."""

    def __init__(self, settings: Settings, on_redirect: Callable[[str], None], server: Server | None = None) -> None:
        """``server`` is that which steps will run on, if it is known; ``use`` may tell later."""
        self._settings = settings
        self._on_redirect = on_redirect
        self._loader: Worker | None = None
        """A worker that has read the project and runs nothing: what others are copies of."""
        self._worker: Worker | None = None
        """The one that runs everything."""
        self._reading: str | None = None
        """The database that the project is read on inside ``around``; None where it is read outside."""
        self._open_database: str | None = None
        self._server: Server | None = None
        self._one_run = settings.mode != "command"
        self._process_for_each_run = False
        self._without_network = not settings.network and (
            server.address.is_socket if server is not None else may_be_on_a_socket(settings.server))
        self.network = NETWORK_OPEN
        """What the migrations have of the network: ``none``, or ``open`` and why."""
        self.mode = "command (as asked)" if settings.mode == "command" else "generator"
        self.version_tables: set[QualifiedName] = set()
        self._touched: dict[str, frozenset[int] | None] = {}
        """What ``take_touched`` has to tell."""
        self.roles_created: set[str] = set()
        """Roles that the steps so far have created."""
        self._ran: set[RevisionId] = set()
        """Revisions of which a step was run in the process that there is."""
        self._once_a_process: set[RevisionId] = set()
        """Revisions that ran in a process of their own, and not after another step of theirs."""
        self._fails_anyway: set[tuple[Direction, RevisionId, str]] = set()
        """Steps that failed in a process of their own as well, and over what."""

    def load(self, meanwhile: Callable[[], None] | None = None) -> Loaded:
        """Start the worker and read the project; needs no server. ``meanwhile`` is called while that goes on.

        Raises:
            ProjectError: the project cannot be read.
            UsageError: a setting is wrong.
        """
        self._loader, loaded = start(self._load_message(), self._settings.env, self._on_redirect, meanwhile)
        self.network = loaded.network
        return loaded

    def read_within_around(self, server: Server, database: str, loaded: Loaded) -> Loaded:
        """Read the project once more inside ``around``, where ``loaded`` has broken files; return what has fewer.

        A revision may import what an application has only then. ``database`` must be there for as long as this is used.
        """
        self.use(server)
        self._reading = database
        try:
            loader, within = start(self._load_message(), self._settings.env, self._on_redirect)
        except HarnessError:
            self._reading = None
            return loaded
        if len(within.broken) >= len(loaded.broken):
            loader.close()
            self._reading = None
            return loaded
        self.close()
        self._loader = loader
        return within

    def use(self, server: Server) -> None:
        """Run steps on databases of ``server`` from now on."""
        self._server = server
        without_network = not self._settings.network and server.address.is_socket
        if without_network is not self._without_network:
            self._without_network = without_network
            self.close()  # the next worker has the network that it needs, and no more

    def prepare(self, database: str) -> None:
        """Run what the settings say on the empty ``database``, then find out how env.py can be driven.

        Raises:
            ProjectError: a prepare item or env.py raised, or env.py never runs its migrations.
        """
        try:
            self._ask(Prepare(self._target(database)))
            opened = self._ask(OpenRun(self._target(database)))
            closed = self._ask(CloseRun()) if isinstance(opened, RunOpened) else None
        except WorkerTimeoutError as error:
            raise ProjectError("cannot run env.py", f"it did not end within {error.limit_seconds:g} s",
                               "see what it waits for, or raise time_limit_seconds") from error
        except WorkerLostError as error:
            raise ProjectError("cannot run env.py", self._how(error), "run `alembic current` in the project") from error
        if isinstance(opened, RunFailed):
            raise env_error(opened.failure, opened.undrivable)
        assert isinstance(opened, RunOpened)
        assert isinstance(closed, RunClosed)
        self.version_tables.update(opened.version_tables)
        if closed.failure is not None:
            raise env_error(closed.failure, None)
        if closed.undrivable is not None:
            if self._settings.mode == "generator":
                raise ProjectError("cannot drive env.py in one run", closed.undrivable, "leave mode at auto")
            self._one_run = False
            self.mode = f"command ({closed.undrivable})"

    def visit(self, database: str) -> None:
        """Run env.py on ``database`` without a step, as ``alembic current`` does.

        Raises:
            ProjectError: env.py raised.
        """
        opened = self._open_in_run(database)
        if opened is not None:
            raise env_error(opened.failure, opened.undrivable)
        self.release()

    def step(
        self, database: str, direction: Direction, revision: RevisionId, watched: tuple[Watched, ...] = ()
    ) -> StepResult:
        """Run one step on ``database``, watching some tables where one run carries several steps.

        A revision may change what its module, or the application's, holds, and then cannot be run twice in one process.
        """
        ran_before = self._one_run and revision in self._ran
        if ran_before and revision in self._once_a_process:
            self.begin_anew()
            ran_before = False
        result = self._step(database, direction, revision, watched)
        failure = result.failure
        if ran_before and failure is not None and _may_be_of_the_process(failure):
            known = (direction, revision, failure.sqlstate or failure.type_name)
            if known not in self._fails_anyway:
                self.begin_anew()
                again = self._step(database, direction, revision, watched)
                if again.ok:
                    self._once_a_process.add(revision)
                    result = again
                else:
                    self._fails_anyway.add(known)
        self._ran.add(revision)
        return result

    def _step(
        self, database: str, direction: Direction, revision: RevisionId, watched: tuple[Watched, ...]
    ) -> StepResult:
        limit = self._settings.time_limit_seconds
        began = time.perf_counter()
        try:
            finished = (self._step_in_run(database, direction, revision, watched) if self._one_run
                        else self._step_by_command(database, direction, revision))
        except WorkerTimeoutError:
            self._note_touched(database, None)
            return StepResult(seconds=time.perf_counter() - began, timed_out_after_seconds=limit)
        except WorkerLostError as error:
            self._note_touched(database, None)
            return StepResult(seconds=time.perf_counter() - began, died=self._how(error))
        self._note_touched(database, finished.touched if isinstance(finished, StepFinished) else None)
        if isinstance(finished, RunFailed):
            failure = finished.failure or Failure(kind=FailureKind.CONTEXT, type_name="RuntimeError",
                                                  message=finished.undrivable or "env.py did not run its migrations")
            return StepResult(seconds=time.perf_counter() - began, failure=failure)
        self.version_tables.update(finished.version_tables)
        self.roles_created.update(finished.roles_created)
        return StepResult(seconds=finished.seconds, statements=finished.statements, failure=finished.failure,
                          changes=finished.changes)

    def rehearse(self, database: str, asked: Rehearse) -> Rehearsed:
        """Try steps on ``database`` as ``asked``, within a transaction that is rolled back.

        ``database`` is good for nothing but further rehearsals then.

        Raises:
            CannotRehearseError: that cannot be done, with the reason.
        """
        if not self._one_run:
            raise CannotRehearseError(f"every step is a command of its own: {self.mode}")
        limit = min(REHEARSAL_LIMIT_SECONDS, self._settings.time_limit_seconds)
        try:
            opened = self._open_in_run(database)
            if opened is not None:
                raise CannotRehearseError(f"env.py failed: {opened.failure or opened.undrivable}")
            answer = self._ask(asked, limit)
        except WorkerTimeoutError as error:
            raise CannotRehearseError(f"it did not end within {error.limit_seconds:g} s") from error
        except WorkerLostError as error:
            raise CannotRehearseError(f"it ended its process: {self._how(error)}") from error
        assert isinstance(answer, Rehearsed)
        if not answer.undone:
            raise CannotRehearseError(answer.why_not_undone)
        return answer

    @property
    def carries_walks(self) -> bool:
        """Whether one run of env.py can carry many steps, so that a step costs milliseconds."""
        return self._one_run

    def compare_models(self, database: str) -> ModelsCompared:
        """Compare ``database``, which stands at the heads, with the models that env.py names, if it does."""
        self.release()
        if self._process_for_each_run or not self._one_run:
            self.begin_anew()
        try:
            answer = self._ask(CompareModels(self._target(database)))
        except (WorkerTimeoutError, WorkerLostError) as error:
            return ModelsCompared(not_compared=f"env.py did not end when asked to: {error}")
        assert isinstance(answer, ModelsCompared)
        return answer

    def upgrade_at_once(
        self, database: str, *, anew: bool, revisions: tuple[RevisionId, ...] = ()
    ) -> tuple[StepResult, RevisionId | None]:
        """Upgrade ``database`` to ``revisions``, or the heads, as one command; also say which revision failed.

        ``anew``: in a process of its own, as the command would be.
        """
        self.release()
        if anew or self._process_for_each_run or not self._one_run:
            self.begin_anew()
        began = time.perf_counter()
        result, revision = StepResult(seconds=0.0), None
        try:
            answer = self._ask(UpgradeAtOnce(self._target(database), revisions))
        except WorkerTimeoutError as error:
            result = StepResult(seconds=0.0, timed_out_after_seconds=error.limit_seconds)
        except WorkerLostError as error:
            result = StepResult(seconds=0.0, died=self._how(error))
        else:
            assert isinstance(answer, UpgradedAtOnce)
            self.roles_created.update(answer.roles_created)
            result, revision = StepResult(seconds=0.0, failure=answer.failure), answer.revision
        return replace(result, seconds=time.perf_counter() - began), revision

    def seed(self, database: str, function: str, wish: SeedingWish) -> str | None:
        """Have a function of the team's put rows into ``database``; return why it failed, None when it did not."""
        self.release()
        try:
            answer = self._ask(RunSeed(self._target(database), function, wish))
        except WorkerTimeoutError as error:
            return f"it did not end within {error.limit_seconds:g} s"
        except WorkerLostError as error:
            return f"it ended its process: {self._how(error)}"
        assert isinstance(answer, Seeded)
        return answer.error

    def take_touched(self, database: str) -> frozenset[int] | None:
        """The oids of the relations that runs of env.py have touched in ``database`` since the last call.

        A partition is given with its root. None: any relation may have been.
        """
        return self._touched.pop(database, frozenset())

    def release(self) -> None:
        """Close the open run, so that its database can be cloned or dropped."""
        if self._open_database is not None and self._worker is not None and self._worker.alive:
            closed: Answer | None = None
            try:
                closed = self._worker.ask(CloseRun(), self._settings.time_limit_seconds)
            except (WorkerTimeoutError, WorkerLostError):
                self._worker = None
            self._note_touched(self._open_database, closed.touched if isinstance(closed, RunClosed) else None)
        self._open_database = None

    def begin_anew(self) -> None:
        """Run what comes next in another process, which has run nothing, as each ``alembic`` command does."""
        self.release()
        self._end_worker()

    def close(self) -> None:
        """End the worker processes, whatever they are doing."""
        self._end_worker()
        if self._loader is not None:
            self._loader.close()
            self._loader = None

    def _end_worker(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    # ----------------------------------------------------------------------------------------------------------------

    def _step_in_run(
        self, database: str, direction: Direction, revision: RevisionId, watched: tuple[Watched, ...]
    ) -> StepFinished | RunFailed:
        failed = self._open_in_run(database)
        if failed is not None:
            return failed
        finished = self._ask(RunStep(direction, revision, watched))
        assert isinstance(finished, StepFinished)
        if not finished.run_open:
            self._open_database = None
        if finished.spent:
            self.begin_anew()
        return finished

    def _open_in_run(self, database: str) -> RunFailed | None:
        """Have a run of env.py open on ``database``."""
        if self._open_database == database:
            return None
        self.release()
        opened = self._open(database)
        if isinstance(opened, RunFailed):
            return opened
        self._open_database = database
        self.version_tables.update(opened.version_tables)
        self._note_touched(database, opened.touched)
        return None

    def _note_touched(self, database: str, touched: Collection[int] | None) -> None:
        known = self._touched.get(database, frozenset())
        self._touched[database] = None if known is None or touched is None else known.union(touched)

    def _open(self, database: str) -> RunOpened | RunFailed:
        """Begin a run of env.py; modules that cannot run twice in one process get a new process for each."""
        command = OpenRun(self._target(database))
        if not self._process_for_each_run:
            opened = self._ask(command)
            if isinstance(opened, RunOpened):
                return opened
        self.begin_anew()
        again = self._ask(command)
        assert isinstance(again, (RunOpened, RunFailed))
        self._process_for_each_run = self._process_for_each_run or isinstance(again, RunOpened)
        return again

    def _step_by_command(
        self, database: str, direction: Direction, revision: RevisionId
    ) -> StepFinished | RunFailed:
        """A process of its own for each step, as for each ``alembic`` command."""
        self.begin_anew()
        finished = self._ask(RunCommand(self._target(database), direction, revision))
        assert isinstance(finished, (StepFinished, RunFailed))
        return finished

    def _ask(self, command: Command, limit_seconds: float | None = None) -> Answer:
        if self._worker is None or not self._worker.alive:
            self._open_database = None
            self._start()
        assert self._worker is not None
        limit = limit_seconds or self._settings.time_limit_seconds
        try:
            answer = self._worker.ask(command, limit)
            if not isinstance(answer, Spent):
                return answer
            self.begin_anew()
            self._start()
            return self._worker.ask(command, limit)
        except (WorkerLostError, WorkerTimeoutError):
            self._open_database = None
            raise

    def _start(self) -> None:
        self._ran.clear()
        if self._loader is None or not self._loader.alive:
            self.load()
        assert self._loader is not None
        self._worker = self._loader.copy()
        if self._worker is None:
            self._worker, self._loader = self._loader, None

    def _how(self, error: WorkerLostError) -> str:
        return error.told(hides_values=self._settings.hides_values)

    def _load_message(self) -> Load:
        settings = self._settings
        return Load(
            alembic_ini=str(settings.alembic_ini), ini_section=settings.ini_section, x=settings.x,
            main_options=dict(settings.main_options), prepare=settings.prepare, around=settings.around,
            hooks_folder=str(settings.root), select=settings.revisions, since=settings.since,
            hide_values=settings.hides_values,
            seeds=tuple(item for items in settings.seeds.values() for item in items if is_function(item)),
            within=self._target(self._reading) if self._reading is not None else None,
            without_network=self._without_network,
        )

    def _target(self, database: str) -> Target:
        assert self._server is not None
        address = self._server.address
        return Target(host=address.host, port=address.port, user=address.user, password=address.password,
                      database=database, options=address.options)


_THERE_OR_NOT = frozenset({"42P07", "42710", "42701", "42P06", "42723", "42P01", "42704", "42703", "3F000", "42883"})
"""Of what is there already, or is not. Source: https://www.postgresql.org/docs/current/errcodes-appendix.html"""


def _may_be_of_the_process(failure: Failure) -> bool:
    """Whether a step may have failed over what another left in the process, such as a list that has grown."""
    return failure.kind is FailureKind.RAISED and failure.sqlstate in {None, *_THERE_OR_NOT}
