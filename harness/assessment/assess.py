"""Put the audit together: facts of the files, findings, and what was measured, into one document."""

from __future__ import annotations

import datetime as dt
import shlex
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from harness.assessment.document import (
    CascadeChain,
    CascadeKey,
    Counts,
    Coverage,
    Danger,
    Document,
    Measurement,
    RevisionRow,
    Risk,
    Status,
)
from harness.assessment.measured import Measured
from harness.assessment.metrics import metrics
from harness.assessment.recommendations import recommendations
from harness.assessment.remarks import strong_points, weak_points
from harness.assessment.risks import Basis, overall, risk_factors
from harness.assessment.rollbacks import danger_of, draw_chain, measured_of, revision_row, status_of
from harness.assessment.static import expected_server, limits_of
from harness.audit.keys import DeclaredKey, cascade_trees, depth_of, draw_tree, tables_below
from harness.audit.project import ProjectFacts, read_project
from harness.cascade.model import Action
from harness.config import Settings
from harness.errors import UsageError
from harness.findings.accepting import accept, check_rules
from harness.findings.history import judge_history
from harness.findings.judge_files import judge_credentials, judge_numbering, judge_sizes
from harness.findings.judge_source import judge_keys, judge_rollbacks, restrict
from harness.findings.model import Finding
from harness.names import RevisionId

_SOURCE_OF_STEPS = frozenset({"RT201", "RT305", "RT306"})
"""Rules by which the source is judged only where nothing was measured."""
_NEEDS_THE_WHOLE = frozenset({"RT403", "RT404"})
"""Rules that cannot be judged while a revision file could not be read."""


def audit_project(settings: Settings, measured: Measured | None = None) -> Document:
    """Read the project that ``settings`` name, without running any of it, and return its audit.

    Raises:
        ProjectError: its configuration cannot be read.
        UsageError: an acceptance is of no rule, or ``measured`` is of another history.
    """
    began = time.perf_counter()
    check_rules(settings.accept)
    project = read_project(settings)
    if measured is not None and project.revisions and not project.revisions.keys() & measured.revisions.keys():
        raise UsageError(f"cannot use the report {measured.path!r}",
                         f"none of its {len(measured.revisions)} revisions is in this history",
                         "give the report of a check of this project")
    measured = measured.still_of(project.history) if measured is not None else None
    today = dt.datetime.now().astimezone().date()
    findings = _accepted(_joined(_judged(project, settings), project, measured), settings, today)
    document = _document(project, findings, measured, settings)
    return replace(document, audited_on=today.isoformat(), seconds=time.perf_counter() - began)


# -- findings ----------------------------------------------------------------------------------------------------------


def _judged(project: ProjectFacts, settings: Settings) -> list[Finding]:
    """What the files alone say."""
    history, variables = project.history, project.environment.variables
    of_history = judge_history(history)
    found = [*of_history.project, *(item for group in of_history.by_revision.values() for item in group),
             *(item for entry in of_history.not_reached for item in entry.findings)]
    if not project.is_whole:
        found = [each for each in found if each.rule not in _NEEDS_THE_WHOLE]
    facts = list(project.revisions.values())
    return [
        *found,
        *judge_credentials(project.credentials, history, expected_server(variables, settings.env), variables),
        *judge_sizes(facts, history, limits_of(settings)), *judge_numbering(history),
        *judge_rollbacks(facts, project.mirrors, history), *judge_keys(project.keys, history),
    ]


def _joined(found: Iterable[Finding], project: ProjectFacts, measured: Measured | None) -> list[Finding]:
    """What the files say beside what was measured: of the same thing, what was measured."""
    if measured is None:
        return list(found)
    of_here = [each for each in measured.findings if each.revision is None or each.revision in project.revisions]
    cascades_measured = measured.roots is not None
    # What the files say now goes before what they said when it was measured.
    static = {each.rule for each in found} | {"RT401", "RT402", "RT403", "RT404", "RT405", "RT407", "RT408"}

    def is_measured(each: Finding) -> bool:
        if each.rule in _SOURCE_OF_STEPS:
            return each.revision is not None and measured.checked(each.revision) is not None
        return each.rule == "RT406" and cascades_measured

    kept = [each for each in found if not is_measured(each)]
    return [*kept, *(each for each in of_here
                     if each.rule not in static or each.rule in _SOURCE_OF_STEPS or each.rule == "RT406")]


def _bare(name: str) -> str:
    """A measured name has its schema where the source's need not."""
    return name.removeprefix("public.")


def _accepted(found: Iterable[Finding], settings: Settings, today: dt.date) -> tuple[Finding, ...]:
    """Mark what the team has accepted, whether it wrote the name with ``public.``, as measured, or without."""
    marked = []
    for each in found:
        qualified = replace(each, object=f"public.{each.object}")
        here, there = accept((each, qualified), settings.accept, today)
        marked.append(replace(here, accepted=here.accepted or there.accepted or each.accepted))
    return tuple(sorted(marked, key=lambda each: (each.accepted is not None, -each.severity.rank)))


# -- the document ------------------------------------------------------------------------------------------------------


