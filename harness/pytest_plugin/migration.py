"""A team's own test of one migration: a database before the revision, and the revision's two functions to call.

Databases are cloned from templates that stand at the places that tests of this session have asked for, so that only
the first test of a place migrates to it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from harness.config import Settings
from harness.names import Direction, RevisionId
from harness.pytest_plugin.one_line import in_one_line
from harness.servers import Databases, Server
from harness.walk.lineage import drop_role, read_roles
from harness.walk.stepper import Stepper, StepResult
from harness.worker.protocol import Loaded

MOST_TEMPLATES = 24
"""Each takes some 8 MB of disk; the one that was not used for longest is dropped."""
STEPS_BETWEEN_TEMPLATES = 25
"""On a long way up, a template is left behind each time this many revisions were applied."""

Applied = tuple[RevisionId, ...]
"""Revisions that a database has, in the order in which they were applied."""


class MigrationError(AssertionError):
    """A migration failed, or cannot be run where the database stands."""

    def __init__(self, message: str, result: StepResult | None = None) -> None:
        super().__init__(message)
        self.sqlstate = result.failure.sqlstate if result is not None and result.failure is not None else None
        """The SQLSTATE of the error that the server raised, if it was the server."""
        self.type_name = result.failure.type_name if result is not None and result.failure is not None else None
        """The name of the exception's class, such as ``NotImplementedError``."""


