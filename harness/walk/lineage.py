"""Databases that only ever see upgrades: where the spine stands, whatever a trip does elsewhere.

A trip is made on a copy. When it ends clean the copy is itself at the next place of the spine, and nothing else is
done; when it does not, the copy is thrown away and made anew from a lineage, which is advanced to that place first.
So each revision is upgraded at most once more per lineage, however many trips go wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import psycopg
from psycopg import sql

from harness.catalog import Snapshot, capture
from harness.data.given import Given, GivenSeeds
from harness.data.remove import RowRef, remove_rows
from harness.data.rows import list_tables, tables_with_rows
from harness.data.sequences import SequenceState, past_keys, read_past_keys, restore_sequences
from harness.data.touched import noting_touched
from harness.names import Direction, QualifiedName, RevisionId
from harness.servers import Databases
from harness.walk.filling import Filling, fill
from harness.walk.own_rows import OwnRows, OwnSeeding
from harness.walk.reading import Reader
from harness.walk.stepper import Stepper, StepResult


class SpineError(Exception):
    """A lineage could not be advanced over a revision that had been applied elsewhere."""

    def __init__(self, revision: RevisionId, result: StepResult) -> None:
        super().__init__(f"{revision}: {result.failure or result.died or 'timed out'}")
        self.revision = revision
        self.result = result


@dataclass(slots=True, kw_only=True)
class Bench:
    """What every part of the walk works with."""

    databases: Databases
    stepper: Stepper
    order: Sequence[RevisionId]
    """The planned revisions; position ``i`` is the state before ``order[i]``."""
    parents: Mapping[RevisionId, Sequence[RevisionId]]
    """What must be applied before each revision."""
    left_out: set[RevisionId]
    """Revisions that cannot be applied; lineages pass over them."""
    rows: int
    seed: int
    given: GivenSeeds
    roles_at: dict[int, frozenset[str]]
    """The server's roles as they were at each position that was reached: roles belong to no database."""
    alone_on_server: bool
    """Whether nobody else uses the server; on another's, only roles that our steps named are ever dropped."""

    def version_tables(self) -> frozenset[QualifiedName]:
        """Alembic's own tables, which are left out of everything."""
        return frozenset(self.stepper.version_tables)

    at_once: dict[int, str] = field(default_factory=dict)
    """Positions that are only come to in one run of env.py, each with a database without rows that came there so."""
    own_tables_found: set[str] = field(default_factory=set)
    """Of the tables that the team gives rows for those that were there at some position."""

    def capture(self, connection: psycopg.Connection, known: Snapshot | None = None) -> Snapshot:
        """Read the schema of a database of the walk."""
        return capture(connection, version_tables=self.version_tables(), with_roles=self.alone_on_server, known=known)

    def given_at(self, position: int) -> tuple[Given, ...]:
        """What the team gives for the database at ``position``."""
        given: tuple[Given, ...] = ()
        if position > 0 and self.order[position - 1] not in self.left_out:
            given += self.given.at.get(self.order[position - 1], ())
        if position < len(self.order):
            given += self.given.before.get(self.order[position], ())
        return given

    def drop_roles_since(self, position: int, connection: psycopg.Connection) -> None:
        """Take back the roles that the steps after ``position`` created, so that they can be created again."""
        known = self.roles_at.get(position)
        if known is None:
            return
        later = read_roles(connection) - known
        for role in sorted(later if self.alone_on_server else later & self.stepper.roles_created):
            drop_role(connection, role)

    def clean_up(self) -> None:
        """Drop everything of the walk, the roles that its steps left behind last."""
        self.stepper.close()
        self.databases.drop_all()
        last = self.databases.create("last")
        with self.databases.connect(last) as connection:
            self.drop_roles_since(0, connection)
        self.databases.drop_all()

    def copy_of(self, database: str, label: str) -> str:
        """Clone ``database``, closing the run of env.py that may hold it."""
        self.stepper.release()
        return self.databases.clone(database, label)

    @contextmanager
    def copied(self, database: str, label: str) -> Iterator[str]:
        """A clone of ``database``, dropped at the end."""
        copy = self.copy_of(database, label)
        try:
            yield copy
        finally:
            self.drop(copy)

    def drop(self, database: str) -> None:
        """Drop ``database``, closing the run of env.py that may hold it."""
        self.stepper.release()
        self.databases.drop(database)


