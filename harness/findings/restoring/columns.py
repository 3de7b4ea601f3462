"""Set a column back."""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.catalog import objects
from harness.findings.restoring.again import Altered, Statements, foreign_options, settings
from harness.findings.restoring.code import default_code, execute, on, type_code
from harness.findings.restoring.making import drop, make
from harness.findings.restoring.not_null import not_null, not_null_comment
from harness.findings.restoring.properties import comment_sql, privileges
from harness.names import show_identifier

_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})
_TEXTS = frozenset({"text", "character varying", "character"})
_TIMES = frozenset({"date", "timestamp without time zone", "timestamp with time zone"})
_COMPRESSED = _TEXTS | {"json", "jsonb", "bytea", "xml", "tsvector", "bit", "bit varying"}
"""Types of PostgreSQL's that are stored EXTENDED."""
_IDENTITY = re.compile(
    r"GENERATED (?P<when>ALWAYS|BY DEFAULT) AS IDENTITY \(SEQUENCE NAME (?P<sequence>\S+) START WITH (?P<start>-?\d+) "
    r"INCREMENT BY (?P<increment>-?\d+) MINVALUE (?P<minimum>-?\d+) MAXVALUE (?P<maximum>-?\d+) CACHE (?P<cache>\d+)"
    r"(?P<cycle> CYCLE)?\)(?P<log> UNLOGGED| LOGGED)?")
_Changed = Altered[objects.Column]


def column(altered: _Changed) -> Statements:
    """The statements; None for one that is no longer, or newly, a column of its own, or whose storage is unknown."""
    before, after, names = altered.before, altered.after, altered.names
    if "is_local" in names:
        return None
    if (before.generated or after.generated) and {"generated", "default", "type"} & names:
        return None if before.is_inherited else altered.anew()
    alter = f"ALTER {_kind(altered)} {before.table} ALTER COLUMN {show_identifier(before.name)}"
    statements: list[str] = []
    if "identity" in names and before.identity is None:
        statements.append(execute(f"{alter} DROP IDENTITY"))  # first: it insists on NOT NULL
        statements += [line for sequence in altered.was.of(objects.Sequence) if is_sequence_of(after, sequence)
                       for line in make(sequence, altered.was) or []]
    if {"type", "default"} <= names and after.default is not None:
        statements.append(on(before.table, "alter_column", before.name, server_default="None"))  # it may not convert
    for name, how in _HOW.items():
        if name in names:
            found = how(altered, alter)
            if found is None:
                return None
            statements += found
    return list(dict.fromkeys(statements))


def is_sequence_of(column: objects.Column, sequence: objects.Sequence) -> bool:
    """Whether a sequence has the name of that behind the column's identity, beside which it cannot be."""
    found = _IDENTITY.fullmatch(column.identity or "")
    return found is not None and found["sequence"] == str(sequence.name)


def _kind(altered: _Changed) -> str:
    table = next((table for table in altered.was.of(objects.Table) if table.name == altered.before.table), None)
    return "FOREIGN TABLE" if table is not None and table.kind == "foreign table" else "TABLE"


def _type(altered: _Changed, alter: str) -> Statements:
    before, after = altered.before, altered.after
    using = "" if _converts(after.type, before.type) else _using(before.name, after.type, before.type)
    code = type_code(before.type)
    if code is not None and before.collation is None and after.collation is None and "FOREIGN" not in alter:
        return [on(before.table, "alter_column", before.name, type_=code,
                   postgresql_using=repr(using) if using else "")]
    collation = f" COLLATE {before.collation}" if before.collation else ""
    using = "" if "FOREIGN" in alter or not using else f" USING {using}"
    return [execute(f"{alter} TYPE {before.type}{collation}{using}")]


def _converts(present: str, wanted: str) -> bool:
    """Whether PostgreSQL converts between the types by itself in an assignment."""
    one, other = _bare(present), _bare(wanted)
    return any(one in family and other in family for family in (_NUMBERS, _TEXTS, _TIMES))


