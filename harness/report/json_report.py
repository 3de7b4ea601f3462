"""The report that a program reads. Its shape is ``report.schema.json``, shipped beside this module.

What stands here is promised: a field is added under the same ``schema_version``, and none changes its meaning.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from harness import __version__
from harness.findings.model import Finding
from harness.outcomes import (
    Checked,
    Coverage,
    DumpRecord,
    HeadRecord,
    NotReached,
    Outcome,
    RevisionResult,
    RunResult,
    SearchRecord,
    Skipped,
)
from harness.report.cascades import cascades_json, evidence_json
from harness.report.tally import Tally

SCHEMA_VERSION = 1


def to_json(result: RunResult, exit_code: int) -> dict[str, Any]:
    """Return ``result`` as the JSON document that ``report.schema.json`` describes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "roundtrip", "version": __version__},
        "project": {**asdict(result.project), "heads": list(result.project.heads),
                    "not_read": list(result.project.not_read)},
        "server": asdict(result.server),
        "started_at": result.started_at,
        "seconds": round(result.seconds, 3),
        "revisions": [_revision(revision) for revision in result.revisions],
        "findings": findings_to_json(result.findings),
        **_head(result.head),
        "cascades": cascades_json(result),
        "dump": _dump(result.dump) if result.dump is not None else None,
        "unmatched_acceptances": [
            {"rule": entry.rule, "revision": entry.revision, "object": entry.object, "reason": entry.reason,
             "until": entry.until.isoformat() if entry.until else None} for entry in result.unmatched
        ],
        "summary": _summary(result, exit_code),
    }


def as_text(document: Mapping[str, Any]) -> str:
    """Return a report as JSON text in ASCII, which holds every value whatever the encoding of the stream."""
    return json.dumps(document, indent=2) + "\n"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the report."""
    text = files("harness.report").joinpath("report.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _head(head: HeadRecord) -> dict[str, Any]:
    """What was compared with the schema at the heads."""
    records = {"models": head.models, "grouping": head.grouping, "order": head.order}
    document: dict[str, Any] = {
        name: None if record is None else {"compared": record.not_compared is None, "reason": record.not_compared}
        for name, record in records.items()}
    if head.order is not None:
        document["order"] |= {"orders": head.order.orders, "pairs": head.order.pairs,
                              "pairs_reversed": head.order.pairs_reversed}
    return document


def _revision(result: RevisionResult) -> dict[str, Any]:
    reason, blocked_by = _why_not(result.outcome)
    return {
        "revision": result.revision,
        "down_revisions": list(result.down_revisions),
        "path": result.path,
        "message": result.message,
        "outcome": {Checked: "checked", Skipped: "skipped", NotReached: "not_reached"}[type(result.outcome)],
        "reason": reason,
        "blocked_by": blocked_by,
        "verdict": result.verdict,
        "steps": [
            {"name": step.name.value, "seconds": round(step.seconds, 4), "error": step.error, "skipped": step.skipped,
             "rows_per_table": step.rows_per_table}
            for step in result.steps
        ],
        "tables": {
            name: {"rows": table.rows, "live_rows": table.live_rows, "error": table.error,
                   "why_fewer": table.why_fewer, "unwritten": table.unwritten}
            for name, table in sorted(result.tables.items())
        },
        "coverage": _coverage(result.coverage),
        "findings": findings_to_json(result.findings),
        "search": _search(result.search) if result.search is not None else None,
        "size": asdict(result.size) if result.size is not None else None,
        "digest": result.digest,
        "changed_nothing": result.changed_nothing,
    }


def _dump(dump: DumpRecord) -> dict[str, Any]:
    lists = ("revisions", "drift", "left_out", "notes")
    return {**asdict(dump), **{name: list(getattr(dump, name)) for name in lists}}


def _coverage(coverage: Coverage | None) -> dict[str, int] | None:
    return {"tables": coverage.tables, "with_rows": coverage.with_rows} if coverage is not None else None


def _search(search: SearchRecord) -> dict[str, Any]:
    return {"examples": search.examples, "refused": search.refused, "seconds": round(search.seconds, 3),
            "not_searched": search.not_searched}


def _why_not(outcome: Outcome) -> tuple[str | None, str | None]:
    match outcome:
        case Checked():
            return None, None
        case Skipped(reason):
            return reason, None
        case NotReached(reason, blocked_by):
            return reason, blocked_by


def findings_to_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return findings as both the report of a check and an audit have them."""
    return [
        {
            "rule": finding.rule,
            "slug": finding.slug,
            "severity": finding.severity.value,
            "revision": finding.revision,
            "object": finding.object,
            "message": finding.message,
            "remedy": finding.remedy,
            "evidence": _evidence(finding),
            "accepted": finding.accepted,
        }
        for finding in findings
    ]


def _evidence(finding: Finding) -> dict[str, Any]:
    evidence = finding.evidence
    return {
        "step": evidence.step.value if evidence.step else None,
        "rows": evidence.rows,
        "rows_total": evidence.rows_total,
        "columns": list(evidence.columns),
        "samples": [asdict(sample) for sample in evidence.samples],
        "delta": list(evidence.delta),
        "error": evidence.error,
        "statement": evidence.statement,
        "location": evidence.location,
        "notes": list(evidence.notes),
        "example": list(evidence.example),
        "cascade": evidence_json(evidence.cascade) if evidence.cascade is not None else None,
    }


def _summary(result: RunResult, exit_code: int) -> dict[str, Any]:
    tally = Tally.of(result)
    return {
        "revisions": tally.revisions,
        "checked": tally.checked,
        "skipped": tally.skipped,
        "not_reached": tally.not_reached,
        "ok": tally.ok,
        "findings": {"error": tally.errors, "warning": tally.warnings, "info": tally.infos},
        "verdict": result.verdict,
        "exit_code": int(exit_code),
        "seed": result.seed,
        "rows_per_table": result.rows_per_table,
        "coverage": _coverage(tally.coverage_of_tables),
    }
