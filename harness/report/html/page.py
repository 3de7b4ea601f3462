"""What stands on the page, put together from a run; the template beside this module says how it looks."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from harness import __version__
from harness.cascade.model import CascadeRoot
from harness.findings.building import alike_at_start
from harness.findings.catalogue import RULE
from harness.findings.model import Finding, Rule, Sample, Severity
from harness.outcomes import NotReached, RevisionResult, RunResult, Skipped
from harness.report.alike import Alike, alike, without
from harness.report.cascades import HOW_MEASURED, summary, trees
from harness.report.cascades import RULE as RULE_OF_DELETES
from harness.report.dumped import sentences
from harness.report.heads import at_the_heads
from harness.report.html.graph import ROW_HEIGHT, Graph, draw, nodes_of
from harness.report.html.sides import side_by_side
from harness.report.layout import NO_ROW, printable, printable_lines
from harness.report.remedies import blocks
from harness.report.reported import Reported
from harness.report.tally import Tally, most_rows, plural, verdict_word
from harness.report.text import why_not_reached

_MOST_OPEN = 30
"""With more errors than that all details are closed at first."""
_SLOWEST = 5
_ALIKE = "alike"
"""The id of the section on what is the same in many revisions; that of a revision begins with `r-`."""
_ALIKE_SHOWN = 24
"""Of what two long values have in common at their ends no more characters than this are shown."""


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding with what the filters of the page ask for."""

    finding: Finding
    table: str
    """The table that it is about; empty where it is about none."""
    is_open: bool
    told: Alike
    """It and those of other revisions that are told with it; most often none."""


