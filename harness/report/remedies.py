"""Tell the statements of a remedy from its English."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from operator import itemgetter

_BEGINS_CODE = re.compile(
    r"\s|[#@]|\w+(\.\w+)+\(|\w+ = |[A-Z]{2,} |(def|if|for|with|try|else)\b.*:$|import [\w.]+$|from [\w.]+ import ",
    re.MULTILINE)
"""How a statement of Python or SQL begins: indented, a method called, an assignment, a keyword, a word in capitals."""
_PART = re.compile(
    r'''(?P<quote>"""|\'\'\')(?:\\.|.)*?(?P=quote)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\#[^\n]*|.''', re.DOTALL)
"""What a statement is read by: a string or a comment as a whole, anything else character by character."""
_DEEPER = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def blocks(remedy: str) -> Iterator[tuple[bool, str]]:
    """Split a remedy into runs of statements in Python or SQL (True) and runs of English, without blank ends."""
    for is_code, pieces in itertools.groupby(_pieces(remedy), key=itemgetter(0)):
        block = "\n".join(text for _, text in pieces).strip("\n")
        if block.strip():
            yield is_code, block


def _pieces(remedy: str) -> Iterator[tuple[bool, str]]:
    """Each statement as it stands, however many lines it has, and each line of English; blank lines are code."""
    start = 0
    while start < len(remedy):
        is_code = _BEGINS_CODE.match(remedy, start) is not None
        end = _end_of_statement(remedy, start) if is_code else _end_of_line(remedy, start)
        yield is_code, remedy[start:end]
        start = end + 1


def _end_of_statement(text: str, start: int) -> int:
    """The end of the first line at which no bracket and no string is open; of the first line where that never comes."""
    depth = 0
    for part in _PART.finditer(text, start):
        if part[0] == "\n" and depth <= 0:
            return part.start()
        depth += _DEEPER.get(part[0], 0)
    return len(text) if depth <= 0 else _end_of_line(text, start)


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)
