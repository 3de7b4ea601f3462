"""A schema delta side by side: what was before on the left, what came on the right, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.findings.building import alike_at_start


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of one side; ``changed`` is the part in which it differs from its neighbour."""

    start: str
    changed: str
    end: str


@dataclass(frozen=True, slots=True)
class Line:
    """The two sides of one line; None where a side has none."""

    before: Cell | None
    after: Cell | None

    @property
    def kind(self) -> str:
        """``same``, ``gone``, ``come`` or ``other``."""
        if self.before is None:
            return "come"
        if self.after is None:
            return "gone"
        return "same" if self.before == self.after else "other"


@dataclass(frozen=True, slots=True)
class Sides:
    """All lines of a delta."""

    lines: tuple[Line, ...]

    @property
    def only(self) -> str | None:
        """``before`` or ``after`` where the other side is empty."""
        if all(line.before is None for line in self.lines):
            return "after"
        return "before" if all(line.after is None for line in self.lines) else None


def side_by_side(delta: Sequence[str]) -> Sides:
    """Lay out the lines that ``harness.catalog.render`` writes: an object with its mark, then what belongs to it."""
    lines: list[Line] = []
    gone: list[str] = []
    come: list[str] = []
    mark = " "
    for text in (part for line in delta for part in line.splitlines()):
        own = text[:1] if not text.startswith("  ") else text[2:3]
        if not text.startswith("  "):
            lines += _paired(gone, come)
            gone, come, mark = [], [], own
            lines += _of_object(mark, text[2:])
        elif mark == "~" and own in {"-", "+"}:
            if own == "-" and come:  # the next attribute
                lines += _paired(gone, come)
                gone, come = [], []
            (gone if own == "-" else come).append(f"  {text[4:]}")
        else:
            lines += _of_object(mark, text)
    return Sides((*lines, *_paired(gone, come)))


def _of_object(mark: str, text: str) -> list[Line]:
    cell = Cell(text, "", "")
    return [Line(None if mark == "+" else cell, None if mark == "-" else cell)]


def _paired(gone: Sequence[str], come: Sequence[str]) -> Iterator[Line]:
    """Two texts next to each other: equal lines side by side, and those that took each other's place."""
    for what, i, j, k, m in difflib.SequenceMatcher(None, gone, come, autojunk=False).get_opcodes():
        common = min(j - i, m - k)
        for before, after in zip(gone[i:i + common], come[k:k + common], strict=True):
            yield _differing(before, after) if what == "replace" else Line(Cell(before, "", ""), Cell(after, "", ""))
        yield from (Line(Cell("", text, ""), None) for text in gone[i + common:j])
        yield from (Line(None, Cell("", text, "")) for text in come[k + common:m])


def _differing(before: str, after: str) -> Line:
    start = alike_at_start(before, after)
    end = min(alike_at_start(before[::-1], after[::-1]), len(before) - start, len(after) - start)
    return Line(*(Cell(text[:start], text[start:len(text) - end], text[len(text) - end:]) for text in (before, after)))
