"""Ask the server which values checks let through.

PostgreSQL itself says which of the candidates pass, so that any expression works, with functions of the user's own in
it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from harness.data.rows import Connection
from harness.data.shapes import ColumnShape, TypeShape
from harness.data.values import source_of
from harness.names import quote_identifier

Values = tuple[str | None, ...]
"""One value for each column of a group."""

_HELD = "roundtrip.held"
"""The setting in which a block, which returns nothing, leaves what it found."""
# A plan made for the value at hand would compute parts of it that are not reached when it is run.
_EACH_SQL = """
    #variable_conflict use_column
    DECLARE
        roundtrip_given record;
        roundtrip_held bigint[] := '{{}}';
        roundtrip_mode text := pg_catalog.current_setting('plan_cache_mode');
    BEGIN
        PERFORM pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', true);
        FOR roundtrip_given IN SELECT * FROM unnest({arrays}) WITH ORDINALITY AS given ({texts}, number) LOOP
            BEGIN
                PERFORM {answer}, {read} FROM (SELECT {typed}) AS candidate WHERE {where};
                roundtrip_held := roundtrip_held || roundtrip_given.number;
            EXCEPTION WHEN OTHERS THEN
                NULL;
            END;
        END LOOP;
        PERFORM pg_catalog.set_config('plan_cache_mode', roundtrip_mode, true);
        PERFORM pg_catalog.set_config('{setting}', pg_catalog.array_to_string(roundtrip_held, ','), true);
    END
"""


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of choices for some columns."""

    columns: Sequence[ColumnShape]
    conditions: Sequence[str]
    """None of these may be false."""
    answer: str = "true"

    def of_many(self) -> str:
        """The query, with an array of texts for each column as parameters."""
        arrays = ", ".join(["%s::text[]"] * len(self.columns))
        typed, where, read = (text.replace("%", "%%") for text in (self._typed(""), self._where(), self._read()))
        answer = self.answer.replace("%", "%%")
        return (f"SELECT roundtrip_number::int, {answer}, {read} FROM (SELECT roundtrip_number, {typed} "
                f"FROM unnest({arrays}) WITH ORDINALITY AS given ({self._texts()}, roundtrip_number)) AS candidate "
                f"WHERE {where} ORDER BY roundtrip_number")

    def of_each(self, arrays: str) -> str:
        """The block that finds which choices of these arrays nothing fails on."""
        return _EACH_SQL.format(
            arrays=arrays, texts=self._texts(), answer=self.answer, read=self._read(), setting=_HELD,
            typed=self._typed("roundtrip_given."), where=self._where())

    def _texts(self) -> str:
        return ", ".join(f"text_{place}" for place in range(len(self.columns)))

    def _typed(self, given: str) -> str:
        return ", ".join(f"{given}text_{place}::{column.type.base.sql} AS {quote_identifier(column.name)}"
                         for place, column in enumerate(self.columns))

    def _where(self) -> str:
        return " AND ".join(f"({condition}) IS NOT FALSE" for condition in self.conditions) or "true"

    def _read(self) -> str:
        # A value that nothing reads would not be cast, and so not be tried.
        return ", ".join(f"{quote_identifier(column.name)} IS NULL" for column in self.columns)


def passing(
    connection: Connection, columns: Sequence[ColumnShape], choices: Sequence[Values], expressions: Sequence[str]
) -> list[Values]:
    """Those of ``choices`` that no expression is false for, by the server's word, in their order."""
    certain = all(source_of(column.type) is not None and not any(part.checks for part in column.type.parts)
                  for column in columns)
    if certain and not expressions:
        return list(choices)
    question = _Question(columns, [*expressions, *domain_checks(columns)])
    return [choice for choice, _ in _answers(connection, question, [tuple(choice) for choice in choices])]


def computed(
    connection: Connection, columns: Sequence[ColumnShape], choices: Sequence[Values], place: int, expression: str
) -> list[Values]:
    """``choices`` with the column at ``place`` set to what an expression of the others is, where that can be told."""
    question = _Question(columns, (), f"({expression})::{columns[place].type.base.sql}::text")
    return [(*choice[:place], value, *choice[place + 1:])
            for choice, value in _answers(connection, question, [tuple(choice) for choice in choices])]


def _answers(connection: Connection, question: _Question, choices: Sequence[Values]) -> list[tuple[Values, str | None]]:
    """The choices that a question lets through, each with its answer.

    All are asked for at once; where something fails on some choice, once more without those that it fails on.
    """
    found = _asked(connection, question, choices)
    if found is None and len(choices) > 1:
        held = _held(connection, question, choices)
        found = _asked(connection, question, held) if held is not None else None
        if found is None:
            found = list(_halved(connection, question, choices))
    return found or []


def _halved(
    connection: Connection, question: _Question, choices: Sequence[Values]
) -> Iterator[tuple[Values, str | None]]:
    """The same where nothing tells which it fails on: halves are asked for until such a choice is alone."""
    middle = len(choices) // 2
    for half in (choices[:middle], choices[middle:]):
        found = _asked(connection, question, half)
        if found is not None:
            yield from found
        elif len(half) > 1:
            yield from _halved(connection, question, half)


def _asked(
    connection: Connection, question: _Question, choices: Sequence[Values]
) -> list[tuple[Values, str | None]] | None:
    """The same of all these at once; None where something fails."""
    if not choices:
        return []
    try:
        with connection.transaction():
            arguments = [[choice[place] for choice in choices] for place in range(len(choices[0]))]
            kept = connection.execute(question.of_many().encode(), arguments, prepare=False).fetchall()
    except psycopg.Error:
        return None
    return [(choices[number - 1], read) for number, read, *_ in kept]


def _held(connection: Connection, question: _Question, choices: Sequence[Values]) -> list[Values] | None:
    """Those of ``choices`` that nothing fails on, be they let through or not; None where that cannot be asked.

    The server tries each by itself, all of them in one statement: hundreds of statements would take it seconds.
    """
    arguments = [[choice[place] for choice in choices] for place in range(len(choices[0]))]
    arrays = ", ".join(f"{sql.Literal(texts).as_string(connection)}::text[]" for texts in arguments)
    try:
        with connection.transaction():
            block = sql.Literal(question.of_each(arrays)).as_string(connection)
            connection.execute(f"DO {block}".encode(), prepare=False)
            row = connection.execute(f"SELECT pg_catalog.current_setting('{_HELD}')", prepare=False).fetchone()
    except psycopg.Error:  # without the language that blocks are in, say
        return None
    return [choices[int(number) - 1] for number in row[0].split(",") if number] if row is not None else None


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