class MigrationDatabase:
    """A database of the test's own, right before one revision or right after it."""

    def __init__(self, revision: RevisionId, name: str, server: Server, stepper: Stepper) -> None:
        self.revision = revision
        """The full id of the revision."""
        self.name = name
        self.is_upgraded = False
        """Whether the revision is applied now."""
        self._server = server
        self._stepper = stepper

    @property
    def url(self) -> str:
        """A URL for ``sqlalchemy.create_engine``, with psycopg 3 as its driver."""
        return self._server.address.url(self.name)

    @cached_property
    def connection(self) -> psycopg.Connection:
        """A connection in autocommit mode; it is closed after the test."""
        # A prepared statement would fail once a migration has changed what it returns.
        return psycopg.connect(self._server.address.conninfo(self.name), autocommit=True, prepare_threshold=None)

    def execute(self, query: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> psycopg.Cursor:
        """Execute one statement, with psycopg's placeholders where there are parameters, and commit it."""
        return self.connection.execute(query.encode(), parameters)

    def rows(self, query: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows that a query returns."""
        return self.execute(query, parameters).fetchall()

    def upgrade(self) -> None:
        """Run the revision's ``upgrade()``.

        Raises:
            MigrationError: it failed, or the revision is applied already.
        """
        __tracebackhide__ = True
        self._step(Direction.UPGRADE)

    def downgrade(self) -> None:
        """Run the revision's ``downgrade()``.

        Raises:
            MigrationError: it failed, or the revision is not applied.
        """
        __tracebackhide__ = True
        self._step(Direction.DOWNGRADE)

    def close(self) -> None:
        """Close the connection."""
        if "connection" in self.__dict__:
            self.connection.close()

    def _step(self, direction: Direction) -> None:
        __tracebackhide__ = True
        if self.is_upgraded is (direction is Direction.UPGRADE):
            fact = "it is applied already" if self.is_upgraded else "it is not applied"
            raise MigrationError(f"cannot run {direction.value}() of {self.revision}: {fact}")
        if "connection" in self.__dict__ and self.connection.info.transaction_status != TransactionStatus.IDLE:
            raise MigrationError(f"cannot run {direction.value}() of {self.revision}: the test's own connection is in "
                                 "a transaction, whose locks it would wait for; commit or roll back before")
        with in_one_line():
            result = self._stepper.step(self.name, direction, self.revision)
        if not result.ok:
            raise _failed(self.revision, direction, result)
        self.is_upgraded = direction is Direction.UPGRADE


@dataclass(slots=True)
class Migration:
    """What the fixture ``roundtrip_migration`` gives: databases right before a revision."""

    _databases: MigrationDatabases = field(repr=False)
    _given: list[MigrationDatabase] = field(default_factory=list, repr=False)

    def before(self, revision: str) -> MigrationDatabase:
        """A new database to which everything that ``revision`` builds on is applied, and nothing else.

        ``revision`` is what ``alembic upgrade`` takes for one revision: an id, the beginning of one, a label, or
        a relative one such as ``head-1``. Nothing is seeded: rows are those that the migrations made.

        Raises:
            MigrationError: a migration before ``revision`` failed.
        """
        __tracebackhide__ = True
        with in_one_line():
            database = self._databases.before(revision)
        self._given.append(database)
        return database

    def close(self) -> None:
        """Drop the databases that were given."""
        for database in self._given:
            database.close()
            self._databases.drop(database.name)
        self._given.clear()


class MigrationDatabases:
    """Templates of a session, each at one place of the history, and the worker process that migrates them."""

    def __init__(self, settings: Settings, server: Server) -> None:
        # What is checked by the walk does not narrow what a test may ask for.
        self._settings = dataclasses.replace(settings, revisions=(), since=None, shard=None)
        self._server = server
        self._databases = Databases(server)
        self._stepper = Stepper(self._settings, lambda _address: None, server)
        self._templates: dict[Applied, str] = {}
        """By the revisions applied to them, the one used last at the end."""
        self._roles_at: dict[Applied, frozenset[str]] = {}
        """The roles that there were then: they belong to the server, not to a database."""

    def before(self, revision: str) -> MigrationDatabase:
        """Clone a database right before ``revision``.

        Raises:
            MigrationError: a migration before it failed.
            HarnessError: the project cannot be read or prepared; there is no such revision.
        """
        __tracebackhide__ = True
        found = self._find(revision)
        applied = self._needed_by(found)
        template = self._template(applied, found)
        name = self._clone(template)
        self._drop_roles_since(applied, name)
        return MigrationDatabase(found, name, self._server, self._stepper)

    def at_base(self) -> str:
        """Clone the database before the first revision: empty but for what the settings prepare.

        Raises:
            HarnessError: the project cannot be read or prepared.
        """
        return self._clone(self._template((), None))

    def empty(self) -> str:
        """Make an empty database; the project is not read for it."""
        return self._databases.create("migration")

    def drop(self, name: str) -> None:
        """Drop a database that was given."""
        self._stepper.release()
        self._databases.drop(name)

    def close(self) -> None:
        """Drop everything and end the worker process."""
        self._stepper.close()
        if () in self._roles_at:
            last = self._databases.create("migration")
            self._drop_all_but(last)
            self._drop_roles_since((), last)
        self._databases.drop_all()

    # ----------------------------------------------------------------------------------------------------------------

    @cached_property
    def _loaded(self) -> Loaded:
        loaded = self._stepper.load()
        self._stepper.use(self._server)
        if loaded.broken and self._settings.around is not None:
            loaded = self._stepper.read_within_around(self._server, self._databases.create("reading"), loaded)
        return loaded

    def _find(self, text: str) -> RevisionId:
        if text in self._loaded.parents:
            return RevisionId(text)
        # Alembic finds it: a process that reads the project with this selection.
        finder = Stepper(dataclasses.replace(self._settings, revisions=(text,)), lambda _address: None)
        try:
            selected = finder.load().selected or ()
        finally:
            finder.close()
        if len(selected) != 1:
            raise MigrationError(f"cannot go before {text!r}: it names {len(selected)} revisions "
                                 f"({', '.join(selected)}); give one")
        return selected[0]

    def _needed_by(self, revision: RevisionId) -> Applied:
        needed: set[RevisionId] = set()
        waiting = list(self._loaded.parents[revision])
        while waiting:
            current = waiting.pop()
            if current not in needed:
                needed.add(current)
                waiting.extend(self._loaded.parents[current])
        return self._in_order(needed)

    def _in_order(self, revisions: set[RevisionId]) -> Applied:
        return tuple(revision for revision in self._loaded.order if revision in revisions)

    def _template(self, applied: Applied, goal: RevisionId | None) -> str:
        """The template with exactly ``applied``, made from the nearest one where there is none."""
        __tracebackhide__ = True
        if applied in self._templates:
            self._templates[applied] = self._templates.pop(applied)
            return self._templates[applied]
        if not applied:
            return self._keep((), self._prepared())
        nearest = self._nearest(applied)
        missing = [revision for revision in applied if revision not in nearest]
        while len(missing) > STEPS_BETWEEN_TEMPLATES:
            nearest = self._in_order({*nearest, *missing[:STEPS_BETWEEN_TEMPLATES]})
            missing = missing[STEPS_BETWEEN_TEMPLATES:]
            self._template(nearest, goal)
        database = self._clone(self._template(nearest, goal))
        self._drop_roles_since(nearest, database)
        for revision in missing:
            result = self._stepper.step(database, Direction.UPGRADE, revision)
            if not result.ok:
                self.drop(database)
                raise _failed(revision, Direction.UPGRADE, result, f"cannot go before {goal}: ")
        return self._keep(applied, database)

    def _nearest(self, applied: Applied) -> Applied:
        wanted = set(applied)
        return max((known for known in self._templates if wanted.issuperset(known)), key=len, default=())

    def _prepared(self) -> str:
        assert self._loaded is not None
        database = self._databases.create("migration")
        self._stepper.prepare(database)
        return database

    def _keep(self, applied: Applied, database: str) -> str:
        self._stepper.release()
        self._templates[applied] = database
        with self._databases.connect(database) as connection:
            self._roles_at[applied] = read_roles(connection)
        others = [known for known in self._templates if known]
        if len(others) > MOST_TEMPLATES:
            self._databases.drop(self._templates.pop(others[0]))
        return database

    def _clone(self, template: str) -> str:
        self._stepper.release()
        return self._databases.clone(template, "migration")

    def _drop_roles_since(self, applied: Applied, database: str) -> None:
        """Take back the roles that migrations have created since, so that they can create them again."""
        later = self._stepper.roles_created - self._roles_at[applied]
        if later:
            with self._databases.connect(database) as connection:
                for role in sorted(later & read_roles(connection)):
                    drop_role(connection, role)

    def _drop_all_but(self, database: str) -> None:
        for name in self._templates.values():
            self._databases.drop(name)
        self._templates = {(): database}


def _failed(revision: RevisionId, direction: Direction, result: StepResult, before: str = "") -> MigrationError:
    lines = [f"{before}{direction.value}() of {revision} {_what(result)}"]
    if result.failure is not None:
        lines += [f"  at {result.failure.location}"] if result.failure.location else []
        lines += [f"  statement: {result.failure.statement}"] if result.failure.statement else []
    return MigrationError("\n".join(lines), result)


def _what(result: StepResult) -> str:
    if result.failure is not None:
        return f"failed: {result.failure}"
    if result.timed_out_after_seconds is not None:
        return (f"did not end within {result.timed_out_after_seconds:g} s; is a transaction of the test open, whose "
                "locks it waits for?")
    return f"ended its process: {result.died}"
