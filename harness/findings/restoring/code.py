"""Write Python statements as a downgrade() has them: operations of Alembic where it has one, SQL elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.catalog import objects
from harness.catalog.objects import Column
from harness.names import QualifiedName

# What text() takes for a parameter; a backslash tells it not to.
# https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.text
_PARAMETER = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
_TYPES = {
    "smallint": "sa.SmallInteger()", "integer": "sa.Integer()", "bigint": "sa.BigInteger()", "text": "sa.Text()",
    "boolean": "sa.Boolean()", "date": "sa.Date()", "real": "sa.REAL()", "double precision": "sa.Double()",
    "uuid": "sa.Uuid()", "bytea": "sa.LargeBinary()", "json": "sa.JSON()", "numeric": "sa.Numeric()",
    "character varying": "sa.String()", "timestamp without time zone": "sa.DateTime()",
    "timestamp with time zone": "sa.DateTime(timezone=True)", "time without time zone": "sa.Time()",
}
_SIZED = re.compile(r"(?P<name>character varying|numeric)\((?P<sizes>[\d,]+)\)\Z")
_SIZED_TYPES = {"character varying": "sa.String", "numeric": "sa.Numeric"}
# A string, so that nothing in it is taken for SQL, or an array of which PostgreSQL prints a cast of the whole.
_ARRAY = re.compile(
    r"""\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|'(?:[^']|'')*'|"(?:[^"]|"")*\"|"""
    r"""ARRAY\[(?P<elements>(?:'(?:[^']|'')*'|"(?:[^"]|"")*"|[^'"\[\]])*)\](?=\)?::[^'"(),]+(?:\([\d,]+\))?\[\])""",
    re.DOTALL)
_TYPE_OF_ELEMENT = re.compile(r"['\w)]::(?P<type>[a-z][a-z ]*(?:\([\d,]+\))?)(?=, |\Z)")


def as_printed(sql: str) -> str:
    """SQL that PostgreSQL printed, written so that it prints the same once it has read it.

    It moves a cast of ``ARRAY[…]`` into the elements, unless the array is of their own type first.
    """
    return _ARRAY.sub(_with_own_type, sql)


def _with_own_type(found: re.Match[str]) -> str:
    own = _TYPE_OF_ELEMENT.search(found["elements"] or "")
    return f"{found[0]}::{own['type']}[]" if own is not None else found[0]


def execute(sql: str) -> str:
    """A statement of SQL, or several."""
    text = _escaped_parameters(sql)
    if "\n" in text and '"""' not in text and not text.endswith('"'):
        return f'op.execute("""\n{_escaped(text)}\n""")'
    return f"op.execute({text!r})"


def call(function: str, *arguments: object, schema: str | None = None, **keywords: str) -> str:
    """An operation. Arguments are values; keywords are code, and left out where that is empty."""
    given = [repr(argument) if isinstance(argument, (str, list)) else str(argument) for argument in arguments]
    given += [f"{name}={code}" for name, code in keywords.items() if code]
    if schema not in {None, "public"}:
        given.append(f"schema={schema!r}")
    return f"op.{function}({', '.join(given)})"


class Code(str):
    """An argument that is code already."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def final(name: str) -> Code:
    """The name of a constraint as it is, of which no naming convention of the models makes another one."""
    return Code(f"op.f({name!r})")


def on(table: QualifiedName, function: str, *arguments: object, **keywords: str) -> str:
    """An operation on a table, which is its first argument."""
    return call(function, table.name, *arguments, schema=table.schema, **keywords)


def type_code(type_: str) -> str | None:
    """The type as SQLAlchemy writes it; None where that is not one of its plain types."""
    sized = _SIZED.fullmatch(type_)
    if sized is not None:
        return f"{_SIZED_TYPES[sized['name']]}({', '.join(sized['sizes'].split(','))})"
    return _TYPES.get(type_)


def column_code(column: Column) -> str | None:
    """A ``sa.Column`` that makes the column, nullable; None where plain types and a default do not."""
    code = type_code(column.type)
    special = column.generated or column.identity or column.collation or column.foreign_options
    if code is None or special:
        return None
    default = f", server_default=sa.text({_text_argument(column.default)})" if column.default is not None else ""
    return f"sa.Column({column.name!r}, {code}{default})"


def default_code(default: str | None) -> str:
    """What ``server_default`` is given."""
    return "None" if default is None else f"sa.text({_text_argument(default)})"


def columns_of(definition: str) -> list[str] | None:
    """The plain columns between the first parentheses; None where something else is there."""
    found = re.match(r'[^(]*\(((?:[a-z_][a-z0-9_$]*|"[^"]+")(?:, (?:[a-z_][a-z0-9_$]*|"[^"]+"))*)\)', definition)
    return [name.strip('"') for name in found[1].split(", ")] if found else None


def is_plain(definition: str, begin: str) -> bool:
    """Whether nothing follows the columns of a constraint."""
    return re.fullmatch(rf"{begin} \([^()]*\)", definition) is not None


def constraint_type(constraint: objects.Constraint) -> str:
    """What ``type_`` of drop_constraint is given."""
    known = {"p": "primary", "u": "unique", "f": "foreignkey", "c": "check"}.get(constraint.contype)
    return repr(known) if known else ""


def lines(statements: Iterable[str]) -> str:
    """The statements as one text."""
    return "\n".join(statements)


def _text_argument(sql: str) -> str:
    return repr(_escaped_parameters(sql))


def _escaped_parameters(sql: str) -> str:
    return _PARAMETER.sub(r"\\:\1", as_printed(sql))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\")
