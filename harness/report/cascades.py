"""What deletes take with them, as the reports show it: every format takes it from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from harness.cascade.model import CascadeEvidence, Deletion, Measurement
from harness.findings.model import Finding
from harness.outcomes import RunResult
from harness.report.tally import plural

RULE = "RT406"


def counted_cascades(result: RunResult) -> tuple[Finding, ...]:
    """The findings on foreign keys that cascade, without those that were accepted."""
    return tuple(finding for finding in result.findings if finding.rule == RULE and finding.accepted is None)


def without_cascades(result: RunResult) -> RunResult:
    """The run without those findings, for who shows them as trees."""
    return replace(result, project_findings=_others(result.project_findings), revisions=tuple(
        replace(entry, findings=_others(entry.findings)) for entry in result.revisions))


def first_of_trees(result: RunResult) -> Finding:
    """The finding that the first tree, which has the most rows, begins with."""
    counted = counted_cascades(result)
    first = result.head.cascades.roots[0].table if result.head.cascades.roots else None
    return next((finding for finding in counted
                 if finding.evidence.cascade is not None and finding.evidence.cascade.key.parent == first), counted[0])


def summary(result: RunResult) -> str:
    """How many foreign keys cascade, those that were accepted or not selected apart."""
    cascades = result.head.cascades
    accepted = len(cascades.findings) - len(counted_cascades(result))
    others = [f"{accepted} of them accepted" if accepted else "",
              f"{cascades.left_out} brought by revisions that were not selected" if cascades.left_out else ""]
    listed = ", ".join(part for part in others if part)
    return plural(cascades.foreign_keys, "foreign key") + (f" ({listed})" if listed else "")


def closing(result: RunResult) -> str:
    """What there is to say where no tree is shown; empty where one is."""
    cascades = result.head.cascades
    if cascades.not_measured is not None:
        return f"Deletes that cascade were not measured: {cascades.not_measured}."
    if not cascades.foreign_keys:
        return "Deletes: no foreign key at head cascades."
    return "" if counted_cascades(result) else f"Deletes: at head {summary(result)} cascade."


def evidence_json(cascade: CascadeEvidence) -> dict[str, Any]:
    """One foreign key, as JSON."""
    key = cascade.key
    return {
        "constraint": key.name,
        "parent": str(key.parent),
        "referenced_columns": list(key.referenced_columns),
        "child": str(key.child),
        "columns": list(key.columns),
        "only_joins": key.only_joins,
        **_measured_json(cascade.measured),
        "tree": list(cascade.tree),
    }


def cascades_json(result: RunResult) -> dict[str, Any]:
    """What is known of the head, as JSON."""
    cascades = result.head.cascades
    return {
        "measured": cascades.not_measured is None,
        "reason": cascades.not_measured,
        "foreign_keys": cascades.foreign_keys,
        "left_out": cascades.left_out,
        "roots": [{"table": str(root.table), **_measured_json(root.measured), "tree": list(root.tree)}
                  for root in cascades.roots],
    }


def _others(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.rule != RULE or finding.accepted is not None)


def _measured_json(measured: Measurement) -> dict[str, Any]:
    deletion = measured if isinstance(measured, Deletion) else None
    return {
        "row": deletion.row if deletion is not None else None,
        "not_measured": None if isinstance(measured, Deletion) else measured.reason,
        "refused": [{"row": refusal.row, "error": refusal.error} for refusal in measured.refused],
        "tables": [] if deletion is None else [
            {"table": str(effect.table), "rows": effect.rows, "deleted": effect.deleted, "changed": effect.changed,
             "added": effect.added, "columns": list(effect.columns)} for effect in deletion.effects],
    }
