"""What the text report says of trips that were made once more with many rows: how long each step took."""

from __future__ import annotations

from rich.text import Text

from harness.names import StepName
from harness.outcomes import RevisionResult, RunResult
from harness.report.layout import printable, prose
from harness.report.tally import fewer_rows

_STEPS = (StepName.UPGRADE, StepName.DOWNGRADE, StepName.REUPGRADE)
_COLUMN = 11


def at_size(result: RunResult, width: int) -> list[Text]:
    """Lay out the times with many rows, the trips that were not made so, and the tables that hold fewer."""
    timed = [entry for entry in result.revisions if entry.size is not None]
    if not timed or timed[0].size is None:
        return []
    size = timed[0].size
    many = "all rows of the dump" if size.of_dump else f"{size.many:,} rows a table"
    few = f"about {size.few:,} of a table" if size.of_dump else f"{size.few:,}"
    lines = prose(f"With {many}; which rows stop a step, which statement did what, and rows written while deployed are "
                  f"worked out with {few}:", width, 0)
    names = max(len(printable(entry.revision)) for entry in timed)
    lines.append(Text(f"  {'':{names}}" + "".join(f"{title:>{_COLUMN}}" for title in ("upgrade", "downgrade", "again")),
                      style="dim"))
    for entry in timed:
        lines += _times(entry, names, width)
    fewer = fewer_rows(result)
    if fewer:
        lines += prose("Tables with fewer rows, as many as their constraints allow:", width, 0)
        for name, rows, why in fewer:
            lines += prose(f"{name}: {rows:,} ({why})", width, 2, hanging=2)
    return lines


def _times(entry: RevisionResult, names: int, width: int) -> list[Text]:
    assert entry.size is not None
    seconds = {step.name: step.seconds for step in entry.steps if step.rows_per_table is not None}
    cells = "".join(f"{f'{seconds[name]:.2f} s' if name in seconds else '-':>{_COLUMN}}" for name in _STEPS)
    lines = [Text(f"  {printable(entry.revision):{names}}{cells}")]
    if entry.size.not_made is not None:
        lines += prose(f"not made to its end: {entry.size.not_made}", width, 4, hanging=2)
    return lines
