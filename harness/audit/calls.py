"""What a call in a migration function does: Alembic's operations, SQL, SQLAlchemy's objects, and everybody else's."""

from __future__ import annotations

import sys
from collections.abc import Callable

from harness.audit.facts import Act, Effect, Kind
from harness.audit.operations import OPERATIONS, Call, table_name, type_effects
from harness.audit.recorder import Recorder
from harness.audit.schema_items import index_effect, table_items
from harness.audit.values import (
    HOLE,
    UNKNOWN,
    Attr,
    Batch,
    Complete,
    Function,
    LocalClass,
    Made,
    Ref,
    Use,
    Value,
    argument,
    last_part,
    maker,
    origin,
    path_of,
    qualified,
    root,
    text,
)

_OP = "alembic.op."
_EXECUTES = frozenset({"execute", "exec_driver_sql", "executemany", "scalar", "scalars", "execute_text", "stream"})
_WRITERS = {"insert": Act.INSERT, "update": Act.UPDATE, "delete": Act.DELETE}
_QUERIES = frozenset({"select", "exists", "union", "union_all"})
_ASKS = frozenset({"get_bind", "get_context", "run_async", "implementation_for"})
_OURS = ("sqlalchemy", "alembic")
_LOGS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log"})
_QUESTIONS = ("get_", "is_", "has_", "should_", "exists_")
_ORM_WRITES = {
    "add": Act.INSERT, "add_all": Act.INSERT, "bulk_save_objects": Act.INSERT, "bulk_insert_mappings": Act.INSERT,
    "merge": Act.UPDATE, "bulk_update_mappings": Act.UPDATE, "update": Act.UPDATE, "delete": Act.DELETE,
}
_WHOLE_METADATA = frozenset({"create_all", "drop_all"})
_WAYS_TO_THE_DATABASE = frozenset({"get_bind", "get_context", "Session", "sessionmaker"})


