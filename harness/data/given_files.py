"""Read the rows that a team gives in files: CSV, one table a file.

A file is named for its table, ``public.users.csv`` or ``users.csv``; its first line names the columns. Values are what
PostgreSQL reads from a text, whatever the column's type; an empty field is NULL.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from harness.data.given import NO_SEEDS, GivenRows, GivenSeeds
from harness.data.given_values import Written
from harness.errors import UsageError
from harness.names import RevisionId

_MOMENTS = ("before", "at")


def read_seed_files(seeds: Mapping[str, Sequence[Path]], known: Iterable[RevisionId], root: Path) -> GivenSeeds:
    """The rows in the files of ``seeds``, whose keys are ``before:REV`` or ``at:REV``; a unique start of an id will do.

    ``known`` are the revisions of the history; paths are told relative to ``root``.

    Raises:
        UsageError: a key names no moment or not one revision, or a file cannot be read as rows of a table.
    """
    if not seeds:
        return NO_SEEDS
    revisions = tuple(known)
    moments: dict[str, dict[RevisionId, tuple[GivenRows, ...]]] = {moment: {} for moment in _MOMENTS}
    for key, paths in seeds.items():
        moment, colon, written = key.partition(":")
        if moment not in _MOMENTS or not colon or not written:
            raise UsageError(f"cannot use the seeds of {key!r}", "it names no moment of the walk",
                             "write before:REVISION or at:REVISION")
        revision = _find_revision(key, written, revisions)
        # Two keys can name one revision, one of them by the start of its id.
        given = moments[moment].get(revision, ())
        moments[moment][revision] = given + tuple(_read_rows(key, path, root) for path in paths)
    return GivenSeeds(before=moments["before"], at=moments["at"])


def _find_revision(key: str, written: str, revisions: Sequence[RevisionId]) -> RevisionId:
    found = [revision for revision in revisions if revision == written] or [
        revision for revision in revisions if revision.startswith(written)]
    if len(found) == 1:
        return found[0]
    if not found:
        fact = f"there is no revision {written!r} among the {len(revisions)} that can be walked"
    else:
        fact = f"{written!r} is the start of {len(found)} revisions: {', '.join(sorted(found))}"
    raise UsageError(f"cannot use the seeds of {key!r}", fact, "name one revision by its id or the start of it")


def _read_rows(key: str, path: Path, root: Path) -> GivenRows:
    shown = str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
    if path.suffix.lower() != ".csv":
        raise UsageError(f"cannot use the seeds of {key!r}", f"{shown} is no CSV file",
                         "give a CSV file that is named for its table, such as public.users.csv")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            columns = next(lines, [])
            _check_columns(columns)
            rows = tuple(_row(columns, line, lines.line_num) for line in lines if line)
    except (OSError, ValueError, csv.Error) as error:
        fact = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"cannot read the seeds of {key!r} in {shown}", f"{fact}",
                         "give a CSV file in UTF-8 whose first line names the columns") from error
    return GivenRows(path.stem, rows, origin=shown)


def _check_columns(columns: Sequence[str]) -> None:
    if not columns or not all(columns):
        raise ValueError("its first line does not name every column")
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise ValueError(f"it names columns twice: {', '.join(twice)}")


def _row(columns: Sequence[str], line: Sequence[str], line_number: int) -> Mapping[str, object]:
    if len(line) != len(columns):
        raise ValueError(f"line {line_number} has {len(line)} fields, not {len(columns)}")
    return {column: Written(text) if text else None for column, text in zip(columns, line, strict=True)}
