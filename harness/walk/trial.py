"""The database that trips are made on, and what is read from it between two steps."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import psycopg

from harness.data.shapes import Shapes
from harness.data.touched import noting_touched
from harness.names import Direction, QualifiedName, RevisionId
from harness.walk.filling import Filling
from harness.walk.lineage import Bench, Filler, Lineage, read_roles
from harness.walk.reading import Reader, State, Touched
from harness.walk.stepper import StepResult
from harness.worker.protocol import Watched

STEPS_BETWEEN_CLEANINGS = 100
# What DDL writes to. Steps up and down again and again leave many dead rows there, which every reading passes over.
_CLEAN_CATALOGS = """
    VACUUM (SKIP_LOCKED) pg_catalog.pg_attrdef, pg_catalog.pg_attribute, pg_catalog.pg_class, pg_catalog.pg_constraint,
                         pg_catalog.pg_depend, pg_catalog.pg_index, pg_catalog.pg_sequence, pg_catalog.pg_trigger,
                         pg_catalog.pg_type
"""


class Trial:
    """A copy of the spine at some position; ``restore`` makes it one again."""

    def __init__(self, bench: Bench, spine: Lineage) -> None:
        self._bench = bench
        self._spine = spine
        self._connection: psycopg.Connection | None = None
        self._writing: psycopg.Connection | None = None
        self.database: str | None = None
        self._reader = Reader(bench)
        self._filler = Filler(bench, self._reader)
        self._steps = 0
        self.touched: Touched = None
        """The oids of the relations that the last step touched; None: any."""

    @property
    def filling(self) -> Filling:
        """What it was filled with last."""
        assert self._filler.filling is not None, "it was restored"
        return self._filler.filling

    @property
    def connection(self) -> psycopg.Connection:
        """The harness's own connection to the database, for reading; what writes goes through ``write``."""
        self._connection = self._open(self._connection)
        return self._connection

    def restore(self, position: int) -> None:
        """Throw the database away and make it anew at ``position`` of the spine.

        Raises:
            SpineError: the spine cannot be advanced to there.
        """
        self.discard()
        self._spine.advance(position)
        self.database = self._bench.copy_of(self._spine.database, "trial")
        self._reader = Reader(self._bench, self._reader.last_snapshot)
        self._filler = Filler(self._bench, self._reader, self._spine.filling)
        self.note_roles(position)

    def discard(self) -> None:
        """Drop the database."""
        self.disconnect()
        if self.database is not None:
            self._bench.drop(self.database)
            self.database = None

    def disconnect(self) -> None:
        """Close the harness's own connections, so that the database can be cloned; the next use opens others."""
        for connection in (self._connection, self._writing):
            if connection is not None:
                connection.close()
        self._connection = self._writing = None

    def step(self, direction: Direction, revision: RevisionId, watched: tuple[Watched, ...] = ()) -> StepResult:
        """Run one step here, watching some tables."""
        assert self.database is not None
        self._steps += 1
        if self._steps % STEPS_BETWEEN_CLEANINGS == 0:
            self.connection.execute(_CLEAN_CATALOGS)
        result = self._bench.stepper.step(self.database, direction, revision, watched)
        self.touched = self._bench.stepper.take_touched(self.database)
        self._reader.note_step(self.touched)
        return result

    @contextmanager
    def write(self) -> Iterator[psycopg.Connection]:
        """A transaction in which rows may be changed.

        It is not on the connection that reads: to set ``session_replication_role``, as taking rows out does, makes
        PostgreSQL forget all plans of the session.
        """
        self._writing = self._open(self._writing)
        with noting_touched(self._writing, self._reader.note_writes):
            yield self._writing

    def read(self) -> State:
        """Everything that is compared, as it is now; what nobody touched since the last reading is taken from that."""
        return self._reader.state(self.connection)

    def shapes(self) -> Shapes:
        """The shapes of all tables as they are now."""
        return self._reader.shapes(self.connection)

    def refill(self, position: int) -> Filling:
        """Fill what the revision before ``position`` brought."""
        return self._filler.fill(self.connection, position)

    def refill_others(self, spared: Collection[QualifiedName]) -> None:
        """Fill up what lost rows where it stands, all but these tables."""
        self._filler.refill_others(self.connection, spared)

    def _open(self, connection: psycopg.Connection | None) -> psycopg.Connection:
        if connection is None or connection.closed:
            assert self.database is not None
            return self._bench.databases.connect(self.database)
        return connection

    def note_roles(self, position: int) -> None:
        """Remember which roles exist at ``position``, the first time it is reached."""
        if position not in self._bench.roles_at:
            self._bench.roles_at[position] = read_roles(self.connection)

    def has_roles_since(self, position: int) -> bool:
        """Whether roles came after ``position``."""
        with self._bench.databases.connect(self._spine.database) as connection:
            return bool(read_roles(connection) - self._bench.roles_at.get(position, frozenset()))

    def drop_roles_since(self, position: int) -> None:
        """Take back the roles that came after ``position``; no database may use them any more."""
        with self._bench.databases.connect(self._spine.database) as connection:
            self._bench.drop_roles_since(position, connection)
