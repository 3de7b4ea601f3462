"""Rows that only the upgraded schema allows, found by comparing a table's shape before and after.

Each is what a user may have stored by the time of a rollback, and what the old schema has no place for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.data.live_pairs import TablePair
from harness.data.live_types import new_values
from harness.data.rows import Connection, text_rows
from harness.data.seed_checks import Values, passing, with_value
from harness.data.seed_choices import combinations
from harness.data.seed_draw import Draw
from harness.data.seed_mining import named_values
from harness.data.shapes import Check, TableShape, Unique
from harness.data.values import source_of
from harness.names import quote_identifier

_FAR = 1_234_567
"""Number of an ordinary value that no row was given."""
_REFUSED_VALUES = 4
"""Values tried that one check refused, until the table takes one."""
_LISTED_VALUES = 50
"""Values of one column that the new checks name and an old one refused, of which each is to be stored."""


@dataclass(frozen=True, slots=True)
class Special:
    """Something that only the new schema allows; the first of its rows that the table takes is enough."""

    tries: tuple[tuple[str, Mapping[str, str | None]], ...]
    """What is special in words, and the cells that make it so; the other cells are plain."""


def specials(connection: Connection, pair: TablePair, draw: Draw) -> Iterator[Special]:
    """All that is new about what a table allows. Its ordinary live rows are stored already."""
    yield from _values(connection, pair)
    yield from _nulls(pair)
    yield from _duplicates(connection, pair)
    yield from _orphans(pair)
    yield from _unchecked(connection, pair, draw)


def _one(reason: str, cells: Mapping[str, str | None]) -> Special:
    return Special(((reason, cells),))


def _values(connection: Connection, pair: TablePair) -> Iterator[Special]:
    for old, column in pair.columns:
        if column.generated:
            continue
        place = pair.place(column.name)
        if old.generated:
            source = source_of(column.type)
            if source is not None:
                yield _one(f"a value of its own in {place} (was generated)", {column.name: source.ordinary(_FAR)})
        for value in new_values(connection, old.type, column.type):
            yield _one(f"{value.words} in {place} ({value.before})", {column.name: value.text})


def _nulls(pair: TablePair) -> Iterator[Special]:
    for old, column in pair.columns:
        if old.not_null and not column.not_null and not column.generated:
            yield _one(f"NULL in {pair.place(column.name)} (was NOT NULL)", {column.name: None})
    for column in pair.new_columns:
        if not column.not_null and not column.generated:
            yield _one(f"NULL in {pair.place(column.name)} (a new column)", {column.name: None})


def _duplicates(connection: Connection, pair: TablePair) -> Iterator[Special]:
    gone: list[tuple[tuple[str, ...], str]] = []
    for unique in pair.before.uniques:
        names = pair.new_names(unique.reads)
        if names and not any(_implies(new, unique, names) for new in pair.upgraded.uniques):
            gone.append((names, "was unique"))
    kept = {exclusion.definition_sql for exclusion in pair.upgraded.exclusions}
    for exclusion in pair.before.exclusions:
        names = pair.new_names(exclusion.columns)
        if names and exclusion.definition_sql not in kept:
            gone.append((names, "was excluded"))
    for names, was in dict.fromkeys(gone):
        cells = _existing(connection, pair.upgraded, names)
        if cells is not None:
            places = ", ".join(pair.place(name) for name in names)
            yield _one(f"a duplicate in {places} ({was})", cells)


def _implies(new: Unique, old: Unique, names: tuple[str, ...]) -> bool:
    """Whether a unique index of the new schema forbids all that an old one forbade."""
    if not old.plain:
        same = (new.expressions_sql, new.predicate_sql) == (old.expressions_sql, old.predicate_sql)
        return (same and new.reads == names) or (new.plain and set(new.columns) <= set(names))
    return new.plain and set(new.columns) <= set(names) and new.nulls_not_distinct >= old.nulls_not_distinct


def _existing(connection: Connection, shape: TableShape, names: tuple[str, ...]) -> dict[str, str | None] | None:
    """The values of these columns in some row: one without NULLs if there is one, else the first."""
    columns = [name for name in names if not shape.column(name).generated]
    if not columns:
        return None
    listed = ", ".join(quote_identifier(name) for name in columns)
    nulls = " + ".join(f"({quote_identifier(name)} IS NULL)::int" for name in columns)
    ordered = ", ".join(f'{quote_identifier(name)}::text COLLATE "C"' for name in columns)
    query = f"SELECT {listed} FROM {shape.name.sql} ORDER BY {nulls}, {ordered} LIMIT 1"
    rows = list(text_rows(connection.cursor().execute(query.encode(), prepare=False)))
    return dict(zip(columns, rows[0], strict=True)) if rows else None


def _orphans(pair: TablePair) -> Iterator[Special]:
    kept = {key.columns for key in pair.upgraded.foreign_keys}
    for key in pair.before.foreign_keys:
        names = pair.new_names(key.columns)
        if not names or names in kept:
            continue
        cells: dict[str, str | None] = {}
        for name in names:
            source = source_of(pair.upgraded.column(name).type)
            if source is None or pair.upgraded.column(name).generated:
                break
            cells[name] = source.ordinary(_FAR)
        else:
            places = ", ".join(pair.place(name) for name in names)
            yield _one(f"a reference to no row in {places} (had a foreign key to {key.references})", cells)


def _unchecked(connection: Connection, pair: TablePair, draw: Draw) -> Iterator[Special]:
    """Values that a check refused which is gone or weaker now."""
    for check in _checks_gone(pair):
        # Expressions name columns as they were, so a renamed column ends what can be said here.
        if pair.new_names(check.columns) != check.columns:
            continue
        columns = [pair.upgraded.column(name) for name in check.columns]
        if any(column.generated for column in columns):
            continue
        valid = [new for new in pair.upgraded.checks if set(new.columns) <= set(check.columns)]
        conditions = [f"({check.expression_sql}) IS FALSE", *(new.expression_sql for new in valid)]
        found = passing(connection, columns, combinations(pair.upgraded, columns, [check, *valid], draw), conditions)
        # A value proves more than NULL and an empty text, which have findings of their own.
        best = sorted(found, key=lambda values: sum(not value for value in values))
        named = named_values([new.expression_sql for new in valid]) if len(columns) == 1 else ()
        for choices in _listed(best, named):
            yield _refused(pair, check, choices)


def _listed(found: Sequence[Values], named: Sequence[str]) -> Iterator[Sequence[Values]]:
    """What a check refused and the new ones let through, parted such that of each part one row is to be stored.

    Code that knows of a new kind treats it apart from the others, so each value that the new checks name has a part.
    """
    listed = [[choice for choice in found if value in choice] for value in named][:_LISTED_VALUES]
    rest = [choice for choice in found if not any(choice in part for part in listed)]
    yield from (part for part in (*listed, rest) if part)


def _refused(pair: TablePair, check: Check, choices: Sequence[Values]) -> Special:
    places = ", ".join(pair.place(name) for name in check.columns)
    return Special(tuple(
        (f"{_shown(choice)} in {places} (refused before by {check.name})",
         dict(zip(check.columns, choice, strict=True))) for choice in choices[:_REFUSED_VALUES]))


def _checks_gone(pair: TablePair) -> Iterator[Check]:
    kept = {check.expression_sql for check in pair.upgraded.checks}
    yield from (check for check in pair.before.checks if check.expression_sql not in kept and check.columns)
    for old, column in pair.columns:
        now = {text for domain in column.type.domains for text in domain.checks}
        for domain in old.type.domains:
            for text in domain.checks:
                if text not in now:
                    expression_sql = with_value(text, quote_identifier(old.name))
                    yield Check(name=str(domain.name), expression_sql=expression_sql, columns=(old.name,))


def _shown(values: tuple[str | None, ...]) -> str:
    return ", ".join("NULL" if value is None else repr(value[:40]) for value in values)
