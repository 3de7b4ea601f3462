"""The audit as one HTML file: what the template beside this module reads, and how it is filled."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from harness import __version__
from harness.assessment.document import (
    STATUS_MEANS,
    ChainRow,
    Document,
    Recommendation,
    RevisionRow,
    Risk,
    RiskFactor,
    Status,
    When,
)
from harness.findings.model import Finding, Severity
from harness.report.audit import words
from harness.report.html.graph import ROW_HEIGHT, Graph, Node, draw
from harness.report.html.page import clean, inline
from harness.report.tally import plural

_CELLS = (3, 2, 1)
_FEW_ROWS = 60
"""With more revisions than that the chain is folded at first."""


@dataclass(frozen=True, slots=True)
class ChainLine:
    """One row of the drawn chain."""

    key: str
    row: RevisionRow | None
    """None for a broken file."""
    notes: tuple[str, ...]
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Everything that the template reads."""

    document: Document
    headline: str
    tone: str
    exit_code: int
    version: str
    errors: tuple[Finding, ...]
    graph: Graph
    lines: tuple[ChainLine, ...]
    is_chain_open: bool
    matrix: tuple[tuple[str, tuple[tuple[int, tuple[RiskFactor, ...]], ...]], ...]
    """Rows by impact, severe first: its name, and by probability the product and the factors."""
    to_do: tuple[tuple[str, tuple[Recommendation, ...]], ...]
    statuses: tuple[tuple[Status, int, str], ...]
    """Those that there are, with how many and what they mean."""
    risks: tuple[tuple[Risk, int], ...]
    commands: tuple[str, ...]


def audit_to_html(document: Document, exit_code: int) -> str:
    """Return the document as one HTML file that loads nothing."""
    here, shared = files("harness.report.audit"), files("harness.report.html")
    style = "".join(file.read_text(encoding="utf-8") for file in (shared / "page.css", here / "audit.css"))
    script, template = (here.joinpath(f"audit.{kind}").read_text(encoding="utf-8") for kind in ("js", "html.j2"))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
                              finalize=clean)
    environment.filters |= {"inline": inline, "plural": plural, "status_tone": words.status_tone,
                            "risk_tone": words.tone, "topic": words.topic_name, "metric_word": words.metric_word,
                            "metric_value": words.metric_value}
    environment.globals |= {"row_height": ROW_HEIGHT, "words": words}
    return environment.from_string(template).render(
        page=_page(document, exit_code), style=Markup(style), script=Markup(script),  # noqa: S704 - our own files
        # The page runs this script and no other, and loads nothing: https://www.w3.org/TR/CSP3/
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    ) + "\n"


def _page(document: Document, exit_code: int) -> AuditPage:
    notes = {row.name: row for row in document.chain}
    known = {row.revision: row for row in document.rows}
    nodes = [Node(key=row.revision, parents=row.parents, entry=None) for row in document.rows]
    nodes += [Node(key=path, parents=(), entry=None) for path, _ in document.broken]
    statuses = {row.status: sum(each.status is row.status for each in document.rows) for row in document.rows}
    risks = [(risk, sum(row.risk is risk for row in document.rows)) for risk in Risk]
    return AuditPage(
        document=document, headline=words.headline(document), tone=words.tone(document.risk), exit_code=exit_code,
        version=__version__, errors=document.of_severity(Severity.ERROR), graph=draw(nodes),
        lines=tuple(_line(node.key, known.get(node.key), notes.get(node.key)) for node in nodes),
        is_chain_open=len(nodes) <= _FEW_ROWS, matrix=_matrix(document),
        to_do=tuple((str(when), found) for when in When
                    if (found := tuple(each for each in document.recommendations if each.when is when))),
        statuses=tuple((status, statuses[status], STATUS_MEANS[status]) for status in Status if status in statuses),
        risks=tuple((risk, count) for risk, count in risks if count),
        commands=tuple(dict.fromkeys(each.command for each in document.metrics)),
    )


def _line(key: str, row: RevisionRow | None, drawn: ChainRow | None) -> ChainLine:
    notes = drawn.notes if drawn is not None else ()
    if row is None:
        return ChainLine(key, None, notes, "broken")
    return ChainLine(key, row, notes, {"error": "error", "warning": "warning", "ok": "ok"}[
        {Risk.CRITICAL: "error", Risk.HIGH: "warning"}.get(row.risk, "ok")])


def _matrix(document: Document) -> tuple[tuple[str, tuple[tuple[int, tuple[RiskFactor, ...]], ...]], ...]:
    names = {3: "severe", 2: "moderate", 1: "minor"}
    return tuple(
        (names[impact], tuple(
            (impact * probability, tuple(each for each in document.factors
                                         if (each.impact, each.probability) == (impact, probability)))
            for probability in reversed(_CELLS)))
        for impact in _CELLS)
