"""What deletes take with them, as the reports show it: every format takes it from here."""

from __future__ import annotations

from typing import Any

from harness.cascade.model import CascadeEvidence, CascadeRoot, Deletion, Measurement
from harness.findings.model import Finding
from harness.outcomes import THE_END, CascadesRecord, NotReached, RunResult
from harness.report.tally import plural

RULE = "RT406"
HOW_MEASURED = ("Of each table from which deletes go on, the row with the most below it was deleted at the heads, what "
                "that did was counted, and it was taken back.")


def counted_cascades(result: RunResult) -> tuple[Finding, ...]:
    """The findings on foreign keys that cascade, without those that were accepted."""
    return tuple(finding for finding in result.findings if finding.rule == RULE and finding.accepted is None)


def trees(result: RunResult) -> tuple[CascadeRoot, ...]:
    """The trees to show: none where nothing in them counts."""
    return _cascades(result).roots if counted_cascades(result) else ()


def is_measured(result: RunResult) -> bool:
    """Whether anything is known."""
    return _cascades(result).not_measured is None


def first_of_trees(result: RunResult) -> Finding:
    """The finding that the first tree, which has the most rows, begins with."""
    counted = counted_cascades(result)
    tables = [root.table for root in trees(result)]
    return next((finding for table in tables for finding in counted
                 if finding.evidence.cascade is not None and finding.evidence.cascade.key.parent == table), counted[0])


def summary(result: RunResult) -> str:
    """How many foreign keys cascade, those that were accepted or not selected apart."""
    cascades = _cascades(result)
    accepted = len(cascades.findings) - len(counted_cascades(result))
    others = [f"{accepted} of them accepted" if accepted else "",
              f"{cascades.left_out} brought by revisions that were not selected" if cascades.left_out else ""]
    listed = ", ".join(part for part in others if part)
    return plural(cascades.foreign_keys, "foreign key") + (f" ({listed})" if listed else "")


def closing(result: RunResult) -> str:
    """What there is to say where no tree is shown; empty where one is."""
    cascades = _cascades(result)
    if cascades.not_measured is not None:
        return f"Deletes that cascade were not measured: {cascades.not_measured}."
    if not cascades.foreign_keys:
        return "Deletes: no foreign key at the heads cascades."
    return "" if counted_cascades(result) else f"Deletes: {summary(result)} cascade at the heads."


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
    cascades = _cascades(result)
    return {
        "measured": cascades.not_measured is None,
        "reason": cascades.not_measured,
        "foreign_keys": cascades.foreign_keys,
        "left_out": cascades.left_out,
        "roots": [{"table": str(root.table), **_measured_json(root.measured), "tree": list(root.tree)}
                  for root in cascades.roots],
    }


def _cascades(result: RunResult) -> CascadesRecord:
    """What was measured, or why nothing was."""
    if result.head.cascades is not None:
        return result.head.cascades
    if result.dump is not None:
        return CascadesRecord(not_measured="the rows of a dump are not deleted; a check without one measures it")
    blocking = next((entry.outcome.blocked_by for entry in result.not_reached
                     if isinstance(entry.outcome, NotReached)), None)
    return CascadesRecord(not_measured="the walk ended before the heads" if blocking in {None, THE_END} else
                          f"{blocking} stands between the walk and the heads")


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
