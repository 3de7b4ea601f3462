"""Numbers at the beginning of file names, beside the order in which the chain puts the files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.names import RevisionId
from harness.worker.protocol import RevisionFile

_NUMBER = re.compile(r"(\d{1,5})(?=[_\-. ])(?!\.\d)")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_MONTH_OR_DAY = re.compile(r"\d\d?\Z")
_DAY_FIRST = re.compile(r"\d\d?[_\-.]\d\d?[_\-.]\d{4}(?!\d)")
"""Day and month, whichever stands first, and a year or a time."""


@dataclass(frozen=True, slots=True)
class SharedNumber:
    """Files of one folder that begin with the same number."""

    number: str
    files: tuple[RevisionFile, ...]
    """Those that are fewer steps from a base first, then by name."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A file whose number is lower than that of one before it in the chain."""

    file: RevisionFile
    number: str
    before: RevisionFile
    number_before: str


def shared_numbers(
    files: Sequence[RevisionFile], parents: Mapping[RevisionId, tuple[RevisionId, ...]]
) -> Iterator[SharedNumber]:
    """The numbers that more than one file of a folder has; ``files`` are in an order of the chain, whichever."""
    alike: dict[tuple[Path, int], list[RevisionFile]] = defaultdict(list)
    depth: dict[RevisionId, int] = {}
    for file in files:
        depth[file.revision] = 1 + max((depth.get(parent, 0) for parent in parents.get(file.revision, ())), default=0)
        number = number_of(file)
        if number is not None:
            alike[Path(file.path).parent, int(number)].append(file)
    for group in alike.values():
        if len(group) > 1:
            group.sort(key=lambda file: (depth[file.revision], file.path))
            yield SharedNumber(str(number_of(group[0])), tuple(group))


def disagreements(
    files: Sequence[RevisionFile], parents: Mapping[RevisionId, tuple[RevisionId, ...]]
) -> Iterator[Disagreement]:
    """The files that follow one with a higher number, files without a number between them passed over."""
    by_revision = {file.revision: file for file in files}
    highest: dict[RevisionId, RevisionFile | None] = {}
    for file in files:
        above = [before for parent in parents.get(file.revision, ())
                 if (before := highest.get(parent)) is not None and Path(before.path).parent == Path(file.path).parent]
        number = number_of(file)
        if number is not None:
            for before in above:
                theirs = str(number_of(before))
                if int(theirs) > int(number):
                    yield Disagreement(file, number, before, theirs)
                    break
        known = [*above, *([by_revision[file.revision]] if number is not None else [])]
        highest[file.revision] = max(known, key=lambda each: int(str(number_of(each))), default=None)


def number_of(file: RevisionFile) -> str | None:
    """The number that a file's name begins with; None for dates, and for what is part of an id such as ``1a2b``."""
    path = Path(file.path)
    match = _NUMBER.match(path.name)
    if match is None or _YEAR.match(match[1]) or _DAY_FIRST.match(path.name) or _is_in_folder_of_year(path):
        return None
    return match[1]


def _is_in_folder_of_year(path: Path) -> bool:
    """Whether the folders are named by the date, as far as the file's name is not: ``2024/01_15_x.py``."""
    folder = path.parent
    while _MONTH_OR_DAY.match(folder.name):
        folder = folder.parent
    return _YEAR.match(folder.name) is not None
