"""Rows written by hand, to see by plain commands what only rows show.

A file of cases is SQL. ``-- REVISION`` begins a case; what it has to show follows, separated by commas: ``RT102
table.column``, ``RT101 table``, ``RT307 Class`` of an error. ``-- before`` is run before the upgrade, ``-- live`` after
it. ``-- look`` reads rows, told apart by their first column, before the upgrade and after the downgrade;
where there are live rows, before the downgrade and after the second upgrade.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

Attempt = Callable[[str], str | None]
"""Runs one command to a revision; returns what it raised."""

_CASE = re.compile(r"^-- (?P<revision>[\w.]+) (?P<shows>RT.*)\n(?P<sections>(?:.*\n)+?)(?=\n|\Z)", re.MULTILINE)
_SECTION = re.compile(r"^-- (before|live|look)\n((?:(?!--).*\n)*)", re.MULTILINE)
_TABLE = re.compile(r"\bFROM (\w+)")


@dataclass(frozen=True, slots=True)
class Case:
    """One claim about rows."""

    revision: str
    shows: frozenset[str]
    before: str
    live: str
    look: str


def read_cases(path: Path) -> tuple[Case, ...]:
    """Return the cases of a file, none where there is no such file."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return tuple(_case(match) for match in _CASE.finditer(text))


def _case(match: re.Match[str]) -> Case:
    sections = dict(_SECTION.findall(match["sections"]))
    assert sections, match[0]
    return Case(match["revision"], frozenset(match["shows"].split(", ")),
                sections.get("before", ""), sections.get("live", ""), sections.get("look", ""))


def try_case(case: Case, connect: Callable[[], psycopg.Connection], upgrade: Attempt, downgrade: Attempt,
             parent: str) -> frozenset[str]:
    """Return what the case shows, on a database that stands at ``parent``.

    RT306 means here that the rows are still as the upgrade left them.
    """
    before = _run(connect, case.before, "" if case.live else case.look)
    error = upgrade(case.revision)
    if error is not None:
        return frozenset({f"RT307 {error.split()[0]}"})
    upgraded = _run(connect, case.live, case.look)
    error = downgrade(parent)
    if error is not None:
        return frozenset({f"{'RT308' if case.live else 'RT303'} {error.split()[0]}"})
    if case.live:
        error = upgrade(case.revision)
        again = _run(connect, "", case.look)
        shown = set() if error else set(_compare(case, upgraded, again, "RT104", "RT105", "RT103"))
    else:
        downgraded = _run(connect, "", case.look)
        shown = set(_compare(case, before, downgraded, "RT101", "RT102", "RT103"))
        shown |= {"RT306"} if downgraded == upgraded != before else set()
        error = upgrade(case.revision)
    return frozenset(shown | ({f"RT304 {error.split()[0]}"} if error else set()))


Rows = dict[object, dict[str, object]] | None
"""By their first column; None where nothing is looked at, or the schema has no such columns."""


def _run(connect: Callable[[], psycopg.Connection], statements: str, look: str) -> Rows:
    with connect() as connection:
        if statements.strip():
            connection.execute(statements.encode())
        if not look.strip():
            return None
        try:
            cursor = connection.execute(look.encode())
        except (psycopg.errors.UndefinedColumn, psycopg.errors.UndefinedTable):
            return None
        names = [column.name for column in cursor.description or ()]
        return {row[0]: dict(zip(names, row, strict=True)) for row in cursor}


def _compare(case: Case, first: Rows, second: Rows, lost: str, changed: str, added: str) -> Iterator[str]:
    if first is None:
        return
    assert second is not None
    table = _TABLE.search(case.look)
    assert table is not None, case.look
    if first.keys() - second.keys():
        yield f"{lost} {table[1]}"
    if second.keys() - first.keys():
        yield f"{added} {table[1]}"
    for key in first.keys() & second.keys():
        for column, value in first[key].items():
            if second[key][column] != value:
                yield f"{changed} {table[1]}.{column}"
