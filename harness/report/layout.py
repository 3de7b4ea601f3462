"""How text is laid out in a given width: wrapped prose, verbatim code, a small table, a schema delta.

Every function returns finished lines. They are printed without further wrapping, so that a long identifier or a line
of SQL stays one line that can be copied, whatever the width of the terminal.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from harness.findings.building import alike_at_start
from harness.findings.model import Sample
from harness.report.remedies import blocks

NO_ROW = "(no such row)"
_NARROWEST, _WIDEST = 40, 120
"""Prose is set in no less than the first and, as longer lines are hard to read, no more than the second."""
_GAP = "  "
_KEY, _COLUMN = 0, 1
_VALUES = (2, 3)
"""The columns of the sample table that hold values; those before them tell which."""
_ELLIPSIS = "..."
_LENGTH_TOLD = re.compile(r"(?P<value>.*') \(\d+ characters\)")
"""A value of which a part is shown and the length is told."""
_COMMON_START, _CONTEXT = 20, 4
"""Where two values begin alike for more than the first, only the last few characters of that are shown."""
_SHORTEST_KEY = 24
_LONG_VALUE = 28
"""As long as a time with its zone."""
_SHORTEST_VALUE, _LONGEST_VALUE = 12, 60
"""A value column is never narrower than the first, even where the table then grows over the width, nor wider than the
second."""


def printable(text: str) -> str:
    """Return ``text`` with every character that could move a terminal's cursor written as an escape."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in text
    )


def printable_lines(text: str) -> str:
    """Return ``text`` as ``printable`` does, its line breaks and tabs kept."""
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in text.split("\n"))


def prose(text: str, width: int, indent: int, *, hanging: int = 0, style: str = "") -> list[Text]:
    """Wrap running text at blanks; a word longer than the line is left whole."""
    lines = textwrap.wrap(
        printable(" ".join(text.split())), min(max(width, _NARROWEST), _WIDEST),
        initial_indent=" " * indent, subsequent_indent=" " * (indent + hanging),
        break_long_words=False, break_on_hyphens=False,
    )
    return [Text(line, style=style) for line in lines]


def code(text: str, indent: int, *, limit: int, style: str = "") -> list[Text]:
    """Show code as it stands, tabs and all, indented; more than ``limit`` lines are cut, and the cut is said."""
    body = text.strip("\n")
    # Taking away what all lines are indented by alters blank ones, which a string may hold.
    lines = printable_lines(textwrap.dedent(body) if body[:1].isspace() else body).split("\n")
    shown = [Text(" " * indent + line, style=style) for line in lines[:limit]]
    return shown + cut(len(lines) - limit, indent)


def advice(text: str, width: int, indent: int, *, limit: int) -> list[Text]:
    """Lay out a remedy: running text is wrapped, lines of Python and SQL stand as written."""
    lines: list[Text] = []
    for is_code, block in blocks(text):
        if is_code:
            lines += code(block, indent + 2, limit=limit, style="cyan")
        else:
            lines += [wrapped for line in block.splitlines() for wrapped in prose(line, width, indent)]
    return lines


def delta(lines: Sequence[str], indent: int, *, limit: int) -> list[Text]:
    """Show the lines of a schema delta, what was there before in red and what came in green."""
    styles = {"-": "red", "+": "green"}
    shown = [
        Text(" " * indent + printable(part), style=styles.get(line.lstrip()[:1], ""))
        for line in lines for part in line.expandtabs(4).splitlines()
    ]
    return shown[:limit] + cut(len(shown) - limit, indent)


def samples(entries: Sequence[Sample], width: int, indent: int, *, limit: int) -> list[Text]:
    """Show rows before and after as a small table.

    Where the table would outgrow the width, a column that is the only one is not named, as the finding is about it, and
    the middle is cut out of long values, then of long keys.
    """
    header = ("row", "column", "before", "after")
    rows = [(printable(entry.key), printable(entry.column or ""), *_values(entry)) for entry in entries[:limit]]
    used = [index for index in range(len(header)) if index in _VALUES or any(row[index] for row in rows)]
    widths = {index: max(cell_len(row[index]) for row in [header, *rows]) for index in used}
    widths |= {index: min(width, _LONGEST_VALUE) for index, width in widths.items() if index in _VALUES}
    if _too_wide(widths, width - indent) and len({row[_COLUMN] for row in rows}) == 1:
        widths.pop(_COLUMN, None)
    _narrow(widths, width - indent)
    table = [Text(_table_line(header, widths, indent), style="dim")]
    table += [Text(_table_line(row, widths, indent)) for row in rows]
    return table + cut(len(entries) - limit, indent, "sample")


def shorten(value: str, width: int) -> str:
    """Cut the middle out of ``value`` until it takes ``width`` cells of a terminal."""
    if cell_len(value) <= width:
        return value
    room = width - len(_ELLIPSIS)
    tail = room // 3
    head = set_cell_size(value, room - tail)
    return head.rstrip() + _ELLIPSIS + (value[-tail:] if tail else "")


def _shorten_value(value: str, width: int) -> str:
    """Cut as ``shorten`` does; of a value that has been cut already more of its end, and first its length."""
    told = _LENGTH_TOLD.fullmatch(value)
    if told is None or cell_len(value) <= width:
        return shorten(value, width)
    shown = told["value"]
    return shown if cell_len(shown) <= width else set_cell_size(shown, width - 2).rstrip() + "…'"


def _values(entry: Sample) -> tuple[str, str]:
    """Both values, without what long ones have in common at the start: a difference must never be cut away."""
    before, after = (NO_ROW if value is None else printable(value) for value in (entry.before, entry.after))
    alike = alike_at_start(before, after)
    if alike <= _COMMON_START or entry.before == entry.after:
        return before, after
    return _ELLIPSIS + before[alike - _CONTEXT:], _ELLIPSIS + after[alike - _CONTEXT:]


def _narrow(widths: dict[int, int], available: int) -> None:
    """Take what is too much from values, the wider one first, while they are long; then from keys; then from values."""
    for columns, shortest in ((_VALUES, _LONG_VALUE), ((_KEY,), _SHORTEST_KEY), (_VALUES, _SHORTEST_VALUE)):
        while _too_wide(widths, available):
            widest = max((index for index in columns if index in widths), key=widths.__getitem__, default=None)
            if widest is None or widths[widest] <= shortest:
                break
            widths[widest] -= 1


def _too_wide(widths: dict[int, int], available: int) -> bool:
    return sum(widths.values()) + len(_GAP) * (len(widths) - 1) > available


def _table_line(row: Sequence[str], widths: dict[int, int], indent: int) -> str:
    cells = []
    for index, width in widths.items():
        text = _shorten_value(row[index], width)
        cells.append(text + " " * (width - cell_len(text)))
    return (" " * indent + _GAP.join(cells)).rstrip()


def cut(count: int, indent: int, noun: str = "line") -> list[Text]:
    """Say that ``count`` more are not shown; nothing where that is none."""
    if count <= 0:
        return []
    return [Text(f"{' ' * indent}({count} more {noun}{'s' if count > 1 else ''}; --json has all)", style="dim")]


def plain(lines: Iterable[Text]) -> str:
    """Return lines as one text without styles, ending in a newline."""
    return "".join(f"{line.plain}\n" for line in lines)
