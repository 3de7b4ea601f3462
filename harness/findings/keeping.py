"""The statements that keep the rows that an upgrade takes, and put them back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.catalog.objects import Column
from harness.catalog.snapshot import Snapshot
from harness.findings.facts import DoneBy, TripFacts
from harness.names import QualifiedName, show_identifier

_DELETE = re.compile(r"\s*DELETE\s+FROM\s+(?:ONLY\s+)?(?P<table>\S+?)(?P<where>\s+WHERE\s.+?)?;?\s*",
                     re.IGNORECASE | re.DOTALL)
_UNKNOWN = re.compile(r"%\(|%s|\$\d|…")
"""What stands in a statement for a value, or for the rest of it."""


def keep_rows(facts: TripFacts, table: QualifiedName, in_upgrade: Sequence[DoneBy], *, dropped: bool) -> str:
    """What to write so that the rows of ``table`` that these statements of the upgrade take are there again."""
    kept = QualifiedName(table.schema, f"{table.name}_kept")
    which = "" if dropped else _which(table, in_upgrade)
    lines = [f"CREATE TABLE {kept} AS SELECT * FROM {table}{which}"]
    lines += [*_put_back(facts, table, kept, made_anew=dropped), f"DROP TABLE {kept}"]
    places = ["upgrade"] + ["downgrade"] * (len(lines) - 1)
    return "\n".join([
        "keep the rows in upgrade() before they go, and put them back in downgrade():",
        *(f"op.execute({_literal(line)})  # {place}" for line, place in zip(lines, places, strict=True)),
    ])


def _which(table: QualifiedName, in_upgrade: Sequence[DoneBy]) -> str:
    """The condition of the only statement that takes rows, as far as its text tells."""
    told = _DELETE.fullmatch(in_upgrade[0].statement) if len(in_upgrade) == 1 else None
    if told is None or told["table"].replace('"', "") not in {table.name, f"{table.schema}.{table.name}"}:
        return " WHERE …"
    where = told["where"] or ""
    return " WHERE …" if _UNKNOWN.search(where) else where


def _put_back(facts: TripFacts, table: QualifiedName, kept: QualifiedName, *, made_anew: bool) -> Iterator[str]:
    """Columns are named where they stand in another order, or are not all there, or take no value."""
    schema = facts.downgrade_schema
    before = _columns(schema.before if schema is not None else None, table)
    after = _columns(schema.after if schema is not None else None, table)
    filled = [column for column in after if column.generated is None and column.name in {item.name for item in before}]
    names = ", ".join(show_identifier(column.name) for column in filled)
    is_plain = [column.name for column in before] == [column.name for column in after] == [item.name for item in filled]
    into, chosen = (str(table), "*") if is_plain else (f"{table} ({names})", names)
    always = any((column.identity or "").startswith("GENERATED ALWAYS") for column in filled)
    yield f"INSERT INTO {into}{' OVERRIDING SYSTEM VALUE' if always else ''} SELECT {chosen} FROM {kept}"
    for column in filled if made_anew else ():
        if column.identity is not None or (column.default or "").startswith("nextval("):
            name = show_identifier(column.name)
            yield (f"SELECT setval(pg_get_serial_sequence('{table}', '{column.name}'), "
                   f"(SELECT max({name}) FROM {table}))")


def _columns(snapshot: Snapshot | None, table: QualifiedName) -> list[Column]:
    columns = snapshot.of(Column) if snapshot is not None else ()
    return sorted((column for column in columns if column.table == table), key=lambda column: column.attnum)


def _literal(statement: str) -> str:
    """It in double quotes, as one writes SQL, where it holds none."""
    return repr(statement) if '"' in statement or "\\" in statement or "\n" in statement else f'"{statement}"'
