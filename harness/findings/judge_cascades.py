"""RT406: the foreign keys that cascade at the head, one finding each, and the trees they form."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from harness.cascade.chains import Children, below, by_parent, find_roots
from harness.cascade.model import (
    Action,
    CascadeEvidence,
    CascadeFacts,
    CascadeRoot,
    Deletion,
    ForeignKey,
    Measurement,
    NotMeasured,
    TableEffect,
)
from harness.cascade.tree import Branch, Triggers, draw, lay_out, triggers_by_table
from harness.cascade.words import describe_branch, describe_remainder, describe_root
from harness.findings.building import counted, finding
from harness.findings.model import Evidence, Finding
from harness.names import QualifiedName, RevisionId, StepName, show_identifier
from harness.outcomes import CascadesRecord

_ROOT_LINES, _KEY_LINES = 150, 30
"""Of a tree; what is more is counted."""


def judge_cascades(facts: CascadeFacts, left_out: Collection[RevisionId] = ()) -> CascadesRecord:
    """What was measured, with a finding for each foreign key but those of the revisions ``left_out``."""
    if facts.not_measured is not None:
        return CascadesRecord(not_measured=facts.not_measured)
    trees = _Trees(facts)
    cascading = [(key, origin, measured) for key, origin, measured
                 in zip(facts.keys, facts.brought_by, facts.by_key, strict=True) if measured is not None]
    shown = [entry for entry in cascading if entry[1] not in left_out and (entry[1] is not None or not left_out)]
    return CascadesRecord(
        findings=tuple(_finding(key, origin, measured, trees) for key, origin, measured in shown),
        roots=trees.roots({key.parent for key, _, _ in shown}, dict(facts.from_parents)),
        foreign_keys=len(cascading), left_out=len(cascading) - len(shown),
    )


class _Trees:
    """What hangs on what."""

    def __init__(self, facts: CascadeFacts) -> None:
        self._keys = facts.keys
        self._children: Children = by_parent(facts.keys)
        self._triggers: Triggers = triggers_by_table(facts.triggers)
        self._brought_by: Mapping[ForeignKey, RevisionId | None] = dict(zip(facts.keys, facts.brought_by, strict=True))

    def roots(
        self, parents: Collection[QualifiedName], measured: Mapping[QualifiedName, Measurement]
    ) -> tuple[CascadeRoot, ...]:
        """The roots from which one of ``parents`` is reached, the most rows first; each table's tree is drawn once."""
        drawn: set[QualifiedName] = set()
        roots = [root for root in find_roots(self._keys)
                 if any(table in parents for table in below(self._children, root))]
        return tuple(
            CascadeRoot(table=root, measured=measured[root], tree=self._draw_root(root, measured[root], drawn))
            for root in sorted(roots, key=lambda root: (-_size(measured[root]), root)))

    def of_key(self, key: ForeignKey, measured: Measurement) -> tuple[str, ...]:
        """The parent of one foreign key, and what hangs on it."""
        branches = lay_out(self._children, self._triggers, key.parent, set(), key, _KEY_LINES)
        return (describe_root(key.parent, measured), *draw(branches, self._label(measured), most=_KEY_LINES))

    def _draw_root(
        self, root: QualifiedName, measured: Measurement, drawn: set[QualifiedName]
    ) -> tuple[str, ...]:
        branches = lay_out(self._children, self._triggers, root, drawn)
        here = {root} | {branch.of.counted_in for branch in branches if isinstance(branch.of, ForeignKey)}
        return (describe_root(root, measured), *draw(branches, self._label(measured), most=_ROOT_LINES),
                *describe_remainder(measured, here, self._reached(root)))

    def _label(self, measured: Measurement) -> Callable[[Branch], str]:
        def label(branch: Branch) -> str:
            origin = self._brought_by[branch.of] if isinstance(branch.of, ForeignKey) else None
            return describe_branch(branch, measured, origin)

        return label

    def _reached(self, table: QualifiedName) -> set[QualifiedName]:
        """The tables on which foreign keys act when a row of ``table`` is deleted, as they are counted."""
        cascading = [table, *below(self._children, table)]
        return {table} | {key.counted_in for reached in cascading for key in self._children.get(reached, ())}

    def concerned(self, key: ForeignKey) -> set[QualifiedName]:
        """The tables of the branch that hangs on ``key``, and its parent."""
        return {key.parent, key.counted_in} | self._reached(key.child)


