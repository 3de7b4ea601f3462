"""What operators, methods and builtins make of values, as far as both are known."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.audit.values import HOLE, UNKNOWN, Attr, Made, Ref, Value, attribute_of, text

_MOST_ITEMS = 400
"""A list longer than that, or a loop that makes one, is not followed."""
_COMPARE: Mapping[type[ast.cmpop], Callable[[Value, Value], bool]] = MappingProxyType({
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
    ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right,  # type: ignore[operator]  # tried, and caught, below
    ast.NotIn: lambda left, right: left not in right,  # type: ignore[operator]
})
_TEXT_METHODS = frozenset({
    "lower", "upper", "strip", "lstrip", "rstrip", "replace", "title", "capitalize", "removeprefix", "removesuffix",
    "startswith", "endswith", "split", "splitlines", "encode", "join",
})


def truth(value: Value) -> bool | None:
    """Whether a value is true; None where that cannot be told."""
    if value is UNKNOWN or isinstance(value, (Ref, Made, Attr)) or (isinstance(value, str) and HOLE in value):
        return None
    return bool(value)


def iterated(value: Value) -> list[Value] | None:
    """What a loop over a value goes through; None where that cannot be told, or is much."""
    if isinstance(value, (dict, list, tuple)) and len(value) <= _MOST_ITEMS:
        return list(value)
    return None


def compared(left: Value, op: ast.cmpop, right: Value) -> Value:
    """What a comparison gives; UNKNOWN where a side of it is."""
    compare = _COMPARE.get(type(op))
    unknown = (UNKNOWN,)
    if compare is None or left in unknown or right in unknown or isinstance(left, (Ref, Made, Attr)) or isinstance(
            right, (Ref, Made, Attr)):
        return UNKNOWN
    if any(isinstance(side, str) and HOLE in side for side in (left, right)):
        return UNKNOWN
    if isinstance(right, (list, tuple)) and not all(isinstance(item, (str, int, type(None))) for item in right):
        return UNKNOWN
    try:
        return compare(left, right)
    except TypeError:
        return UNKNOWN


def item_of(value: Value, key: Value) -> Value:
    """What ``value[key]`` is."""
    try:
        if isinstance(value, dict) and isinstance(key, (str, int)):
            return value.get(key, UNKNOWN)
        if isinstance(value, (list, tuple)) and isinstance(key, int):
            return value[key]
    except IndexError:
        pass
    return UNKNOWN


def percent(left: str, right: Value) -> str:
    """What ``left % right`` is, with a hole for what is not known."""
    values = tuple(right) if isinstance(right, (list, tuple)) else right
    try:
        if isinstance(values, tuple):
            return left % tuple(item if isinstance(item, (str, int)) else HOLE for item in values)
        if isinstance(values, dict):
            return left % {key: item if isinstance(item, (str, int)) else HOLE for key, item in values.items()}
        return left % (values if isinstance(values, (str, int)) else HOLE)
    except (TypeError, ValueError, KeyError):
        return HOLE


def method(of: Value, name: str, made: Made) -> Value | None:
    """What a method of a text or a dictionary returns; None for everything else."""
    if isinstance(of, str):
        return _text_method(of, name, made)
    if isinstance(of, dict) and name in ("items", "keys", "values", "get"):
        if name == "get":
            return item_of(of, made.args[0]) if made.args else UNKNOWN
        return [list(pair) for pair in of.items()] if name == "items" else list(of if name == "keys" else of.values())
    return None


def grow(of: list[Value], name: str, made: Made, *, is_certain: bool) -> None:
    """Append to a list, or extend it."""
    added = made.args[-1] if made.args and is_certain else UNKNOWN
    if name == "extend":
        of += added if isinstance(added, (list, tuple)) else [UNKNOWN]
    else:
        of.append(added)


def _text_method(of: str, name: str, made: Made) -> Value:
    if name == "format":
        try:
            return of.format(
                *(item if isinstance(item, (str, int)) else HOLE for item in made.args),
                **{key: item if isinstance(item, (str, int)) else HOLE for key, item in made.kwargs.items()})
        except (IndexError, KeyError, ValueError, AttributeError):
            return HOLE
    args = [list(item) if isinstance(item, tuple) and name == "join" else item for item in made.args]
    if name == "join" and args and isinstance(args[0], list):
        args = [[item if isinstance(item, str) else HOLE for item in args[0]]]
    if name not in _TEXT_METHODS or not all(isinstance(item, (str, list, tuple, int)) for item in args):
        return HOLE
    try:
        result: Value = getattr(of, name)(*args)
    except (TypeError, ValueError, LookupError):
        return HOLE
    return result.decode() if isinstance(result, bytes) else result


def builtin(name: str, made: Made) -> Value | None:  # noqa: PLR0911 - one return a builtin
    """What a builtin returns; None for those that are not known here."""
    first = made.args[0] if made.args else UNKNOWN
    if name in ("list", "tuple", "set", "sorted", "reversed"):
        items = iterated(first) if made.args else []
        if items is None:
            return UNKNOWN
        return items[::-1] if name == "reversed" else items
    if name == "dict":
        return dict(made.kwargs) if not made.args else first if isinstance(first, dict) else UNKNOWN
    if name == "range" and all(isinstance(item, int) for item in made.args):
        numbers = range(*(item for item in made.args if isinstance(item, int))) if made.args else range(0)
        return list(numbers) if len(numbers) <= _MOST_ITEMS else UNKNOWN
    if name == "str":
        return first if isinstance(first, str) else str(first) if isinstance(first, int) else HOLE
    if name == "len":
        return len(first) if isinstance(first, (list, tuple, dict)) or text(first) is not None else UNKNOWN  # type: ignore[arg-type]
    if name == "enumerate" and isinstance(first, list):
        return [[place, item] for place, item in enumerate(first)]
    if name == "zip":
        lists = [iterated(item) for item in made.args]
        known = [items for items in lists if items is not None]
        return [list(pair) for pair in zip(*known, strict=False)] if len(known) == len(lists) else UNKNOWN
    if name == "getattr" and len(made.args) > 1 and (attribute := text(made.args[1])) is not None:
        return attribute_of(first, attribute)
    return None
