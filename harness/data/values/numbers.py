"""Numbers: integers, numeric, floating point, money.

Source: https://www.postgresql.org/docs/current/datatype-numeric.html
"""

from __future__ import annotations

from decimal import Decimal

from harness.data.shapes import TypeShape
from harness.data.values.source import Source

_RANGES = {
    "int2": (-(2**15), 2**15 - 1),
    "int4": (-(2**31), 2**31 - 1),
    "int8": (-(2**63), 2**63 - 1),
    "oid": (0, 2**32 - 1),
}


def integer(shape: TypeShape) -> Source:
    """``smallint``, ``integer``, ``bigint`` and ``oid``."""
    lowest, highest = _RANGES[shape.name.name]
    edges = [0, highest, lowest, -1, 1, 32767, 32768, 2147483647, 2147483648, 255, 256, 9007199254740993]
    inside = tuple(dict.fromkeys(str(edge) for edge in edges if lowest <= edge <= highest))
    return Source(lambda number: str((number + 1) % (highest + 1)), inside[:4], inside[4:],
                  lambda st: st.integers(lowest, highest).map(str))


def numeric(shape: TypeShape) -> Source:
    """``numeric`` with or without precision and scale; the scale may be negative or over the precision."""
    limits = shape.precision_and_scale
    if limits is None:
        return Source(
            lambda number: f"{number + 10}.25",
            ("0.123456789012345678901234567890", "12345678901234567890.123456789", "-0.005", "NaN"),
            ("0", "-1", "1.10", "1E+30", "1E-20", "99999999999999999999999999999999999999", "2.5", "0.1"),
            lambda st: st.decimals(allow_nan=False, allow_infinity=False, places=6).map(_plain),
        )
    precision, scale = limits
    most = 10**precision - 1

    def units(count: int) -> str:
        """So many units of the last place; arithmetic would round to the context's 28 digits."""
        return _plain(Decimal(f"{count}E{-scale}"))

    cents = 10 ** max(scale, 0)
    counts = dict.fromkeys((most, -most, 0, 1, -1, cents + cents // 2, cents // 3, cents, 10 * cents + 1))
    edges = tuple(units(count) for count in counts if abs(count) <= most)
    step = cents + cents // 4 if most >= 100 * cents else 1
    return Source(lambda number: units((number + 1) * step % (most + 1)), (*edges[:2], "NaN"), edges[2:],
                  lambda st: st.integers(-most, most).map(units))


def floating(shape: TypeShape) -> Source:
    """``real`` and ``double precision``."""
    if shape.name.name == "float4":
        extremes = ("3.4028235e+38", "1.1754944e-38", "0.1", "16777217")
        width = 32
    else:
        extremes = ("1.7976931348623157e+308", "2.2250738585072014e-308", "0.1", "9007199254740993")
        width = 64
    return Source(lambda number: f"{number}.5", ("NaN", "Infinity", "0.333333333", "-0"),
                  ("-Infinity", "0", "-1.25", *extremes),
                  lambda st: st.floats(width=width, allow_subnormal=False).map(repr))


def money(_: TypeShape) -> Source:
    """``money``, an amount of the locale's smallest unit in 64 bits; plain digits are taken in every locale."""
    return Source(lambda number: f"{number + 1}.50", ("0", "-1", "92233720368547758.07"),
                  ("-92233720368547758.08", "0.01", "1234567.89"),
                  lambda st: st.integers(-(10**12), 10**12).map(lambda count: _plain(Decimal(count).scaleb(-2))))


def log_position(_: TypeShape) -> Source:
    """``pg_lsn``."""
    return Source(lambda number: f"0/{number + 1:X}", ("0/0", "FFFFFFFF/FFFFFFFF"), ("16/B374D848",),
                  lambda st: st.integers(0, 2**64 - 1).map(lambda value: f"{value >> 32:X}/{value & 0xFFFFFFFF:X}"))


def _plain(value: Decimal) -> str:
    return format(value, "f")
