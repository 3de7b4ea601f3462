"""Text in Markdown, so that nothing in it means anything.

Source: https://docs.github.com/en/get-started/writing-on-github
"""

from __future__ import annotations

import re

from harness.report.layout import printable, printable_lines
from harness.report.tally import plural

MOST_LINES = 25
"""A block of code is cut after so many."""
_SPECIAL = re.compile(r"[\\`*_\[\]|~$]|\A[#+\-=]|(?<=\A\d)[.)]")
"""What means something inside a line, and at the beginning of one."""
_PROSE = re.compile(r"\A(\s*)(.*?)(\s*)\Z", re.DOTALL)


def html_text(text: str) -> str:
    """Text inside a tag."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def prose_text(text: str) -> str:
    """Running text on one line in which nothing means anything to Markdown, and nobody is mentioned."""
    one_line = _SPECIAL.sub(r"\\\g<0>", printable(" ".join(text.split())))
    escaped = one_line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # Alone a @ would tell the owner of that name: an empty comment after it is shown as nothing.
    return escaped.replace("@", "@<!-- -->")


def inline_text(text: str) -> str:
    """Running text in which what stands between backticks is code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return prose_text(text)
    return "".join(code_span(part) if place % 2 else _PROSE.sub(_escaped_between_blanks, part)
                   for place, part in enumerate(parts))


def code_span(text: str) -> str:
    """A span of code that may stand in a table: there a | has to be escaped even in code."""
    shown = printable(text).replace("|", "\\|")
    if not shown.strip():
        return shown.strip()
    ticks = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{ticks}{space}{shown}{space}{ticks}"


def fence(text: str, language: str, most_lines: int = MOST_LINES) -> str:
    """A block of code; more than ``most_lines`` lines are cut, and the cut is said."""
    lines = printable_lines(text.strip("\n")).split("\n")
    further = len(lines) - most_lines
    shown = lines[:most_lines] + ([f"… {plural(further, 'more line')}"] if further > 0 else [])
    body = "\n".join(shown)
    ticks = "`" * max(3, max((len(run) for run in re.findall("`+", body)), default=0) + 1)
    return f"{ticks}{language}\n{body}\n{ticks}\n"


def _escaped_between_blanks(match: re.Match[str]) -> str:
    blanks_before, text, blanks_after = (" " if part and part.isspace() else part for part in match.groups())
    return f"{blanks_before}{prose_text(text)}{blanks_after}"
