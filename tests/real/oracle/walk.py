"""The round trip of every revision by single commands, and what they did to the schema."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import psycopg
from alembic.script import ScriptDirectory
from psycopg.sql import SQL, Identifier

from tests.real.oracle.dumps import without_column_order
from tests.real.oracle.packages import Package
from tests.real.oracle.rows import Case, try_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """What happened to one revision. Errors are ``Class SQLSTATE``; None: none, or not tried after one before."""

    revision: str
    upgrade_error: str | None = None
    upgraded: str = ""
    """What the upgrade did: ``same``, ``order`` (only the order of columns differs) or ``differs``; so the others."""
    downgrade_error: str | None = None
    downgraded: str = ""
    """After the downgrade against before the upgrade."""
    undone: str = ""
    """After the downgrade against before it."""
    again_error: str | None = None
    again: str = ""
    """After the second upgrade against after the first."""
    evidence: str = ""
    """How the texts of pg_dump differ where they should not."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What rows written by hand had to show of a revision, and did."""

    revision: str
    claimed: tuple[str, ...]
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bench:
    """The database that the commands act on, and a copy of it."""

    maintenance: psycopg.Connection
    database: str
    dump: Callable[[str], str]

    @property
    def kept(self) -> str:
        """The copy's name."""
        return f"{self.database}_kept"

    def create(self) -> None:
        """Make the database, empty."""
        self._execute("CREATE DATABASE {}", self.database)

    def keep(self) -> None:
        """Copy the database as it is now."""
        # An application may keep sessions open, and a database in use cannot be copied.
        self.maintenance.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                                 (self.database,))
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", self.kept, self.database)

    def restore(self) -> None:
        """Put the copy in the place of the database."""
        self.drop(self.database)
        self._execute("ALTER DATABASE {} RENAME TO {}", self.kept, self.database)

    def drop(self, database: str) -> None:
        """Drop a database that may be in use, or not there."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def connect(self) -> psycopg.Connection:
        """A connection to the database, for rows."""
        parts = self.maintenance.info
        return psycopg.connect(host=parts.host, port=parts.port, user=parts.user, dbname=self.database)

    def read(self) -> str:
        """The schema now."""
        return self.dump(self.database)

    def _execute(self, statement: str, *names: str) -> None:
        self.maintenance.execute(SQL(statement).format(*map(Identifier, names)))


def walk(package: Package, bench: Bench, cases: Sequence[Case]) -> Iterator[Trip | Shown]:
    """Make the round trip of each revision from base on, its cases first; end at the first that cannot be applied."""
    package.prepare()
    before = bench.read()
    for revision, parent in _line(package):
        shown = _try_cases(package, bench, [case for case in cases if case.revision == revision], parent)
        error = _attempt(package.upgrade, revision)
        if error is not None:
            yield Trip(revision=revision, upgrade_error=error)
            return
        upgraded = bench.read()
        bench.keep()
        trip = _back_and_again(package, bench, revision, parent, before, upgraded)
        if (trip.downgraded, trip.again) == ("same", "same"):
            bench.drop(bench.kept)
        else:
            bench.restore()
        yield trip
        yield from (_without_empty_downgrade(item) if trip.upgraded != "same" else item for item in shown)
        before = upgraded


def _try_cases(package: Package, bench: Bench, cases: Sequence[Case], parent: str) -> list[Shown]:
    tried = []
    for case in cases:
        bench.keep()
        shown = try_case(case, bench.connect, lambda revision: _attempt(package.upgrade, revision),
                         lambda revision: _attempt(package.downgrade, revision), parent)
        bench.restore()
        tried.append(Shown(case.revision, tuple(sorted(case.shows)), tuple(sorted(shown))))
    return tried


def _without_empty_downgrade(shown: Shown) -> Shown:
    """Where the upgrade changes the schema too, rows alone cannot tell that the downgrade does nothing."""
    return replace(shown, seen=tuple(item for item in shown.seen if item != "RT306"))


def _back_and_again(
    package: Package, bench: Bench, revision: str, parent: str, before: str, upgraded: str
) -> Trip:
    did = compare(before, upgraded)
    error = _attempt(package.downgrade, parent)
    if error is not None:
        return Trip(revision=revision, upgraded=did, downgrade_error=error)
    downgraded = bench.read()
    error = _attempt(package.upgrade, revision)
    again = bench.read() if error is None else upgraded
    return Trip(
        revision=revision, upgraded=did, downgraded=compare(before, downgraded), undone=compare(upgraded, downgraded),
        again_error=error, again="" if error else compare(upgraded, again),
        evidence=_difference(before, downgraded, "before", "downgraded")
        + _difference(upgraded, again, "upgraded", "again"),
    )


def compare(first: str, second: str) -> str:
    """``same``, ``order`` or ``differs``."""
    if first == second:
        return "same"
    return "order" if without_column_order(first) == without_column_order(second) else "differs"


def _difference(first: str, second: str, first_name: str, second_name: str) -> str:
    lines = difflib.unified_diff(first.splitlines(), second.splitlines(), first_name, second_name, n=1, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _line(package: Package) -> Iterator[tuple[str, str]]:
    """Each revision with the one before it, oldest first."""
    scripts = ScriptDirectory.from_config(package.config())
    for script in reversed(tuple(scripts.walk_revisions("base", "heads"))):
        assert not isinstance(script.down_revision, tuple), f"{script.revision} has several parents"
        assert not script.dependencies, f"{script.revision} depends on others"
        yield script.revision, script.down_revision or "base"


def _attempt(command: Callable[[str], None], revision: str) -> str | None:
    """Run one command; return what it raised, as the class and SQLSTATE of its cause."""
    try:
        command(revision)
    except Exception as error:  # noqa: BLE001 - whatever a revision raises is a verdict
        return _name(error)
    return None


def _name(error: BaseException) -> str:
    cause = getattr(error, "orig", None) or error
    while getattr(cause.__cause__, "sqlstate", None):  # SQLAlchemy wraps what asyncpg raised
        cause = cause.__cause__
    sqlstate = getattr(cause, "sqlstate", None)
    return f"{type(cause).__name__} {sqlstate}" if sqlstate else type(cause).__name__
