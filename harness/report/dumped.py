"""What every report says of the dump that a run began with."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from harness.outcomes import DumpRecord, RunResult
from harness.report.layout import delta, prose
from harness.report.tally import plural

_LINES = 40
_MARKS = "(- as the history makes it, + as it is in the dump)"


def sentences(dump: DumpRecord) -> Iterator[str]:
    """Say where the dump stands, what of it was walked with, and how its schema differs from the history's."""
    made = f", made on PostgreSQL {dump.from_major}" if dump.from_major is not None else ""
    at = ", ".join(dump.revisions) or "base"
    yield (f"From the dump {dump.path} ({dump.format}{made}): it stands at {at} with {plural(dump.rows, 'row')} in "
           f"{plural(dump.tables, 'table')}.")
    if not dump.newer:
        yield f"No revision is newer than {at}: there was nothing to walk up from there."
    yield from (f"Of the dump: {note}." for note in dump.notes)
    if dump.sampled_to is not None:
        yield (f"Of large tables about {plural(dump.sampled_to, 'row')} each were walked with, and what they refer to; "
               "up, down and up was made with all rows once more.")
    if dump.left_out:
        yield f"Left out of the dump: {'; '.join(dump.left_out)}."
    if dump.not_compared is not None:
        yield f"Its schema was not compared with the history's: {dump.not_compared}."
    elif dump.drifted:
        differ = "differs" if dump.drifted == 1 else "differ"
        yield (f"Its schema is not what the history makes at {at}: {plural(dump.drifted, 'object')} {differ} "
               f"{_MARKS}. No revision is blamed for that.")
    if dump.descent is not None:
        yield f"The way {dump.descent or 'down was not made to its end'}."
    if not dump.values_shown:
        also = "" if dump.rows else ", those of made rows, too"
        yield (f"Values of rows are hidden{also}: a hash such as #1f3a9b2c stands for one, alike for alike values of "
               "this run; --show-values shows them.")


def about_dump(result: RunResult, width: int) -> list[Text]:
    """Lay it out for a terminal; nothing without a dump."""
    if result.dump is None:
        return []
    lines: list[Text] = []
    for sentence in sentences(result.dump):
        lines += prose(sentence, width, 0, hanging=2)
        if _MARKS in sentence:
            lines += delta(result.dump.drift, 4, limit=_LINES)
    return lines
