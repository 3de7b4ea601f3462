"""Compare the models that env.py names with the database, as ``alembic check`` does.

Source: https://alembic.sqlalchemy.org/en/latest/autogenerate.html#running-alembic-check-to-test-for-new-upgrade-operations
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from alembic.autogenerate import RevisionContext, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from mako.pygen import PythonPrinter

from harness.names import QualifiedName, show_identifier
from harness.worker.protocol import ModelDifference, ModelsCompared

_NO_MODELS = "env.py gives no target_metadata"
_EMPTY_MODELS = "the target_metadata of env.py has no tables"
_COMMAND_ARGUMENTS = {
    "message": None, "autogenerate": True, "sql": False, "head": "head", "splice": False, "branch_label": None,
    "version_path": None, "rev_id": None, "depends_on": None,
}
_IN_MODELS, _AT_HEAD = "is in the models and not at head", "is at head and not in the models"
_SIDE: Mapping[type[ops.MigrateOperation], str] = MappingProxyType({
    ops.CreateTableOp: _IN_MODELS, ops.DropTableOp: _AT_HEAD,
    ops.AddColumnOp: _IN_MODELS, ops.DropColumnOp: _AT_HEAD,
    ops.CreateIndexOp: _IN_MODELS, ops.DropIndexOp: _AT_HEAD,
    ops.AddConstraintOp: _IN_MODELS, ops.DropConstraintOp: _AT_HEAD,
})
"""Where what an operation is about is, before anything is done."""
_NOUNS: Mapping[type[ops.MigrateOperation], str] = MappingProxyType({
    ops.CreateTableOp: "table", ops.DropTableOp: "table", ops.AddColumnOp: "column", ops.DropColumnOp: "column",
    ops.CreateIndexOp: "index", ops.DropIndexOp: "index", ops.CreateForeignKeyOp: "foreign key",
    ops.CreateUniqueConstraintOp: "unique constraint", ops.CreateCheckConstraintOp: "check constraint",
    ops.CreatePrimaryKeyOp: "primary key", ops.AddConstraintOp: "constraint", ops.DropConstraintOp: "constraint",
})


def compare(directory: ScriptDirectory, context: MigrationContext, heads: Any) -> ModelsCompared:
    """Return how the database of ``context``, which stands at ``heads``, differs from the models.

    Everything that env.py configures has its say: which objects are included, how types and defaults are compared, and
    what becomes of the operations.
    """
    given = context.opts.get("target_metadata")
    if given is None:
        return ModelsCompared(not_compared=_NO_MODELS)
    known = sum(len(metadata.tables) for metadata in (given if isinstance(given, (list, tuple)) else (given,)))
    if not known:
        return ModelsCompared(not_compared=_EMPTY_MODELS)
    assert context.environment_context is not None
    generated = RevisionContext(context.environment_context.config, directory, dict(_COMMAND_ARGUMENTS))
    generated.run_autogenerate(heads, context)
    found = [_describe(operation, table, context)
             for upgrade in generated.generated_revisions[-1].upgrade_ops_list
             for operation, table in _leaves(upgrade)]
    # What is of a table that is to go goes with it.
    unknown = {item.table: item for item in found if item.is_table_at_head}
    rest = [item for item in found if not item.is_table_at_head and (item.noun == "table" or item.table not in unknown)]
    if len(unknown) > known:
        return ModelsCompared(differences=(_unknown_tables(list(unknown.values()), known), *_merge(rest)))
    return ModelsCompared(differences=tuple(_merge([*unknown.values(), *rest])))


@dataclass(frozen=True, slots=True)
class _Described:
    """One operation that would bring the database to the models."""

    noun: str
    subject: str
    side: str | None
    """Where what it is about is; None where it is on both sides, and differs."""
    text: str
    code: str | None
    """None where what Alembic would write cannot be run."""
    table: QualifiedName | None
    """What it is of, or is."""

    @property
    def is_table_at_head(self) -> bool:
        """Whether it is a whole table that the models lack."""
        return self.noun == "table" and self.side == _AT_HEAD


def _unknown_tables(unknown: Sequence[_Described], known: int) -> ModelDifference:
    """The tables that the models lack, where those are more than they have.

    It is env.py that lacks them, then, and what Alembic would write would drop them all.
    """
    names = ", ".join(sorted(item.subject for item in unknown))
    return ModelDifference(
        object=f"{len(unknown)} tables", code=None,
        text=f"{len(unknown)} tables are at head and not in the models, which have {known} (env.py seems to import few "
             f"of them): {names}")


def _merge(found: Sequence[_Described]) -> Iterator[ModelDifference]:
    """One difference for each object: what is dropped and made anew under its name is on both sides, and differs."""
    groups: dict[tuple[str, str], list[_Described]] = {}
    for item in found:
        groups.setdefault((item.noun if item.noun == "table" else "", item.subject), []).append(item)
    for group in groups.values():
        if sorted(item.side or "" for item in group) == sorted((_AT_HEAD, _IN_MODELS)):
            codes = [item.code for item in group if item.code is not None]
            yield ModelDifference(
                object=group[0].subject, text=f"{group[0].noun} {group[0].subject} is another one in the models",
                code="\n".join(codes) if len(codes) == len(group) else None)
        else:
            yield from (ModelDifference(object=item.subject, text=item.text, code=item.code) for item in group)


def _leaves(container: ops.OpContainer) -> Iterator[tuple[ops.MigrateOperation, ops.ModifyTableOps | None]]:
    """Each operation, with the table that it is grouped under."""
    for operation in container.ops:
        if isinstance(operation, ops.ModifyTableOps):
            yield from ((each, operation) for each in operation.ops)
        elif isinstance(operation, ops.OpContainer):
            yield from _leaves(operation)
        else:
            yield operation, None


def _describe(
    operation: ops.MigrateOperation, table: ops.ModifyTableOps | None, context: MigrationContext
) -> _Described:
    alone: ops.MigrateOperation = operation
    if table is not None:
        alone = ops.ModifyTableOps(table.table_name, [operation], schema=table.schema)
    of = _table(operation, context)
    name = _name(operation)
    subject = str(of) if of is not None else type(operation).__name__
    if name is not None:
        subject = f"{subject}.{show_identifier(name)}"
    side, noun = _of_kind(operation, _SIDE), _of_kind(operation, _NOUNS) or ""
    return _Described(noun, subject, side, _text(operation, noun, subject, side), _code(operation, alone, context), of)


def _of_kind(operation: ops.MigrateOperation, table: Mapping[type[ops.MigrateOperation], str]) -> str | None:
    """What ``table`` has of the operation's class, or of the nearest one above it."""
    return next((table[kind] for kind in type(operation).__mro__ if kind in table), None)