class Filler:
    """Keeps one database filled: two that go the same way hold the same rows."""

    def __init__(self, bench: Bench, reader: Reader, filling: Filling | None = None) -> None:
        """``filling`` tells what the database was filled with before ``reader`` began."""
        self._bench = bench
        self._reader = reader
        self._filled_at = reader.moment
        self._own: OwnSeeding | None = None
        self.filling = filling

    def fill(self, connection: psycopg.Connection, position: int) -> Filling:
        """Put in what the team gives for ``position``, and fill what is empty or new since the last filling."""
        reads_on = self._reader.is_current
        own = self._put_in_own(connection, position)
        touched = self._reader.touched_since(self._filled_at)
        shapes = self._reader.shapes(connection)
        with noting_touched(connection, self._reader.note_writes):
            filling = fill(connection, self.filling, shapes=shapes, touched=touched, rows=self._bench.rows,
                           seed=self._bench.seed)
        self.filling = replace(filling, given=own.outcomes, given_failed=own.failed)
        self._move_sequences(connection, self.filling, touched, reads_on=reads_on)
        self._filled_at = self._reader.moment
        return self.filling

    def refill_others(self, connection: psycopg.Connection, spared: Collection[QualifiedName]) -> None:
        """Fill up the tables that lost rows where they stand, all but those ``spared``, which the next filling does."""
        known = self.filling
        assert known is not None, "it was filled when it came here"
        shapes = self._reader.shapes(connection)
        alone = known.left_alone | {shapes.tables[name].oid for name in spared if name in shapes.tables}
        with noting_touched(connection, self._reader.note_writes):
            found = fill(connection, replace(known, left_alone=alone), shapes=shapes, touched=None,
                         rows=self._bench.rows, seed=self._bench.seed)
        # Once the spared tables hold more, what takes no row or few now may take as many as it held.
        self.filling = replace(known, held={**found.held, **known.held}, taken_out=True)
        self._move_sequences(connection, self.filling, None, reads_on=False)

    def _move_sequences(
        self, connection: psycopg.Connection, filling: Filling, touched: frozenset[int] | None, *, reads_on: bool
    ) -> None:
        moved = self._sequences_to_move(connection, filling, touched, reads_on=reads_on)
        if moved:
            with noting_touched(connection, self._reader.note_writes):
                restore_sequences(connection, moved)

    def _sequences_to_move(
        self, connection: psycopg.Connection, filling: Filling, touched: frozenset[int] | None, *, reads_on: bool
    ) -> tuple[SequenceState, ...]:
        """Sequences past the rows that were put in: where one revision sets them back, the next is not to blame.

        A table that only the history put rows in is left as it is: whatever fails there fails everywhere. ``reads_on``:
        whoever reads the database reads all of it anyway.
        """
        if not reads_on:
            return read_past_keys(connection, filling.filled, touched=touched)
        contents = self._reader.state(connection).contents
        return past_keys(contents.numbered.values(), contents.sequences.readings, filling.filled, touched=touched)

    def _put_in_own(self, connection: psycopg.Connection, position: int) -> OwnRows:
        if not self._bench.given:
            return OwnRows()
        if self._own is None:
            self._own = OwnSeeding(
                reader=self._reader, rows=self._bench.rows, seed=self._bench.seed, tables=self._bench.given.tables,
                found=self._bench.own_tables_found, run=self._bench.stepper.seed)
        revision = self._bench.order[position - 1] if position else None
        own = self._own.at_place(connection, self._bench.given_at(position), revision)
        own += self._own.into_tables(connection, revision)
        return own + self._own.never_found() if position == len(self._bench.order) else own


