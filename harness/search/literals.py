"""Values that a revision names: in the statements it sends, and as constants in its source.

A fault that only some value shows is nearly always written down somewhere: in a WHERE, a CASE, a length, a CHECK.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from harness.data.rows import Connection
from harness.data.seed_checks import passing
from harness.data.seed_mining import candidates
from harness.data.shapes import Check, ColumnShape, named_in

VALUES_AT_MOST = 40
"""Values kept for one column."""
_CONSTANTS_AT_MOST = 60
_LONGEST_CONSTANT = 200
_ZONE = re.compile(r"'([A-Z][A-Za-z]+/[A-Za-z_/]+)'")
_PASSWORD = re.compile(r"\bPASSWORD\s+'(?:[^']|'')*'", re.IGNORECASE)
_URL_WITH_PASSWORD = re.compile(r"\w+://[^/\s]*:[^/\s]*@")
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_SQL = re.compile(r"\s*(?:ALTER|CREATE|DELETE|DO|DROP|INSERT|LOCK|MERGE|SELECT|SET|TRUNCATE|UPDATE|VALUES|WITH)\s",
                  re.IGNORECASE)
_ZONE_YEAR = 2024
_NAMES_OF_ALEMBIC = frozenset({"revision", "down_revision", "branch_labels", "depends_on"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mined:
    """What a revision names."""

    statements: tuple[str, ...] = ()
    """SQL: what it sent, and what its source holds that looks like it."""
    constants: tuple[str, ...] = ()
    """Constants of its source that stand alone, as SQL literals."""


def mine(statements: Sequence[str], source: str) -> Mined:
    """Gather from the statements that a revision sends and from the text of its file.

    A file that Python cannot parse gives nothing of its own. Passwords are left out: what is mined may be shown.
    """
    texts = [_PASSWORD.sub("PASSWORD", text) for text in statements]
    constants: dict[str, None] = {}
    for constant in _constants(source):
        if isinstance(constant, str) and _SQL.match(constant):
            texts.append(_PASSWORD.sub("PASSWORD", constant))
        elif isinstance(constant, str):
            constants["'" + constant.replace("'", "''") + "'"] = None
        else:
            constants[str(constant)] = None
    return Mined(statements=tuple(dict.fromkeys(texts)), constants=tuple(constants)[:_CONSTANTS_AT_MOST])


@dataclass(frozen=True, slots=True)
class Named:
    """What a revision names for one column."""

    near: tuple[str, ...]
    """Values named with it, or that stand alone, and their neighbours."""
    compared: tuple[str, ...]
    """Those of them that the column itself is compared with."""


def values_near(connection: Connection, column: ColumnShape, checks: Sequence[Check], mined: Mined) -> Named:
    """Values of the column that the revision names, or that lie next to those; the server has let each through."""
    texts = [text for text in mined.statements if named_in(text.replace('"', " "), [column.name])]
    if column.type.base.name.name in ("json", "jsonb"):  # a document holds each key that is named, once
        texts = [" ".join(dict.fromkeys(_LITERAL.findall(text))) for text in texts]
    compared = candidates(list(_compared(texts, column.name)), column.type)
    found = dict.fromkeys([*compared, *candidates(texts, column.type), *_around_clock_changes(texts, column)])
    if column.type.base.category in "NSE":
        found.update(dict.fromkeys(candidates(mined.constants, column.type)))
    own = [check.expression_sql for check in checks if set(check.columns) == {column.name}]
    tried = [(value,) for value in list(found)[:2 * VALUES_AT_MOST]]
    kept = [value for (value,) in passing(connection, [column], tried, ["true", *own]) if value is not None]
    return Named(tuple(kept[:VALUES_AT_MOST]), tuple(value for value in kept if value in compared))


def _compared(texts: Sequence[str], name: str) -> Iterator[str]:
    """The literals that stand right behind the column's name and an operator."""
    one = r"(?:'(?:[^']|'')*'|-?\d+(?:\.\d+)?)"
    operator = r"(?:[=<>!~?-]+|(?:NOT\s+)?I?LIKE|(?:NOT\s+)?IN\s*\()"
    comparison = re.compile(rf"""(?<![\w'])"?{re.escape(name)}"?\s*{operator}\s*({one}(?:\s*,\s*{one})*)""",
                            re.IGNORECASE)
    for text in texts:
        yield from comparison.findall(text)


def _constants(source: str) -> Iterator[str | int | float]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for statement in tree.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(target, ast.Name) and target.id in _NAMES_OF_ALEMBIC for target in targets):
                continue
        docstrings = {id(node.value) for node in ast.walk(statement) if isinstance(node, ast.Expr)}
        for node in ast.walk(statement):
            if isinstance(node, ast.Constant) and id(node) not in docstrings and _is_telling(node.value):
                yield node.value  # type: ignore[misc]  # _is_telling leaves these kinds


def _is_telling(value: object) -> bool:
    if isinstance(value, str):
        if len(value) > _LONGEST_CONSTANT:
            return _SQL.match(value) is not None
        return value != "" and _URL_WITH_PASSWORD.match(value) is None
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _around_clock_changes(texts: Sequence[str], column: ColumnShape) -> Iterator[str]:
    """Instants within the hours that a named time zone's clocks show twice or never, in one year."""
    kind = column.type.base.name.name
    if kind not in ("timestamp", "timestamptz"):
        return
    for name in dict.fromkeys(match for text in texts for match in _ZONE.findall(text)):
        try:
            zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            continue
        start = datetime(_ZONE_YEAR, 1, 1, tzinfo=UTC)
        for hour in range(366 * 24):
            moment = start + timedelta(hours=hour)
            offset, later = (at.astimezone(zone).utcoffset() for at in (moment, moment + timedelta(hours=1)))
            if offset != later:
                for shift in (timedelta(minutes=-30), timedelta(minutes=30), timedelta(minutes=90)):
                    at = moment + shift
                    yield f"{at:%Y-%m-%d %H:%M:%S}+00"  if kind == "timestamptz" else (
                        f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}")
