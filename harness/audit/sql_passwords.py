"""Passwords in statements of SQL: of roles, of user mappings, and in what other servers are connected to with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from harness.audit.addresses import Address, is_written, parse_address
from harness.audit.sql_tokens import Sort, Token, statements
from harness.audit.values import HOLE

_NAMES_ROLE = 2
"""Where in a statement the role stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """One that a statement holds."""

    where: str
    """As a noun: ``a statement``, ``a user mapping``, ``a subscription``."""
    start: int
    """Where in the text its statement begins."""
    role: str | None = None
    """The role that gets it, if one does."""
    address: Address | None = None
    """The database that it opens, where the statement names one."""
    secret: str = field(repr=False)


def passwords_in(sql: str) -> Iterator[Password]:
    """Those in statements of ``sql``; what the source computes stands in it as ``HOLE``."""
    for statement in statements(sql):
        first, start = statement[0], statement[0].start
        if first.is_word("do"):
            for body in _strings(statement):
                yield from (replace(each, start=start) for each in _in_block(body))
        elif first.is_word("create", "alter"):
            yield from _in_definition(statement, start)
        elif any(token.sort is Sort.WORD and token.text.startswith("dblink") for token in statement):
            yield from _of_connections(statement, "a call of dblink", start)


def _in_block(body: str) -> Iterator[Password]:
    """Those in statements of a DO block, which stand behind other words, or in a text that is executed."""
    for statement in statements(body):
        for place in range(len(statement)):
            yield from _of_role(statement[place:], 0)
        for text in _strings(statement):
            yield from passwords_in(text)


def _in_definition(statement: Sequence[Token], start: int) -> Iterator[Password]:
    if statement[1:2] and statement[1].is_word("subscription"):
        yield from _of_connections(statement, "a subscription", start)
    elif statement[2:3] and statement[1].is_word("user") and statement[2].is_word("mapping"):
        yield from (Password(where="a user mapping", start=start, secret=secret) for secret in _given(statement))
    else:
        yield from _of_role(statement, start)


def _of_role(statement: Sequence[Token], start: int) -> Iterator[Password]:
    """``CREATE ROLE … PASSWORD '…'``."""
    if len(statement) > _NAMES_ROLE and statement[0].is_word("create", "alter") and (
            statement[1].is_word("role", "user", "group")):
        role = statement[2].text.replace(HOLE, "…")
        for secret in _given(statement):
            yield Password(where="a statement", start=start, role=role, secret=secret)


def _given(statement: Sequence[Token]) -> Iterator[str]:
    """The text behind the word PASSWORD."""
    for word, value in pairwise(statement):
        if word.is_word("password") and value.sort is Sort.STRING and is_written(value.text):
            yield value.text


def _of_connections(statement: Sequence[Token], where: str, start: int) -> Iterator[Password]:
    for text in _strings(statement):
        address, password = parse_address(text.replace(HOLE, "…")) or (None, None)
        if password is not None and "…" not in password:
            yield Password(where=where, start=start, address=address, secret=password)


def _strings(statement: Sequence[Token]) -> Iterator[str]:
    return (token.text for token in statement if token.sort is Sort.STRING)
