"""The database that trips are made on, and what is read from it between two steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg

from harness.catalog import Snapshot, capture
from harness.data.rows import TableRows, list_tables, read_rows
from harness.names import Direction, QualifiedName, RevisionId
from harness.walk.filling import Filling
from harness.walk.lineage import Bench, Lineage, read_roles
from harness.walk.stepper import StepResult


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything that a trip compares, at one moment."""

    snapshot: Snapshot
    rows: Mapping[QualifiedName, TableRows]


class Trial:
    """A copy of the spine at some position; ``restore`` makes it one again."""

    def __init__(self, bench: Bench, spine: Lineage) -> None:
        self._bench = bench
        self._spine = spine
        self._connection: psycopg.Connection | None = None
        self.database: str | None = None
        self.filling: Filling | None = None
        self._snapshot: Snapshot | None = None
        """The schema now, where it is known without reading it."""

    @property
    def connection(self) -> psycopg.Connection:
        """The harness's own connection to the database."""
        if self._connection is None or self._connection.closed:
            assert self.database is not None
            self._connection = self._bench.databases.connect(self.database)
        return self._connection

    def restore(self, position: int) -> None:
        """Throw the database away and make it anew at ``position`` of the spine.

        Raises:
            SpineError: the spine cannot be advanced to there.
        """
        self.discard()
        self._spine.advance(position)
        self.database = self._bench.copy_of(self._spine.database, "trial")
        self.filling = self._spine.filling
        self.note_roles(position)

    def discard(self) -> None:
        """Drop the database."""
        self._snapshot = None
        self.disconnect()
        if self.database is not None:
            self._bench.drop(self.database)
            self.database = None

    def disconnect(self) -> None:
        """Close the harness's own connection, so that the database can be cloned; the next use opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def step(self, direction: Direction, revision: RevisionId) -> StepResult:
        """Run one step here."""
        assert self.database is not None
        self._snapshot = None
        return self._bench.stepper.step(self.database, direction, revision)

    def read(self) -> State:
        """Read schema and rows."""
        return State(snapshot=capture(self.connection, version_tables=self._bench.version_tables),
                     rows=self.read_rows())

    def read_settled(self) -> State:
        """Read the state that a trip begins with: the schema is known when the last trip ended clean."""
        return self.read() if self._snapshot is None else State(snapshot=self._snapshot, rows=self.read_rows())

    def read_rows(self) -> Mapping[QualifiedName, TableRows]:
        """Read all rows."""
        return read_rows(self.connection, list_tables(self.connection, exclude=self._bench.version_tables))

    def settle(self, snapshot: Snapshot) -> None:
        """Remember ``snapshot`` as the schema at the place of the spine that the trial has come to."""
        self._snapshot = snapshot

    def refill(self) -> Filling:
        """Fill what the last revision brought."""
        self.filling = self._bench.fill(self.connection, self.filling)
        return self.filling

    def note_roles(self, position: int) -> None:
        """Remember which roles exist at ``position``, the first time it is reached."""
        if position not in self._bench.roles_at:
            self._bench.roles_at[position] = read_roles(self.connection)

    def drop_roles_since(self, position: int) -> None:
        """Take back the roles that came after ``position``; no database may use them any more."""
        with self._bench.databases.connect(self._spine.database) as connection:
            self._bench.drop_roles_since(position, connection)