def _using(name: str, present: str, wanted: str) -> str:
    types = {_bare(present), _bare(wanted)}
    # Of all numbers only an integer is cast to boolean and back.
    between = "::integer" if "boolean" in types and types & (_NUMBERS - {"integer"}) else ""
    return f"{show_identifier(name)}{between}::{wanted}"


def _bare(type_: str) -> str:
    return re.sub(r"\(.*\)", "", type_)


def _default(altered: _Changed, _: str) -> Statements:
    before = altered.before
    return [on(before.table, "alter_column", before.name, server_default=default_code(before.default))]


def _identity(altered: _Changed, alter: str) -> Statements:
    before, after = altered.before, altered.after
    wanted, present = _IDENTITY.fullmatch(before.identity or ""), _IDENTITY.fullmatch(after.identity or "")
    if wanted is None:
        return [] if before.identity is None else None
    logged = (present["log"] if present is not None else None) or ""
    statements = [line for sequence in altered.now.of(objects.Sequence) if is_sequence_of(before, sequence)
                  for line in drop(sequence, altered.now) or []]
    if present is None:
        statements.append(execute(f"{alter} ADD {(before.identity or '').removesuffix(wanted['log'] or '')}"))
    else:
        if present["sequence"] != wanted["sequence"]:
            name = wanted["sequence"].rpartition(".")[2]
            statements.append(execute(f"ALTER SEQUENCE {present['sequence']} RENAME TO {name}"))
        statements.append(execute(
            f"{alter} SET GENERATED {wanted['when']} SET START WITH {wanted['start']} SET INCREMENT BY "
            f"{wanted['increment']} SET MINVALUE {wanted['minimum']} SET MAXVALUE {wanted['maximum']} "
            f"SET CACHE {wanted['cache']} SET {'' if wanted['cycle'] else 'NO '}CYCLE"))
    if (wanted["log"] or "") != logged:
        log = wanted["log"] or (" LOGGED" if logged == " UNLOGGED" else " UNLOGGED")
        statements.append(execute(f"ALTER SEQUENCE {wanted['sequence']} SET{log}"))
    return statements


def _identity_detail(altered: _Changed, _: str) -> Statements:
    """Privileges and comment of the sequence behind an identity that is there on both sides."""
    before, after = altered.before, altered.after
    found = _IDENTITY.fullmatch(before.identity or "")
    if found is None or after.identity is None:
        return []
    sequence = f"SEQUENCE {found['sequence']}"
    statements = [execute(statement) for statement in privileges(sequence, before.identity_privileges,
                                                                 after.identity_privileges)]
    if "identity_comment" in altered.names:
        statements.append(execute(comment_sql(sequence, before.identity_comment)))
    return statements


def _storage(altered: _Changed, alter: str) -> Statements:
    before = altered.before
    name = re.sub(r"\(.*\)", "", before.type)
    usual = "MAIN" if name == "numeric" else "EXTENDED" if name.endswith("[]") or name in _COMPRESSED else None
    wanted = before.storage or usual
    return [execute(f"{alter} SET STORAGE {wanted}")] if wanted is not None else None


def _compression(altered: _Changed, alter: str) -> Statements:
    return [execute(f"{alter} SET COMPRESSION {altered.before.compression or 'DEFAULT'}")]


def _statistics_target(altered: _Changed, alter: str) -> Statements:
    target = altered.before.statistics_target
    return [execute(f"{alter} SET STATISTICS {-1 if target is None else target}")]


def _options(altered: _Changed, alter: str) -> Statements:
    return list(settings(alter, altered.before.options, altered.after.options))


def _foreign_options(altered: _Changed, alter: str) -> Statements:
    wanted, present = altered.before.foreign_options, altered.after.foreign_options
    return [execute(f"{alter} {foreign_options(wanted, present)}")]


_How = Callable[[_Changed, str], Statements]
_HOW: dict[str, _How] = {
    "type": _type, "collation": _type, "default": _default, "not_null": not_null, "not_null_constraint": not_null,
    "not_null_comment": not_null_comment, "identity": _identity, "identity_privileges": _identity_detail,
    "identity_comment": _identity_detail, "storage": _storage, "compression": _compression,
    "statistics_target": _statistics_target, "options": _options, "foreign_options": _foreign_options,
}
"""In the order in which they can be run."""