def _finding(key: ForeignKey, origin: RevisionId | None, measured: Measurement, trees: _Trees) -> Finding:
    if isinstance(measured, Deletion):
        concerned = trees.concerned(key)
        measured = replace(measured, effects=tuple(item for item in measured.effects if item.table in concerned))
    effect = measured.of(key.counted_in) if isinstance(measured, Deletion) else None
    return finding(
        "RT406", origin, key.title, _message(key, measured), restrict(key),
        Evidence(
            step=StepName.UPGRADE, columns=key.columns, rows=effect.deleted if effect is not None else None,
            rows_total=effect.rows if effect is not None else None,
            error=measured.refused[0].error if isinstance(measured, NotMeasured) and measured.refused else None,
            notes=tuple(f"deleting row {refusal.row}, which has more below it, was refused: {refusal.error}"
                        for refusal in measured.refused) if isinstance(measured, Deletion) else (),
            cascade=CascadeEvidence(key=key, measured=measured, tree=trees.of_key(key, measured)),
        ))


def _message(key: ForeignKey, measured: Measurement) -> str:
    joins = ", which only joins other tables" if key.only_joins else ""
    if isinstance(measured, NotMeasured):
        would = f"deleting a row of {key.parent} deletes its rows of {key.child}{joins}"
        if not measured.refused:
            return f"{would}; not measured: {measured.reason}"
        tried = f"row {measured.refused[0].row} was" if len(measured.refused) == 1 else (
            f"each of {len(measured.refused)} rows that were tried was")
        return (f"deleting a row of {key.parent} is to delete its rows of {key.child}{joins}, but {tried} refused: "
                f"{measured.refused[0].error}")
    own = measured.of(key.counted_in)
    size = "no row"
    if own is not None and key.counted_in == key.parent:
        size = f"{own.deleted - 1:,} more of its {counted(own.rows, 'row')}, by {show_identifier(key.name)},"
    elif own is not None:
        size = f"{own.deleted:,} of {counted(own.rows, 'row')}"
    further = [effect for effect in measured.effects
               if effect.table not in {key.parent, key.counted_in} and effect.deleted]
    rows = sum(effect.deleted for effect in further)
    and_below = f", and {counted(rows, 'row')} of {counted(len(further), 'table')} below it" if further else ""
    return f"deleting row {measured.row} of {key.parent} deletes {size} of {key.child}{joins}{and_below}"


def _size(measured: Measurement) -> int:
    return sum(map(_deleted, measured.effects)) if isinstance(measured, Deletion) else 0


def _deleted(effect: TableEffect) -> int:
    return effect.deleted


# -- what to write instead ---------------------------------------------------------------------------------------------


def restrict(key: ForeignKey) -> str:
    """What makes the foreign key RESTRICT and leaves everything else of it as it is: as operations, and as SQL."""
    return "\n".join((
        "where these rows are not to go, have the delete refused, and delete them on purpose where they are to:",
        *_operations(key),
        "or in SQL:",
        *_statements(key),
    ))


def _operations(key: ForeignKey) -> tuple[str, str]:
    drop = [repr(key.name), repr(key.child.name), *_schema("schema", key.child), "type_='foreignkey'"]
    create = [repr(key.name), repr(key.child.name), repr(key.parent.name), repr(list(key.columns)),
              repr(list(key.referenced_columns)), *_schema("source_schema", key.child),
              *_schema("referent_schema", key.parent), "ondelete='RESTRICT'"]
    if key.on_update is not Action.NO_ACTION:
        create.append(f"onupdate={key.on_update.value!r}")
    if key.match_full:
        create.append("match='FULL'")
    if key.deferrable:
        create += ["deferrable=True"] + (["initially='DEFERRED'"] if key.initially_deferred else [])
    if key.not_valid:
        create.append("postgresql_not_valid=True")
    return f"op.drop_constraint({', '.join(drop)})", f"op.create_foreign_key({', '.join(create)})"


def _schema(argument: str, table: QualifiedName) -> list[str]:
    return [] if table.schema == "public" else [f"{argument}={table.schema!r}"]


def _statements(key: ForeignKey) -> tuple[str, ...]:
    name = show_identifier(key.name)
    options = [
        "MATCH FULL" if key.match_full else "",
        f"ON UPDATE {key.on_update}" if key.on_update is not Action.NO_ACTION else "",
        "ON DELETE RESTRICT",
        "DEFERRABLE" if key.deferrable else "",
        "INITIALLY DEFERRED" if key.initially_deferred else "",
        "NOT VALID" if key.not_valid else "",
    ]
    return (
        f"ALTER TABLE {key.child}",
        f"    DROP CONSTRAINT {name},",
        f"    ADD CONSTRAINT {name} FOREIGN KEY ({_columns(key.columns)})",
        f"        REFERENCES {key.parent} ({_columns(key.referenced_columns)}) {' '.join(filter(None, options))};",
    )


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(map(show_identifier, names))
