"""What the source of a history tells before anything is run: what the walk measures, measured findings replace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from harness.audit.facts import DATA_ACTS, Act, Effect, Kind, SourceFacts
from harness.audit.keys import DeclaredKey
from harness.audit.mirror import Mirror, Rollback
from harness.cascade.model import Action
from harness.findings.building import finding
from harness.findings.model import Evidence, Finding
from harness.names import RevisionId, StepName, show_identifier
from harness.project.history import History

_SHOWN = 5
_NAMED_ALONE = frozenset({Kind.INDEX, Kind.TABLE, Kind.SEQUENCE})
"""What has a name of its own in its schema, whatever table it is of."""
_FROM_SOURCE = "told by the source; `roundtrip check` measures it"
_ON_TABLES = (Kind.TRIGGER, Kind.POLICY)
_DROPPED_BY_SQL = {
    Kind.VIEW: "VIEW", Kind.MATERIALIZED_VIEW: "MATERIALIZED VIEW", Kind.TYPE: "TYPE", Kind.SEQUENCE: "SEQUENCE",
    Kind.SCHEMA: "SCHEMA", Kind.EXTENSION: "EXTENSION", Kind.TRIGGER: "TRIGGER", Kind.POLICY: "POLICY",
    Kind.FUNCTION: "ROUTINE",  # an aggregate or a procedure, too
}
"""What Alembic has no operation for, by what stands behind DROP."""


def judge_rollbacks(
    revisions: Iterable[SourceFacts], mirrors: Mapping[RevisionId, Mirror], history: History
) -> Iterator[Finding]:
    """RT305, RT306 and RT201 as far as the source tells."""
    for facts in revisions:
        mirror = mirrors[facts.revision]
        shown = history.show_path(str(facts.path))
        match mirror.rollback:
            case Rollback.MISSING:
                message = "there is no downgrade(), so Alembic cannot go back over this revision"
                yield _irreversible(facts, shown, message)
            case Rollback.REFUSES:
                message = f"downgrade() refuses before it does anything: {facts.downgrade.refusal}"
                yield _irreversible(facts, shown, message)
            case Rollback.EMPTY:
                yield _empty(facts, mirror, shown)
            case Rollback.INCOMPLETE:
                yield from _differences(facts, mirror, shown)
            case Rollback.COMPLETE | Rollback.NOTHING_TO_DO | Rollback.UNTOLD:
                pass


def judge_keys(keys: Iterable[DeclaredKey], history: History) -> Iterator[Finding]:
    """RT406 for each foreign key that cascades when the whole history has run."""
    for each in keys:
        if each.key.on_delete is Action.CASCADE and each.is_certain:
            shown = history.show_path(str(each.path))
            key = each.key
            yield finding(
                "RT406", each.revision, f"{key.table}.{each.constraint}",
                f"deleting a row of {key.parent} deletes those of {key.table} that refer to it by "
                f"{', '.join(key.columns)}",
                "\n".join(("where these rows are not to go, have the delete refused:", *restrict(each))),
                Evidence(columns=key.columns, location=f"{shown}:{key.line}", notes=(_FROM_SOURCE,)))


def restrict(each: DeclaredKey) -> tuple[str, ...]:
    """The statements that make a foreign key refuse the delete of a row that is referred to."""
    key = each.key
    table, constraint = sql_name(key.table), show_identifier(each.constraint)
    ours, theirs = (", ".join(map(show_identifier, columns)) for columns in (key.columns, key.parent_columns))
    parent = f"{sql_name(key.parent)} ({theirs})" if theirs else sql_name(key.parent)
    return (
        f"ALTER TABLE {table} DROP CONSTRAINT {constraint};",
        f"ALTER TABLE {table} ADD CONSTRAINT {constraint}",
        f"    FOREIGN KEY ({ours}) REFERENCES {parent} ON DELETE RESTRICT;",
    )


def sql_name(name: str) -> str:
    """A name as the source's facts have it, with its schema or without, as SQL has to have it."""
    schema, dot, bare = name.rpartition(".")
    return f"{show_identifier(schema)}.{show_identifier(bare)}" if dot else show_identifier(bare)


