"""Find values that checks let through: mine candidates from their text, then let the server decide.

A check is never interpreted here. Its literals say near which values it turns, and PostgreSQL itself says which of the
candidates pass, so that any expression works, with functions of the user's own in it too.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

import psycopg

from harness.data.rows import Connection
from harness.data.seed_patterns import match_like, match_regex
from harness.data.shapes import ColumnShape, TypeShape
from harness.data.values import source_of
from harness.names import quote_identifier

Values = tuple[str | None, ...]
"""One value for each column of a group."""

_LITERAL = re.compile(r"E?'((?:[^']|'')*)'")
_NUMBER = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?(?![\w.'])")
_PATTERN = re.compile(r"(!?~~?\*?) '((?:[^']|'')*)'")
_HASH = re.compile(r"satisfies_hash_partition\([^)]*\)")
"""What a hash partition demands: its numbers are the table's oid, the modulus and the remainder."""
_LONGEST = 2000
_STEPS = range(2, 40)


def candidates(expressions: Sequence[str], shape: TypeShape) -> tuple[str, ...]:
    """Values of a type that checks, defaults or partition bounds name, and their neighbours."""
    found: dict[str, None] = {}
    for expression in expressions:
        for value in _candidates(expression, shape.base):
            found.setdefault(value)
    limit = shape.max_length
    return tuple(value for value in found if limit is None or len(value) <= limit)


def further(expressions: Sequence[str], shape: TypeShape) -> tuple[str, ...]:
    """Many values on from those that checks or partition bounds name, for where each row needs one of its own."""
    base = shape.base
    found: dict[str, None] = {}
    for expression in expressions:
        expression = _HASH.sub("", expression)  # noqa: PLW2901 - the numbers in it are no values
        literals = _LITERAL.findall(expression)
        if base.category == "N":
            numbers = [text for text in (*literals, *_NUMBER.findall(expression)) if text.lstrip("-").isdigit()]
            found.update((str(int(text) + step), None) for text in numbers for step in _STEPS)
        elif base.name.name in ("date", "timestamp", "timestamptz"):
            found.update((day, None) for text in literals for day in _days(text, base.name.name))
        elif base.category == "S":
            found.update((f"{text}{step}", None) for text in literals for step in _STEPS)
    limit = shape.max_length
    return tuple(value for value in found if limit is None or len(value) <= limit)


def _days(text: str, type_name: str) -> Iterator[str]:
    """The days from this one on, at noon."""
    try:
        start = dt.date.fromisoformat(text[:10])
        days = [start + dt.timedelta(days=step) for step in _STEPS]
    except (ValueError, OverflowError):
        return
    for day in days:
        yield day.isoformat() if type_name == "date" else f"{day} 12:00:00{'+00' if type_name == 'timestamptz' else ''}"


def _candidates(expression: str, base: TypeShape) -> Iterator[str]:
    expression = _HASH.sub("", expression)
    literals = [text.replace("''", "'") for text in _LITERAL.findall(expression)]
    numbers = _NUMBER.findall(_LITERAL.sub(" ", expression)) + [text for text in literals if _NUMBER.fullmatch(text)]
    if base.category == "N":
        yield from _near(numbers)
    elif base.category == "S" or base.name.name in ("citext", "char"):
        yield from _texts(expression, literals, numbers)
    elif base.name.name in ("json", "jsonb"):
        yield from _documents(literals, numbers)
    elif base.category == "A" and base.over is not None:
        yield from _arrays(literals, numbers, base.over)
    else:
        yield from literals


def _near(numbers: Sequence[str]) -> Iterator[str]:
    for text in numbers:
        try:
            number = Decimal(text)
        except InvalidOperation:
            continue
        for near in (number, number + 1, number - 1, number / 2):
            yield format(near, "f") if near == near.to_integral_value() else format(near, ".6f").rstrip("0")


def _texts(expression: str, literals: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    for operator, pattern in _PATTERN.findall(expression):
        if operator.startswith("!"):
            continue
        found = match_like(pattern) if operator.startswith("~~") else match_regex(pattern.replace("''", "'"))
        yield from found
    yield from literals
    for text in numbers:
        length = int(Decimal(text))
        for size in (length, length + 1, length - 1):
            if 0 < size <= _LONGEST:
                yield "abcdefghij"[:size] if size <= 10 else "x" * size  # noqa: PLR2004 - letters at hand
                yield "1" * size


def _documents(literals: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    names = [literal for literal in literals if re.fullmatch(r"\w[\w -]*", literal)]
    yield from (literal for literal in literals if literal[:1] in ("{", "["))
    values = ['"text"', "1", "true", "[]", "{}", "null", *(f'"{name}"' for name in names), *numbers]
    for value in values:
        if names:
            yield "{" + ", ".join(f'"{name}": {value}' for name in names) + "}"
        yield f"[{value}]"
        yield value


def _arrays(literals: Sequence[str], numbers: Sequence[str], element: TypeShape) -> Iterator[str]:
    source = source_of(element)
    items = [*literals, *(source.ordinary(number) for number in range(3))] if source is not None else list(literals)
    quoted = ['"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"' for item in items]
    yield from ("{" + item + "}" for item in quoted)
    for text in numbers:
        size = int(Decimal(text))
        for length in (size, size + 1, size - 1):
            if quoted and 0 < length <= 100:  # noqa: PLR2004 - longer arrays are no ordinary values
                yield "{" + ",".join(quoted[-1:] * length) + "}"
    yield from (literal for literal in literals if literal.startswith("{"))


def passing(
    connection: Connection, columns: Sequence[ColumnShape], choices: Sequence[Values], expressions: Sequence[str]
) -> list[Values]:
    """Those of ``choices`` that no expression is false for, by the server's word, in their order."""
    certain = all(source_of(column.type) is not None and not any(part.checks for part in column.type.parts)
                  for column in columns)
    if certain and not expressions:
        return list(choices)
    query = _query(columns, [*expressions, *domain_checks(columns)])
    return list(_passing(connection, query, [tuple(choice) for choice in choices]))


def _passing(connection: Connection, query: str, choices: Sequence[Values]) -> Iterator[Values]:
    """Ask for all at once; where an expression fails on some value, halve until it is alone."""
    if not choices:
        return
    try:
        with connection.transaction():
            arguments = [[choice[place] for choice in choices] for place in range(len(choices[0]))]
            kept = connection.execute(query.encode(), arguments, prepare=False).fetchall()
    except psycopg.Error:
        if len(choices) > 1:
            middle = len(choices) // 2
            yield from _passing(connection, query, choices[:middle])
            yield from _passing(connection, query, choices[middle:])
        return
    yield from (choices[number - 1] for number, *_ in kept)


def _query(columns: Sequence[ColumnShape], conditions: Sequence[str]) -> str:
    names = [quote_identifier(column.name) for column in columns]
    texts = ", ".join(f"text_{place}" for place in range(len(columns)))
    typed = ", ".join(f"text_{place}::{column.type.base.sql} AS {name}"
                      for place, (name, column) in enumerate(zip(names, columns, strict=True)))
    arrays = ", ".join(["%s::text[]"] * len(columns))
    where = " AND ".join(f"({condition}) IS NOT FALSE" for condition in conditions).replace("%", "%%") or "true"
    # A value that nothing reads would not be cast, and so not be tried.
    read = ", ".join(f"{name} IS NULL" for name in names).replace("%", "%%")
    return (f'SELECT number::int, {read} FROM (SELECT number AS number, {typed.replace("%", "%%")} '
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