@dataclass(frozen=True, slots=True)
class Group:
    """A revision, or the project where there is none, with its findings."""

    anchor: str
    entry: RevisionResult | None
    findings: tuple[ShownFinding, ...]
    title: str = ""
    """Where there is no revision."""
    trees: tuple[CascadeRoot, ...] = ()
    """What deletes take with them, where the findings are on that."""
    elsewhere: int = 0
    """How many findings of the revision are told with those of other revisions."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason for which revisions were not reached."""

    why: str
    entries: tuple[RevisionResult, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One revision of the chart of times; ``height`` is of 100."""

    entry: RevisionResult
    standing: str
    height: float


@dataclass(frozen=True, slots=True)
class TableRow:
    """What was proven of a table: the most rows of any trip."""

    name: str
    rows: int
    live_rows: int
    error: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two values, split where they begin and cease to differ."""

    start: str
    before: str | None
    after: str | None
    """None where there is no such row."""
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything that the template reads."""

    result: RunResult
    tally: Tally
    word: str
    tone: str
    """``ok``, ``error`` or ``warning``: the colour of the verdict."""
    exit_code: int
    version: str
    groups: tuple[Group, ...]
    counts: tuple[tuple[str, int], ...]
    """Severities (and ``accepted``) that there are, with the number of findings."""
    rules: tuple[Rule, ...]
    """Those that fired, by code."""
    tables_filtered: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]
    graph: Graph
    anchors: dict[str, str]
    told_at: dict[str, str]
    """The id of the section in which the findings of a revision are told, or the first of them."""
    bars: tuple[Bar, ...]
    ticks: tuple[float, ...]
    """Seconds at the top, the middle and the foot of the chart."""
    slowest: tuple[RevisionResult, ...]
    tables: tuple[TableRow, ...]
    dump: tuple[str, ...]
    """What there is to say of the dump that the run began with."""
    trees_of: str
    """How many foreign keys the trees are of; empty where there are none."""
    at_the_heads: tuple[str, ...]
    """Sentences on what was compared and measured there, and what was not."""


def to_html(reported: Reported) -> str:
    """Return the run as one HTML document."""
    style, script, template = (files("harness.report.html").joinpath(f"page.{kind}").read_text(encoding="utf-8")
                               for kind in ("css", "js", "html.j2"))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
                              finalize=clean)
    environment.filters |= {"blocks": lambda text: list(blocks(text)), "difference": difference, "inline": inline,
                            "standing": standing, "plural": plural, "printable": printable,
                            "sides": side_by_side}
    environment.globals |= {"how_measured": HOW_MEASURED, "no_row": NO_ROW, "row_height": ROW_HEIGHT}
    return environment.from_string(template).render(
        page=_page(reported), style=Markup(style), script=Markup(script),  # noqa: S704 - our own files
        # The page runs this script and no other, and loads nothing: https://www.w3.org/TR/CSP3/
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    ) + "\n"


def standing(entry: RevisionResult | None) -> str:
    """Return ``not_reached``, ``skipped``, or the verdict; a file that is no revision is ``broken``."""
    match entry:
        case None:
            return "broken"
        case RevisionResult(outcome=NotReached()):
            return "not_reached"
        case RevisionResult(outcome=Skipped()) if entry.verdict == "ok":
            return "skipped"
        case _:
            return entry.verdict


def difference(sample: Sample) -> Difference:
    """Split a sample's values where they differ; of what is alike at their ends only the nearest part is kept."""
    before, after = (None if value is None else printable(value) for value in (sample.before, sample.after))
    if before is None or after is None:
        return Difference("", before, after, "")
    start = before[:alike_at_start(before, after)]
    before, after = before.removeprefix(start), after.removeprefix(start)
    end = before[len(before) - alike_at_start(before[::-1], after[::-1]):]
    return Difference(
        start if len(start) <= _ALIKE_SHOWN + 1 else f"…{start[-_ALIKE_SHOWN:]}",
        before.removesuffix(end), after.removesuffix(end),
        end if len(end) <= _ALIKE_SHOWN + 1 else f"{end[:_ALIKE_SHOWN]}…",
    )


def inline(text: str) -> Markup:
    """Escape running text; what stands between backticks is code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(clean(text)))))  # noqa: S704 - escaped


def clean(value: object) -> object:
    """What is not printable, or reverses the direction of a text, is shown as an escape."""
    return printable_lines(value) if type(value) is str else value


def _page(reported: Reported) -> Page:
    result = reported.result
    tally = Tally.of(result)
    word = verdict_word(reported.exit_code)
    anchors = _anchors(entry.revision for entry in result.revisions)
    groups = _groups(result, anchors, tally)
    sections = {group.anchor for group in groups}
    shown = [item for group in groups for item in group.findings]
    top = _ceiling(max((entry.seconds for entry in result.revisions), default=0.0))
    return Page(
        result=result, tally=tally, word=word, exit_code=reported.exit_code, version=__version__,
        tone={"PASSED": "ok", "FAILED": "error"}.get(word, "warning"), groups=groups,
        counts=tuple((name, count) for name, count in (("error", tally.errors), ("warning", tally.warnings),
                                                       ("info", tally.infos), ("accepted", tally.accepted)) if count),
        rules=tuple(RULE[code] for code in sorted({item.finding.rule for item in shown})),
        tables_filtered=tuple(sorted({item.table for item in shown if item.table})),
        obstacles=_obstacles(result), graph=draw(nodes_of(result.revisions, result.project_findings)), anchors=anchors,
        told_at={revision: anchor if anchor in sections else _ALIKE for revision, anchor in anchors.items()},
        bars=tuple(Bar(entry, standing(entry), 100 * entry.seconds / top) for entry in result.revisions),
        ticks=(top, top / 2, 0.0),
        slowest=tuple(sorted((entry for entry in result.revisions if entry.seconds),
                             key=lambda entry: -entry.seconds)[:_SLOWEST]),
        tables=_tables(result, tally), trees_of=summary(result) if trees(result) else "",
        at_the_heads=tuple(at_the_heads(result)),
        dump=tuple(sentences(result.dump)) if result.dump is not None else (),
    )


def _groups(result: RunResult, anchors: dict[str, str], tally: Tally) -> tuple[Group, ...]:
    names = {name for entry in result.revisions for name in entry.tables}

    def shown(told: Iterable[Alike]) -> tuple[ShownFinding, ...]:
        worst_first = sorted(told, key=lambda each: (each.first.accepted is not None, -each.first.severity.rank))
        return tuple(ShownFinding(
            (finding := each.first), _table_of(finding, names),
            finding.severity is Severity.ERROR and finding.accepted is None and tally.errors <= _MOST_OPEN, each,
        ) for each in worst_first)

    def each(findings: Sequence[Finding]) -> tuple[ShownFinding, ...]:
        return shown(Alike((finding,)) for finding in findings)

    of_deletes = [finding for finding in result.project_findings if finding.rule == RULE_OF_DELETES]
    others = [finding for finding in result.project_findings if finding.rule != RULE_OF_DELETES]
    groups = [Group("project", None, each(others), "Project")] if others else []
    told = alike(result.revisions)
    if told:
        groups.append(Group(_ALIKE, None, shown(told), "The same in many revisions"))
    for entry in result.revisions:
        own = without(entry, told).findings
        if own:
            groups.append(Group(anchors[entry.revision], entry, each(own), elsewhere=len(entry.findings) - len(own)))
    if of_deletes:
        groups.append(Group("deletes", None, each(of_deletes), "Deletes", trees(result)))
    return tuple(groups)


def _table_of(finding: Finding, names: set[str]) -> str:
    """The longest known table's name that the object's begins with."""
    parts = finding.object.split(".")
    return next((name for size in range(len(parts), 0, -1) if (name := ".".join(parts[:size])) in names), "")


def _anchors(revisions: Iterable[str]) -> dict[str, str]:
    """The ids of the sections: the revision ids, without what an id or a link cannot hold."""
    anchors: dict[str, str] = {}
    taken: set[str] = set()
    for revision in revisions:
        anchor = f"r-{re.sub(r'[^0-9A-Za-z_.-]', '_', revision)}"
        while anchor in taken:
            anchor += "_"
        taken.add(anchor)
        anchors[revision] = anchor
    return anchors


def _obstacles(result: RunResult) -> tuple[Obstacle, ...]:
    behind: dict[str, list[RevisionResult]] = {}
    for entry in result.not_reached:
        behind.setdefault(why_not_reached(entry), []).append(entry)
    return tuple(Obstacle(why, tuple(entries)) for why, entries in behind.items())


def _tables(result: RunResult, tally: Tally) -> tuple[TableRow, ...]:
    why = dict(tally.unproven_tables)
    return tuple(TableRow(name, *rows, why.get(name, "")) for name, rows in sorted(most_rows(result).items()))


def _ceiling(seconds: float) -> float:
    """The next round number at or over ``seconds``: 1, 2, 4 or 5 times a power of ten."""
    if seconds <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(seconds))
    return next(step * power for step in (1, 2, 4, 5, 10) if step * power >= seconds * (1 - 1e-9))
