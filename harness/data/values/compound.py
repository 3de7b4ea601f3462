"""Types made of others: enums, arrays, ranges, multiranges, composites.

Sources: https://www.postgresql.org/docs/current/arrays.html, https://www.postgresql.org/docs/current/rangetypes.html,
https://www.postgresql.org/docs/current/rowtypes.html
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from harness.data.shapes import TypeShape
from harness.data.values.source import Source, cycle

Finder = Callable[[TypeShape], Source | None]
"""Gives the source of a part's type."""


def enum(shape: TypeShape) -> Source | None:
    """An enum: every label is told, none is made up."""
    return Source(cycle(*shape.labels), shape.labels) if shape.labels else None


def array(shape: TypeShape, find: Finder) -> Source | None:
    """An array: empty, with NULLs, with several dimensions, with bounds of its own."""
    element = shape.element
    source = find(element) if element is not None else None
    if source is None or element is None:
        return None
    separator = ";" if element.base.name.name == "box" else ","
    one, other = array_item(source.ordinary(0)), array_item(source.ordinary(1))
    edges = tuple(array_item(value) for value in source.edges if len(value) <= 300)  # noqa: PLR2004 - fit for a page

    def braces(*items: str) -> str:
        return "{" + separator.join(items) + "}"

    telling = ("{}", braces(one, "NULL", other), braces(braces(one, other), braces(other, one)))
    labels = (braces(*edges),) if edges else ()
    odd = (*labels, braces(one, one), f"[0:1]={braces(one, other)}", braces("NULL"))
    return Source(lambda number: braces(array_item(source.ordinary(number)), array_item(source.ordinary(number + 1))),
                  telling, odd, lambda st: st.lists(source.strategy, max_size=4).map(
                      lambda values: braces(*(array_item(value) for value in values))))


def array_item(value: str) -> str:
    """One element of an array's text, always quoted.

    Source: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
    """
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def range_(shape: TypeShape, find: Finder) -> Source | None:
    """A range; ordinary ones of different numbers lie far apart, so that no EXCLUDE minds them."""
    subtype = shape.base.over
    source = find(subtype) if subtype is not None else None
    if source is None or subtype is None:
        return None

    def ordinary(number: int) -> str:
        low, high = _bounds(subtype, source, number)
        return f"[{array_item(low)},{array_item(high)})"

    low, _ = _bounds(subtype, source, 0)
    quoted = array_item(low)
    return Source(ordinary, ("empty", f"[{quoted},)"), ("(,)", f"(,{quoted})", f"[{quoted},{quoted}]"))


def multirange(shape: TypeShape, find: Finder) -> Source | None:
    """A multirange."""
    over = shape.base.over
    source = find(over) if over is not None else None
    if source is None:
        return None
    return Source(lambda number: "{" + source.ordinary(number) + "}",
                  ("{}", "{" + source.ordinary(0) + "," + source.ordinary(2) + "}"), ("{(,)}",))


def composite(shape: TypeShape, find: Finder) -> Source | None:
    """A composite: all attributes, or one of them alone, or none."""
    sources = [find(attribute) for _, attribute in shape.base.attributes]

    def fields(pick: Callable[[Source], str]) -> str:
        # An attribute of a type that nothing is known of stays NULL, which is written as nothing at all.
        return "(" + ",".join("" if source is None else array_item(pick(source)) for source in sources) + ")"

    empty = "(" + "," * (len(sources) - 1) + ")"
    return Source(lambda number: fields(lambda source: source.ordinary(number)),
                  (fields(lambda source: source.edges[0] if source.edges else source.ordinary(1)), empty),
                  tuple(fields(lambda source, place=place: (source.edges or (source.ordinary(2),))[  # type: ignore[misc] # mypy cannot infer a lambda's default
                      place % max(len(source.edges), 1)]) for place in (1, 2)))


def _bounds(subtype: TypeShape, source: Source, number: int) -> tuple[str, str]:
    name = subtype.base.name.name
    if name in ("int4", "int8", "numeric", "float8", "float4", "int2"):
        return str(number * 100), str(number * 100 + 10)
    if name in ("date", "timestamp", "timestamptz"):
        zone = "+00" if name == "timestamptz" else ""
        day = dt.date(2024, 1, 1) + dt.timedelta(days=2 * number)
        return f"{day}{zone and ' 00:00:00' + zone}", f"{day + dt.timedelta(days=1)}{zone and ' 00:00:00' + zone}"
    # The order of an unknown type is not known: a range of one point is never the wrong way round.
    return source.ordinary(number), source.ordinary(number)
