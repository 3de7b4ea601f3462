"""Compare the models that env.py names with the database, as ``alembic check`` does.

Source: https://alembic.sqlalchemy.org/en/latest/autogenerate.html#running-alembic-check-to-test-for-new-upgrade-operations
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alembic.autogenerate import RevisionContext, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from harness.names import QualifiedName, show_identifier
from harness.worker.protocol import ModelDifference, ModelsCompared

_NO_MODELS = "env.py gives no target_metadata"
_EMPTY_MODELS = "the target_metadata of env.py has no tables"
_COMMAND_ARGUMENTS = {
    "message": None, "autogenerate": True, "sql": False, "head": "head", "splice": False, "branch_label": None,
    "version_path": None, "rev_id": None, "depends_on": None,
}
_GIVES: dict[type[ops.MigrateOperation], tuple[str, bool]] = {
    ops.CreateTableOp: ("table", True), ops.DropTableOp: ("table", False),
    ops.AddColumnOp: ("column", True), ops.DropColumnOp: ("column", False),
    ops.CreateIndexOp: ("index", True), ops.DropIndexOp: ("index", False),
    ops.DropConstraintOp: ("constraint", False),
}
"""What an operation is about, and whether it is the models that have it."""


def compare(directory: ScriptDirectory, context: MigrationContext, heads: Any) -> ModelsCompared:
    """Return how the database of ``context``, which stands at ``heads``, differs from the models.

    Everything that env.py configures has its say: which objects are included, how types and defaults are compared, and
    what becomes of the operations.
    """
    given = context.opts.get("target_metadata")
    if given is None:
        return ModelsCompared(not_compared=_NO_MODELS)
    if not any(metadata.tables for metadata in (given if isinstance(given, (list, tuple)) else (given,))):
        return ModelsCompared(not_compared=_EMPTY_MODELS)
    assert context.environment_context is not None
    generated = RevisionContext(context.environment_context.config, directory, dict(_COMMAND_ARGUMENTS))
    generated.run_autogenerate(heads, context)
    return ModelsCompared(differences=tuple(
        _describe(operation, table, context)
        for upgrade in generated.generated_revisions[-1].upgrade_ops_list
        for operation, table in _leaves(upgrade)
    ))


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
) -> ModelDifference:
    alone: ops.MigrateOperation = operation
    if table is not None:
        alone = ops.ModifyTableOps(table.table_name, [operation], schema=table.schema)
    rendered = renderers.dispatch(alone)(AutogenContext(context), alone)
    code = "\n".join([rendered] if isinstance(rendered, str) else rendered)
    of = _table(operation, context)
    name = _name(operation)
    subject = str(of) if of is not None else type(operation).__name__
    if name is not None:
        subject = f"{subject}.{show_identifier(name)}"
    return ModelDifference(object=subject, text=_text(operation, subject), code=code)


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


def _text(operation: ops.MigrateOperation, subject: str) -> str:
    if isinstance(operation, ops.AlterColumnOp):
        return f"column {subject}: {'; '.join(_changes(operation)) or 'it differs'}"
    known = next((given for kind, given in _GIVES.items() if isinstance(operation, kind)), None)
    if known is None and isinstance(operation, ops.AddConstraintOp):
        known = "constraint", True
    if known is None:
        return f"{subject}: it differs"
    noun, in_models = known
    return f"{noun} {subject} is {'in the models and not at head' if in_models else 'at head and not in the models'}"


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
