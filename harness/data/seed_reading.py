"""Read checks as far as that helps: what they demand of each column alone, and which values follow from others.

sqlglot parses; whether a value passes PostgreSQL decides. What cannot be parsed says nothing. Importing this module
takes sqlglot's own time: only tables that are hard to fill are worth it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_DIALECT = "postgres"


@dataclass(frozen=True, slots=True)
class Demand:
    """One of the conditions that a check joins by AND."""

    sql: str
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Derivation:
    """A column that must equal an expression of others: ``full_name = first || ' ' || last``, ``a + b = 100``."""

    column: str
    sql: str


@dataclass(frozen=True, slots=True)
class ReadCheck:
    """What a check demands, part by part, and which of its columns follow from others."""

    demands: tuple[Demand, ...] = ()
    derivations: tuple[Derivation, ...] = ()


@lru_cache(maxsize=1024)
def read_check(expression_sql: str) -> ReadCheck:
    """Read a check's expression, as ``pg_get_constraintdef`` writes it; empty where it cannot be parsed."""
    try:
        tree = sqlglot.parse_one(expression_sql, read=_DIALECT)
    except (SqlglotError, RecursionError):
        return ReadCheck()
    parts = list(_conjuncts(tree))
    return ReadCheck(tuple(Demand(part.sql(_DIALECT), frozenset(_names(part))) for part in parts),
                     tuple(derivation for part in parts for derivation in _derivations(part)))


def _names(node: exp.Expr) -> list[str]:
    return [column.name for column in node.find_all(exp.Column)]


def _bare(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    node = _bare(node)
    if isinstance(node, exp.And):
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    else:
        yield node


def _derivations(part: exp.Expr) -> Iterator[Derivation]:
    """What follows from an equation for each column that is in it once."""
    if not isinstance(part, exp.EQ):
        return
    names = _names(part)
    for side, other in ((part.left, part.right), (part.right, part.left)):
        for name in dict.fromkeys(_names(side)):
            if names.count(name) == 1 and len(set(names)) > 1:
                sql = _solved(side, other.sql(_DIALECT), name)
                if sql is not None:
                    yield Derivation(name, sql)


def _solved(side: exp.Expr, other_sql: str, name: str) -> str | None:
    """What the column must be for ``side`` to equal the other side; None where that takes more than arithmetic."""
    while True:
        side = side.this if isinstance(side, (exp.Paren, exp.Cast)) else side
        if isinstance(side, exp.Column):
            return other_sql
        if isinstance(side, (exp.Paren, exp.Cast)):
            continue
        inverse = _INVERSES.get(type(side))
        if inverse is None or not isinstance(side, exp.Binary):
            return None
        on_left = name in _names(side.left)
        rest = (side.right if on_left else side.left).sql(_DIALECT)
        other_sql = inverse[0 if on_left else 1].format(other=other_sql, rest=rest)
        side = side.left if on_left else side.right


_INVERSES: dict[type[exp.Expr], tuple[str, str]] = {
    exp.Add: ("(({other}) - ({rest}))", "(({other}) - ({rest}))"),
    exp.Sub: ("(({other}) + ({rest}))", "(({rest}) - ({other}))"),
    exp.Mul: ("(({other}) / ({rest}))", "(({other}) / ({rest}))"),
    exp.Div: ("(({other}) * ({rest}))", "(({rest}) / ({other}))"),
}
"""How to take the other operand to the other side, where the column is in the left and in the right operand."""
