"""Of each revision: what is known of its rollback, what it destroys, and how much is at stake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from harness.assessment.document import GOOD, ChainRow, Danger, Destroyed, RevisionRow, Risk, Status
from harness.assessment.measured import Measured, MeasuredRevision
from harness.audit.facts import Act, Body, Effect, Kind, SourceFacts
from harness.audit.mirror import Mirror, Rollback
from harness.audit.project import ProjectFacts
from harness.findings.model import Finding, Severity
from harness.names import RevisionId

_AGAINST_ROLLBACK = frozenset({
    "RT101", "RT102", "RT103", "RT104", "RT105", "RT107", "RT201", "RT202", "RT302", "RT303", "RT304", "RT305", "RT306",
    "RT309", "RT310",
})
"""Measured errors of these say that the rollback does not do what it should."""
_FROM_SOURCE: Mapping[Rollback, Status] = {
    Rollback.COMPLETE: Status.COMPLETE, Rollback.NOTHING_TO_DO: Status.NOTHING_TO_DO, Rollback.UNTOLD: Status.UNTOLD,
    Rollback.INCOMPLETE: Status.INCOMPLETE, Rollback.EMPTY: Status.EMPTY, Rollback.REFUSES: Status.REFUSES,
    Rollback.MISSING: Status.MISSING,
}
_NATURAL = frozenset({"RT106", "RT404", "RT408", "RT108"})
"""Warnings that say nothing of what the revision itself does to rows, or what every rollback has in its nature."""
_NAMES_SHOWN = 4


def status_of(mirror: Mirror, measured: MeasuredRevision | None) -> Status:
    """What is known of a rollback; what was measured goes before what the source tells."""
    if measured is None:
        return _FROM_SOURCE[mirror.rollback]
    rules = {each.rule for each in measured.findings if each.severity is Severity.ERROR}
    if "RT305" in rules:
        return Status.MISSING if mirror.rollback is Rollback.MISSING else Status.REFUSES
    if "RT306" in rules:
        return Status.EMPTY
    return Status.FAILS if rules & _AGAINST_ROLLBACK else Status.PROVEN


def risk_of(findings: Iterable[Finding], *, destroys: bool) -> Risk:
    """Critical: an error. High: a warning about rows. Medium: the rollback destroys rows by its nature. Else low."""
    counted = [each for each in findings if each.accepted is None]
    if any(each.severity is Severity.ERROR for each in counted):
        return Risk.CRITICAL
    if any(each.severity is Severity.WARNING and each.rule not in _NATURAL for each in counted):
        return Risk.HIGH
    return Risk.MEDIUM if destroys else Risk.LOW


def revision_row(project: ProjectFacts, revision: RevisionId, status: Status, findings: Sequence[Finding],
                 danger: Danger | None) -> RevisionRow:
    """The line of one revision in the table."""
    facts, file = project.revisions[revision], project.history.file(revision)
    kinds = Counter(each.name for function in (facts.upgrade, facts.downgrade) for each in function.operations)
    return RevisionRow(
        revision=revision, path=project.history.show_path(file.path), message=file.message,
        parents=file.down_revisions, status=status,
        risk=risk_of(findings, destroys=danger is not None),
        note=_note(project.mirrors[revision], status, findings, danger), lines=facts.lines,
        size_bytes=facts.size_bytes, operations=tuple(kinds.most_common()), tables=facts.tables,
        raw_sql=facts.raw_sql, changes_data=facts.changes_data)


def _note(mirror: Mirror, status: Status, findings: Sequence[Finding], danger: Danger | None) -> str:
    """What a reader of the table wants to know first."""
    counted = [each for each in findings if each.accepted is None]
    worst = [each for each in counted if each.severity is Severity.ERROR]
    parts = []
    if status in (Status.INCOMPLETE, Status.EMPTY) and not any(each.rule.startswith("RT1") for each in worst):
        left, lost = ([_named(each) for each in side if each.name] for side in (mirror.left, mirror.lost))
        parts += [f"leaves {_some(left)}"] if left else []
        parts += [f"does not bring back {_some(lost)}"] if lost else []
        parts += [] if left or lost else ["does nothing"]
    elif worst:
        parts += _by_rule(worst)
    elif status is Status.UNTOLD and mirror.why_untold:
        doubt = mirror.why_untold[0]
        parts.append(f"line {doubt.line} {doubt.what}")
    cascades = sum(each.rule == "RT406" for each in counted)
    if cascades:
        parts.append(f"{cascades} foreign key{'s' if cascades > 1 else ''} with ON DELETE CASCADE")
    if danger is not None:
        parts.append(f"destroys {_some([each.what for each in danger.destroyed])}")
    parts += [f"{each.rule} {each.slug}" for each in counted
              if each.severity is Severity.WARNING and each.rule not in ("RT406", "RT106")][:2]
    parts += ["large" for each in counted if each.rule == "RT407"]
    return "; ".join(dict.fromkeys(parts))


def _by_rule(findings: Sequence[Finding]) -> Iterator[str]:
    """``RT201 schema-drift: public.posts.language, …``; where the object is the file or a function, the rule alone."""
    groups: dict[str, list[str]] = {}
    for each in findings:
        groups.setdefault(f"{each.rule} {each.slug}", []).append(each.object)
    for name, objects in groups.items():
        named = [each for each in objects if "/" not in each and ".py" not in each]
        yield f"{name}: {_some(named)}" if named else name


def danger_of(project: ProjectFacts, revision: RevisionId, measured: MeasuredRevision | None) -> Danger | None:
    """What the rollback of a revision destroys; None where it destroys nothing, as far as the source tells."""
    facts = project.revisions[revision]
    shown = project.history.show_path(str(facts.path))
    rows = _rows_measured(measured)
    found = {}
    for effect in facts.downgrade.effects:
        what = _destroys(effect, facts)
        if what is not None and what not in found:
            name = effect.name if effect.kind is Kind.TABLE else effect.in_table
            count = next((rows[key] for key in (str(name), f"public.{name}") if key in rows), None)
            found[what] = Destroyed(what, effect.line, count, effect.is_certain)
    if not found or facts.downgrade.body is not Body.WRITTEN:
        return None
    return Danger(revision, shown, Risk.LOW, tuple(found.values()))


def _rows_measured(measured: MeasuredRevision | None) -> dict[str, int]:
    return {each.object: each.evidence.rows for each in measured.findings
            if each.rule == "RT106" and each.evidence.rows is not None} if measured is not None else {}


def _destroys(effect: Effect, facts: SourceFacts) -> str | None:
    """Rows that go with an operation of a downgrade; what the downgrade itself made is nobody's."""
    made = {each.name for each in facts.downgrade.effects if each.act is Act.CREATE and each.kind is effect.kind}
    if effect.name is None or effect.name in made:
        return None
    if effect.act is Act.DROP and effect.kind is Kind.TABLE:
        return f"table {effect.name}"
    if effect.act is Act.DROP and effect.kind is Kind.COLUMN:
        return f"column {effect.in_table}"
    if effect.act is Act.DELETE:
        return f"{'some rows' if effect.has_where else 'rows'} of {effect.name}"
    return None


