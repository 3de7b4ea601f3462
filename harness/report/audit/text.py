"""The audit that a person reads in a terminal: what matters first; the whole is in the Markdown and HTML."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.text import Text

from harness.assessment.document import GOOD, Document, Risk, Status, When
from harness.findings.model import Finding, Severity
from harness.report.audit.words import (
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
    tone,
    topic_name,
)
from harness.report.layout import code, printable, prose
from harness.report.tally import plural, verdict_word

_COLOURS = {"error": "bold red", "warning": "bold yellow", "info": "bold cyan", "ok": "bold green"}
_MOST = 12
"""Of alike things no more are shown."""
_STEP_LINES = 12


def render_audit(document: Document, console: Console, exit_code: int) -> None:
    """Print the audit in as many lines as a person reads."""
    width = console.width
    sections = [
        _head(document, width), _unseen(document, width), _errors(document, width), _milder(document, width),
        _rollbacks(document, width), _dangers(document, width), _cascades(document, width),
        _configuration(document, width), _matrix(document, width), _recommendations(document, width),
        _metrics(document, width), _closing(document, width, exit_code)]
    for number, section in enumerate(section for section in sections if section):
        if number:
            console.print()
        for line in section:
            console.print(line, soft_wrap=True, highlight=False)


def _head(document: Document, width: int) -> list[Text]:
    word = headline(document)
    lines = prose(f"{word}  {document.project}: {document.why_risk}", width, 0, hanging=2)
    lines[0].stylize(_COLOURS[tone(document.risk)], 0, len(word))
    lines += prose(f"history: {counts_line(document)}", width, 2, hanging=2)
    if document.counts.revisions:
        lines += prose(f"contents: {contents_line(document)}", width, 2, hanging=2)
    lines += prose(f"rollback coverage: {coverage_line(document.coverage)}", width, 2, hanging=2)
    lines += prose(f"findings: {findings_line(document)}", width, 2, hanging=2)
    return lines + prose(measured_line(document).replace("`", ""), width, 2, hanging=2, style="dim")


def _title(text: str) -> list[Text]:
    return [Text(text, style="bold")]


def _unseen(document: Document, width: int) -> list[Text]:
    if not document.unseen:
        return []
    return _title("Not seen, and so not judged") + [line for each in document.unseen
                                                   for line in prose(each, width, 2, hanging=2)]


def _errors(document: Document, width: int) -> list[Text]:
    errors = document.of_severity(Severity.ERROR)
    lines = _title(plural(len(errors), "error")) if errors else []
    for each in errors[:_MOST]:
        lines += _finding(each, width)
    return lines + _further(len(errors) - _MOST, "error")


def _finding(finding: Finding, width: int) -> list[Text]:
    head = Text("  ")
    head.append(finding.severity.value, style=_COLOURS["error"])
    head.append(f" {finding.rule} {finding.slug}", style="bold")
    head.append(f"  {printable(finding.revision or finding.object)}")
    lines = [head, *prose(finding.message, width, 4)]
    for note in finding.evidence.notes:
        if not note.startswith("told by the source"):
            lines += prose(note, width, 4, hanging=2)
    if finding.evidence.location:
        lines.append(Text(f"    at {printable(finding.evidence.location)}", style="dim"))
    return lines


def _milder(document: Document, width: int) -> list[Text]:
    found = [*document.of_severity(Severity.WARNING), *document.of_severity(Severity.INFO)]
    found = [each for each in found if each.rule not in ("RT406", "RT106")]  # they have sections of their own
    if not found:
        return []
    groups: dict[str, list[Finding]] = {}
    for each in found:
        groups.setdefault(f"{each.severity} {each.rule} {each.slug}", []).append(each)
    lines = _title("Warnings and infos")
    for name, group in groups.items():
        lines += prose(f"{name}{'' if len(group) == 1 else f' ({len(group)})'}", width, 2)
        for each in group[:3]:
            lines += prose(each.message, width, 4, hanging=2)
        lines += _further(len(group) - 3, "finding", 4)
    return lines


def _rollbacks(document: Document, width: int) -> list[Text]:
    rows = [row for row in document.rows if row.status not in GOOD]
    if not rows:
        return []
    lines = _title("Rollbacks that are not known to be complete")
    for row in sorted(rows, key=lambda row: row.status is Status.UNTOLD)[:_MOST]:
        lines += prose(f"{row.revision}: {row.status}" + (f" ({row.note})" if row.note else ""), width, 2, hanging=2)
    return lines + _further(len(rows) - _MOST, "revision")


def _dangers(document: Document, width: int) -> list[Text]:
    if not document.dangers:
        return []
    lines = _title("Rollbacks that destroy rows")
    for danger in document.dangers[:_MOST]:
        parts = [each.what + (f" ({plural(each.rows, 'row')})" if each.rows is not None else "")
                 for each in danger.destroyed]
        lines += prose(f"{danger.revision}: {', '.join(parts)}", width, 2, hanging=2)
    return lines + _further(len(document.dangers) - _MOST, "revision")


def _cascades(document: Document, width: int) -> list[Text]:
    if not document.keys:
        return []
    by_revision = Counter(key.revision for key in document.keys)
    lines = _title(f"Deletes that cascade: {plural(len(document.keys), 'foreign key')}")
    lines += prose(", ".join(f"{revision} {count}" for revision, count in by_revision.items()), width, 2, hanging=2)
    drawn = [line for chain in document.chains for line in (*chain.drawing, "")]
    return lines + code("\n".join(drawn), 2, limit=40)


def _configuration(document: Document, width: int) -> list[Text]:
    lines = _title("Configuration")
    for sign, style, remarks in (("+", "green", document.strong), ("-", "yellow", document.weak)):
        for each in remarks:
            where = f" ({each.location})" if each.location else ""
            shown = prose(f"{sign} {each.text.replace('`', '')}{where}", width, 2, hanging=2)
            shown[0].stylize(style, 2, 3)
            lines += shown
    return lines


def _matrix(document: Document, width: int) -> list[Text]:
    if not document.factors:
        return []
    lines = _title("Risks")
    for each in document.factors:
        how = f"{impact_word(each.impact)}, {probability_word(each.probability)}"
        lines += prose(f"{each.score}  {topic_name(each)} ({how}): {each.state}", width, 2, hanging=3)
    return lines


def _recommendations(document: Document, width: int) -> list[Text]:
    lines: list[Text] = []
    for when in When:
        found = [each for each in document.recommendations if each.when is when]
        if found:
            lines += _title(f"To do {when}")
            for each in found:
                lines += prose(each.title, width, 2, hanging=2, style="green")
                for step in each.steps:
                    lines += code(step.text, 6, limit=_STEP_LINES, style="cyan") if step.is_code else prose(
                        step.text, width, 4, hanging=2)
    return lines


def _metrics(document: Document, width: int) -> list[Text]:
    lines = _title("Success metrics")
    for each in document.metrics:
        lines += prose(f"{metric_word(each)}: {each.name} ({each.target}): {metric_value(each)}", width, 2, hanging=2)
    return lines


def _closing(document: Document, width: int, exit_code: int) -> list[Text]:
    word = verdict_word(exit_code)
    text = f"{word} (exit {int(exit_code)}): {headline(document).lower()}, {findings_line(document)}"
    lines = prose(text, width, 0, hanging=2)
    style = "bold green" if word == "PASSED" else "bold red" if word == "FAILED" else "bold yellow"
    lines[0].stylize(style, 0, len(word))
    whole = document.risk is not Risk.NOT_ASSESSED
    return lines + (prose("The whole document: roundtrip audit --html audit.html, or --markdown audit.md", width, 0,
                          style="dim") if whole else [])


def _further(count: int, noun: str, indent: int = 2) -> list[Text]:
    return [Text(f"{' ' * indent}… and {plural(count, f'more {noun}')}", style="dim")] if count > 0 else []
