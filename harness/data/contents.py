"""Everything that tables and sequences hold, read again and again, each time only what was touched since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from harness.data.rows import (
    DESCRIBE_ALL_SQL,
    DESCRIBE_SOME_SQL,
    Connection,
    TableRows,
    TableShape,
    look_up,
    rows_of,
    run_pipelined,
)
from harness.data.sequences import (
    SEQUENCES_SQL,
    USES_SQL,
    SequenceReading,
    Sequences,
    SequenceShape,
    in_order_of_name,
    list_sequences,
    sequence_shapes,
)
from harness.names import QualifiedName


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What all of the user's tables and sequences hold at one moment."""

    rows: Mapping[QualifiedName, TableRows]
    """In order of name."""
    sequences: Sequences
    tables: Mapping[int, TableShape]
    """What was read, by oid."""
    numbered: Mapping[int, SequenceShape]
    """Which sequences were read, by oid."""


def read_contents(connection: Connection, *, exclude: frozenset[QualifiedName]) -> Contents:
    """Read everything, without the tables in ``exclude``.

    Values depend on the session's DateStyle, IntervalStyle, TimeZone, bytea_output, extra_float_digits and search_path,
    so read both states that are to be compared with the same settings.
    """
    tables, numbered = _describe(connection, None, list_sequences(connection), exclude)
    return _read(connection, tables, numbered, {}, {}, tables, numbered)


def read_contents_again(
    connection: Connection, known: Contents, *, exclude: frozenset[QualifiedName], altered: frozenset[int],
    touched: frozenset[int],
) -> Contents:
    """Return what ``read_contents`` does: of ``touched`` relations read anew, of the others as ``known``.

    ``altered``, among them, are those that may have another shape, or came or went. Of schemas and extensions, and of
    the types of the columns, nothing may have changed since ``known`` was read.
    """
    if not touched:
        return known
    tables, numbered = known.tables, known.numbered
    if altered:
        stale = {oid for oid, shape in numbered.items() if not shape.relations.isdisjoint(altered)}
        fresh = _describe(connection, altered, altered | stale, exclude)
        tables = {**{oid: shape for oid, shape in tables.items() if oid not in altered}, **fresh[0]}
        numbered = {**{oid: shape for oid, shape in numbered.items() if oid not in stale}, **fresh[1]}
    to_read = {oid: shape for oid, shape in tables.items() if oid in touched}
    to_count = {oid: shape for oid, shape in numbered.items()
                if known.numbered.get(oid) is not shape or not shape.relations.isdisjoint(touched)}
    by_oid = {rows.oid: rows for rows in known.rows.values() if rows.oid in tables}
    readings = {oid: reading for oid, reading in known.sequences.readings.items() if oid in numbered}
    return _read(connection, tables, numbered, by_oid, readings, to_read, to_count)


def _describe(
    connection: Connection, relations: Collection[int] | None, concerned: Collection[int],
    exclude: frozenset[QualifiedName],
) -> tuple[dict[int, TableShape], dict[int, SequenceShape]]:
    """The shapes of some tables, or of all, and of the sequences that are concerned by some relations."""
    describe = (DESCRIBE_ALL_SQL, None) if relations is None else (DESCRIBE_SOME_SQL, {"relations": list(relations)})
    arguments = {"relations": list(concerned)}
    described, *of_sequences = look_up(connection, [describe, (SEQUENCES_SQL, arguments), (USES_SQL, arguments)])
    shapes = map(TableShape.of_row, described)
    return ({shape.oid: shape for shape in shapes if shape.table not in exclude},
            {shape.oid: shape for shape in sequence_shapes(*of_sequences)})


def _read(
    connection: Connection, tables: Mapping[int, TableShape], numbered: Mapping[int, SequenceShape],
    known_rows: Mapping[int, TableRows], known_readings: Mapping[int, SequenceReading],
    to_read: Mapping[int, TableShape], to_count: Mapping[int, SequenceShape],
) -> Contents:
    statements = [*(shape.select_sql() for shape in to_read.values()),
                  *(shape.select_sql() for shape in to_count.values())]
    results = run_pipelined(connection, statements)
    fresh = [_or_known(rows_of(shape, found), known_rows)
             for shape, found in zip(to_read.values(), results, strict=False)]
    rows = {**{rows.table: rows for oid, rows in known_rows.items() if oid not in to_read},
            **{rows.table: rows for rows in fresh}}
    counted = {shape.oid: shape.reading_of(row)
               for shape, (row,) in zip(to_count.values(), results[len(to_read):], strict=True)}
    return Contents(
        rows={name: rows[name] for name in sorted(rows)},
        sequences=in_order_of_name({**known_readings, **counted}), tables=tables, numbered=numbered,
    )


def _or_known(rows: TableRows, known: Mapping[int, TableRows]) -> TableRows:
    """What is known where nothing differs: whoever compares sees at once that it is the same."""
    earlier = known.get(rows.oid)
    return earlier if earlier == rows else rows
