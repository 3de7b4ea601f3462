"""Read what a team gives as seeds: CSV files, SQL files, and functions of its own.

A CSV file is named for its table, ``public.users.csv`` or ``users.csv``, unless the settings name the table; its first
line names the columns. Values are what PostgreSQL reads from a text, whatever the column's type; an empty field is
NULL.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from harness.data.given import NO_SEEDS, Given, GivenRows, GivenScript, GivenSeeds
from harness.data.given_values import Written
from harness.errors import UsageError
from harness.names import RevisionId, is_function

_MOMENTS = ("before", "at")


def read_seed_files(seeds: Mapping[str, Sequence[str]], known: Iterable[RevisionId], root: Path) -> GivenSeeds:
    """Read what ``seeds`` names, by table or by ``before:REV`` or ``at:REV``; a unique start of an id will do.

    ``known`` are the revisions of the history; paths are told relative to ``root``.

    Raises:
        UsageError: a key names no moment or not one revision, or a file cannot be read.
    """
    if not seeds:
        return NO_SEEDS
    revisions = tuple(known)
    moments: dict[str, dict[RevisionId, tuple[Given, ...]]] = {moment: {} for moment in _MOMENTS}
    tables: dict[str, tuple[Given, ...]] = {}
    for key, items in seeds.items():
        moment, colon, written = key.partition(":")
        if not colon and key:
            tables[key] = tuple(_read(key, item, root, table=key) for item in items)
            continue
        if moment not in _MOMENTS or not written:
            raise UsageError(f"cannot use the seeds of {key!r}", "it names no moment of the walk and no table",
                             "write before:REVISION, at:REVISION, or a table's name")
        revision = _find_revision(key, written, revisions)
        # Two keys can name one revision, one of them by the start of its id.
        given = moments[moment].get(revision, ())
        moments[moment][revision] = given + tuple(_read(key, item, root) for item in items)
    return GivenSeeds(before=moments["before"], at=moments["at"], tables=tables)


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


def _read(key: str, item: str, root: Path, *, table: str | None = None) -> Given:
    if is_function(item):
        return GivenScript(item)
    path = Path(item)
    shown = str(path.relative_to(root)) if path.is_relative_to(root) else item
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _read_rows(key, path, shown, table or path.stem)
    if suffix != ".sql":
        raise UsageError(f"cannot use the seeds of {key!r}", f"{shown} is no CSV file, no SQL file and no function",
                         "give a CSV file named for its table, such as public.users.csv, a .sql file, or "
                         "module:function")
    try:
        return GivenScript(shown, path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        fact = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"cannot read the seeds of {key!r} in {shown}", f"{fact}",
                         "give a SQL file in UTF-8") from error


def _read_rows(key: str, path: Path, shown: str, table: str) -> GivenRows:
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
    return GivenRows(table, rows, origin=shown)


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
