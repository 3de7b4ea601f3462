"""SQL as PostgreSQL splits it: tokens, and statements.

Parsers for Python that could be installed beside a user's project leave much of what migrations write (types, policies,
functions, DO blocks) as text, so that it would have to be read here all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from harness.audit.values import HOLE


class Sort(Enum):
    """What a token is."""

    WORD = auto()
    """A keyword or an identifier without quotes."""
    QUOTED = auto()
    """An identifier in quotes."""
    STRING = auto()
    SIGN = auto()
    HOLE = auto()
    """Something that the source computes, alone or inside an identifier."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``text`` is what it means: a word in lower case, an identifier or string without its quotes."""

    sort: Sort
    text: str
    start: int
    """Where in the text it begins."""
    end: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these words, which are in lower case."""
        return self.sort is Sort.WORD and self.text in words


# https://www.postgresql.org/docs/current/sql-syntax-lexical.html
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+|--[^\n]*)
    | (?P<comment>/\*)
    | (?P<escaped>[eE]'(?:[^'\\]|''|\\.)*')
    | (?P<string>(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*')
    | (?P<dollar>\$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$)
    | (?P<quoted>(?:[uU]&)?"(?:[^"]|"")*")
    | (?P<word>[A-Za-z_\x80-\uffff{HOLE}][\w${HOLE}]*)
    | (?P<parameter>%\(\w+\)s|%s|:\w+(?!:))
    | (?P<number>\d[\w.]*)
    | (?P<sign>::|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


def tokens(sql: str) -> Iterator[Token]:
    """Split ``sql``, leaving out blanks and comments."""
    place = 0
    while place < len(sql):
        match = _TOKEN.match(sql, place)
        assert match is not None, "the last alternative takes any character"
        kind, found = match.lastgroup, match.group()
        if kind == "comment":
            place = _end_of_comment(sql, place)
            continue
        if kind != "space":
            yield _token(str(kind), found, place, match.end())
        place = match.end()


def statements(sql: str) -> Iterator[tuple[Token, ...]]:
    """The statements of ``sql``, each as its tokens, without the semicolons and without empty ones.

    The body of a function in SQL's own form (BEGIN ATOMIC … END) holds semicolons that end nothing.
    """
    found: list[Token] = []
    atomic = 0
    for token in tokens(sql):
        if token.is_word("atomic") and found and found[-1].is_word("begin"):
            atomic = 1
        elif atomic and token.is_word("case"):
            atomic += 1
        elif atomic and token.is_word("end"):
            atomic -= 1
        if token.sort is Sort.SIGN and token.text == ";" and not atomic:
            if found:
                yield tuple(found)
            found = []
        else:
            found.append(token)
    if found:
        yield tuple(found)


def split_at_commas(found: Sequence[Token]) -> list[tuple[Token, ...]]:
    """The parts of ``found`` between commas that stand in no parentheses."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        if token.sort is Sort.SIGN:
            depth += (token.text in "([") - (token.text in ")]")
            if token.text == "," and depth == 0:
                parts.append([])
                continue
        parts[-1].append(token)
    return [tuple(part) for part in parts if part]


def words(found: Iterable[Token]) -> tuple[str, ...] | None:
    """Every identifier and keyword, once; None where the source computes one."""
    named = tuple(dict.fromkeys(token.text for token in found if token.sort in (Sort.WORD, Sort.QUOTED, Sort.HOLE)))
    return None if any(HOLE in name for name in named) else named


def _end_of_comment(sql: str, start: int) -> int:
    """PostgreSQL's comments nest; one that is not closed takes the rest."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(sql, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(sql)


def _token(kind: str, found: str, place: int, end: int) -> Token:
    match kind:
        case "word":
            return Token(Sort.HOLE if HOLE in found else Sort.WORD, found.lower(), place, end)
        case "quoted":
            name = found[found.index('"') + 1:-1].replace('""', '"')
            return Token(Sort.HOLE if HOLE in name else Sort.QUOTED, name, place, end)
        case "escaped" | "string":
            return Token(Sort.STRING, found[found.index("'") + 1:-1].replace("''", "'"), place, end)
        case "dollar" | "tag":  # the group inside is the one that matched last
            return Token(Sort.STRING, found[found.index("$", 1) + 1:found.rindex("$", 0, -1)], place, end)
        case "parameter":
            return Token(Sort.SIGN, "?", place, end)
        case _:
            return Token(Sort.SIGN, found, place, end)
