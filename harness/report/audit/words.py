"""Sentences of an audit that more than one format shows."""

from __future__ import annotations

from collections.abc import Sequence

from harness.assessment.document import (
    CascadeChain,
    Coverage,
    Document,
    Impact,
    Metric,
    Probability,
    Risk,
    RiskFactor,
    Status,
)
from harness.findings.model import Severity
from harness.report.tally import plural

RISK_RULES = (
    ("critical", "it has an error: the file is broken, or its rollback fails, loses rows or leaves something"),
    ("high", "it has a warning about rows, such as a foreign key that cascades"),
    ("medium", "its rollback destroys rows by its nature: it drops tables or columns, or deletes"),
    ("low", "none of these"),
)
"""How the risk of a revision is told."""
_IMPACT = (
    "severe where rows or secrets are lost or no migration can be run, moderate where people have to mend a deploy or "
    "a rollback by hand, minor where they are misled or delayed.")
_PROBABILITY = (
    "certain where it was measured or happens with every command, likely where it takes what is done every now and "
    "then (a rollback, a delete, a glance at the repository), possible where it takes circumstances that may never "
    "come.")
_PRODUCT = (
    "each counts 1 to 3. A product of 6 and more is to be dealt with now, of 3 and more this week. The risk of the "
    "whole is that of the highest product: 9 critical, 6 high, 4 medium, below that low.")
MATRIX_RULES = (("Impact", _IMPACT), ("Probability", _PROBABILITY), ("Product", _PRODUCT))
"""How the matrix is filled."""
_CHANGED_SHOWN = 5


def headline(document: Document) -> str:
    """``HIGH RISK``, or that nothing is known."""
    return "NOT ASSESSED" if document.risk is Risk.NOT_ASSESSED else f"{document.risk.upper()} RISK"


def counts_line(document: Document) -> str:
    """The history in a clause: ``14 revisions, 1 broken file, 2 heads``."""
    counts = document.counts
    parts = [plural(counts.revisions, "revision")]
    if counts.broken:
        parts.append(plural(counts.broken, "broken file"))
    if counts.revisions - counts.placed:
        parts.append(f"{counts.revisions - counts.placed} without a place in the history")
    parts.append(plural(counts.heads, "head"))
    if counts.bases > 1:
        parts.append(plural(counts.bases, "base"))
    if counts.merges:
        parts.append(plural(counts.merges, "merge"))
    return ", ".join(parts)


def contents_line(document: Document) -> str:
    """What the revisions hold, in a clause."""
    counts = document.counts
    return (f"{plural(counts.operations, 'operation')} on {plural(counts.tables, 'table')} in "
            f"{plural(counts.lines, 'line')}, {plural(counts.raw_sql, 'statement')} of raw SQL, "
            f"{plural(counts.data_revisions, 'revision')} that write{'s' if counts.data_revisions == 1 else ''} rows")


def findings_line(document: Document) -> str:
    """``3 errors, 12 warnings, 3 infos``."""
    parts = [plural(len(found), severity.value) for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)
             if (found := document.of_severity(severity))]
    accepted = sum(each.accepted is not None for each in document.findings)
    parts += [f"{accepted} accepted"] if accepted else []
    return ", ".join(parts) or "no findings"


def coverage_line(coverage: Coverage) -> str:
    """``13 of 14 revisions (93 %): 13 complete, 1 incomplete``, and how much of it was measured."""
    if coverage.percent is None:
        return "there is no revision to roll back"
    known = f"{coverage.good} of {plural(coverage.of, 'revision')} ({percent(coverage)})"
    parts = ", ".join(f"{count} {status}" for status, count in coverage.by_status)
    how = (f"{coverage.measured} of them measured, the others as far as the source tells"
           if 0 < coverage.measured < coverage.of else
           "measured" if coverage.measured else "as far as the source tells; nothing was measured")
    return f"{known}: {parts} ({how})"


def percent(coverage: Coverage) -> str:
    """Never 100 % while one is missing."""
    assert coverage.percent is not None, "asked only where there are revisions"
    shown = round(coverage.percent)
    return f"{min(shown, 99) if coverage.good < coverage.of else shown} %"


def chain_line(chain: CascadeChain) -> str:
    """What deleting a row of a chain's root does, without the drawing."""
    reached = plural(chain.tables, "table")
    if chain.row is not None:
        return f"Deleting row `{chain.row}` of `{chain.root}` deleted {plural(chain.rows or 0, 'row')} of {reached}"
    along = f", over up to {plural(chain.depth, 'foreign key')}" if chain.depth is not None else "; not measured"
    return f"Deleting a row of `{chain.root}` reaches {reached}{along}"


def metric_value(metric: Metric) -> str:
    """The measured value, or that there is none."""
    if metric.value is None:
        said = f" (the source says {metric.source_says})" if metric.source_says else ""
        return f"not measured{said}"
    return metric.value


def metric_word(metric: Metric) -> str:
    """``met``, ``missed``, or ``open`` where it cannot be said yet."""
    return "open" if metric.is_met is None else "met" if metric.is_met else "missed"


def measured_line(document: Document) -> str:
    """What was measured, and when; or the command that measures."""
    if document.measurement is None:
        return f"Nothing was measured: no database was used. To measure: `{document.metrics[0].command}`"
    known = document.measurement
    return (f"Measured by `roundtrip check` on {known.server} at {known.started_at.replace('T', ' ')}, with "
            f"{plural(known.rows_per_table, 'row')} a table: {known.checked} of "
            f"{plural(document.coverage.of, 'revision')} checked{_changed(known.changed)}")


def _changed(revisions: Sequence[str]) -> str:
    """Which revisions the report says nothing of any more."""
    if not revisions:
        return ""
    further = len(revisions) - _CHANGED_SHOWN
    named = ", ".join(revisions[:_CHANGED_SHOWN]) + (f" and {further} more" if further > 0 else "")
    it_was, its = ("it was", "its") if len(revisions) == 1 else ("they were", "their")
    return f". {named} changed since {it_was} measured: {its} source speaks"


def impact_word(impact: Impact) -> str:
    """``severe``."""
    return impact.name.lower()


def probability_word(probability: Probability) -> str:
    """``likely``."""
    return probability.name.lower()


def topic_name(factor: RiskFactor) -> str:
    """What a risk is about, as a title."""
    return str(factor.topic).capitalize()


def tone(risk: Risk) -> str:
    """The colour of a risk: ``error``, ``warning``, ``info`` or ``ok``."""
    return {Risk.CRITICAL: "error", Risk.HIGH: "error", Risk.MEDIUM: "warning", Risk.LOW: "ok",
            Risk.NOT_ASSESSED: "warning"}[risk]


def status_tone(status: Status) -> str:
    """The colour of a rollback's status."""
    if status in (Status.PROVEN, Status.COMPLETE, Status.NOTHING_TO_DO):
        return "ok"
    return "info" if status is Status.UNTOLD else "error"
