"""What the source of a history tells before anything is run: what the walk measures, measured findings replace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from harness.audit.facts import Act, Effect, Kind, SourceFacts
from harness.audit.keys import DeclaredKey
from harness.audit.mirror import Mirror, Rollback
from harness.cascade.model import Action
from harness.findings.building import finding
from harness.findings.model import Evidence, Finding
from harness.names import RevisionId, StepName
from harness.project.history import History

_SHOWN = 5
_NAMED_ALONE = frozenset({Kind.INDEX, Kind.TABLE, Kind.SEQUENCE})
"""What has a name of its own in its schema, whatever table it is of."""
_FROM_SOURCE = "told by the source; `roundtrip check` measures it"
_KEPT_BY_NAME = {
    Kind.TABLE: 'op.drop_table("{name}")', Kind.COLUMN: 'op.drop_column("{table}", "{name}")',
    Kind.INDEX: 'op.drop_index("{name}")', Kind.CONSTRAINT: 'op.drop_constraint("{name}", "{table}")',
    Kind.VIEW: 'op.execute("DROP VIEW {name}")', Kind.TYPE: 'op.execute("DROP TYPE {name}")',
    Kind.MATERIALIZED_VIEW: 'op.execute("DROP MATERIALIZED VIEW {name}")',
    Kind.SEQUENCE: 'op.execute("DROP SEQUENCE {name}")', Kind.SCHEMA: 'op.execute("DROP SCHEMA {name}")',
    Kind.EXTENSION: 'op.execute("DROP EXTENSION {name}")', Kind.FUNCTION: 'op.execute("DROP FUNCTION {name}")',
    Kind.TRIGGER: 'op.execute("DROP TRIGGER {name} ON {table}")',
    Kind.POLICY: 'op.execute("DROP POLICY {name} ON {table}")',
}


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
    theirs = f" ({', '.join(key.parent_columns)})" if key.parent_columns else ""
    return (
        f"ALTER TABLE {key.table} DROP CONSTRAINT {each.constraint};",
        f"ALTER TABLE {key.table} ADD CONSTRAINT {each.constraint}",
        f"    FOREIGN KEY ({', '.join(key.columns)}) REFERENCES {key.parent}{theirs} ON DELETE RESTRICT;",
    )


def undo(effect: Effect) -> str | None:
    """The operation that takes away what an effect made; None where it cannot be told."""
    template = _KEPT_BY_NAME.get(effect.kind)
    if template is None or effect.name is None or (effect.table is None and "{table}" in template):
        return None
    if effect.act is Act.RENAME:
        return None
    schema, dot, name = effect.name.rpartition(".")
    if dot and effect.kind in (Kind.TABLE, Kind.INDEX):
        return template.replace('")', f'", schema="{schema}")').format(name=name, table=effect.table)
    return template.format(name=effect.name, table=effect.table)


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
    made = made or [each.name for each in facts.upgrade.operations]
    further = len(made) - _SHOWN
    named = ", ".join(made[:_SHOWN]) + (f" and {further} more" if further > 0 else "")
    code = [line for effect in reversed(mirror.left) if (line := undo(effect)) is not None]
    return finding(
        "RT306", facts.revision, f"{shown}:downgrade", f"downgrade() does nothing, though upgrade() changes {named}",
        "\n".join(["write in downgrade() what undoes upgrade(), in the opposite order", *code]),
        Evidence(step=StepName.DOWNGRADE, location=f"{shown}:{facts.downgrade.line}", notes=(_FROM_SOURCE,)))


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