def undo(effect: Effect) -> str | None:
    """The operation that takes away what an effect made; None where it cannot be told."""
    if effect.act is Act.RENAME or effect.name is None:
        return None
    if effect.kind in (Kind.TABLE, Kind.INDEX):
        schema, _, name = effect.name.rpartition(".")
        return _operation(f"drop_{effect.kind}", name, schema=schema)
    if effect.kind in (Kind.COLUMN, Kind.CONSTRAINT) and effect.table is not None:
        schema, _, table = effect.table.rpartition(".")
        names = (table, effect.name) if effect.kind is Kind.COLUMN else (effect.name, table)
        return _operation(f"drop_{effect.kind}", *names, schema=schema, type_=effect.constraint_type)
    if effect.kind not in _DROPPED_BY_SQL or (effect.kind in _ON_TABLES and effect.table is None):
        return None
    on = f" ON {sql_name(str(effect.table))}" if effect.kind in _ON_TABLES else ""
    name = show_identifier(effect.name) if on else sql_name(effect.name)
    return _operation("execute", f"DROP {_DROPPED_BY_SQL[effect.kind]} {name}{on}")


def _operation(name: str, *arguments: str, **options: str | None) -> str:
    """A call of Alembic's; options without a value are left out."""
    given = [*map(_literal, arguments), *(f"{key}={_literal(value)}" for key, value in options.items() if value)]
    return f"op.{name}({', '.join(given)})"


def _literal(text: str) -> str:
    return f'"{text}"' if text.isprintable() and not set(text) & set('"\\') else repr(text)


def called(effect: Effect) -> str:
    """What a finding calls an object: ``posts.language``, ``channel_metric_rollups``."""
    name = effect.name or "(unnamed)"
    return f"{effect.table}.{name}" if effect.table and effect.kind not in _NAMED_ALONE else name


def _irreversible(facts: SourceFacts, shown: str, message: str) -> Finding:
    line = facts.downgrade.refusal_line or facts.downgrade.line or 1
    return finding(
        "RT305", facts.revision, f"{shown}:downgrade", message,
        "write downgrade(); if the revision is one-way on purpose, roll forward instead, and plan the deploy so that "
        "nobody needs to go back over it",
        Evidence(step=StepName.DOWNGRADE, location=f"{shown}:{line}", error=facts.downgrade.refusal))


def _empty(facts: SourceFacts, mirror: Mirror, shown: str) -> Finding:
    made = [f"{effect.kind} {called(effect)}" for effect in (*mirror.left, *mirror.lost) if effect.name]
    made = made or list(dict.fromkeys(map(_changed, facts.upgrade.effects)))
    further = len(made) - _SHOWN
    named = ", ".join(made[:_SHOWN]) + (f" and {further} more" if further > 0 else "")
    code = [line for effect in reversed(mirror.left) if (line := undo(effect)) is not None]
    return finding(
        "RT306", facts.revision, f"{shown}:downgrade", f"downgrade() does nothing, though upgrade() changes {named}",
        "\n".join(["write in downgrade() what undoes upgrade(), in the opposite order", *code]),
        Evidence(step=StepName.DOWNGRADE, location=f"{shown}:{facts.downgrade.line}", notes=(_FROM_SOURCE,)))


def _changed(effect: Effect) -> str:
    """What an effect changes: ``rows of plans``, ``column users.name``."""
    what = "rows of" if effect.act in DATA_ACTS else str(effect.kind)
    return f"{what} {called(effect)}" if effect.name else f"some {effect.kind}"


def _differences(facts: SourceFacts, mirror: Mirror, shown: str) -> Iterator[Finding]:
    """One finding an object, as of the measured ones."""
    for effect in _without_parts(mirror.left):
        code = undo(effect)
        renamed = effect.act is Act.RENAME
        what = f"the new name of {effect.kind} {called(effect)}" if renamed else f"{effect.kind} {called(effect)}"
        yield finding(
            "RT201", facts.revision, called(effect), f"downgrade() leaves {what}, which upgrade() "
            f"{'gives' if renamed else 'makes'}",
            f"take it away in downgrade()\n{code}" if code else "take it back in downgrade()",
            Evidence(step=StepName.DOWNGRADE, location=f"{shown}:{effect.line}", notes=(_FROM_SOURCE,)))
    for effect in mirror.lost:
        yield finding(
            "RT201", facts.revision, called(effect),
            f"downgrade() does not bring back {effect.kind} {called(effect)}, which upgrade() "
            f"{'renames' if effect.act is Act.RENAME else 'drops'}",
            "bring it back in downgrade(), as it was before",
            Evidence(step=StepName.DOWNGRADE, location=f"{shown}:{effect.line}", notes=(_FROM_SOURCE,)))


def _without_parts(left: Iterable[Effect]) -> list[Effect]:
    """What is left, without what belongs to a table or view that is left itself."""
    found = list(left)
    whole = {effect.name for effect in found if effect.kind in (Kind.TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW)}
    return [effect for effect in found if effect.table not in whole]
