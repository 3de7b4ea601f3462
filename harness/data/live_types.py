"""Values that a column's type holds after an upgrade and did not hold before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from harness.data.rows import Connection
from harness.data.seed_checks import not_held
from harness.data.shapes import TypeShape
from harness.data.values import source_of
from harness.data.values.compound import array_item

_INTEGERS = {"int2": 2**15 - 1, "int4": 2**31 - 1, "int8": 2**63 - 1}
_FRACTIONAL = ("numeric", "float4", "float8", "money")
_TEXTS = ("text", "varchar", "bpchar", "citext", "name")
_ASKED = 3
"""Values of the server's choice for one changed column."""
_LONGEST = 10_000
_CHARACTERS = 300
"""Characters of a text in a column whose limit is gone, if it was lower."""


@dataclass(frozen=True, slots=True)
class NewValue:
    """A value that only the new type holds."""

    text: str
    words: str
    """What it is: "300 characters"."""
    before: str
    """What the type held before: "was at most 50"."""


def new_values(connection: Connection, old: TypeShape, new: TypeShape) -> Iterator[NewValue]:
    """Values that only the new type holds; where nothing is known of the change, the server says which."""
    yield from _labels(old, new)
    if old.base.sql == new.base.sql:
        return
    known = tuple(_by_hand(old, new))
    yield from known
    source = source_of(new)
    if known or source is None:
        return
    refused = not_held(connection, old, new, [*source.edges, source.ordinary(0)])
    yield from (NewValue(text, repr(text[:40]), f"was {old.sql}") for text in refused[:_ASKED])


def _labels(old: TypeShape, new: TypeShape) -> Iterator[NewValue]:
    """Enum labels that are new, in the column's type itself or as elements of it."""
    enum = new.element.base if new.element is not None else new.base
    known = {label for part in old.parts for label in part.labels}
    if enum.kind != "e" or not known:
        return
    for label in enum.labels:
        if label not in known:
            text = label if new.element is None else "{" + array_item(label) + "}"
            yield NewValue(text, f"label {label!r}", "a new label")


def _by_hand(old: TypeShape, new: TypeShape) -> Iterator[NewValue]:
    """Values for the usual changes, told in words."""
    old_name, new_name = old.base.name.name, new.base.name.name
    if new_name in _TEXTS or new_name in ("varbit", "bit"):
        yield from _longer(old, new)
    if new_name in _TEXTS and old_name not in _TEXTS:
        yield NewValue("no such value"[:new.max_length], f"text that is no {old.sql}", f"was {old.sql}")
    if old_name in _INTEGERS and (new_name in _INTEGERS or new_name in _FRACTIONAL):
        yield from _beyond_integer(old, new)
    if old_name == "numeric" and new_name == "numeric":
        yield from _beyond_numeric(old, new)
    if old_name == "date" and new_name in ("timestamp", "timestamptz"):
        yield NewValue("2024-05-06 13:14:15.678901", "a time of day", "was date")
    if old_name in ("timestamp", "timestamptz", "time", "timetz") and new_name == old_name:
        yield NewValue("2024-05-06 13:14:15.678901"[0 if "stamp" in new_name else 11:], "fractions of a second",
                       f"was {old.sql}")
    if old_name == "timestamp" and new_name == "timestamptz":
        yield NewValue("2024-05-06 23:14:15-11", "a time of another zone", "was without time zone")
    if old_name == "bool" and new_name in (*_INTEGERS, *_FRACTIONAL):
        yield NewValue("2", "2", "was boolean")


def _longer(old: TypeShape, new: TypeShape) -> Iterator[NewValue]:
    limit = old.max_length
    if limit is None or (new.max_length is not None and new.max_length <= limit):
        return
    most = min(new.max_length or max(_CHARACTERS, limit + 1), _LONGEST)
    unit = "bits" if new.base.name.name in ("bit", "varbit") else "characters"
    filler = "1" if unit == "bits" else "abcdefghijklmnopqrstuvwxyz"
    for size in dict.fromkeys((limit + 1, most)):
        if size <= most:
            yield NewValue((filler * (size // len(filler) + 1))[:size], f"{size} {unit}", f"was at most {limit}")


def _beyond_integer(old: TypeShape, new: TypeShape) -> Iterator[NewValue]:
    highest = _INTEGERS[old.base.name.name]
    was = f"was {old.sql}"
    limits = new.precision_and_scale
    if new.base.name.name in _FRACTIONAL and (limits is None or limits[1] > 0):
        yield NewValue("1.5", "a fraction", was)
    room = _INTEGERS.get(new.base.name.name)
    if limits is not None:
        room = 10 ** (limits[0] - limits[1]) - 1
    if room is None or room > highest:
        yield NewValue(str(highest + 1), str(highest + 1), f"{was}, at most {highest}")


def _beyond_numeric(old: TypeShape, new: TypeShape) -> Iterator[NewValue]:
    before, after = old.precision_and_scale, new.precision_and_scale
    if before is None:
        return
    was = f"was {old.sql}"
    scale = after[1] if after is not None else before[1] + 4
    if scale > before[1]:
        digit = format(Decimal(1).scaleb(-(before[1] + 1)), "f")
        yield NewValue(digit, f"{before[1] + 1} decimals", was)
    if after is None or after[0] - after[1] > before[0] - before[1]:
        # One digit more before the point than there was room for.
        number = format(Decimal(1).scaleb(before[0] - before[1]), "f")
        yield NewValue(number, number[:40], was)