class Calls:
    """Decides what each call does, and notes it."""

    def __init__(self, recorder: Recorder, run: Callable[[Function, Made], Value]) -> None:
        self._recorder = recorder
        self._run = run

    @property
    def is_certain(self) -> bool:
        """Whether a call now happens whatever the database holds."""
        return self._recorder.is_certain

    def call(self, function: Value, made: Made, use: Use) -> Value:  # noqa: PLR0911 - one return a kind of function
        """Note what the call does; return its value."""
        if isinstance(function, Function):
            return self._run(function, made)
        if isinstance(function, LocalClass):
            return made
        if function is UNKNOWN:
            self._recorder.doubt(made.line, "calls something that the source does not hold")
            return UNKNOWN
        path = path_of(function)
        if path.startswith(_OP):
            return self._operation(path.removeprefix(_OP), made, batch=None)
        if isinstance(function, Attr):
            return self._method(function, made, use)
        if path == "alembic.context.is_offline_mode":
            return False
        if root(function) in _OURS:
            return made
        return self._foreign(function, made, use)

    # -- Alembic ------------------------------------------------------------------------------------------------------

    def _operation(self, name: str, made: Made, *, batch: Batch | None) -> Value:
        if name in ("f", "inline_literal"):
            given = made.args[0] if made.args else UNKNOWN
            return Complete(given) if name == "f" and isinstance(given, str) else given
        if name == "batch_alter_table":
            return Batch(qualified(argument(made, 0, "table_name"), made.kwargs.get("schema")))
        if name in _ASKS:
            return made
        if name == "execute":
            self._execute(argument(made, 0, "sqltext"), made)
            return UNKNOWN
        if name in OPERATIONS:
            table = batch.table if batch is not None else None
            call = Call(made, batch=batch is not None, batch_table=table, is_certain=self.is_certain)
            self._recorder.operation(name, made.line, OPERATIONS[name](call))
            return made if name == "create_table" else UNKNOWN
        self._recorder.operation(name, made.line)
        self._recorder.doubt(made.line, f"calls op.{name}(), which is not one of Alembic's own operations")
        return UNKNOWN

    # -- SQL ----------------------------------------------------------------------------------------------------------

    def _execute(self, statement: Value, made: Made) -> None:
        """Note what is executed: text, a construct of SQLAlchemy, or something that the source does not hold."""
        statement = _innermost(statement)
        line = made.line
        if isinstance(statement, str):
            if statement.strip(f"{HOLE} \n\t;") or not statement:
                self._recorder.sql(statement, line, made.text_line)
            else:
                self._recorder.doubt(line, "executes SQL that is put together while it runs")
            return
        kind = maker(statement)
        if kind in ("text", "DDL") and isinstance(statement, Made):
            self._execute(argument(statement, 0, "text"), statement)
        elif kind in _WRITERS:
            self._write(statement, _WRITERS[kind], line)
        elif kind in ("CreateSchema", "DropSchema", "CreateSequence", "DropSequence") and isinstance(statement, Made):
            self._schema_item(statement, kind, line)
        elif kind not in _QUERIES:
            self._recorder.doubt(line, "executes something that the source does not hold")

    def _write(self, statement: Value, act: Act, line: int) -> None:
        assert isinstance(statement, Made)
        by = statement.by
        target = by.of if isinstance(by, Attr) else argument(statement, 0, "table")
        self._recorder.operation(act.value, line, (
            Effect(act=act, kind=Kind.TABLE, name=table_name(target), line=line, is_certain=False),))

    def _schema_item(self, statement: Made, kind: str, line: int) -> None:
        first = argument(statement, 0, "name")
        name = text(argument(first, 0, "name")) if isinstance(first, Made) else text(first)
        self._recorder.operation(kind, line, (Effect(
            act=Act.CREATE if kind.startswith("Create") else Act.DROP, name=name, line=line,
            kind=Kind.SCHEMA if kind.endswith("Schema") else Kind.SEQUENCE,
            is_certain=self.is_certain and "if_not_exists" not in statement.kwargs,
            if_exists="if_exists" in statement.kwargs),))

    # -- methods ------------------------------------------------------------------------------------------------------

    def _method(self, function: Attr, made: Made, use: Use) -> Value:  # noqa: PLR0911 - one return a kind of method
        of, name = function.of, function.name
        if isinstance(of, Batch):
            return self._operation(name, made, batch=of)
        if name in ("create", "drop") and self._create_or_drop(of, name, made):
            return UNKNOWN
        if name in _EXECUTES and (made.args or made.kwargs):  # without arguments it is a method of a result
            self._execute(argument(made, 0, "statement", argument(made, 0, "sql")), made)
            return UNKNOWN
        if name in _ORM_WRITES and self._is_session(of):
            self._recorder.operation(f"session.{name}", made.line, (Effect(
                act=_ORM_WRITES[name], kind=Kind.TABLE, name=_queried(of), line=made.line, is_certain=False),))
            return UNKNOWN
        if name in _WHOLE_METADATA:
            self._recorder.doubt(made.line, f"calls {name}() of a MetaData")
            return UNKNOWN
        if root(of) in _OURS or name in _LOGS:
            return made
        if not origin(of):  # a constant, or something that a call returned
            self._watch_arguments(function, made)
            return made
        return self._foreign(function, made, use)

    def _create_or_drop(self, of: Value, name: str, made: Made) -> bool:
        """Whether it was an object of SQLAlchemy's that was created or dropped."""
        act = Act.CREATE if name == "create" else Act.DROP
        kind = maker(of)
        sure = self.is_certain and (act is Act.DROP or argument(made, 1, "checkfirst") in (None, False))
        if not isinstance(of, Made):
            return False
        if kind in ("Enum", "ENUM", "DOMAIN"):
            self._recorder.operation(f"{name} type", made.line,
                                     type_effects(of, act, made, is_certain=self.is_certain) or (
                                         Effect(act=act, kind=Kind.TYPE, name=None, line=made.line, is_certain=False),))
        elif kind == "Table":
            self._recorder.operation(f"{name} table", made.line, _of_table(of, act, made.line, is_certain=sure))
        elif kind == "Index":
            effect = index_effect(None, of, schema=None, is_certain=sure)
            self._recorder.operation(f"{name} index", made.line, (Effect(
                act=act, kind=Kind.INDEX, name=effect.name, line=made.line, is_certain=sure),))
        elif kind == "Sequence":
            self._recorder.operation(f"{name} sequence", made.line, (Effect(
                act=act, kind=Kind.SEQUENCE, name=text(argument(of, 0, "name")), line=made.line, is_certain=sure),))
        else:
            return False
        return True

    @staticmethod
    def _is_session(value: Value) -> bool:
        """Whether a method is one of an ORM session, or of a query that it made."""
        while isinstance(value, (Made, Attr)):
            if maker(value) in ("Session", "sessionmaker", "scoped_session"):
                return True
            value = value.by if isinstance(value, Made) else value.of
        return False

    # -- what is not in the file --------------------------------------------------------------------------------------

    def _foreign(self, function: Value, made: Made, use: Use) -> Value:
        """A call of somebody else's code: a class makes an object, a question is answered; the rest may do anything.

        The standard library does nothing to a database that it is not given.
        """
        name = last_part(function)
        if root(function) == "importlib" or path_of(function) in ("builtins.exec", "builtins.eval"):
            self._recorder.doubt(made.line, f"calls {origin(function)}()")
        elif root(function) in sys.stdlib_module_names or use is Use.ARGUMENT or (
                use is Use.VALUE and (name[:1].isupper() or name.startswith(_QUESTIONS))):
            self._watch_arguments(function, made)
        else:
            self._recorder.doubt(made.line, f"calls {origin(function).lstrip('.')}()")
        return made

    def _watch_arguments(self, function: Value, made: Made) -> None:
        """What is given a way to the database may use it; Python's own functions, such as ``print``, do not."""
        if path_of(function).startswith("builtins."):
            return
        if any(_leads_to_database(value) for value in (*made.args, *made.kwargs.values())):
            self._recorder.doubt(made.line, f"gives the connection to {origin(function) or last_part(function)}()")


