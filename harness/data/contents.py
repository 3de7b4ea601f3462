"""Everything that tables and sequences hold, read again and again, each time only what was touched since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from harness.catalog import Snapshot
from harness.data.rows import Connection, TableRows, TableShape, look_up, query_together, rows_of
from harness.data.sequences import (
    SEQUENCES_SQL,
    USES_SQL,
    SequenceReading,
    Sequences,
    SequenceShape,
    in_order_of_name,
    list_sequences,
    numbering_of,
    sequence_shapes,
)
from harness.names import QualifiedName


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What all of the user's tables and sequences hold at one moment."""

    rows: Mapping[QualifiedName, TableRows]
    """In order of name."""
    sequences: Sequences
    snapshot: Snapshot
    """The schema at that moment."""
    tables: Mapping[int, TableShape]
    """What was read, by oid."""
    numbered: Mapping[int, SequenceShape]
    """Which sequences were read, by oid."""


def read_contents(connection: Connection, snapshot: Snapshot) -> Contents:
    """Read everything that ``snapshot``, which was captured right before, has tables and sequences for.

    Values depend on the session's DateStyle, IntervalStyle, TimeZone, bytea_output, extra_float_digits and search_path,
    so read both states that are to be compared with the same settings.
    """
    tables = _shapes(snapshot, snapshot.groups)
    numbered = _look_up_sequences(connection, list_sequences(connection))
    return _read(connection, snapshot, tables, numbered, {}, {}, tables, numbered)


def read_contents_again(
    connection: Connection, known: Contents, snapshot: Snapshot, *, touched: frozenset[int]
) -> Contents:
    """Return what ``read_contents`` does: of ``touched`` relations read anew, of the others as ``known``.

    Of schemas and extensions, and of the types of the columns, nothing may have changed since ``known`` was read.
    """
    if not touched:
        return known if known.snapshot is snapshot else replace(known, snapshot=snapshot)
    tables, numbered = known.tables, known.numbered
    altered = snapshot.altered_since(known.snapshot, touched)
    if altered:
        tables = {**{oid: shape for oid, shape in tables.items() if oid not in altered}, **_shapes(snapshot, altered)}
        # Whether a partitioned table's index holds for all partitions its definition does not say.
        concerned = {oid for oid, relkind in altered.items()
                     if relkind in "Sp" or _numbering(known.snapshot, oid) != _numbering(snapshot, oid)}
        stale = {oid for oid, shape in numbered.items() if not shape.relations.isdisjoint(concerned)}
        if concerned:
            numbered = {**{oid: shape for oid, shape in numbered.items() if oid not in stale},
                        **_look_up_sequences(connection, concerned | stale)}
    to_read = {oid: shape for oid, shape in tables.items() if oid in touched}
    to_count = {oid: shape for oid, shape in numbered.items()
                if known.numbered.get(oid) is not shape or not shape.relations.isdisjoint(touched)}
    by_oid = {rows.oid: rows for rows in known.rows.values() if rows.oid in tables}
    readings = {oid: reading for oid, reading in known.sequences.readings.items() if oid in numbered}
    return _read(connection, snapshot, tables, numbered, by_oid, readings, to_read, to_count)


def _shapes(snapshot: Snapshot, oids: Collection[int | str]) -> dict[int, TableShape]:
    shapes = (TableShape.of_objects(snapshot.groups[oid].items) for oid in oids if oid in snapshot.groups)
    return {shape.oid: shape for shape in shapes if shape is not None}


def _numbering(snapshot: Snapshot, oid: int) -> object:
    group = snapshot.groups.get(oid)
    return numbering_of(group.items) if group is not None else None


def _look_up_sequences(connection: Connection, relations: Collection[int]) -> dict[int, SequenceShape]:
    """The shapes of the sequences that some relations are, own, or take values from."""
    arguments = {"relations": list(relations)}
    found = look_up(connection, [(SEQUENCES_SQL, arguments), (USES_SQL, arguments)])
    return {shape.oid: shape for shape in sequence_shapes(*found)}


def _read(
    connection: Connection, snapshot: Snapshot, tables: Mapping[int, TableShape], numbered: Mapping[int, SequenceShape],
    known_rows: Mapping[int, TableRows], known_readings: Mapping[int, SequenceReading],
    to_read: Mapping[int, TableShape], to_count: Mapping[int, SequenceShape],
) -> Contents:
    results = query_together(connection, [*(shape.select_sql() for shape in to_read.values()),
                                          *(shape.select_sql() for shape in to_count.values())])
    fresh = [_or_known(rows_of(shape, found), known_rows)
             for shape, found in zip(to_read.values(), results, strict=False)]
    rows = {**{rows.table: rows for oid, rows in known_rows.items() if oid not in to_read},
            **{rows.table: rows for rows in fresh}}
    counted = {shape.oid: shape.reading_of(found.rows[0])
               for shape, found in zip(to_count.values(), results[len(to_read):], strict=True)}
    return Contents(
        rows={name: rows[name] for name in sorted(rows)}, snapshot=snapshot,
        sequences=in_order_of_name({**known_readings, **counted}), tables=tables, numbered=numbered,
    )


def _or_known(rows: TableRows, known: Mapping[int, TableRows]) -> TableRows:
    """What is known where nothing differs: whoever compares sees at once that it is the same."""
    earlier = known.get(rows.oid)
    return earlier if earlier == rows else rows
