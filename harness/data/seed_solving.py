"""Find values for columns that checks bind to each other, where taking any with any does not.

Each column is narrowed to what the checks demand of it alone, NULL is tried in every pattern, and what must equal an
expression of other columns is computed by the server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.data.rows import Connection
from harness.data.seed_checks import Values, computed, passing
from harness.data.shapes import Check, ColumnShape


@dataclass(frozen=True, slots=True)
class Pool:
    """What one column may hold."""

    named: tuple[str | None, ...]
    """Values that a check, a default or a partition names."""
    others: tuple[str | None, ...]


Combine = Callable[[Mapping[str, Pool]], Iterable[Values]]
"""Puts values of the pools together, all columns in their order."""


def solve(
    connection: Connection, columns: Sequence[ColumnShape], checks: Sequence[Check], pools: Mapping[str, Pool],
    combine: Combine,
) -> list[Values]:
    """Combinations that the server lets through; ``pools`` are those of columns that refer to nothing."""
    from harness.data.seed_reading import read_check  # noqa: PLC0415 - sqlglot is imported only where it is needed

    expressions = [check.expression_sql for check in checks]
    read = [read_check(expression) for expression in expressions]
    demands = [(part.sql, part.columns) for check in read for part in check.demands]
    demands += [(check.expression_sql, frozenset(check.columns)) for check in checks]
    narrowed = {column.name: _narrowed(connection, column, pools[column.name],
                                       [sql for sql, names in demands if names == {column.name}])
                for column in columns if column.name in pools}
    found = list(dict.fromkeys(combine(narrowed)))
    derivations = [(derivation.column, derivation.sql) for check in read for derivation in check.derivations
                   if derivation.column in pools]
    tried = list(found)
    chained = found
    for name, sql in derivations:
        place = [column.name for column in columns].index(name)
        chained = computed(connection, columns, chained, place, sql)
        tried += [*computed(connection, columns, found, place, sql), *chained]
    return passing(connection, columns, list(dict.fromkeys(tried)), expressions)


def _narrowed(connection: Connection, column: ColumnShape, pool: Pool, conditions: Sequence[str]) -> Pool:
    """What of the pool the conditions let through; all of it where that is nothing."""
    kept = {value for (value,) in passing(
        connection, [column], [(value,) for value in dict.fromkeys((*pool.named, *pool.others))], conditions)}
    if not kept:
        return pool
    return Pool(tuple(value for value in pool.named if value in kept),
                tuple(value for value in pool.others if value in kept))