def _innermost(statement: Value) -> Value:
    """What a chain such as ``text(…).bindparams(…)`` or ``insert(t).values(…)`` began with."""
    while isinstance(statement, Made) and isinstance(statement.by, Attr):
        inner = statement.by.of
        if statement.by.name in _WRITERS or statement.by.name in _QUERIES:
            return statement
        statement = inner
    return statement


def _of_table(table: Made, act: Act, line: int, *, is_certain: bool) -> tuple[Effect, ...]:
    name = table_name(table)
    if act is Act.DROP:
        return (Effect(act=act, kind=Kind.TABLE, name=name, line=line, is_certain=is_certain),)
    items = table_items(name, table.args[1:], is_certain=is_certain, schema=table.kwargs.get("schema"))
    return (Effect(act=act, kind=Kind.TABLE, name=name, line=line, is_certain=is_certain, columns=items.columns,
                   foreign_keys=items.foreign_keys), *items.effects)


def _queried(value: Value) -> str | None:
    """The table of ``session.query(Model)…``."""
    while isinstance(value, (Made, Attr)):
        if isinstance(value, Made) and isinstance(value.by, Attr) and value.by.name == "query" and value.args:
            return table_name(value.args[0])
        value = value.by if isinstance(value, Made) else value.of
    return None


def _leads_to_database(value: Value) -> bool:
    """Whether a value is ``op`` or a connection, a session, or comes from one."""
    if isinstance(value, Ref):
        return value.path == "alembic.op"
    while isinstance(value, (Made, Attr)):
        if maker(value) in _WAYS_TO_THE_DATABASE:
            return True
        if isinstance(value, Attr) and value.name in ("dialect", "engine", "name"):
            return False
        value = value.by if isinstance(value, Made) else value.of
    return False