def _code(operation: ops.MigrateOperation, alone: ops.MigrateOperation, context: MigrationContext) -> str | None:
    """What Alembic would write into a revision."""
    if isinstance(operation, ops.CreateIndexOp) and not operation.columns:
        return None
    rendered = renderers.dispatch(alone)(AutogenContext(context), alone)
    text = io.StringIO()
    printer = PythonPrinter(text)  # as Alembic does, so that what is inside a `with` is indented
    for line in [rendered] if isinstance(rendered, str) else rendered:
        printer.writeline(line)
    printer.close()
    return text.getvalue().strip()


def _table(operation: ops.MigrateOperation, context: MigrationContext) -> QualifiedName | None:
    name = getattr(operation, "table_name", None) or getattr(operation, "source_table", None)
    if not isinstance(name, str):
        return None
    schema = getattr(operation, "schema", None) or getattr(operation, "source_schema", None)
    return QualifiedName(schema or context.dialect.default_schema_name or "public", name)


def _name(operation: ops.MigrateOperation) -> str | None:
    """What of the table it is about."""
    if isinstance(operation, ops.AddColumnOp):
        return str(operation.column.name)
    name = (getattr(operation, "column_name", None) or getattr(operation, "index_name", None)
            or getattr(operation, "constraint_name", None))
    return str(name) if name is not None else None


def _text(operation: ops.MigrateOperation, noun: str, subject: str, side: str | None) -> str:
    if isinstance(operation, ops.AlterColumnOp):
        return f"column {subject}: {'; '.join(_changes(operation)) or 'it differs'}"
    if side is None:
        return f"{subject}: it differs"
    if isinstance(operation, ops.CreateForeignKeyOp) and operation.constraint_name is None:
        columns, parents = ", ".join(operation.local_cols), ", ".join(operation.remote_cols)
        return f"{noun} ({columns}) of {subject} to {operation.referent_table} ({parents}) {side}"
    if isinstance(operation, ops.CreateUniqueConstraintOp) and operation.constraint_name is None:
        return f"{noun} ({', '.join(map(str, operation.columns))}) of {subject} {side}"
    return f"{noun} {subject} {side}"


def _changes(operation: ops.AlterColumnOp) -> Iterator[str]:
    if operation.modify_type is not None:
        yield f"type {operation.existing_type!r} at head, {operation.modify_type!r} in the models"
    if operation.modify_nullable is not None:
        at_head, in_models = ("NULL", "NOT NULL") if not operation.modify_nullable else ("NOT NULL", "NULL")
        yield f"{at_head} at head, {in_models} in the models"
    if operation.modify_server_default is not False:
        yield "the server default differs"
    if operation.modify_comment is not False:
        yield "the comment differs"
