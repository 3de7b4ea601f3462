"""Bring a dump to where a walk can begin with it: restored, at its place of the history, compared with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql

from harness.catalog import CatalogDelta, Snapshot, diff, render, without_owners
from harness.config import Settings
from harness.data.rows import list_tables
from harness.data.shapes import read_shapes
from harness.data.thin import count_rows_of, thin_out
from harness.dumps import Dump, Restored, open_dump, restore
from harness.errors import ProjectError, UsageError
from harness.names import QualifiedName, RevisionId
from harness.outcomes import DumpRecord
from harness.walk.filling import Filling
from harness.walk.lineage import Bench, Lineage, SpineError, drop_role, read_roles
from harness.walk.sizing import WHOLE_ROWS

SAMPLED_ROWS = 500
"""Rows that the walk keeps of each table that holds more than ``WHOLE_ROWS``, and what they refer to."""
_DRIFT_LINES = 40
_NOT_RESTORED = frozenset({"user mapping", "subscription"})
"""Kinds of objects that are left out of a dump, and so tell nothing about its schema."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a walk begins."""

    order: tuple[RevisionId, ...]
    """All revisions, those that are applied first."""
    start: int
    """How many are applied."""
    bare: Lineage
    """Without rows, at the same place."""
    spine: Lineage
    """With the dump's rows, or a sample of them."""
    full: Lineage | None
    """With all of the dump's rows, where the spine has a sample."""
    drifted: frozenset[str]
    """The objects that are in the dump, be it otherwise, without the history's doing."""
    record: DumpRecord


def check_dump(settings: Settings) -> None:
    """See, before anything is started, whether what the settings say of a dump can be.

    Raises:
        UsageError: it cannot.
    """
    if settings.from_dump is not None:
        open_dump(settings.from_dump)
        return
    for name, value in (("at", settings.at), ("down_to", settings.down_to)):
        if value is not None:
            raise UsageError(f"cannot use {name}", "there is no dump", "give one with --from-dump")


def stand_at_dump(bench: Bench, base: str, settings: Settings) -> Standing:
    """Restore the dump that the settings name, and stand where it stands.

    ``base`` is the empty database at base; ``bench.order`` becomes the order in which the walk goes.

    Raises:
        UsageError: the dump cannot be used.
        ProjectError: the project cannot stand where the dump stands.
    """
    assert settings.from_dump is not None
    return _Standing(bench, base, settings, open_dump(settings.from_dump)).stand()


