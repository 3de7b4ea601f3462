"""Drive env.py: one run that carries many steps, or a run a step.

``EnvironmentContext(config, script, fn=…)`` takes a function that returns the steps to run. Given a generator, one run
of env.py and one connection carry the whole walk, and the parent works between the yields. A step behaves as its own
``alembic`` command would because of four things done here: the per-run memo is cleared before it, it has a transaction
of its own whatever env.py says, what it leaves open is committed, and a failed one ends the run.

Source: https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.environment.EnvironmentContext
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Channel
from typing import Any, cast

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from harness.names import Direction, QualifiedName, RevisionId
from harness.worker.caught import CaughtErrors
from harness.worker.configuration import offer_url
from harness.worker.failures import describe
from harness.worker.held import Held
from harness.worker.leavings import changes_session, roles_created
from harness.worker.loading import unread_files
from harness.worker.models import compare
from harness.worker.protocol import (
    CloseRun,
    CompareModels,
    Failure,
    FailureKind,
    ModelsCompared,
    OpenRun,
    Rehearse,
    RunClosed,
    RunCommand,
    RunFailed,
    RunOpened,
    RunStep,
    StepFinished,
    Target,
    TracedChange,
    UpgradeAtOnce,
    UpgradedAtOnce,
)
from harness.worker.redirect import POSTGRESQL, NotPostgreSQLError, Redirect
from harness.worker.rehearsing import rehearse
from harness.worker.touching import Touching
from harness.worker.tracing import Tracer

Around = Callable[[Config, Callable[[], None]], Any]
"""The function of the setting ``around``: it calls what it is given inside whatever that needs."""

_VERSION_TABLE_SQL = text(
    "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.oid = pg_catalog.to_regclass(:name)"
)


_StepsFunction = Callable[[Any, MigrationContext], Iterable[MigrationStep]]


_LOCATIONS = "version_locations"


class TooLateError(RuntimeError):
    """``around`` names other revisions than were read."""

    def __init__(self, locations: str) -> None:
        super().__init__(f"`around` sets version_locations, after the revisions were read, to {locations}")


class _ParentGoneError(EOFError):
    """Nobody asks any more. An EOFError alone may be of the user's code, which read what nobody wrote."""


class _RehearsalOverError(Exception):
    """Raised in place of a migration function, so that nothing of its step stays."""


@dataclass(slots=True)
class _ActiveStep:
    """The step that env.py is running now."""

    began: float
    statements_before: int
    changes_session: bool = False
    """Whether it left something behind in the session, which the next ``alembic`` command would not see."""
    leaves_connection: bool = False
    """Whether it left a connection open."""
    roles: set[str] = field(default_factory=set)
    changes: tuple[TracedChange, ...] = ()
    error: BaseException | None = None
    """What the migration function raised, kept because an env.py may swallow it."""

    @property
    def ends_run(self) -> bool:
        """Whether the next step needs another run of env.py."""
        return self.changes_session or self.leaves_connection


