"""Texts that match a LIKE pattern or a regular expression of a check.

PostgreSQL's regular expressions are near enough to Python's for Python's own parser to read most; what it cannot read
gives nothing, and the server has the last word on what is given.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from re import _constants as codes  # type: ignore[attr-defined] # Python's parser of patterns has no public name
from re import _parser as parser  # type: ignore[attr-defined] # the same
from typing import Any

_FILLERS = "a1A0-_ z9.@é"
_MOST_REPEATS = 64
_CLASSES = (("[:alnum:]", "a-zA-Z0-9"), ("[:alpha:]", "a-zA-Z"), ("[:digit:]", "0-9"), ("[:lower:]", "a-z"),
            ("[:upper:]", "A-Z"), ("[:space:]", r"\s"), ("[:xdigit:]", "0-9a-f"), (r"\m", r"\b"), (r"\M", r"\b"))
_LIKE_PART = re.compile(r"\\.|.", re.DOTALL)
"""A character of a LIKE pattern, with the backslash that takes its meaning away."""


def match_like(pattern: str) -> tuple[str, ...]:
    """A few texts that a LIKE pattern matches."""
    parts = _LIKE_PART.findall(pattern)
    return tuple(dict.fromkeys(
        "".join(wildcards.get(part, part[-1:]) for part in parts)
        for wildcards in ({"%": "", "_": "a"}, {"%": "abc", "_": "1"})))


def match_regex(pattern: str, turns: Iterable[int] = range(6)) -> tuple[str, ...]:
    """Texts that a regular expression matches, one for each turn as far as they differ, none if it cannot be read."""
    try:
        with warnings.catch_warnings():  # what Python may read differently one day
            warnings.simplefilter("ignore", FutureWarning)
            tree = _parse(pattern)
    except (re.error, OverflowError, RecursionError):
        return ()
    return tuple(dict.fromkeys("".join(_walk(tree, turn)) for turn in turns))


def _parse(pattern: str) -> Any:
    for posix, python in _CLASSES:
        pattern = pattern.replace(posix, python)
    return parser.parse(pattern)


def _walk(tree: Any, turn: int) -> Iterator[str]:
    """One text for a parsed pattern; ``turn`` picks branches, repeats and characters."""
    for code, argument in tree:
        if code is codes.LITERAL:
            yield chr(argument)
        elif code is codes.ANY:
            yield _FILLERS[turn % len(_FILLERS)]
        elif code is codes.NOT_LITERAL:
            yield next(filler for filler in _FILLERS if ord(filler) != argument)
        elif code is codes.IN:
            yield _one_of(argument, turn)
        elif code is codes.BRANCH:
            branches = argument[1]
            yield from _walk(branches[turn % len(branches)], turn)
        elif code is codes.SUBPATTERN:
            yield from _walk(argument[3], turn)
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            least, most, inner = argument
            count = min(least + turn, most, max(least, _MOST_REPEATS))
            for step in range(count):
                yield from _walk(inner, turn + step)


def _one_of(items: Sequence[Any], turn: int) -> str:
    if items and items[0][0] is codes.NEGATE:
        members = re.compile("[" + "".join(_member(item) for item in items[1:]) + "]")
        return next((filler for filler in _FILLERS if not members.match(filler)), "~")
    code, argument = items[turn % len(items)]
    if code is codes.LITERAL:
        return chr(argument)
    if code is codes.RANGE:
        low, high = argument
        return chr(low + turn % (high - low + 1))
    digit = str((7 + turn) % 10)
    return {codes.CATEGORY_DIGIT: digit, codes.CATEGORY_SPACE: " ", codes.CATEGORY_WORD: "w"}.get(argument, "-")


def _member(item: Any) -> str:
    code, argument = item
    if code is codes.LITERAL:
        return re.escape(chr(argument))
    if code is codes.RANGE:
        return f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}"
    return {codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_SPACE: r"\s", codes.CATEGORY_WORD: r"\w"}.get(argument, "")