class Lineage:
    """One database that stands at a position of the spine, with seeded rows or without."""

    def __init__(
        self, bench: Bench, database: str, *, seeded: bool, position: int = 0, filling: Filling | None = None
    ) -> None:
        """``database`` stands at ``position``; ``filling`` tells what it was filled with before."""
        self._bench = bench
        self.base = database
        """Where it began; without seeded rows that stays as it is, and it goes on in a copy."""
        self.database = database
        self.position = position
        self._reader = Reader(bench)
        self._filler = Filler(bench, self._reader, filling) if seeded else None
        if self._filler is not None:
            with bench.databases.connect(database) as connection:
                self._filler.fill(connection, position)

    @property
    def filling(self) -> Filling | None:
        """What it was filled with last; None without seeded rows."""
        return self._filler.filling if self._filler is not None else None

    def advance(self, position: int) -> None:
        """Upgrade to ``position``.

        Raises:
            SpineError: a revision on the way fails here.
        """
        assert position >= self.position, "a lineage never goes back"
        beyond = max((place for place in self._bench.at_once if self.position < place <= position), default=None)
        if beyond is not None:
            self._go_on_from(self._bench.at_once[beyond], beyond)
        if position == self.position:
            return
        if self.position == 0 and self._filler is None:
            self.database = self._bench.copy_of(self.base, "bare")
        with self._bench.databases.connect(self.database) as connection:
            self._bench.drop_roles_since(self.position, connection)
            while self.position < position:
                self._upgrade(self._bench.order[self.position])
                self.position += 1
                if self._filler is not None:
                    self._filler.fill(connection, self.position)
        self._bench.stepper.release()
        self._reader.note_step(self._bench.stepper.take_touched(self.database))

    def edit(self, change: Callable[[psycopg.Connection], object]) -> None:
        """Change rows of this lineage for good."""
        with self._bench.databases.connect(self.database) as connection:
            change(connection)
        self._reader.note_writes(None)
        if self._filler is not None and self._filler.filling is not None:
            self._filler.filling = replace(self._filler.filling, taken_out=True)

    def take_out(self, refs: Collection[RowRef]) -> frozenset[QualifiedName]:
        """Take these rows and all that refer to them out for good; return the tables that hold none since."""
        emptied: list[QualifiedName] = []

        def take(connection: psycopg.Connection) -> None:
            tables = list_tables(connection, exclude=self._bench.version_tables())
            held = tables_with_rows(connection, tables)
            remove_rows(connection, refs)
            emptied.extend(held - tables_with_rows(connection, tables))

        self.edit(take)
        return frozenset(emptied)

    def refill_others(self, spared: Collection[QualifiedName]) -> None:
        """Fill up what lost rows by that, all but these tables."""
        assert self._filler is not None, "rows are only taken out of what holds some"
        with self._bench.databases.connect(self.database) as connection:
            self._filler.refill_others(connection, spared)

    def _go_on_from(self, database: str, position: int) -> None:
        """Go on in a copy of ``database``, which stands at ``position`` and holds no rows."""
        if self.database != self.base:
            self._bench.drop(self.database)
        self.database = self._bench.copy_of(database, "beyond")
        self.position = position
        self._reader = Reader(self._bench)
        if self._filler is not None:
            self._filler = Filler(self._bench, self._reader)
            with self._bench.databases.connect(self.database) as connection:
                self._filler.fill(connection, position)

    def _upgrade(self, revision: RevisionId) -> None:
        if revision in self._bench.left_out:
            return
        result = self._bench.stepper.step(self.database, Direction.UPGRADE, revision)
        self._reader.note_step(self._bench.stepper.take_touched(self.database))
        if not result.ok:
            raise SpineError(revision, result)


def read_roles(connection: psycopg.Connection) -> frozenset[str]:
    """The names of the server's roles, its own ``pg_`` ones left out."""
    query = "SELECT rolname FROM pg_catalog.pg_roles WHERE NOT starts_with(rolname, 'pg_')"
    return frozenset(name for (name,) in connection.execute(query))


def drop_role(connection: psycopg.Connection, role: str) -> None:
    """Drop ``role`` unless something of another database still depends on it."""
    try:
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
    except psycopg.Error:
        return
