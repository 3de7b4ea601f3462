"""Values of a revision file as they can be told without running it: constants, and names of what is not.

A constant is itself: a str, number, bool, None, list, tuple or dict. What the source computes inside a text stands in
it as ``HOLE``.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from enum import Enum, auto

Value = object

HOLE = "\x00"


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()
"""A value that the source does not tell."""


class Complete(str):
    """A name that ``op.f`` marks: no naming convention is applied to it."""

    __slots__ = ()


class Use(Enum):
    """What becomes of what a call returns."""

    STATEMENT = auto()
    """Nothing: it is called for what it does."""
    VALUE = auto()
    ARGUMENT = auto()
    """It is given to another call, or decides about a branch."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Something imported, by its dotted path: ``sqlalchemy.Column``."""

    path: str


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """What a call of something that is not in the file returned."""

    by: Value
    args: tuple[Value, ...]
    kwargs: dict[str, Value]
    line: int
    is_complete: bool = True
    """Whether all arguments are in ``args`` and ``kwargs``."""
    text_line: int | None = None
    """Where the first argument begins, when it is a text over several lines that stands right there."""


@dataclass(frozen=True, slots=True, eq=False)
class Attr:
    """An attribute of a value that is not a constant."""

    of: Value
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What ``op.batch_alter_table`` yields."""

    table: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the file."""

    node: ast.FunctionDef | ast.Lambda
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False)
class LocalClass:
    """A class of the file."""

    name: str
    members: dict[str, Value]


@dataclass(slots=True)
class Scope:
    """Variables, and the scope around them."""

    variables: dict[str, Value] = field(default_factory=dict)
    outer: Scope | None = None

    def find(self, name: str) -> Value:
        """The value of ``name``; UNKNOWN where nothing assigns it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.variables:
                return scope.variables[name]
            scope = scope.outer
        return UNKNOWN


def path_of(value: Value) -> str:
    """The dotted path of what is imported; empty for everything else."""
    return value.path if isinstance(value, Ref) else ""


def last_part(value: Value) -> str:
    """The last part of an imported thing's path, or an attribute's name."""
    return value.name if isinstance(value, Attr) else path_of(value).rpartition(".")[2]


def maker(value: Value) -> str:
    """The name of what made a value: ``Column`` for ``sqlalchemy.Column(…)``; empty where nothing did."""
    return last_part(value.by) if isinstance(value, Made) else ""


def root(value: Value) -> str:
    """The package that a value comes from, through calls and attributes: ``sqlalchemy``; empty where it has none."""
    while True:
        if isinstance(value, Made):
            value = value.by
        elif isinstance(value, Attr):
            value = value.of
        else:
            return path_of(value).partition(".")[0]


def origin(value: Value) -> str:
    """The path of the imported thing that a value comes from, through calls and attributes."""
    while isinstance(value, (Made, Attr)):
        value = value.by if isinstance(value, Made) else value.of
    return path_of(value)


def argument(made: Made, place: int | None, name: str, default: Value = None) -> Value:
    """The argument that has this place or name; ``default`` where it was not given, UNKNOWN where that is not told."""
    if name in made.kwargs:
        return made.kwargs[name]
    if place is not None and place < len(made.args):
        return made.args[place]
    return default if made.is_complete else UNKNOWN


def text(value: Value) -> str | None:
    """The value where it is a text without holes."""
    return value if isinstance(value, str) and HOLE not in value else None


def texts(value: Value) -> tuple[str, ...] | None:
    """The value where it is a list of texts without holes."""
    if isinstance(value, (list, tuple)):
        found = [text(item) for item in value]
        if all(item is not None for item in found):
            return tuple(item for item in found if item is not None)
    return None


def qualified(name: Value, schema: Value = None) -> str | None:
    """A table's name as it is compared here: with its schema, but without ``public.``; None where it cannot be told."""
    known = text(name)
    if known is None or (schema is not None and text(schema) is None):
        return None
    if schema is not None and schema != "public":
        return f"{schema}.{known}"
    return known.removeprefix("public.")


def attribute_of(of: Value, name: str) -> Value:
    """An attribute; what tells the kind of database is PostgreSQL's, which is what the migrations run on."""
    if isinstance(of, Ref):
        return Ref(f"{of.path}.{name}")
    if isinstance(of, LocalClass):
        return of.members.get(name, Attr(of, name))
    if isinstance(of, Attr) and name == "name" and of.name in ("dialect", "engine"):
        return "postgresql"
    if isinstance(of, str) and name == "value":  # a member of an enum of the file
        return of
    if name == "as_sql":
        return False
    return Attr(of, name)
