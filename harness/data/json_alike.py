"""Tell values that are the same JSON, written otherwise: ``json`` keeps a text as it came, ``jsonb`` what it means.

Sources: https://www.postgresql.org/docs/current/datatype-json.html, https://www.rfc-editor.org/rfc/rfc8259#section-4
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from enum import IntEnum
from functools import partial

_Pairs = list[tuple[str, object]]


class Alike(IntEnum):
    """How much two texts have in common, least first."""

    OTHERWISE = 0
    """They are different documents, or none."""
    LAST_VALUES = 1
    """The same document but for values of a key that its object has again, further behind: readers take the last."""
    DOCUMENT = 2
    """The same document: spaces, the order of keys, escapes or how a number is written differ."""


def alike(one: str | None, other: str | None) -> Alike:
    """How much two texts have in common as JSON."""
    if one is None or other is None:
        return Alike.OTHERWISE
    try:
        if _read(one, _last_values) != _read(other, _last_values):
            return Alike.OTHERWISE
        return Alike.DOCUMENT if _read(one, _all_values) == _read(other, _all_values) else Alike.LAST_VALUES
    except (ValueError, RecursionError):
        return Alike.OTHERWISE


def _read(text: str, object_of: Callable[[_Pairs], object]) -> object:
    # Decimal: no digit may get lost. PostgreSQL takes no NaN, which Python's reader does.
    return _told_apart(json.loads(text, object_pairs_hook=object_of, parse_float=Decimal, parse_int=Decimal,
                                  parse_constant=partial(int, base=0)))


def _last_values(pairs: _Pairs) -> object:
    return {key: _told_apart(value) for key, value in pairs}


def _all_values(pairs: _Pairs) -> object:
    """An object with all the different values of each key, in their order."""
    found: dict[str, list[object]] = {}
    for key, value in pairs:
        known = found.setdefault(key, [])
        told = _told_apart(value)
        if told not in known:
            known.append(told)
    return found


def _told_apart(value: object) -> object:
    """The value with truth values that are equal to no number, as Python's are; those in objects are so already."""
    if isinstance(value, bool):
        return (value,)
    return [_told_apart(item) for item in value] if isinstance(value, list) else value
