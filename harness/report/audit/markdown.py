"""The whole audit in Markdown: a document to keep beside the migrations, or to send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from harness.assessment.document import (
    STATUS_MEANS,
    CascadeKey,
    Danger,
    Document,
    Recommendation,
    Remark,
    RevisionRow,
    When,
)
from harness.findings.model import Finding, Severity
from harness.report.audit.words import (
    MATRIX_RULES,
    RISK_RULES,
    chain_line,
    contents_line,
    counts_line,
    coverage_line,
    findings_line,
    headline,
    impact_word,
    measured_line,
    metric_value,
    metric_word,
    probability_word,
    topic_name,
)
from harness.report.markup import code_span, fence, inline_text, prose_text
from harness.report.tally import plural

_RISK_SIGNS = {"critical": "❌ critical", "high": "⚠️ high", "medium": "medium", "low": "low",
               "not assessed": "not assessed"}
_MOST_ERRORS = 30
_LONG = 10_000
"""Code of a recommendation and drawings are not cut."""


def audit_to_markdown(document: Document) -> str:
    """Return the document as GitHub's Markdown."""
    parts = [
        _summary(document), _chain(document), _configuration(document), _revisions(document), _dangers(document),
        _cascades(document), _matrix(document), _recommendations(document), _metrics(document), _findings(document),
    ]
    return "\n".join(part for part in parts if part)


def _summary(document: Document) -> str:
    lines = [
        f"# Audit of {prose_text(document.project)}\n",
        f"**{_RISK_SIGNS[document.risk]} risk**: {inline_text(document.why_risk)}.\n",
        "## Executive summary\n",
        _table(("", ""), [
            ("Risk", headline(document).capitalize()),
            ("History", prose_text(counts_line(document))),
            *([("Contents", prose_text(contents_line(document)))] if document.counts.revisions else []),
            ("Rollback coverage", prose_text(coverage_line(document.coverage))),
            ("Findings", prose_text(findings_line(document))),
            ("Measured", inline_text(measured_line(document))),
            ("Project", f"{code_span(document.alembic_ini)}, {code_span(document.script_location)}"),
            ("Audited", f"{document.audited_on}, in {document.seconds:.1f} s; nothing was imported or run"),
        ]),
    ]
    if document.unseen:
        lines.append("**Not seen**, and so not judged:\n")
        lines += [f"- {inline_text(each)}" for each in document.unseen]
        lines.append("")
    errors = document.of_severity(Severity.ERROR)
    if errors:
        lines.append(f"### {plural(len(errors), 'error')}\n")
        lines += [f"{number}. {_line(each)}" for number, each in enumerate(errors[:_MOST_ERRORS], 1)]
        if len(errors) > _MOST_ERRORS:
            lines.append(f"\n… and {len(errors) - _MOST_ERRORS} more, below")
        lines.append("")
    return "\n".join(lines)


def _line(finding: Finding) -> str:
    where = f" ({code_span(finding.evidence.location)})" if finding.evidence.location else ""
    revision = f"{code_span(finding.revision)}: " if finding.revision else ""
    return f"{finding.rule} {finding.slug}: {revision}{inline_text(finding.message)}{where}"


def _chain(document: Document) -> str:
    if not document.chain:
        return ""
    drawn = [f"{row.drawing}{row.name}{f'   ({notes})' if (notes := ', '.join(row.notes)) else ''}"
             for row in document.chain]
    return f"## Dependency chain\n\n{fence(chr(10).join(drawn), 'text', _LONG)}"


def _configuration(document: Document) -> str:
    return "\n".join(["## Configuration\n", "### Strong points\n", *_remarks(document.strong), "", "### Issues\n",
                      *_remarks(document.weak), ""])


def _remarks(remarks: Sequence[Remark]) -> Iterator[str]:
    for each in remarks:
        where = f" ({code_span(each.location)})" if each.location else ""
        yield f"- {inline_text(each.text)}{where}"
    if not remarks:
        yield "- none that the files tell"


