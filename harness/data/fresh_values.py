"""SQL that gives a different value of a type for each number, for columns in which no two rows may agree.

Source: https://www.postgresql.org/docs/current/datatype.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.data.shapes import TypeShape

ENDLESS = 1 << 40
"""More values than anybody asks for."""
_FIRST = 1_000_000
"""The first number in a column that no check narrows: what the rows before were given lies far below."""
_BIT_LIMIT = 40
_SHORT_TEXT = 12
"""Characters from which a number always fits into a text, however many rows there are."""
_MIXED = (("$old || $n", 1), ("$n || $old", 1), ("$n || '@example.org'", 12), ("'/' || $n", 1),
          ("'https://example.org/' || $n", 20), ("'+' || (100000000 + $n)", 1))
"""Numbers with something beside them, and how many characters that takes."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """One way to make values of a column."""

    sql: str
    """An expression of ``$n``, a bigint from 0, and ``$old``, the text of the value in the row that is repeated."""
    capacity: int = ENDLESS
    """How many different values there are, about."""

    def of(self, number_sql: str, old_sql: str) -> str:
        """The expression with its two parts."""
        return self.sql.replace("$old", old_sql).replace("$n", number_sql)


def fresh_values(shape: TypeShape) -> tuple[Fresh, ...]:
    """The ways to make values of a type, likelier ones first; none for a type of few values or an unknown one."""
    base = shape.base
    if base.category == "A" and base.over is not None:
        return tuple(Fresh(f"ARRAY[{way.sql}]::{base.sql}", way.capacity) for way in fresh_values(base.over)
                     if "$old" not in way.sql)
    make = _BY_NAME.get(base.name.name)
    return make(base) if make is not None else ()


def _whole_number(capacity: int, cast: str) -> Callable[[TypeShape], tuple[Fresh, ...]]:
    ways = [Fresh(f"({_FIRST} + $n)::{cast}", capacity - _FIRST)] if capacity > 10 * _FIRST else []
    ways += [Fresh(f"($n + 1)::{cast}", capacity - 1), Fresh(f"(-$n - 1)::{cast}", capacity - 1)]
    return lambda _shape: tuple(ways)


def _numeric(shape: TypeShape) -> tuple[Fresh, ...]:
    limits = shape.precision_and_scale
    if limits is None:
        return (Fresh(f"({_FIRST} + $n)::numeric"), Fresh("($n + 1)::numeric"))
    precision, scale = limits
    # In units of the last place, which is how many values there are.
    return (Fresh(f"(($n + 1) * 10::numeric ^ ({-scale}))::{shape.sql}", 10**precision - 1),)


def _text(shape: TypeShape) -> tuple[Fresh, ...]:
    """Numbers in several dresses: which of them a check lets through, the server says."""
    limit = shape.max_length
    dresses = [Fresh("to_hex($n)", _most(16, limit)), Fresh(_spelled("abcdefghij"), _most(10, limit)),
               Fresh(_spelled("ABCDEFGHIJ"), _most(10, limit)), Fresh("($n + 1)::text", _most(10, limit))]
    mixed = [Fresh(sql, _most(10, None if limit is None else limit - taken)) for sql, taken in _MIXED]
    # As long as the old value, which has a length that a check may ask for: its end is counted on.
    digits = [Fresh(_ending_in(f"lpad($n::text, {count}, '0')", count), _most(10, limit, count))
              for count in (10, 8, 6, 5, 4, 3, 2)]
    letters = [Fresh(_ending_in(word, count), _most(26, limit, count)) for count in (4, 3, 2, 1)
               for word in (_letters(count), f"lower({_letters(count)})")]
    roomy = limit is None or limit > _SHORT_TEXT
    return (*dresses, *mixed, *digits, *letters) if roomy else (*dresses, *digits, *letters, *mixed)


def _most(signs: int, limit: int | None, count: int | None = None) -> int:
    """How many texts there are of so many signs, of this length at most."""
    length = max(min(_SHORT_TEXT if limit is None else limit, count or _SHORT_TEXT), 0)
    return min(int(signs**length), ENDLESS)


def _spelled(digits: str) -> str:
    return f"translate($n::text, '0123456789', '{digits}')"


def _letters(count: int) -> str:
    """So many capital letters."""
    places = reversed(range(count))
    return "(" + " || ".join(f"chr({ord('A')} + (($n / {26**place}) % 26)::int)" for place in places) + ")"


def _ending_in(filled: str, count: int) -> str:
    return (f"overlay($old PLACING right({filled}, least(length($old), {count})) "
            f"FROM greatest(length($old) - {count} + 1, 1))")


def _bits(shape: TypeShape) -> tuple[Fresh, ...]:
    length = shape.max_length or 64
    # The last bits of the number, filled up with zeros.
    digits = min(length, _BIT_LIMIT)
    return (Fresh(f"lpad(right($n::bit(64)::text, {digits}), {length}, '0')::{shape.sql}", 2**digits),)


def _one(sql: str, capacity: int = ENDLESS) -> Callable[[TypeShape], tuple[Fresh, ...]]:
    return lambda _shape: (Fresh(sql, capacity),)


def _typed(sql: str) -> Callable[[TypeShape], tuple[Fresh, ...]]:
    """Of a type that an extension has put into a schema of its own."""
    return lambda shape: (Fresh(f"{sql}::{shape.sql}"),)


def _range(bound: str) -> Callable[[TypeShape], tuple[Fresh, ...]]:
    """Ranges that lie apart, past all ordinary ones."""
    return lambda shape: (Fresh(f"{shape.sql}({bound.format('2 * $n')}, {bound.format('2 * $n + 1')})", _FIRST * 100),)


_DAY = "date '3000-01-01' + ({})::int"
_MOMENT = "timestamp '3000-01-01' + ({}) * interval '1 minute'"
_BY_NAME: Mapping[str, Callable[[TypeShape], tuple[Fresh, ...]]] = MappingProxyType({
    "int2": _whole_number(2**15, "int2"), "int4": _whole_number(2**31, "int4"), "int8": _whole_number(ENDLESS, "int8"),
    "oid": _whole_number(2**32, "oid"), "numeric": _numeric, "float4": _whole_number(2**24, "float4"),
    "float8": _whole_number(ENDLESS, "float8"), "money": _one("($n + 1)::numeric::money"),
    "pg_lsn": _one("('0/' || to_hex($n + 1))::pg_lsn", 2**32),
    "text": _text, "varchar": _text, "bpchar": _text, "citext": _text, "name": _text,
    "bytea": _one("decode(md5($n::text), 'hex')"), "bit": _bits, "varbit": _bits,
    "date": lambda _shape: (Fresh("date '2001-01-01' + $n::int", 2_900_000),
                            Fresh("date '2001-01-01' - $n::int", 2_400_000)),
    "timestamp": _one("timestamp '2001-01-01' + $n * interval '1 second'"),
    "timestamptz": _one("timestamptz '2001-01-01 00:00:00+00' + $n * interval '1 second'"),
    "time": _one("time '00:00' + $n * interval '1 microsecond'", 86_400_000_000),
    "timetz": _one("(time '00:00' + $n * interval '1 microsecond')::timetz", 86_400_000_000),
    "interval": _one("$n * interval '1 second'"),
    "uuid": _one("md5($n::text)::uuid"),
    "jsonb": _one("to_jsonb($n)"), "tsvector": _one("('w' || $n)::tsvector"),
    "hstore": _typed("('n=>' || $n)"), "ltree": _typed("('n' || $n)"),
    "inet": _one("inet '10.0.0.0' + $n", 2**24), "cidr": _one("(inet '10.0.0.0' + $n)::cidr", 2**24),
    "macaddr": _one("lpad(to_hex($n), 12, '0')::macaddr"), "macaddr8": _one("lpad(to_hex($n), 16, '0')::macaddr8"),
    "int4range": _range(f"({_FIRST} + {{}})::int"), "int8range": _range(f"{_FIRST} + {{}}"),
    "numrange": _range(f"({_FIRST} + {{}})::numeric"), "daterange": _range(_DAY), "tsrange": _range(_MOMENT),
    "tstzrange": _range(f"({_MOMENT}) AT TIME ZONE 'UTC'"),
})