# -- the chain ---------------------------------------------------------------------------------------------------------


def draw_chain(project: ProjectFacts, rows: Mapping[RevisionId, RevisionRow]) -> tuple[ChainRow, ...]:
    """Every revision once, each below one that it follows; a side branch stands to the right of the line it left.

    Files without a place in the history come last.
    """
    history = project.history
    children: dict[RevisionId | None, list[RevisionId]] = {}
    for revision in history.order:
        # A merge is drawn where the last of its parents is.
        parents = [parent for parent in history.file(revision).down_revisions if parent in history.parents]
        owner = max(parents, key=history.order.index, default=None)
        children.setdefault(owner, []).append(revision)
    sizes: dict[RevisionId, int] = {}
    for revision in reversed(history.order):
        sizes[revision] = 1 + sum(sizes[child] for child in children.get(revision, ()))
    heads = frozenset(history.heads)
    found: list[ChainRow] = []
    # Not by recursion: a chain may be longer than Python's stack. Each entry is the start of one line of revisions.
    pending: list[tuple[RevisionId, str]] = [(base, "") for base in reversed(children.get(None, []))]
    while pending:
        revision, before = pending.pop()
        row = rows[revision]
        mark = "● "
        notes = tuple(_chain_notes(project, revision, row, is_head=revision in heads))
        found.append(ChainRow(f"{before}{mark}", revision, notes, row.status))
        following = sorted(children.get(revision, ()), key=lambda child: sizes[child])
        plain = before.replace("├─", "│ ")
        pending += [(following[-1], plain)] if following else []
        pending += [(child, f"{plain}├─") for child in reversed(following[:-1])]
    found += [ChainRow("✗ ", history.show_path(each.path), (each.error,), Status.BROKEN) for each in history.broken]
    found += [ChainRow("? ", revision, (why,), rows[revision].status) for revision, why in _unplaced(project)]
    return tuple(found)


def _chain_notes(project: ProjectFacts, revision: RevisionId, row: RevisionRow, *, is_head: bool) -> Iterator[str]:
    file = project.history.file(revision)
    if not file.down_revisions:
        yield "base"
    if len(file.down_revisions) > 1:
        yield f"merges {', '.join(file.down_revisions)}"
    if file.depends_on:
        yield f"needs {', '.join(file.depends_on)}"
    if file.branch_labels:
        yield f"label {', '.join(file.branch_labels)}"
    if is_head:
        yield "head"
    if row.status not in GOOD and row.status is not Status.UNTOLD:
        yield f"rollback {row.status}"
    if "large" in row.note.split("; "):
        yield f"{row.lines:,} lines, {row.size_bytes:,} bytes"


def _unplaced(project: ProjectFacts) -> Iterator[tuple[RevisionId, str]]:
    chart = project.history.chart
    for revision, lost in chart.missing.items():
        yield revision, f"its parent {', '.join(lost)} is missing"
    for cycle in chart.cycles:
        for revision in cycle:
            yield revision, "is its own ancestor"
    for revision, obstacle in chart.blocked.items():
        yield revision, f"its ancestor {obstacle} has no place in the history"


def measured_of(measured: Measured | None, revision: RevisionId) -> MeasuredRevision | None:
    """The measured round trip of a revision, where one was made."""
    return measured.checked(revision) if measured is not None else None


def _named(effect: Effect) -> str:
    of_table = f"{effect.table}." if effect.table and effect.kind is Kind.COLUMN else ""
    return f"{effect.kind} {of_table}{effect.name or ''}"


def _some(names: Sequence[str]) -> str:
    further = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {further} more" if further > 0 else "")