class _Standing:
    """One dump while it is brought to its place."""

    def __init__(self, bench: Bench, base: str, settings: Settings, dump: Dump) -> None:
        self._bench = bench
        self._base = base
        self._settings = settings
        self._dump = dump
        self._attempt = f"cannot walk from the dump {dump.path}"
        self._notes: list[str] = []

    def stand(self) -> Standing:
        self._check_version()
        with self._bench.databases.connect(self._base) as connection:
            self._bench.roles_at[0] = read_roles(connection)
        database, restored = self._restore()
        heads = self._find_heads(database)
        applied = _with_ancestors(heads, self._bench.parents)
        order = (*(item for item in self._bench.order if item in applied),
                 *(item for item in self._bench.order if item not in applied))
        self._bench.order = order
        bare, failure = self._replay(len(applied))
        if bare is None and restored.roles:
            # What the history creates by itself was made for the dump already: once more, the other way round.
            self._bench.drop(database)
            self._start_again(restored.roles)
            bare, failure = self._replay(len(applied))
            database, restored = self._restore()
        self._bench.stepper.roles_created.update(restored.roles)
        self._set_heads(database, heads)
        drift = self._drift(database, bare)
        if bare is None or drift:
            bare = self._emptied(database, len(applied))
        return self._stand(database, restored, heads, bare, drift, failure, order, len(applied))

    def _stand(
        self, database: str, restored: Restored, heads: tuple[RevisionId, ...], bare: Lineage,
        drift: CatalogDelta | None, failure: str | None, order: tuple[RevisionId, ...], start: int,
    ) -> Standing:
        bench = self._bench
        with bench.databases.connect(database) as connection:
            counts = count_rows_of(connection, list_tables(connection, exclude=bench.version_tables()))
            shapes = read_shapes(connection, exclude=bench.version_tables())
        held = sum(counts.values())
        if not held:
            self._notes.append("it holds no rows, so its tables are filled with made ones")
        filling = Filling(shapes=shapes, left_alone=frozenset(shapes.by_oid) if held else frozenset())
        large = any(rows > WHOLE_ROWS for rows in counts.values())
        sampled = self._sample(database, counts) if large else database
        lines = render(drift) if drift is not None else ()
        if len(lines) > _DRIFT_LINES:
            lines = (*lines[:_DRIFT_LINES], f"({len(lines) - _DRIFT_LINES} more lines)")
        return Standing(
            order=order, start=start, bare=bare,
            spine=Lineage(bench, sampled, seeded=True, position=start, filling=filling if held else None),
            full=Lineage(bench, database, seeded=True, position=start, filling=filling) if large else None,
            drifted=_names(drift),
            record=DumpRecord(
                path=_shown(self._dump.path, self._settings.root), format=self._dump.format,
                from_major=self._dump.from_major, revisions=heads, applied=start, newer=len(order) - start,
                tables=sum(rows > 0 for rows in counts.values()), rows=held,
                sampled_to=SAMPLED_ROWS if large else None, values_shown=self._settings.show_values, drift=lines,
                drifted=len(drift.changes) + len(drift.column_orders) if drift is not None else 0,
                not_compared=failure, left_out=restored.left_out, notes=tuple(self._notes),
            ),
        )

    # -- the dump -----------------------------------------------------------------------------------------------------

    def _check_version(self) -> None:
        major = self._bench.databases.server.version_number // 10000
        made = self._dump.from_major
        if made is not None and made > major:
            raise UsageError(
                self._attempt, f"it was made on PostgreSQL {made}, and the server is PostgreSQL {major}",
                f"give a server of that release: --server docker --image postgres:{made}, or the URL of one")

    def _restore(self) -> tuple[str, Restored]:
        databases = self._bench.databases
        database = databases.create("dump")
        with databases.connect(database) as connection:
            restored = restore(self._dump, connection, provider=databases.server.provider)
        with databases.connect(database) as connection:
            connection.execute("ANALYZE")
            tables = list_tables(connection, exclude=self._bench.version_tables())
        if not tables:
            raise UsageError(self._attempt, "it makes no table: it is of the data alone, or of an empty database",
                             "make it with the schema: pg_dump without --data-only")
        return database, restored

    def _start_again(self, roles: Collection[str]) -> None:
        """Make base anew, on a server without the roles of the dump."""
        self._bench.drop(self._base)
        self._base = self._bench.databases.create("base")
        with self._bench.databases.connect(self._base) as connection:
            for role in roles:
                drop_role(connection, role)
        self._bench.stepper.prepare(self._base)

    # -- its revision -------------------------------------------------------------------------------------------------

    def _find_heads(self, database: str) -> tuple[RevisionId, ...]:
        stated = self._read_heads(database)
        if self._settings.at is None:
            self._require_stated(stated)
            unknown = [item for item in stated if item not in self._bench.order]
            if unknown:
                raise ProjectError(
                    self._attempt, f"it stands at {', '.join(unknown)}, which the history does not have",
                    "check out the code of a release that has it, or say with --at where the dump stands")
            return tuple(RevisionId(item) for item in stated)
        wanted = tuple(self._resolve(item.strip()) for item in self._settings.at.split(",") if item.strip())
        if stated and set(stated) != set(wanted):
            self._notes.append(f"its version table says {', '.join(stated)}; it is taken to stand where --at says")
        return wanted

    def _require_stated(self, stated: Sequence[str]) -> None:
        if stated:
            return
        tables = ", ".join(map(str, sorted(self._bench.version_tables()))) or "of Alembic"
        raise UsageError(self._attempt, f"the version table {tables} is not in it, or is empty",
                         "say with --at where it stands; a dump of the schema alone holds no rows of that table either")

    def _read_heads(self, database: str) -> tuple[str, ...]:
        tables = sorted(self._bench.version_tables())
        if len(tables) > 1:
            raise UsageError(self._attempt, f"env.py keeps {len(tables)} version tables: "
                             f"{', '.join(map(str, tables))}", "walk it without --from-dump")
        with self._bench.databases.connect(database) as connection:
            for table in tables:
                try:
                    rows = connection.execute(f"SELECT version_num FROM {table.sql} ORDER BY 1".encode()).fetchall()
                except psycopg.errors.UndefinedTable:
                    continue
                return tuple(version for (version,) in rows)
        return ()

    def _resolve(self, text: str) -> RevisionId:
        """The revision of this id, or of the only one that begins so."""
        order = self._bench.order
        found = [item for item in order if item == text] or [item for item in order if item.startswith(text)]
        if len(found) != 1:
            many = "no revision has this id" if not found else f"{len(found)} revisions begin so"
            raise UsageError(f"cannot take the dump to stand at {text!r}", many, "give the whole id of a revision")
        return found[0]

    def _set_heads(self, database: str, heads: Sequence[RevisionId]) -> None:
        """See that the version table says where the walk takes the dump to stand."""
        if set(self._read_heads(database)) == set(heads):
            return
        self._bench.stepper.visit(database)  # Alembic makes the table where it is not there
        (table,) = self._bench.version_tables()
        with self._bench.databases.connect(database) as connection, connection.transaction():
            connection.execute(sql.SQL("DELETE FROM {}").format(_identifier(table)))
            for head in heads:
                connection.execute(sql.SQL("INSERT INTO {} VALUES (%s)").format(_identifier(table)), [head])

    # -- its schema ---------------------------------------------------------------------------------------------------

    def _replay(self, start: int) -> tuple[Lineage | None, str | None]:
        """The empty database upgraded to where the dump stands; None, and why, where the history does not go there."""
        bare = Lineage(self._bench, self._base, seeded=False)
        try:
            bare.advance(start)
        except SpineError as error:
            return None, f"the history does not come to its revision on an empty database: {error.revision} fails"
        return bare, None

    def _drift(self, database: str, bare: Lineage | None) -> CatalogDelta | None:
        if bare is None:
            return None
        delta = diff(self._schema_of(bare.database), self._schema_of(database))
        changes = tuple(change for change in delta.changes if change.kind not in _NOT_RESTORED)
        found = replace(delta, changes=changes)
        return found if found or found.column_orders else None

    def _schema_of(self, database: str) -> Snapshot:
        with self._bench.databases.connect(database) as connection:
            return without_owners(self._bench.capture(connection))

    # -- databases ----------------------------------------------------------------------------------------------------

    def _emptied(self, database: str, start: int) -> Lineage:
        """The dump without its rows: what a step does there is not the rows' doing."""
        copy = self._bench.copy_of(database, "bare")
        with self._bench.databases.connect(copy) as connection:
            tables = list_tables(connection, exclude=self._bench.version_tables())
            if tables:
                names = ", ".join(name.sql for name in tables)
                with connection.transaction():
                    connection.execute("SET LOCAL session_replication_role = replica")
                    connection.execute(f"TRUNCATE {names} CASCADE".encode())
        return Lineage(self._bench, copy, seeded=False, position=start)

    def _sample(self, database: str, counts: Mapping[QualifiedName, int]) -> str:
        copy = self._bench.copy_of(database, "sample")
        with self._bench.databases.connect(copy) as connection:
            thin_out(connection, counts, keep=SAMPLED_ROWS)
        return copy


def _with_ancestors(
    heads: Collection[RevisionId], parents: Mapping[RevisionId, Sequence[RevisionId]]
) -> frozenset[RevisionId]:
    """These revisions and all that must be applied before them."""
    found: set[RevisionId] = set()
    ahead = list(heads)
    while ahead:
        revision = ahead.pop()
        if revision not in found:
            found.add(revision)
            ahead += parents[revision]
    return frozenset(found)


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _names(drift: CatalogDelta | None) -> frozenset[str]:
    if drift is None:
        return frozenset()
    return frozenset([*(change.name for change in drift.changes), *(str(order.table) for order in drift.column_orders)])


def _identifier(table: QualifiedName) -> sql.Identifier:
    return sql.Identifier(table.schema, table.name)
