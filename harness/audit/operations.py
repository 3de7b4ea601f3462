"""What Alembic's operations do to which objects.

Source: https://alembic.sqlalchemy.org/en/latest/ops.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from harness.audit.facts import Act, Effect, ForeignKey, Kind
from harness.audit.schema_items import (
    action,
    column_keys,
    enum_effects,
    index_columns,
    table_items,
)
from harness.audit.values import (
    UNKNOWN,
    Attr,
    Complete,
    LocalClass,
    Made,
    Value,
    argument,
    last_part,
    maker,
    qualified,
    text,
    texts,
)

_SAME: Mapping[str, str] = MappingProxyType({
    "INTEGER": "Integer", "BIGINT": "BigInteger", "SMALLINT": "SmallInteger", "TEXT": "Text", "UnicodeText": "Text",
    "BOOLEAN": "Boolean", "DATE": "Date", "JSONB": "JSONB", "JSON": "JSON", "BYTEA": "LargeBinary",
    "VARCHAR": "String", "Unicode": "String",
})
_PLAIN = frozenset({"Integer", "BigInteger", "SmallInteger", "Text", "Boolean", "Date", "JSONB", "JSON", "LargeBinary",
                    "String"})


def _create_table(call: Call) -> tuple[Effect, ...]:
    table = call.table(0, "table_name")
    sure = call.is_certain and call.get(None, "if_not_exists") in (None, False)
    items = table_items(table, call.made.args[1:], is_certain=sure, schema=call.get(None, "schema"))
    columns = items.columns if call.made.is_complete else None
    created = call.effect(Act.CREATE, Kind.TABLE, table, columns=columns, foreign_keys=items.foreign_keys)
    return (replace(created, is_certain=sure), *items.effects)


def _drop_table(call: Call) -> tuple[Effect, ...]:
    return (call.effect(Act.DROP, Kind.TABLE, call.table(0, "table_name")),)


def _rename_table(call: Call) -> tuple[Effect, ...]:
    schema = call.get(None, "schema")
    return (call.effect(Act.RENAME, Kind.TABLE, call.table(0, "old_table_name"),
                        new_name=qualified(call.get(1, "new_table_name"), schema)),)


def _add_column(call: Call) -> tuple[Effect, ...]:
    table, column = call.owner(), call.get(call.at(1), "column")
    if not isinstance(column, Made) or maker(column) != "Column":
        return (call.effect(Act.CREATE, Kind.COLUMN, None, table=table),)
    keys = column_keys(table, column, is_certain=call.is_certain)
    name = text(argument(column, 0, "name"))
    # Alembic makes no enum type here: a type that is not there yet has to be made apart.
    return (call.effect(Act.CREATE, Kind.COLUMN, name, table=table, foreign_keys=keys),)


def _drop_column(call: Call) -> tuple[Effect, ...]:
    return (call.effect(Act.DROP, Kind.COLUMN, text(call.get(call.at(1), "column_name")), table=call.owner()),)


def _alter_column(call: Call) -> tuple[Effect, ...]:
    table, name = call.owner(), text(call.get(call.at(1), "column_name"))
    found = []
    new_name = call.get(None, "new_column_name", call.get(None, "name"))
    if new_name is not None and new_name != name:
        found.append(call.effect(Act.RENAME, Kind.COLUMN, name, table=table, new_name=text(new_name)))
    altered = call.made.kwargs.keys() - {"new_column_name", "name", "schema"}
    if any(not key.startswith("existing_") for key in altered):
        changes = _changes_type(call) or _changes_nullable(call)
        found.append(replace(call.effect(Act.ALTER, Kind.COLUMN, name, table=table),
                             is_certain=call.is_certain and changes))
    return tuple(found)


def _changes_type(call: Call) -> bool:
    """Whether a column surely gets another type than it had, as far as the operation itself says both."""
    before, after = call.get(None, "existing_type"), call.get(None, "type_")
    names = [_type_name(value) for value in (before, after)]
    if not all(name in _PLAIN for name in names):
        return False
    if names[0] != names[1]:
        return True
    lengths = [argument(value, 0, "length") if isinstance(value, Made) else None for value in (before, after)]
    return names[0] == "String" and lengths[0] != lengths[1] and UNKNOWN not in lengths


def _type_name(value: Value) -> str:
    name = maker(value) if isinstance(value, Made) else last_part(value)
    return _SAME.get(name, name)


def _changes_nullable(call: Call) -> bool:
    before, after = call.get(None, "existing_nullable"), call.get(None, "nullable")
    return isinstance(before, bool) and isinstance(after, bool) and before != after


def _create_index(call: Call) -> tuple[Effect, ...]:
    table = call.owner(1)
    sure = call.is_certain and call.get(None, "if_not_exists") in (None, False)
    columns = index_columns(call.get(1 if call.batch else 2, "columns"), call.made)
    effect = call.effect(Act.CREATE, Kind.INDEX, call.index_name(), table=table, columns=columns)
    return (replace(effect, is_certain=sure),)


def _drop_index(call: Call) -> tuple[Effect, ...]:
    return (call.effect(Act.DROP, Kind.INDEX, call.index_name(), table=call.owner(1)),)


def _create_unique(call: Call) -> tuple[Effect, ...]:
    columns = texts(call.get(1 if call.batch else 2, "columns"))
    return (call.constraint("unique", call.owner(1), columns=columns),)


def _create_primary_key(call: Call) -> tuple[Effect, ...]:
    columns = texts(call.get(1 if call.batch else 2, "columns"))
    return (call.constraint("primary", call.owner(1), columns=columns),)


def _create_check(call: Call) -> tuple[Effect, ...]:
    return (call.constraint("check", call.owner(1)),)


def _create_exclude(call: Call) -> tuple[Effect, ...]:
    return (call.constraint(None, call.owner(1)),)


def _create_foreign_key(call: Call) -> tuple[Effect, ...]:
    shift = -1 if call.batch else 0
    table = call.batch_table if call.batch else qualified(call.get(1, "source_table"), call.get(None, "source_schema"))
    parent = qualified(call.get(2 + shift, "referent_table"), call.get(None, "referent_schema"))
    columns = texts(call.get(3 + shift, "local_cols"))
    theirs = texts(call.get(4 + shift, "remote_cols"))
    on_delete, told = action(call.get(None, "ondelete"))
    keys: tuple[ForeignKey, ...] = ()
    if table is not None and parent is not None and columns is not None:
        keys = (ForeignKey(table=table, columns=columns, parent=parent, parent_columns=theirs or (),
                           on_delete=on_delete, name=call.constraint_name(), line=call.line,
                           is_certain=call.is_certain and told),)
    return (replace(call.constraint("foreignkey", table, columns=columns), foreign_keys=keys),)


def _drop_constraint(call: Call) -> tuple[Effect, ...]:
    return (call.effect(Act.DROP, Kind.CONSTRAINT, call.constraint_name(), table=call.owner(1)),)


def _bulk_insert(call: Call) -> tuple[Effect, ...]:
    rows = call.get(1, "rows")
    table = table_name(call.get(0, "table"))
    effect = call.effect(Act.INSERT, Kind.TABLE, table)
    return (replace(effect, is_certain=call.is_certain and isinstance(rows, list) and bool(rows)),)


def _comment(call: Call) -> tuple[Effect, ...]:
    return (call.effect(Act.ALTER, Kind.TABLE, call.table(0, "table_name")),)


OPERATIONS: Mapping[str, Callable[[Call], tuple[Effect, ...]]] = MappingProxyType({
    "create_table": _create_table, "drop_table": _drop_table, "rename_table": _rename_table,
    "add_column": _add_column, "drop_column": _drop_column, "alter_column": _alter_column,
    "create_index": _create_index, "drop_index": _drop_index,
    "create_unique_constraint": _create_unique, "create_primary_key": _create_primary_key,
    "create_check_constraint": _create_check, "create_exclude_constraint": _create_exclude,
    "create_foreign_key": _create_foreign_key, "drop_constraint": _drop_constraint,
    "bulk_insert": _bulk_insert, "create_table_comment": _comment, "drop_table_comment": _comment,
})
"""Those that do something, by name."""


class Call:
    """The call of one operation, of ``op`` or of a batch for one table."""

    def __init__(self, made: Made, *, batch: bool, batch_table: str | None, is_certain: bool) -> None:
        self.made = made
        self.batch = batch
        self.batch_table = batch_table
        self.line = made.line
        self.is_certain = is_certain

    def get(self, place: int | None, name: str, default: Value = None) -> Value:
        """An argument by its place or name."""
        return argument(self.made, place, name, default)

    def at(self, place: int) -> int:
        """Where an argument stands that follows the table's name: a batch has its table already."""
        return place - 1 if self.batch else place

    def table(self, place: int, name: str) -> str | None:
        """The table that an argument names."""
        return qualified(self.get(place, name), self.get(None, "schema"))

    def owner(self, place: int = 0) -> str | None:
        """The table that the operation is about."""
        if self.batch:
            return self.batch_table
        return self.table(place, "table_name")

    def constraint_name(self) -> str | None:
        """The name of a constraint; its schema is its table's."""
        return text(self.get(0, "constraint_name"))

    def constraint(self, kind: str | None, table: str | None, *, columns: tuple[str, ...] | None = None) -> Effect:
        """A constraint that this call makes; ``kind``: as Alembic calls it."""
        name = self.constraint_name()
        made = self.effect(Act.CREATE, Kind.CONSTRAINT, name, table=table, columns=columns)
        return replace(made, constraint_type=None if isinstance(name, Complete) else kind)

    def index_name(self) -> str | None:
        """The name of an index, with the schema of its table."""
        name = text(self.get(0, "index_name"))
        if name is not None and self.batch and self.batch_table is not None and "." in self.batch_table:
            return f"{self.batch_table.rpartition('.')[0]}.{name}"
        return name if self.batch else qualified(name, self.get(None, "schema"))

    def effect(self, act: Act, kind: Kind, name: str | None, *, table: str | None = None,
               columns: tuple[str, ...] | None = None, new_name: str | None = None,
               foreign_keys: tuple[ForeignKey, ...] = ()) -> Effect:
        """An effect of this call."""
        return Effect(act=act, kind=kind, name=name, line=self.line, is_certain=self.is_certain, table=table,
                      columns=columns, new_name=new_name, foreign_keys=foreign_keys,
                      if_exists=self.get(None, "if_exists") not in (None, False))


def table_name(value: Value) -> str | None:
    """The table that ``sa.table(…)``, ``sa.Table(…)`` or a class of the file stands for."""
    if isinstance(value, Attr) and value.name in ("__table__", "c"):
        value = value.of
    if isinstance(value, LocalClass):
        return text(value.members.get("__tablename__"))
    if isinstance(value, Made) and maker(value) in ("table", "Table"):
        return qualified(argument(value, 0, "name"), value.kwargs.get("schema"))
    return None


def type_effects(kind: Made, act: Act, made: Made, *, is_certain: bool) -> tuple[Effect, ...]:
    """What ``Enum(…).create(bind)`` and ``.drop(bind)`` do: here ``create_type=False`` says nothing."""
    checks = argument(made, 1, "checkfirst") not in (None, False)
    free = Made(kind.by, kind.args, {k: v for k, v in kind.kwargs.items() if k not in ("create_type", "metadata")},
                kind.line, kind.is_complete)
    sure = is_certain and (act is Act.DROP or not checks)
    effects = enum_effects(free, act, line=made.line, is_certain=sure)
    return tuple(replace(effect, if_exists=checks) for effect in effects)