def _document(project: ProjectFacts, findings: tuple[Finding, ...], measured: Measured | None,
              settings: Settings) -> Document:
    history = project.history
    by_revision: dict[RevisionId | None, list[Finding]] = {}
    for each in findings:
        by_revision.setdefault(each.revision, []).append(each)
    dangers: dict[RevisionId, Danger] = {}
    rows: dict[RevisionId, RevisionRow] = {}
    for revision in project.revisions:
        of_it = measured_of(measured, revision)
        danger = danger_of(project, revision, of_it)
        row = revision_row(project, revision, status_of(project.mirrors[revision], of_it),
                           by_revision.get(revision, []), danger)
        rows[revision] = row
        if danger is not None:
            dangers[revision] = replace(danger, risk=row.risk)
    chains, keys = _cascades(project, findings, measured)
    basis = Basis(project=project, findings=findings, rows=tuple(rows.values()), measured=measured, chains=chains,
                  keys=keys, dangers=tuple(sorted(dangers.values(), key=_gravity)))
    factors = risk_factors(basis)
    coverage = _coverage(rows.values(), measured)
    risk, why = overall(factors, len(project.revisions))
    command = _check_command(settings)
    return Document(
        project=history.name, alembic_ini=history.show_path(str(settings.alembic_ini)),
        script_location=history.show_path(history.script_location), audited_on="", seconds=0.0, risk=risk,
        why_risk=why, counts=_counts(project), coverage=coverage,
        measurement=_measurement(measured, coverage), unseen=tuple(_unseen(project)), chain=draw_chain(project, rows),
        strong=tuple(strong_points(project, findings)), weak=tuple(weak_points(project, findings)),
        rows=tuple(rows.values()),
        broken=tuple((history.show_path(each.path), each.error) for each in history.broken), dangers=basis.dangers,
        chains=chains, keys=keys, factors=factors, recommendations=recommendations(basis, factors, command),
        metrics=tuple(metrics(basis, coverage, command)), findings=findings,
    )


def _gravity(danger: Danger) -> tuple[int, int, int]:
    """Sorts the worst first: by risk, then by rows, then by how much is destroyed."""
    order = (Risk.CRITICAL, Risk.HIGH, Risk.MEDIUM, Risk.LOW, Risk.NOT_ASSESSED)
    return order.index(danger.risk), -(danger.rows or 0), -len(danger.destroyed)


def _counts(project: ProjectFacts) -> Counts:
    facts, history = project.revisions.values(), project.history
    return Counts(
        revisions=len(project.revisions), placed=len(history.order), broken=len(history.broken),
        bases=sum(not history.file(revision).down_revisions for revision in history.order), heads=len(history.heads),
        merges=sum(len(history.file(revision).down_revisions) > 1 for revision in history.order),
        lines=sum(each.lines for each in facts), operations=sum(each.operations for each in facts),
        raw_sql=sum(each.raw_sql for each in facts), data_revisions=sum(each.changes_data for each in facts),
        tables=len({table for each in facts for table in each.tables}))


def _coverage(rows: Iterable[RevisionRow], measured: Measured | None) -> Coverage:
    counts = Counter(row.status for row in rows)
    checked = sum(measured_of(measured, RevisionId(row.revision)) is not None for row in rows)
    return Coverage(of=counts.total(), by_status=tuple((status, counts[status]) for status in Status if counts[status]),
                    measured=checked)


def _measurement(measured: Measured | None, coverage: Coverage) -> Measurement | None:
    if measured is None:
        return None
    return Measurement(measured.path, measured.started_at, measured.server, measured.rows_per_table, coverage.measured,
                       measured.changed)


def _cascades(
    project: ProjectFacts, findings: Iterable[Finding], measured: Measured | None
) -> tuple[tuple[CascadeChain, ...], tuple[CascadeKey, ...]]:
    """The chains and the foreign keys that cascade: as measured at the head, else as the source tells them."""
    told = {f"{each.key.table}.{each.constraint}": each for each in project.keys
            if each.key.on_delete is Action.CASCADE}
    if measured is not None and measured.roots is not None:
        chains = [CascadeChain(root.table, root.tree, root.tables, None, root.row, root.rows)
                  for root in measured.roots]
        keys = [_measured_key(project, each, told.get(_bare(each.object)), measured)
                for each in findings if each.rule == "RT406"]
    else:
        chains = [CascadeChain(tree.table, draw_tree(tree), len(tables_below(tree)), depth_of(tree), None, None)
                  for tree in cascade_trees(project.keys)]
        keys = [CascadeKey(name, each.key.parent, each.revision, _where(project, each), each.is_certain,
                           restrict(each) if each.is_certain else (), None) for name, each in told.items()]
    return tuple(sorted(chains, key=lambda chain: -chain.tables)), tuple(keys)


def _measured_key(project: ProjectFacts, finding: Finding, told: DeclaredKey | None, measured: Measured) -> CascadeKey:
    """What was measured of a foreign key, with its line where the source has it."""
    _, _, sql = finding.remedy.partition("or in SQL:\n")
    return CascadeKey(
        finding.object, measured.parents.get(finding.object, ""), finding.revision,
        _where(project, told) if told is not None else None, is_certain=True,
        statements=tuple(sql.splitlines()), measured=finding.message)


def _where(project: ProjectFacts, each: DeclaredKey) -> str:
    return f"{project.history.show_path(str(each.path))}:{each.key.line}"


def _unseen(project: ProjectFacts) -> Iterator[str]:
    for each in project.unseen:
        yield f"{project.history.show_path(each.what) if each.what.startswith('/') else each.what}: {each.why}"
    if not project.is_whole:
        yield "because not every revision file could be read, missing parents and several heads are not judged"


def _check_command(settings: Settings) -> str:
    """The command that measures this project, as it would be typed here."""
    ini = Path(settings.alembic_ini)
    shown = ini.relative_to(Path.cwd()) if ini.is_relative_to(Path.cwd()) else ini
    named = "" if str(shown) == "alembic.ini" else f" --alembic-ini {shlex.quote(str(shown))}"
    return f"roundtrip check{named} --json measured.json"
