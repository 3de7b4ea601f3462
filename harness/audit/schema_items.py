"""Columns, constraints and types of SQLAlchemy, as the source writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.audit.facts import Act, Effect, ForeignKey, Kind
from harness.audit.sql_tokens import tokens, words
from harness.audit.values import Attr, LocalClass, Made, Ref, Value, argument, last_part, maker, qualified, text, texts
from harness.cascade.model import Action

_ENUMS = ("Enum", "ENUM")


@dataclass(frozen=True, slots=True)
class Items:
    """What stands between the parentheses of a table."""

    columns: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    effects: tuple[Effect, ...]
    """What comes with the table and does not go with it: types; and indexes, by name."""


def table_items(table: str | None, items: Sequence[Value], *, is_certain: bool, schema: Value) -> Items:
    """Read the columns and constraints of a table; ``schema`` is that of the table, as the operation has it."""
    columns: list[str] = []
    keys: list[ForeignKey] = []
    effects: list[Effect] = []
    for item in items:
        if not isinstance(item, Made):
            continue
        kind = maker(item)
        if kind == "Column":
            name = text(argument(item, 0, "name"))
            columns += [name] if name is not None else []
            keys += column_keys(table, item, is_certain=is_certain)
            effects += _column_index(table, name, item, is_certain=is_certain)
            effects += enum_effects(column_type(item), Act.CREATE, line=item.line, is_certain=is_certain)
        elif kind == "ForeignKeyConstraint":
            keys += constraint_keys(table, item, is_certain=is_certain)
        elif kind == "Index":
            effects.append(index_effect(table, item, schema=schema, is_certain=is_certain))
    return Items(tuple(columns), tuple(keys), tuple(effects))


def column_keys(table: str | None, column: Made, *, is_certain: bool) -> tuple[ForeignKey, ...]:
    """The foreign keys that stand in a column's definition."""
    name = text(argument(column, 0, "name"))
    found = []
    for item in column.args:
        if isinstance(item, Made) and maker(item) == "ForeignKey" and table is not None and name is not None:
            target = text(argument(item, 0, "column"))
            if target is not None and "." in target:
                parent, _, parent_column = target.rpartition(".")
                found.append(_key(table, (name,), parent, (parent_column,), item, is_certain=is_certain))
    return tuple(found)


def constraint_keys(table: str | None, constraint: Made, *, is_certain: bool) -> tuple[ForeignKey, ...]:
    """The foreign key of a ForeignKeyConstraint."""
    columns = texts(argument(constraint, 0, "columns"))
    targets = texts(argument(constraint, 1, "refcolumns"))
    if table is None or not columns or not targets or not all("." in target for target in targets):
        return ()
    parents = tuple(target.rpartition(".")[2] for target in targets)
    return (_key(table, columns, targets[0].rpartition(".")[0], parents, constraint, is_certain=is_certain),)


def action(value: Value) -> tuple[Action, bool]:
    """The action that ``ondelete=`` gives, and whether that is certain."""
    if value is None:
        return Action.NO_ACTION, True
    known = " ".join((text(value) or "").upper().split())
    found = next((each for each in Action if known == each.value or known.startswith(f"{each.value} (")), None)
    return (found, True) if found is not None else (Action.NO_ACTION, False)


def index_effect(table: str | None, index: Made, *, schema: Value, is_certain: bool) -> Effect:
    """What an ``Index`` among a table's items makes."""
    columns = index_columns(list(index.args[1:]), index)
    return Effect(act=Act.CREATE, kind=Kind.INDEX, name=qualified(argument(index, 0, "name"), schema), table=table,
                  columns=columns, line=index.line, is_certain=is_certain)


def index_columns(items: Value, index: Made) -> tuple[str, ...] | None:
    """The columns that an index goes with: those of its expressions, its INCLUDE and its WHERE as well.

    Of what is SQL every word is among them, functions and operators too.
    """
    included, where = (index.kwargs.get(f"postgresql_{option}") for option in ("include", "where"))
    if not index.is_complete or not isinstance(items, (list, tuple)) or not isinstance(included or [], (list, tuple)):
        return None
    named = [*items, *(included or [])]  # type: ignore[misc]  # it is a list
    found = [(item,) if text(item) is not None else _words_of(item) for item in named]
    found.append(_words_of(where) if where is not None else ())
    return tuple(str(name) for part in found for name in part or ()) if None not in found else None


def _words_of(sql: Value) -> tuple[str, ...] | None:
    """The words of ``text("…")``, or of a text that stands for SQL."""
    known = text(argument(sql, 0, "text")) if isinstance(sql, Made) and maker(sql) == "text" else text(sql)
    return words(tokens(known)) if known is not None else None


def _column_index(table: str | None, name: str | None, column: Made, *, is_certain: bool) -> Iterable[Effect]:
    """``index=True`` makes an index with a name of its own, which goes when the table or the column goes."""
    if column.kwargs.get("index") is True:
        yield Effect(act=Act.CREATE, kind=Kind.INDEX, name=None, table=table, line=column.line, is_certain=is_certain,
                     columns=(name,) if name is not None else None)


def column_type(column: Made) -> Value:
    """The type of a column: what stands beside its name."""
    if "type_" in column.kwargs:
        return column.kwargs["type_"]
    return next((item for item in column.args[1:]
                 if maker(item) not in ("ForeignKey", "Identity", "Computed", "Sequence")), None)


def enum_effects(kind: Value, act: Act, *, line: int, is_certain: bool) -> tuple[Effect, ...]:
    """The enum type that comes with a column of it, where it is one that PostgreSQL has a type for.

    Source: https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#postgresql-enum-types
    """
    if not isinstance(kind, Made) or maker(kind) not in _ENUMS:
        return ()
    if kind.kwargs.get("native_enum") is False or kind.kwargs.get("create_type") is False:
        return ()
    told = kind.is_complete and all(kind.kwargs.get(key) in (None, True) for key in ("native_enum", "create_type"))
    return (Effect(act=act, kind=Kind.TYPE, name=enum_name(kind), line=line,
                   is_certain=is_certain and told and "metadata" not in kind.kwargs),)


def enum_name(kind: Made) -> str | None:
    """The name of an enum type: as given, else the enum class's in lower case."""
    if "name" in kind.kwargs:
        return qualified(kind.kwargs["name"], kind.kwargs.get("schema"))
    first = kind.args[0] if kind.args else None
    if isinstance(first, (Ref, LocalClass, Attr)):
        return (first.name if isinstance(first, LocalClass) else last_part(first)).lower()
    return None


def _key(table: str, columns: tuple[str, ...], parent: str, parent_columns: tuple[str, ...], item: Made, *,
         is_certain: bool) -> ForeignKey:
    on_delete, told = action(item.kwargs.get("ondelete"))
    name = argument(item, 2 if maker(item) == "ForeignKeyConstraint" else None, "name")
    return ForeignKey(table=table, columns=columns, parent=parent.removeprefix("public."),
                      parent_columns=parent_columns, on_delete=on_delete, name=text(name), line=item.line,
                      is_certain=is_certain and told)
