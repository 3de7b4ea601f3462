"""An example: a few rows as INSERT statements that a person can read, paste and keep."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.data.rows import Connection, text_rows
from harness.data.seed_order import parents_first
from harness.data.shapes import ColumnShape, Shapes, TableShape
from harness.errors import UsageError
from harness.names import QualifiedName, RevisionId, quote_identifier, show_identifier

_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_DECIMAL_NUMBER = re.compile(r"-?[0-9]+\.[0-9]+\Z")
_REPEATED = re.compile(r"(.)\1{39,}\Z", re.DOTALL)
_INTEGERS = frozenset({"int2", "int4", "int8"})
_TEXTS = frozenset({"text", "varchar", "bpchar", "citext"})
_UNSAFE = re.compile(r"[^\w.-]")
_HEADER = "-- Rows that this revision's round trip does not bring back. They are tried first by the next search."


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to be."""

    table: QualifiedName
    cells: tuple[tuple[str, str | None], ...]
    """Texts by column, None for NULL; a column that is not named takes its default."""


Example = tuple[NewRow, ...]
"""Rows in an order in which they can be inserted: those that others refer to come first."""


def insert_statements(shapes: Shapes, example: Iterable[NewRow]) -> tuple[str, ...]:
    """One INSERT for each row, each on one line and with names as short as PostgreSQL takes them."""
    return tuple(_insert_statement(shapes.tables[row.table], row) for row in example)


def _insert_statement(shape: TableShape, row: NewRow) -> str:
    if not row.cells:
        return f"INSERT INTO {shape.name} DEFAULT VALUES;"
    columns = ", ".join(show_identifier(name) for name, _ in row.cells)
    values = ", ".join(literal(shape.column(name), value) for name, value in row.cells)
    always = any(shape.column(name).identity == "a" for name, _ in row.cells)
    override = " OVERRIDING SYSTEM VALUE" if always else ""
    return f"INSERT INTO {shape.name} ({columns}){override} VALUES ({values});"


def literal(column: ColumnShape, value: str | None) -> str:
    """A value of the column as SQL; a long text of one character is written with ``repeat``.

    Source: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-CONSTANTS
    """
    if value is None:
        return "NULL"
    base = column.type.base
    if (base.name.name in _INTEGERS and _WHOLE_NUMBER.match(value)) or (
            base.name.name == "numeric" and (_WHOLE_NUMBER.match(value) or _DECIMAL_NUMBER.match(value))):
        return value
    if base.name.name == "bool" and value in ("true", "false"):
        return value
    if base.name.name in _TEXTS and _REPEATED.match(value):
        return f"repeat({_quoted(value[0])}, {len(value)})"
    return _quoted(value)


def _quoted(value: str) -> str:
    if value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    escaped = "".join(
        character if character.isprintable() and character not in "\\'"
        else "\\\\" if character == "\\" else "\\'" if character == "'"
        else f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"  # noqa: PLR2004 - four digits
        for character in value
    )
    return f"E'{escaped}'"


def with_referenced_rows(
    connection: Connection, shapes: Shapes, example: Example, *, whole: bool
) -> Example:
    """The example with the rows of the database that it refers to, directly or not.

    Of those, only the columns that a row must have, or all with ``whole``.
    """
    there = {(row.table, dict(row.cells).get(name)) for row in example for name, _ in row.cells}
    added: dict[tuple[QualifiedName, tuple[str | None, ...]], NewRow] = {}
    ahead = list(example)
    while ahead:
        row = ahead.pop()
        cells = dict(row.cells)
        for key in shapes.tables[row.table].foreign_keys:
            values = tuple(cells.get(name) for name in key.columns)
            if None in values or (key.references, values) in added or key.references not in shapes.tables:
                continue
            if any((key.references, value) in there for value in values) and _holds(
                    example, key.references, key.referenced_columns, values):
                continue
            found = _fetch(connection, shapes.tables[key.references], key.referenced_columns, values, whole=whole)
            if found is not None:
                added[key.references, values] = found
                ahead.append(found)
    order = parents_first(shapes, {row.table for row in (*added.values(), *example)})
    return tuple(sorted([*added.values(), *example], key=lambda row: order.index(row.table)))


def _holds(example: Example, table: QualifiedName, columns: Sequence[str], values: Sequence[str | None]) -> bool:
    return any(row.table == table and tuple(dict(row.cells).get(name) for name in columns) == tuple(values)
               for row in example)


def _fetch(
    connection: Connection, shape: TableShape, columns: Sequence[str], values: Sequence[str | None], *, whole: bool
) -> NewRow | None:
    wanted = [column.name for column in shape.columns if not column.generated and (
        whole or column.name in columns or (column.not_null and not column.has_default))]
    items = ", ".join(quote_identifier(name) for name in wanted)
    condition = " AND ".join(f"{quote_identifier(name)} = %s" for name in columns)
    query = f"SELECT {items} FROM {shape.name.sql}".replace("%", "%%") + f" WHERE {condition} LIMIT 1"
    for row in text_rows(connection.cursor().execute(query.encode(), list(values), prepare=False)):
        return NewRow(shape.name, tuple(zip(wanted, row, strict=True)))
    return None


# -- kept on disk ------------------------------------------------------------------------------------------------------


def keep(folder: Path, revision: RevisionId, path: str, examples: Iterable[tuple[str, str, Sequence[str]]]) -> None:
    """Write one file for each rule: each of the ``examples`` is a rule, an object, and statements.

    Examples of other objects that a file holds already stay in it.

    Raises:
        UsageError: the folder cannot be written.
    """
    by_rule: dict[str, dict[str, tuple[str, ...]]] = {}
    for rule, subject, statements in examples:
        by_rule.setdefault(rule, {})[subject] = tuple(statements)
    try:
        for rule, by_object in by_rule.items():
            file = folder / _file_name(revision, rule)
            blocks = {**_read_blocks(file), **by_object}
            lines = [f"-- {revision} ({path}), {rule}", _HEADER]
            for name, inserts in blocks.items():
                lines += ["", f"-- example: {' '.join(name.split())}", *inserts]
            folder.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot keep an example in {folder}", error.strerror or str(error),
                         "name a folder that can be written as `examples` in [tool.roundtrip]") from error


def kept(folder: Path, revision: RevisionId) -> tuple[tuple[str, ...], ...]:
    """The examples kept of a revision, each as its statements.

    Raises:
        OSError: a file cannot be read.
    """
    files = sorted(folder.glob(_file_name(revision, "RT*").replace("[", "[[]"))) if folder.is_dir() else []
    found = (statements for file in files for statements in _read_blocks(file).values())
    return tuple(dict.fromkeys(found))


def tables_of(statements: Iterable[str], tables: Collection[QualifiedName]) -> frozenset[QualifiedName]:
    """The tables that INSERT statements are about."""
    texts = list(statements)
    return frozenset(table for table in tables if any(text.startswith(f"INSERT INTO {table} ") for text in texts))


def _file_name(revision: RevisionId, rule: str) -> str:
    return f"{_UNSAFE.sub('_', revision)}.{rule}.sql"


def _read_blocks(file: Path) -> dict[str, tuple[str, ...]]:
    blocks: dict[str, list[str]] = {}
    name = ""
    for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
        if line.startswith("-- example: "):
            name = line.removeprefix("-- example: ")
        elif line.strip() and not line.startswith("--"):
            blocks.setdefault(name, []).append(line)
    return {name: tuple(statements) for name, statements in blocks.items()}