class Driver:
    """Runs the user's env.py with steps that the parent asks for."""

    def __init__(
        self, channel: Channel, make_config: Callable[[], Config], directory: ScriptDirectory, redirect: Redirect,
        touching: Touching, around: Around | None,
    ) -> None:
        self._channel = channel
        self._make_config = make_config
        self._directory = directory
        self._redirect = redirect
        self._touching = touching
        self._held = Held()
        self._held.install()
        self._caught = CaughtErrors()
        self._caught.install()
        self._around = around
        self._target: Target
        self._offers_url = True
        self._statements = 0
        self._tracer: Tracer | None = None
        self._active: _ActiveStep | None = None
        self._begin_run()
        event.listen(Engine, "before_cursor_execute", self._notice_statement)
        self._steps_stand_alone = True
        _give_each_step_its_transaction(lambda: self._steps_stand_alone)

    def is_spent(self) -> bool:
        """Whether something still holds a connection now that no run of env.py is open."""
        self._active = None  # its error holds what was there when it was raised
        return self._held.are_more_than(0)

    def open_run(self, command: OpenRun) -> None:
        """Run env.py once, serving RunStep messages from inside it until CloseRun or a failing step."""
        self._begin_run(command.target)
        error = self._run_environment(self._serve_steps)
        self._stop_tracing()
        if self._active is not None:
            self._channel.send(self._finished_by_failure(error))
        elif not self._opened:
            failure = describe(error) if error is not None else None
            undrivable = None if error is not None else "env.py ended without running its migrations"
            self._channel.send(RunFailed(failure, undrivable))
        elif self._rehearsed:
            self._channel.send(RunClosed(None, touched=None))
        elif not self._ended_by_step:
            self._channel.send(RunClosed(describe(error) if error is not None else None, self._undrivable(),
                                         self._touching.take()))

    def run_command(self, command: RunCommand) -> None:
        """Run one step in a run of env.py of its own."""
        self._begin_run(command.target)
        step = self._make_step(command.direction, command.revision)
        if step is None:
            self._channel.send(_missing(command.direction, run_open=False))
            return

        def steps(_heads: Any, context: MigrationContext) -> Iterable[MigrationStep]:
            self._enter(context)
            yield step
            self._commit(context)

        self._start_step()
        error = self._run_environment(steps)
        if error is None and self._calls == 0:
            self._channel.send(RunFailed(None, "env.py ended without running its migrations"))
        elif error is not None or (self._active is not None and self._active.error is not None):
            self._channel.send(self._finished_by_failure(error))
        else:
            self._channel.send(self._finished(None, run_open=False))

    def compare_models(self, command: CompareModels) -> None:
        """Compare the models in a run of env.py of its own, which takes no step."""
        self._begin_run(command.target)
        answers: list[ModelsCompared] = []

        def no_steps(heads: Any, context: MigrationContext) -> Iterable[MigrationStep]:
            self._enter(context)
            answers.append(compare(self._directory, context, heads))
            return ()

        error = self._run_environment(no_steps)
        if error is not None:
            self._channel.send(ModelsCompared(not_compared=f"env.py failed when asked to: {describe(error)}"))
        elif len(answers) != 1:
            times = f"env.py runs its migrations {len(answers)} times in one run"
            self._channel.send(ModelsCompared(not_compared=times))
        else:
            self._channel.send(answers[0])

    def upgrade_at_once(self, command: UpgradeAtOnce) -> None:
        """Upgrade as one ``alembic`` command does, in the transactions that env.py configures."""
        self._begin_run(command.target)
        destination = cast("str", command.revisions or "heads")  # what Alembic takes, though it does not say so
        begun: list[tuple[RevisionId, _ActiveStep]] = []

        def noting(step: RevisionStep) -> RevisionStep:
            function = self._remembering_errors(step.migration_fn)

            @functools.wraps(function)
            def migrate(*arguments: Any, **keywords: Any) -> Any:
                begun.append((RevisionId(step.revision.revision), self._start_step()))
                return function(*arguments, **keywords)

            step.migration_fn = migrate
            return step

        def steps(heads: Any, context: MigrationContext) -> Iterable[MigrationStep]:
            self._enter(context)
            return [noting(step) for step in self._directory._upgrade_revs(destination, heads)]  # noqa: SLF001 - as upgrade does

        self._steps_stand_alone = False
        try:
            error = self._run_environment(steps)
        finally:
            self._steps_stand_alone = True
        raised = ((revision, active.error) for revision, active in begun if active.error is not None)
        revision, cause = next(raised, (None, error))
        if cause is None and self._calls == 0:
            cause = RuntimeError("env.py ended without running its migrations")
        roles = {role for _, active in begun for role in active.roles}
        self._channel.send(UpgradedAtOnce(failure=self._caught.describe(cause) if cause is not None else None,
                                          revision=revision, roles_created=tuple(sorted(roles))))

    # -- one run of env.py -------------------------------------------------------------------------------------------

    def _begin_run(self, target: Target | None = None) -> None:
        if target is not None:
            self._target = target
            self._redirect.aim(target)
        self._touching.take()
        self._calls = 0
        self._opened = False
        self._ended_by_step = False
        """Whether the run was ended here, after a step that changed its session; the parent knows."""
        self._rehearsed = False
        """Whether the run was used for rehearsals."""
        self._active = None
        self._version_tables: list[QualifiedName] = []

    def _run_environment(self, steps: _StepsFunction) -> BaseException | None:
        """Run env.py; return what it raised.

        Where the ini has no URL it is offered the target's. One that fails with that may have its own, which it uses
        only where the ini has none.
        """
        config = self._make_config()
        if not self._offers_url or not offer_url(config, self._target):
            return self._run_with(config, steps)
        error = self._run_with(config, steps)
        if error is None or self._calls > 0:
            return error
        own_error = self._run_with(self._make_config(), steps)
        self._offers_url = self._calls == 0
        return error if self._offers_url else own_error

    def _run_with(self, config: Config, steps: _StepsFunction) -> BaseException | None:
        locations = config.get_main_option(_LOCATIONS)

        def run() -> None:
            now = config.get_main_option(_LOCATIONS)
            if now != locations and unread_files(config, self._directory):
                raise TooLateError(str(now))
            environment = EnvironmentContext(
                config, self._directory, fn=steps, as_sql=False, starting_rev=None, destination_rev="heads", tag=None
            )
            with environment:
                self._directory.run_env()

        try:
            if self._around is None:
                run()
            else:
                self._around(config, run)
        except _ParentGoneError:
            raise
        except SystemExit as error:  # some end every run so, as a script may
            return error if error.code else None
        except BaseException as error:  # noqa: BLE001 - whatever a user's env.py raises is a result like any other
            return error
        return None

    def _receive(self) -> Any:
        try:
            return self._channel.recv()
        except EOFError as error:
            raise _ParentGoneError from error

    def _serve_steps(self, _heads: Any, context: MigrationContext) -> Iterator[MigrationStep]:
        self._enter(context)
        if self._opened:  # a second call in one run: env.py loops, over schemas for example
            return
        self._opened = True
        self._commit(context)
        self._channel.send(RunOpened(tuple(self._version_tables), self._touching.take()))
        while True:
            command = self._receive()
            if isinstance(command, CloseRun):
                return
            if isinstance(command, Rehearse):
                yield self._serve_rehearsals(command, context)
                return
            assert isinstance(command, RunStep)
            step = self._make_step(command.direction, command.revision)
            if step is None:
                self._channel.send(_missing(command.direction, run_open=True))
                continue
            with contextlib.suppress(AttributeError):  # not there before Alembic 1.14
                context.impl.memo.clear()
            self._start_tracing(command, context)
            active = self._start_step()
            held = self._held.count()
            yield step
            self._commit(context)
            active.changes = self._finish_tracing(context)
            active.leaves_connection = self._held.are_more_than(held)
            self._ended_by_step = active.ends_run
            self._channel.send(self._finished(None, run_open=not active.ends_run))
            self._active = None
            if active.ends_run:
                return

    def _start_tracing(self, command: RunStep, context: MigrationContext) -> None:
        if command.watched:
            assert context.connection is not None
            self._tracer = Tracer(context.connection, command.watched)
            self._tracer.start()
            self._commit(context)

    def _finish_tracing(self, context: MigrationContext) -> tuple[TracedChange, ...]:
        """What was traced of the step that was committed, with what the commit did: deferred triggers act there."""
        if self._tracer is None:
            return ()
        changes = self._tracer.changes
        self._tracer.notice(None, None)
        self._stop_tracing()
        self._commit(context)
        return tuple(changes)

    def _stop_tracing(self) -> None:
        if self._tracer is not None:
            self._tracer.stop()
            self._tracer = None

    def _serve_rehearsals(self, command: Rehearse, context: MigrationContext) -> RevisionStep:
        """A step that answers ``command`` and those that follow it, within its transaction, and is never completed."""
        self._rehearsed = True
        step = self._make_step(command.directions[0], command.revision)
        assert step is not None, "an upgrade() is there, or nothing comes to this"

        def answer(**keywords: Any) -> None:
            asked: Any = command
            while isinstance(asked, Rehearse):
                functions = [
                    step.migration_fn if step is not None else functools.partial(_raise_missing, direction)
                    for direction in asked.directions for step in [self._make_step(direction, asked.revision)]
                ]
                with contextlib.suppress(AttributeError):
                    context.impl.memo.clear()
                self._channel.send(rehearse(context, functions, keywords, asked, self._redirect, self._caught))
                asked = self._receive()
            raise _RehearsalOverError

        step.migration_fn = answer
        return step

    def _enter(self, context: MigrationContext) -> None:
        self._calls += 1
        if context.dialect.name != POSTGRESQL:
            raise NotPostgreSQLError(context.dialect.name)
        found = _version_table(context)
        if found is not None and found not in self._version_tables:
            self._version_tables.append(found)

    def _undrivable(self) -> str | None:
        if self._calls > 1:
            return f"env.py runs its migrations {self._calls} times in one run"
        return None

    # -- one step ----------------------------------------------------------------------------------------------------

    def _make_step(self, direction: Direction, revision: RevisionId) -> RevisionStep | None:
        script = self._directory.get_revision(revision)
        assert script is not None, revision
        if not hasattr(script.module, direction.value):
            return None
        step = RevisionStep(self._directory.revision_map, script, direction is Direction.UPGRADE)
        step.migration_fn = self._remembering_errors(step.migration_fn)
        return step

    def _remembering_errors(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def migrate(*arguments: Any, **keywords: Any) -> Any:
            try:
                return function(*arguments, **keywords)
            except BaseException as error:
                if self._active is not None:
                    self._active.error = error
                raise

        return migrate

    def _start_step(self) -> _ActiveStep:
        self._caught.forget()
        self._active = _ActiveStep(began=time.perf_counter(), statements_before=self._statements)
        return self._active

    def _finished(self, failure: Failure | None, *, run_open: bool) -> StepFinished:
        active = self._active
        assert active is not None
        return StepFinished(
            seconds=time.perf_counter() - active.began, statements=self._statements - active.statements_before,
            failure=failure, run_open=run_open, spent=active.leaves_connection,
            version_tables=tuple(self._version_tables),
            # What env.py still does after a step that ends its run is not waited for.
            touched=self._touching.take() if failure is None and not active.ends_run else None,
            roles_created=tuple(sorted(active.roles)), changes=active.changes,
        )

    def _finished_by_failure(self, error: BaseException | None) -> StepFinished:
        active = self._active
        assert active is not None
        cause = active.error or error
        if cause is None:
            failure = Failure(kind=FailureKind.CONTEXT, type_name="RuntimeError",
                              message="env.py ended its run in the middle of the step")
        else:
            failure = self._caught.describe(cause, statements=self._statements - active.statements_before)
        return self._finished(failure, run_open=False)

    def _commit(self, context: MigrationContext) -> None:
        """Commit on the driver's connection what is still open there.

        Between two steps the parent clones, reads and writes; an open transaction would hide work from it and block it.
        An env.py that executed something before ``configure`` has SQLAlchemy hold one transaction over the whole run.
        """
        connection = context.connection
        assert connection is not None
        if connection.in_transaction():
            self._touching.before_commit(connection)
        driver_connection = connection.connection.dbapi_connection
        assert driver_connection is not None
        driver_connection.commit()

    def _notice_statement(self, _connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        self._statements += 1
        if self._active is not None:
            self._active.changes_session = self._active.changes_session or changes_session(statement)
            self._active.roles.update(roles_created(statement))


def _missing(direction: Direction, *, run_open: bool) -> StepFinished:
    failure = Failure(kind=FailureKind.MISSING, type_name="AttributeError", message=f"there is no {direction}()")
    return StepFinished(seconds=0.0, statements=0, failure=failure, run_open=run_open, touched=())


def _raise_missing(direction: Direction, **_keywords: Any) -> None:
    raise AttributeError(f"there is no {direction}()")


def _version_table(context: MigrationContext) -> QualifiedName | None:
    connection = context.connection
    assert connection is not None
    quote = connection.dialect.identifier_preparer.quote
    name = quote(context.version_table)
    if context.version_table_schema:
        name = f"{quote(context.version_table_schema)}.{name}"
    row = connection.execute(_VERSION_TABLE_SQL, {"name": name}).first()
    return QualifiedName(row[0], row[1]) if row is not None else None


def _give_each_step_its_transaction(is_wanted: Callable[[], bool]) -> None:
    """Make every ``context.configure`` of this process ask for a transaction per migration, while that ``is_wanted``.

    The class is changed because env.py reaches it through the ``alembic.context`` proxy, which a subclass escapes.
    """
    original = EnvironmentContext.configure
    signature = inspect.signature(original)

    @functools.wraps(original)
    def configure(*arguments: Any, **keywords: Any) -> None:
        bound = signature.bind(*arguments, **keywords)
        if is_wanted():
            bound.arguments["transaction_per_migration"] = True
        original(*bound.args, **bound.kwargs)

    EnvironmentContext.configure = configure  # type: ignore[method-assign]  # see the docstring
