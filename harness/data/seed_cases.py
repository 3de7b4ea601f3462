"""Read checks as cases to choose from: which columns hold something, which hold NULL, and which hold a value named.

Of an exclusive arc (one of several references is set, often as a column of kinds says) hardly any row drawn by chance
is let through: each of its columns must be what the others ask for. Here one case of each check is taken, such that
none contradicts another. Whatever else a check says is left to the server.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, product
from random import Random
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_CASES_AT_MOST = 64
"""Cases of one expression; one that has more says nothing."""


class Fact(NamedTuple):
    """What one column holds: ``value`` where ``holds``, anything but that where not; None stands for NULL."""

    column: str
    value: str | None
    holds: bool

    def contradicts(self, other: Fact) -> bool:
        """Whether no value of the column is as both say."""
        if self.column != other.column:
            return False
        if self.holds and other.holds:
            return self.value != other.value
        return self.value == other.value and self.holds != other.holds


Case = frozenset[Fact]
"""Facts that hold together. What an expression says besides is not in it."""
_OPAQUE: tuple[Case, ...] = (frozenset(),)


class _Term(NamedTuple):
    """Something that counts one or nothing, with the cases of either."""

    counts: tuple[Case, ...]
    counts_not: tuple[Case, ...]


_CONDITIONS = (exp.Predicate, exp.Not, exp.Connector)


@lru_cache(maxsize=1024)
def cases_of(expression_sql: str) -> tuple[Case, ...]:
    """The cases in which a check is met, as far as it speaks of NULL and of values that it names."""
    try:
        tree = sqlglot.parse_one(expression_sql, read="postgres")
    except (SqlglotError, RecursionError):
        return _OPAQUE
    return _cases(tree, met=True)


def assume(checks: Sequence[Sequence[Case]], chance: Random) -> dict[str, Fact]:
    """Facts by which every check may be met, one for each column that they speak of; ``checks`` holds their cases.

    Where a check leaves a choice one is made by chance, and the checks that leave the fewest are asked first. None of
    the choices is taken back: where they lead nowhere, another call may be luckier.
    """
    facts: set[Fact] = set()
    open_checks = list(checks)
    while open_checks:
        possible = [[case for case in cases if not _contradicts(case, facts)] for cases in open_checks]
        choices = [0 if any(_follows(case, facts) for case in cases) else len(cases) for cases in possible]
        fewest = min(range(len(choices)), key=choices.__getitem__)
        if choices[fewest]:
            facts |= chance.choice(possible[fewest])
        del open_checks[fewest]
    return {fact.column: fact for fact in sorted(facts, key=_telling)}


def _telling(fact: Fact) -> tuple[bool, bool, str]:
    """What says the most of a column comes last."""
    return fact.holds, fact.value is None, fact.value or ""


def _contradicts(case: Case, facts: Iterable[Fact]) -> bool:
    return any(fact.contradicts(other) for other in facts for fact in case)


def _follows(case: Case, facts: Iterable[Fact]) -> bool:
    """Whether the facts are enough for the case; a column that holds a value does not hold another one, nor NULL."""
    return all(any(_implies(known, fact) for known in facts) for fact in case)


def _implies(known: Fact, fact: Fact) -> bool:
    if known == fact:
        return True
    return known.column == fact.column and known.holds and not fact.holds and known.value != fact.value


def _cases(node: exp.Expr, *, met: bool) -> tuple[Case, ...]:
    """The cases in which a condition is true, or false where ``met`` is not asked for."""
    node = _bare(node)
    if isinstance(node, exp.Not):
        return _cases(node.this, met=not met)
    if isinstance(node, exp.Connector):
        sides = (_cases(node.left, met=met), _cases(node.right, met=met))
        return _both(*sides) if isinstance(node, exp.And) == met else _either(*sides)
    if isinstance(node, (exp.EQ, exp.NEQ)):
        return _equality(node, met=isinstance(node, exp.EQ) == met)
    if isinstance(node, exp.Is):
        return _identity(node, met=met != bool(node.args.get("negate")))  # sqlglot may say so of IS NOT, or wrap it
    if isinstance(node, exp.Column):
        return _fact(node, "true" if met else "false", met=True)
    return _OPAQUE


def _equality(node: exp.Binary, *, met: bool) -> tuple[Case, ...]:
    left, right = _bare(node.left), _bare(node.right)
    if isinstance(right, exp.Any):
        values = [_literal(item) for item in _items(right)]
        if not values or None in values:
            return _OPAQUE
        facts = [_fact(left, value, met=met) for value in values]
        return _either(*facts) if met else _both(*facts)
    if isinstance(left, _CONDITIONS) or isinstance(right, _CONDITIONS):
        return _either(_both(_cases(left, met=True), _cases(right, met=met)),
                       _both(_cases(left, met=False), _cases(right, met=not met)))
    value = _literal(right)
    terms = _terms(left)
    if terms and value is not None and value.isdigit():
        return _counted(terms, int(value)) if met else _OPAQUE
    return _fact(left, value, met=met) if value is not None else _OPAQUE


def _identity(node: exp.Is, *, met: bool) -> tuple[Case, ...]:
    if isinstance(node.expression, exp.Null):
        return _fact(node.this, None, met=met)
    value = _literal(node.expression)
    return _fact(node.this, value, met=met) if value is not None else _OPAQUE


def _counted(terms: Sequence[_Term], wanted: int) -> tuple[Case, ...]:
    """So many of the terms count: the cases of all ways in which they may."""
    ways = (set(way) for way in combinations(range(len(terms)), wanted))
    return _either(*(_both(*(term.counts if place in way else term.counts_not for place, term in enumerate(terms)))
                     for way in ways))


def _terms(node: exp.Expr) -> list[_Term]:
    """What is added up, as in ``num_nonnulls(a, b)`` and ``(a IS NULL)::integer + CASE WHEN b THEN 1 ELSE 0 END``."""
    node = _bare(node)
    if isinstance(node, exp.Add):
        sides = (_terms(node.left), _terms(node.right))
        return [*sides[0], *sides[1]] if all(sides) else []
    if isinstance(node, exp.Anonymous) and str(node.this).lower() in ("num_nonnulls", "num_nulls"):
        nulls = str(node.this).lower() == "num_nulls"
        return [_Term(_fact(item, None, met=nulls), _fact(item, None, met=not nulls)) for item in node.expressions]
    if isinstance(node, exp.Case) and len(node.args["ifs"]) == 1 and node.this is None:
        branch, default = node.args["ifs"][0], node.args.get("default")
        if (_literal(branch.args["true"]), default and _literal(default)) != ("1", "0"):
            return []
        node = _bare(branch.this)
    return [_Term(_cases(node, met=True), _cases(node, met=False))] if isinstance(node, _CONDITIONS) else []


def _items(node: exp.Any) -> list[exp.Expr]:
    array = _bare(node.this)
    return list(array.expressions) if isinstance(array, exp.Array) else []


def _fact(node: exp.Expr, value: str | None, *, met: bool) -> tuple[Case, ...]:
    column = _bare(node)
    return (frozenset({Fact(column.name, value, met)}),) if isinstance(column, exp.Column) else _OPAQUE


def _literal(node: exp.Expr) -> str | None:
    node = _bare(node)
    if isinstance(node, exp.Neg):
        text = _literal(node.this)
        return None if text is None else f"-{text}"
    if isinstance(node, exp.Boolean):
        return "true" if node.this else "false"
    return str(node.this) if isinstance(node, exp.Literal) else None


def _bare(node: exp.Expr) -> exp.Expr:
    while isinstance(node, (exp.Paren, exp.Cast)):
        node = node.this
    return node


def _both(*parts: Sequence[Case]) -> tuple[Case, ...]:
    return _limited(frozenset().union(*chosen) for chosen in product(*parts)
                    if not any(_contradicts(case, other) for case, other in combinations(chosen, 2)))


def _either(*parts: Sequence[Case]) -> tuple[Case, ...]:
    return _limited(case for part in parts for case in part)


def _limited(cases: Iterator[Case]) -> tuple[Case, ...]:
    known: Mapping[Case, None] = dict.fromkeys(case for case, _ in zip(cases, range(_CASES_AT_MOST + 1), strict=False))
    return tuple(known) if len(known) <= _CASES_AT_MOST else _OPAQUE
