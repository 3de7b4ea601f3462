"""Ask the server which values checks let through.

PostgreSQL itself says which of the candidates pass, so that any expression works, with functions of the user's own in
it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import psycopg

from harness.data.rows import Connection
from harness.data.shapes import ColumnShape, TypeShape
from harness.data.values import source_of
from harness.names import quote_identifier

Values = tuple[str | None, ...]
"""One value for each column of a group."""

def passing(
    connection: Connection, columns: Sequence[ColumnShape], choices: Sequence[Values], expressions: Sequence[str]
) -> list[Values]:
    """Those of ``choices`` that no expression is false for, by the server's word, in their order."""
    certain = all(source_of(column.type) is not None and not any(part.checks for part in column.type.parts)
                  for column in columns)
    if certain and not expressions:
        return list(choices)
    query = _query(columns, [*expressions, *domain_checks(columns)])
    return [choice for choice, _ in _answers(connection, query, [tuple(choice) for choice in choices])]


def computed(
    connection: Connection, columns: Sequence[ColumnShape], choices: Sequence[Values], place: int, expression: str
) -> list[Values]:
    """``choices`` with the column at ``place`` set to what an expression of the others is, where that can be told."""
    read = f"({expression})::{columns[place].type.base.sql}::text".replace("%", "%%")
    query = _query(columns, (), read)
    return [(*choice[:place], value, *choice[place + 1:])
            for choice, value in _answers(connection, query, [tuple(choice) for choice in choices])]


def _answers(connection: Connection, query: str, choices: Sequence[Values]) -> Iterator[tuple[Values, str | None]]:
    """The choices that a query returns, each with what it returns of it.

    All are asked for at once; where something fails on some choice, halves are until it is alone.
    """
    if not choices:
        return
    try:
        with connection.transaction():
            arguments = [[choice[place] for choice in choices] for place in range(len(choices[0]))]
            kept = connection.execute(query.encode(), arguments, prepare=False).fetchall()
    except psycopg.Error:
        if len(choices) > 1:
            middle = len(choices) // 2
            yield from _answers(connection, query, choices[:middle])
            yield from _answers(connection, query, choices[middle:])
        return
    yield from ((choices[number - 1], read) for number, read, *_ in kept)


def _query(columns: Sequence[ColumnShape], conditions: Sequence[str], answer: str = "true") -> str:
    names = [quote_identifier(column.name) for column in columns]
    texts = ", ".join(f"text_{place}" for place in range(len(columns)))
    typed = ", ".join(f"text_{place}::{column.type.base.sql} AS {name}"
                      for place, (name, column) in enumerate(zip(names, columns, strict=True)))
    arrays = ", ".join(["%s::text[]"] * len(columns))
    where = " AND ".join(f"({condition}) IS NOT FALSE" for condition in conditions).replace("%", "%%") or "true"
    # A value that nothing reads would not be cast, and so not be tried.
    read = ", ".join(f"{name} IS NULL" for name in names).replace("%", "%%")
    return (f'SELECT number::int, {answer}, {read} FROM (SELECT number AS number, {typed.replace("%", "%%")} '
            f"FROM unnest({arrays}) WITH ORDINALITY AS given ({texts}, number)) AS candidate "
            f"WHERE {where} ORDER BY number")


def domain_checks(columns: Sequence[ColumnShape]) -> Iterator[str]:
    """What the domains of these columns demand, as expressions of the columns."""
    for column in columns:
        for domain in column.type.domains:
            for check in domain.checks:
                yield with_value(check, quote_identifier(column.name))


def with_value(check: str, column_sql: str) -> str:
    """A domain's check with VALUE replaced, except inside of literals and quoted names."""
    parts = re.split(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")""", check)
    return "".join(part if place % 2 else re.sub(r"\bVALUE\b", lambda _: column_sql, part)
                   for place, part in enumerate(parts))


def not_held(connection: Connection, old: TypeShape, new: TypeShape, texts: Sequence[str]) -> list[str]:
    """Those of these values of the type ``new`` that the type ``old`` cannot hold, or would change."""
    kept = []
    for text in texts:
        try:
            with connection.transaction():
                row = connection.execute(
                    f"SELECT %s::text::{old.base.sql}::text = %s::text::{new.base.sql}::text".encode(), [text, text],
                    prepare=False).fetchone()
        except psycopg.Error:
            kept.append(text)
        else:
            if row is not None and row[0] is False:
                kept.append(text)
    return kept
