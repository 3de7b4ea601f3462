r"""Split a SQL script as pg_dump writes it into statements and blocks of rows.

psql is not asked to run it: a script may hold commands of psql's own, which reach files, other programs (``\!``) and
other databases (``\connect``). They are told apart, and nothing is done with them here.

Source: https://www.postgresql.org/docs/current/app-psql.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_CODE = re.compile(
    rb"'|\"|--|/\*|\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*)?\$|[;()]|\b(?:BEGIN|CASE|END)\b", re.IGNORECASE)
_ENDS = {
    b"'": re.compile(rb"'"),
    b"E": re.compile(rb"\\.|'", re.DOTALL),
    b'"': re.compile(rb'"'),
    b"/*": re.compile(rb"/\*|\*/"),
}
_BODY = re.compile(rb"\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b", re.IGNORECASE)
"""A statement whose body may be one of several statements, from BEGIN ATOMIC to END."""
_COPY = re.compile(rb"COPY\s.*\sFROM\s+stdin\b", re.IGNORECASE | re.DOTALL)
_BLANK = re.compile(rb"(?:\s+|--[^\n]*(?:\n|$))+")
_BLOCK_BYTES = 1 << 16


class EndsInTheMiddleError(Exception):
    """The script ends within a statement or a block of rows."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, without comments before it and the semicolon after it."""

    sql: bytes


@dataclass(frozen=True, slots=True)
class Copy:
    """A COPY FROM stdin with its rows, which must be read before the script is read on."""

    sql: bytes
    blocks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Command:
    """A command of psql's own: a line that begins with a backslash, where no statement has begun."""

    name: str
    """With the backslash, without what follows it."""


def split_script(lines: Iterable[bytes]) -> Iterator[Statement | Copy | Command]:
    """Split the lines of a script.

    Raises:
        EndsInTheMiddleError: the script does.
    """
    source = iter(lines)
    scanner = _Scanner()
    for line in source:
        if line.startswith(b"\\") and scanner.between_statements:
            yield Command(line.split()[0].decode(errors="replace"))
            continue
        for sql in scanner.feed(line):
            if _COPY.match(sql):
                blocks = _blocks(source)
                yield Copy(sql, blocks)
                for _ in blocks:
                    pass
            elif sql:
                yield Statement(sql)
    if without_comments(scanner.rest):
        raise EndsInTheMiddleError


def without_comments(sql: bytes) -> bytes:
    """A statement without the comments and blanks before and after it."""
    place = 0
    while place < len(sql):
        blank = _BLANK.match(sql, place)
        if blank is not None:
            place = blank.end()
        elif sql.startswith(b"/*", place):
            place = _end_of_comment(sql, place)
        else:
            break
    return sql[place:].strip()


def _end_of_comment(sql: bytes, place: int) -> int:
    """Where a comment ends that begins at ``place``; comments may hold comments."""
    depth = 0
    for found in _ENDS[b"/*"].finditer(sql, place):
        depth += 1 if found[0] == b"/*" else -1
        if not depth:
            return found.end()
    return len(sql)


def _blocks(lines: Iterator[bytes]) -> Iterator[bytes]:
    r"""The rows of a COPY, some at a time, up to the line ``\.``."""
    block: list[bytes] = []
    size = 0
    for line in lines:
        if line.rstrip(b"\r\n") == b"\\.":
            break
        block.append(line)
        size += len(line)
        if size > _BLOCK_BYTES:
            yield b"".join(block)
            block, size = [], 0
    else:
        raise EndsInTheMiddleError
    if block:
        yield b"".join(block)


class _Scanner:
    """Knows, from line to line, within what the script stands."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._within: bytes | None = None
        """What has to end before a semicolon counts: a quote, a comment, or the tag of a dollar-quoted text."""
        self._comments = 0
        self._parentheses = 0
        self._blocks = 0
        """BEGIN and CASE without their END, in the body of a function."""
        self._has_body: bool | None = None

    @property
    def between_statements(self) -> bool:
        """Whether no statement has begun."""
        return self._within is None and not without_comments(b"".join(self._parts))

    @property
    def rest(self) -> bytes:
        """What has begun and not ended."""
        return b"".join(self._parts)

    def feed(self, line: bytes) -> Iterator[bytes]:
        """Read one line; the statements that end in it."""
        start = place = 0
        while place < len(line):
            if self._within is not None:
                place = self._leave(line, place)
                continue
            found = _CODE.search(line, place)
            if found is None:
                break
            place = found.end()
            sign = found[0]
            if sign == b"--":
                break
            if sign == b";" and not self._parentheses and not self._blocks:
                self._parts.append(line[start:found.start()])
                yield without_comments(b"".join(self._parts))
                self._parts, self._has_body = [], None
                start = place
            else:
                self._enter(line, found, start)
        self._parts.append(line[start:])

    def _enter(self, line: bytes, found: re.Match[bytes], start: int) -> None:
        sign = found[0]
        if sign in b"()":
            self._parentheses = max(self._parentheses + (1 if sign == b"(" else -1), 0)
        elif sign == b"/*":
            self._within, self._comments = sign, 1
        elif sign == b"'":
            before = line[max(found.start() - 2, 0):found.start()]
            self._within = b"E" if re.search(rb"(?:^|[^\w\x80-\xff])[eE]$", before) else sign
        elif sign == b'"':
            self._within = sign
        elif sign.startswith(b"$"):
            if not re.search(rb"[\w$\x80-\xff]$", line[:found.start()]):
                self._within = sign
        elif sign != b";" and self._is_body(line[start:found.start()]):
            self._blocks += -1 if sign.upper() == b"END" else 1
            self._blocks = max(self._blocks, 0)

    def _is_body(self, before: bytes) -> bool:
        if self._has_body is None:
            self._has_body = _BODY.match(without_comments(b"".join([*self._parts, before]))) is not None
        return self._has_body

    def _leave(self, line: bytes, place: int) -> int:
        """Look for the end of what the script stands within; where to read on."""
        assert self._within is not None
        if self._within.startswith(b"$"):
            end = line.find(self._within, place)
            if end < 0:
                return len(line)
            place = end + len(self._within)
            self._within = None
            return place
        found = _ENDS[self._within].search(line, place)
        if found is None:
            return len(line)
        if self._within == b"/*":
            self._comments += 1 if found[0] == b"/*" else -1
            if not self._comments:
                self._within = None
        elif not found[0].startswith(b"\\"):
            self._within = None  # a doubled quote opens the text again
        return found.end()
