"""Set the NOT NULL of a column back, which is a constraint with a name of its own since PostgreSQL 18."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.catalog import Snapshot, objects
from harness.findings.restoring.again import Altered, Statements
from harness.findings.restoring.code import execute, on
from harness.findings.restoring.properties import comment_sql
from harness.names import QualifiedName, show_identifier

_TOLD = re.compile(r"(?P<name>.*?) ?(?P<flags>(?:NO INHERIT)? ?(?:NOT VALID)? ?(?:INHERITED)?)", re.DOTALL)
_Changed = Altered[objects.Column]


def not_null(altered: _Changed, _: str) -> Statements:
    """The statements; None for what came from a parent that has it otherwise."""
    before, after = altered.before, altered.after
    if _differs_in_name_only(altered):
        return _rename(altered)
    nullable = on(before.table, "alter_column", before.name, nullable="True")
    if not before.not_null:
        return [nullable]
    made = _make(before)
    return None if made is None else [*([nullable] if after.not_null else []), *made]


def not_null_comment(altered: _Changed, _: str) -> Statements:
    """The comment on it, where it is not made anew with its comment."""
    is_made_anew = {"not_null", "not_null_constraint"} & altered.names and not _differs_in_name_only(altered)
    return [] if is_made_anew else [_comment(altered.before)]


def _make(column: objects.Column) -> Statements:
    if column.not_null_constraint is None:
        statements = [on(column.table, "alter_column", column.name, nullable="False")]
    else:
        flags = _flags(column)
        if "INHERITED" in flags:
            return None
        statements = [execute(f"ALTER TABLE {column.table} ADD CONSTRAINT {show_identifier(not_null_name(column))} "
                              f"NOT NULL {show_identifier(column.name)}{' ' if flags else ''}{flags}")]
    return statements if column.not_null_comment is None else [*statements, _comment(column)]


def _comment(column: objects.Column) -> str:
    return execute(comment_sql(f"CONSTRAINT {show_identifier(not_null_name(column))} ON {column.table}",
                               column.not_null_comment))


def not_null_name(column: objects.Column) -> str:
    """The name of the constraint, which is told only where it is not the usual one."""
    return _told(column)["name"] or f"{column.table.name}_{column.name}_not_null"


def _flags(column: objects.Column) -> str:
    return _told(column)["flags"]


def _told(column: objects.Column) -> re.Match[str]:
    told = _TOLD.fullmatch(column.not_null_constraint or "")
    assert told is not None, "it matches any text"
    return told


# -- another name ----------------------------------------------------------------------------------------------------


def _differs_in_name_only(altered: _Changed) -> bool:
    before, after = altered.before, altered.after
    return before.not_null and after.not_null and _flags(before) == _flags(after)


def _rename(altered: _Changed) -> Statements:
    """Without dropping it, which PostgreSQL refuses for a column of a primary key or with an identity."""
    before, after = altered.before, altered.after
    parents = [parent for name in _parents(after.table, altered.now)
               if (parent := _filled(name, after.name, altered.now)) and "NO INHERIT" not in _flags(parent)]
    if parents:
        return _rename_with(parents, altered)
    # It is renamed in all that inherits it, or not at all.
    heirs = [] if "NO INHERIT" in _flags(after) else _descendants(after.table, altered.now)
    inherited = [_filled(heir, after.name, altered.now) for heir in heirs]
    if any(column is None or not_null_name(column) != not_null_name(after) for column in inherited):
        return None
    return [execute(f"ALTER TABLE {before.table} RENAME CONSTRAINT {show_identifier(not_null_name(after))} "
                    f"TO {show_identifier(not_null_name(before))}")]


def _rename_with(parents: list[objects.Column], altered: _Changed) -> Statements:
    """What a parent has is renamed with that, where it has the same name on both sides, and not alone."""
    parent, *others = parents
    wanted = _filled(parent.table, parent.name, altered.was)
    goes_along = not others and wanted is not None and not_null_name(wanted) != not_null_name(parent) and (
        (not_null_name(wanted), not_null_name(parent)) == (not_null_name(altered.before), not_null_name(altered.after)))
    return [f"# it goes with {parent.table}"] if goes_along else None


def _parents(table: QualifiedName, side: Snapshot) -> Iterator[QualifiedName]:
    for item in side.of(objects.Table):
        if item.name == table:
            yield from item.inherits if item.partition_of is None else [item.partition_of]


def _descendants(table: QualifiedName, side: Snapshot) -> list[QualifiedName]:
    children = [item.name for item in side.of(objects.Table) if item.partition_of == table or table in item.inherits]
    return children + [heir for child in children for heir in _descendants(child, side)]


def _filled(table: QualifiedName, name: str, side: Snapshot) -> objects.Column | None:
    """The column of that name, if it is NOT NULL."""
    return next((column for column in side.parts_of(table, objects.Column)
                 if column.name == name and column.not_null), None)