def _revisions(document: Document) -> str:
    if not document.rows and not document.broken:
        return ""
    rows = [(code_span(row.revision), str(row.status), _RISK_SIGNS[row.risk], prose_text(row.note), f"{row.lines:,}",
             f"{row.size_bytes:,}", prose_text(_kinds(row))) for row in document.rows]
    rows += [(code_span(path), "broken file", _RISK_SIGNS["critical"], prose_text(why), "", "", "")
             for path, why in document.broken]
    used = dict.fromkeys(row.status for row in document.rows)
    legend = [f"- *{status}*: {inline_text(STATUS_MEANS[status])}" for status in used]
    risks = [f"- *{name}*: {prose_text(meaning)}" for name, meaning in RISK_RULES]
    return "\n".join([
        "## Revisions\n", _table(("revision", "rollback", "risk", "note", "lines", "bytes", "operations"), rows),
        "What the words of *rollback* mean:\n", *legend, "", "The risk of a revision:\n", *risks, ""])


def _kinds(row: RevisionRow) -> str:
    return ", ".join(f"{name} {count}" if count > 1 else name for name, count in row.operations)


def _dangers(document: Document) -> str:
    if not document.dangers:
        return ""
    rows = [(code_span(each.revision), _RISK_SIGNS[each.risk], ", ".join(_destroyed(each)), _rows_of(each))
            for each in document.dangers]
    return "\n".join(["## Dangerous rollbacks\n", "What a downgrade destroys for good, the gravest first.\n",
                      _table(("revision", "risk", "destroys", "rows"), rows)])


def _destroyed(danger: Danger) -> Iterator[str]:
    for each in danger.destroyed:
        rows = f" ({each.rows:,})" if each.rows is not None else ""
        yield f"{prose_text(each.what)}{rows}{'' if each.is_certain else ' perhaps'}"


def _rows_of(danger: Danger) -> str:
    return f"{danger.rows:,}" if danger.rows is not None else "not measured"


def _cascades(document: Document) -> str:
    if not document.keys:
        return ""
    lines = ["## Deletes that cascade\n"]
    for chain in document.chains:
        lines.append(f"{inline_text(chain_line(chain))}:\n")
        lines.append(fence("\n".join(chain.drawing), "text", _LONG))
    rows = [(code_span(key.constraint), code_span(key.parent), code_span(key.revision or ""),
             code_span(key.location or ""), _known(key)) for key in document.keys]
    return "\n".join([*lines, _table(("foreign key", "parent", "brought by", "where", "known"), rows)])


def _known(key: CascadeKey) -> str:
    if key.measured is not None:
        return prose_text(f"measured: {key.measured}")
    return "from the source" if key.is_certain else "the source does not tell whether it is there at the end"


def _matrix(document: Document) -> str:
    if not document.factors:
        return ""
    rows = [(topic_name(each), inline_text(each.state), inline_text(each.consequence), impact_word(each.impact),
             probability_word(each.probability), str(each.score), str(each.when)) for each in document.factors]
    return "\n".join([
        "## Risk matrix\n",
        _table(("risk", "state", "what happens", "impact", "probability", "product", "deal with it"), rows),
        *(f"- *{name}*: {prose_text(rule)}" for name, rule in MATRIX_RULES), ""])


def _recommendations(document: Document) -> str:
    if not document.recommendations:
        return ""
    lines = ["## Recommendations\n"]
    for when in When:
        found = [each for each in document.recommendations if each.when is when]
        if found:
            lines.append(f"### {str(when).capitalize()}\n")
            for number, each in enumerate(found, 1):
                lines += _recommendation(number, each)
    return "\n".join(lines)


def _recommendation(number: int, each: Recommendation) -> Iterator[str]:
    yield f"#### {number}. {inline_text(each.title)}\n"
    yield f"{inline_text(each.why)}.\n"
    for step in each.steps:
        yield fence(step.text, "", _LONG) if step.is_code else f"{inline_text(step.text)}\n"


def _metrics(document: Document) -> str:
    rows = [(prose_text(each.name), prose_text(each.target), metric_word(each), prose_text(metric_value(each)),
             code_span(each.command)) for each in document.metrics]
    return "\n".join(["## Success metrics\n", _table(("metric", "target", "", "measured", "measured by"), rows)])


def _findings(document: Document) -> str:
    if not document.findings:
        return "## Findings\n\nNone.\n"
    rows = [("accepted" if each.accepted is not None else str(each.severity), f"{each.rule} {each.slug}",
             code_span(each.revision) if each.revision else "project", code_span(each.object),
             inline_text(each.message) + (f" (accepted: {prose_text(each.accepted)})" if each.accepted else ""),
             code_span(each.evidence.location or "")) for each in document.findings]
    return "\n".join(["## Findings\n", _table(("", "rule", "revision", "object", "what", "where"), rows),
                      "What a rule means: `roundtrip explain RT201`.\n"])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"
