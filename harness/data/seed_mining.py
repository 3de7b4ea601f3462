"""Values that checks, defaults and partition bounds name: their literals, what lies beside those, what fits patterns.

Nothing is interpreted: a text says near which values it turns, and who asks has the server decide.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import product

from harness.data.seed_patterns import match_like, match_regex
from harness.data.seed_usual import usual_values
from harness.data.shapes import TypeShape
from harness.data.values import source_of
from harness.data.values.compound import array_item

_LITERAL = re.compile(r"E?'((?:[^']|'')*)'")
_NUMBER = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?(?![\w.'])")
_PATTERN = re.compile(r"(!?~~?\*?)\)? '((?:[^']|'')*)'")
"""An operator, which may be written as ``OPERATOR(public.~)``, and the pattern behind it."""
_HASH = re.compile(r"satisfies_hash_partition\([^)]*\)")
"""What a hash partition demands: its numbers are the table's oid, the modulus and the remainder."""
_LONGEST = 2000
_STEPS = (*range(2, 40), *range(-2, -40, -1))
_PAIRS_OF_NUMBERS = 6
"""Numbers of a check that are put together in pairs."""
_TURNS = range(6, 30)


def candidates(expressions: Sequence[str], shape: TypeShape) -> tuple[str, ...]:
    """Values of a type that checks, defaults or partition bounds name, and their neighbours."""
    found: dict[str, None] = {}
    for expression in expressions:
        for value in _candidates(expression, shape.base):
            found.setdefault(value)
    return _fitting(found, shape)


def further(expressions: Sequence[str], shape: TypeShape, *, usual: bool = True) -> tuple[str, ...]:
    """Many values on from those, and some of every usual form: where each row needs one of its own, or none fits yet.

    A check may call functions that no literal in it gives away, so the forms that people check for are tried, unless
    ``usual`` is false.
    """
    base = shape.base
    found: dict[str, None] = {}
    for expression in expressions:
        named = _Named(expression)
        if base.category == "N":
            whole = [text for text in named.numbers if text.lstrip("-").isdigit()]
            found.update((str(int(text) + step), None) for text in whole for step in _STEPS)
            found.update(dict.fromkeys(_between(named.numbers)))
        elif base.name.name in ("date", "timestamp", "timestamptz"):
            found.update((day, None) for text in named.literals for day in _days(text, base.name.name))
        elif base.category == "S" or base.name.name == "citext":
            found.update(dict.fromkeys(_matching(expression, _TURNS)))
            found.update((f"{text}{step}", None) for text in named.literals for step in range(2, 40))
        if usual:
            found.update(dict.fromkeys(usual_values(base, named.literals, named.numbers)))
    return _fitting(found, shape)


def named_values(expressions: Sequence[str]) -> tuple[str, ...]:
    """The literals and numbers of these expressions as they stand, without what lies beside them."""
    found = (_Named(expression) for expression in expressions)
    return tuple(dict.fromkeys(text for named in found for text in (*named.numbers, *named.literals)))


def _fitting(found: dict[str, None], shape: TypeShape) -> tuple[str, ...]:
    limit = shape.max_length
    return tuple(value for value in found if limit is None or len(value) <= limit)


class _Named:
    """What an expression names."""

    def __init__(self, expression: str) -> None:
        expression = _HASH.sub("", expression)
        self.expression = expression
        self.literals = [text.replace("''", "'") for text in _LITERAL.findall(expression)]
        self.numbers = _NUMBER.findall(_LITERAL.sub(" ", expression)) + [
            text for text in self.literals if _NUMBER.fullmatch(text)]


def _candidates(expression: str, base: TypeShape) -> Iterator[str]:
    named = _Named(expression)
    if base.category == "N":
        yield from _near(named.numbers)
    elif base.category == "S" or base.name.name in ("citext", "char"):
        yield from _texts(named)
    elif base.name.name in ("json", "jsonb"):
        yield from _documents(named.literals, named.numbers)
    elif base.category == "A" and base.over is not None:
        yield from _arrays(named.literals, named.numbers, base.over)
    else:
        yield from named.literals


def _near(numbers: Sequence[str]) -> Iterator[str]:
    for text in numbers:
        try:
            number = Decimal(text)
        except InvalidOperation:
            continue
        for near in (number, number + 1, number - 1, number / 2):
            yield format(near, "f") if near == near.to_integral_value() else format(near, ".6f").rstrip("0")


def _between(numbers: Sequence[str]) -> Iterator[str]:
    """Between any two numbers, and those that leave one of them when they are divided by another."""
    known = list(dict.fromkeys(numbers))[:_PAIRS_OF_NUMBERS]
    for low, high in product(known, known):
        first, last = Decimal(low), Decimal(high)
        if first < last:
            yield from (_plain(first + (last - first) * part / 16) for part in range(1, 16))
        if first > 1 and first == first.to_integral_value() and last == last.to_integral_value():
            for start in (Decimal(0), *(Decimal(other) for other in known)):
                base = (start // first + 1) * first
                yield from (_plain(base + last + first * step) for step in range(4))


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _days(text: str, type_name: str) -> Iterator[str]:
    """The days from this one on and back, at noon."""
    try:
        start = dt.date.fromisoformat(text[:10])
        days = [start + dt.timedelta(days=step) for step in _STEPS]
    except (ValueError, OverflowError):
        return
    for day in days:
        yield day.isoformat() if type_name == "date" else f"{day} 12:00:00{'+00' if type_name == 'timestamptz' else ''}"


def _matching(expression: str, turns: range) -> Iterator[str]:
    """Texts that match the patterns of an expression."""
    for operator, pattern in _PATTERN.findall(expression):
        text = pattern.replace("''", "'")
        if not operator.startswith("!"):
            yield from match_like(text) if operator.startswith("~~") else match_regex(text, turns)


def _texts(named: _Named) -> Iterator[str]:
    yield from _matching(named.expression, range(6))
    yield from named.literals
    for text in named.numbers:
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
    quoted = [array_item(item) for item in items]
    yield from ("{" + item + "}" for item in quoted)
    for text in numbers:
        size = int(Decimal(text))
        for length in (size, size + 1, size - 1):
            if quoted and 0 < length <= 100:  # noqa: PLR2004 - longer arrays are no ordinary values
                yield "{" + ",".join(quoted[-1:] * length) + "}"
    yield from (literal for literal in literals if literal.startswith("{"))
