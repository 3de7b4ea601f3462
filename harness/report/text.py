"""The report that a person reads, in a terminal or as the text a pytest item fails with."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from rich.console import Console
from rich.segment import Segments
from rich.text import Text

from harness.findings.model import Finding, Severity
from harness.outcomes import Checked, NotReached, RevisionResult, RunResult, Skipped
from harness.report.alike import Alike, alike, without
from harness.report.cascades import HOW_MEASURED, RULE, counted_cascades, first_of_trees, summary, trees
from harness.report.dumped import about_dump
from harness.report.heads import at_the_heads
from harness.report.layout import advice, code, cut, delta, plain, printable, prose, samples
from harness.report.sizes import at_size
from harness.report.tally import Tally, plural, verdict_word

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold cyan"}
_VERDICT_STYLES = {"PASSED": "bold green", "FAILED": "bold red"}
_NO_DOUBT = frozenset({"RT106", "RT404", "RT405", "RT406", "RT408"})
"""Warnings of rules that say nothing against the proof: what was there before came back all the same."""
_CODE_LINES = 40
_STATEMENT_LINES = 12
_SAMPLES = 8
_MOST_PARTLY = 6
"""So many revisions are named of which the same is to be said."""
_MOST_ALIKE = 12
"""So many of alike findings of many revisions are shown."""
_MOST_IN_FULL = 5
"""So many errors of one rule in one revision are shown with all that there is of them; of the rest a line each."""
_MOST_ACCEPTED = 10
"""So many accepted findings are named one by one; more are counted."""


def render_run(result: RunResult, console: Console, exit_code: int) -> None:
    """Print the whole report: the verdict, then what is wrong in the order of the walk, then the verdict in a line."""
    tally = Tally.of(result)
    width = console.width
    blocks = [_verdict(result, tally, width, exit_code), _not_read(result, width), about_dump(result, width)]
    blocks += _told_once_and_one_by_one(result.revisions, width)
    blocks += [_not_reached(result, width), _project(result, width), _cascades(result, width), _infos(result, width),
               _accepted(result, width)]
    blocks += [_proof(result, tally, width), at_size(result, width), _searched(result, width)]
    blocks += [_closing(result, tally, width, exit_code)]
    _print(blocks, console)


def render_search(result: RunResult, console: Console, exit_code: int) -> None:
    """Print what a command that only searched found, and nothing of what it passed over."""
    width = console.width
    searched = tuple(entry for entry in result.revisions if entry.search is not None)
    found = replace(result, revisions=searched, project_findings=())
    blocks = [_revision(entry, width) for entry in searched]
    blocks += [_not_reached(result, width), _searched(result, width), _hint(found.findings, width)]
    word = verdict_word(exit_code)
    closing = prose(f"{word} (exit {int(exit_code)}): {Tally.of(found).findings()}", width, 0, hanging=2)
    closing[0].stylize(_VERDICT_STYLES.get(word, "bold yellow"), 0, len(word))
    _print([*blocks, closing], console)


def render_summary(result: RunResult, console: Console, exit_code: int) -> None:
    """Print what is left to say when every failing revision has been shown: the verdict, warnings, what was proven."""
    tally = Tally.of(result)
    width = console.width
    milder = [entry for entry in result.revisions if entry.verdict == Severity.WARNING.value]
    blocks = [_verdict(result, tally, width, exit_code), _not_read(result, width), about_dump(result, width)]
    blocks += _told_once_and_one_by_one(milder, width)
    _print([*blocks, _cascades(result, width), _infos(result, width), _accepted(result, width),
            _proof(result, tally, width), at_size(result, width), _searched(result, width)], console)


def summary_text(result: RunResult, exit_code: int, *, width: int, coloured: bool) -> str:
    """Return what ``render_summary`` prints, for a terminal that somebody else writes to."""
    stream = io.StringIO()
    render_summary(result, Console(file=stream, width=width, force_terminal=coloured), exit_code)
    return stream.getvalue()


def render_revision(result: RevisionResult, width: int = 80) -> str:
    """Return one revision's part of the report as plain text, infos and all."""
    blocks = [_revision(result, width, infos=True)]
    if isinstance(result.outcome, NotReached):
        blocks.append(prose(f"not reached: {why_not_reached(result)}", width, 2, hanging=2))
    if isinstance(result.outcome, Skipped):
        blocks.append(prose(f"skipped: {result.outcome.reason}", width, 2))
    blocks.append(_hint(result.findings, width))
    return plain(_join(blocks)).rstrip("\n")


def render_findings(findings: Sequence[Finding], width: int = 80) -> str:
    """Return findings that belong to no revision as plain text."""
    blocks = [_finding(finding, width) for finding in findings]
    return plain(_join([*blocks, _hint(findings, width)])).rstrip("\n")


def _print(blocks: Sequence[list[Text]], console: Console) -> None:
    for line in _join(blocks):
        # As a Text, rich would write blanks for tabs and cut blanks at the end.
        console.print(Segments(Text.assemble(line, "\n").render(console)), soft_wrap=True)


def _join(blocks: Sequence[list[Text]]) -> list[Text]:
    lines: list[Text] = []
    for block in blocks:
        if block:
            lines += [Text()] * bool(lines) + block
    return lines


# -- the run -----------------------------------------------------------------------------------------------------------


def _verdict(result: RunResult, tally: Tally, width: int, exit_code: int) -> list[Text]:
    word = verdict_word(exit_code)
    lines = prose(f"{word}  {result.project.name}: {tally.coverage()}; {tally.findings()}", width, 0, hanging=2)
    lines[0].stylize(_VERDICT_STYLES.get(word, "bold yellow"), 0, len(word))
    server = f"PostgreSQL {result.server.version} ({result.server.provider})"
    where = f"on {server}" if result.server.provider != "none" else "without a server"
    facts = f"{result.seconds:.1f} s {where}, {plural(result.rows_per_table, 'row')} a table, seed {result.seed}"
    return lines + prose(facts, width, 2, style="dim")


def _not_read(result: RunResult, width: int) -> list[Text]:
    return [line for said in result.project.not_read
            for line in prose(f"Not read: {said}.", width, 0, hanging=2, style="yellow")]


def _not_reached(result: RunResult, width: int) -> list[Text]:
    behind: dict[str, list[str]] = {}
    for entry in result.not_reached:
        behind.setdefault(why_not_reached(entry), []).append(entry.revision)
    lines: list[Text] = []
    for why, revisions in behind.items():
        lines += prose(f"{plural(len(revisions), 'revision')} not reached: {why}", width, 0, hanging=2, style="bold")
        lines += prose(", ".join(revisions), width, 2)
    return lines


def why_not_reached(result: RevisionResult) -> str:
    """Return why a revision that was not reached was not, with what blocked it where the reason does not name it."""
    outcome = result.outcome
    assert isinstance(outcome, NotReached)
    return outcome.reason if outcome.blocked_by in outcome.reason else f"{outcome.reason}: {outcome.blocked_by}"


def _project(result: RunResult, width: int) -> list[Text]:
    findings = [f for f in result.project_findings
                if f.accepted is None and f.severity is not Severity.INFO and f.rule != RULE]
    if not findings:
        return []
    blocks = [[Text("project", style="bold")]]
    for _, found in groupby(findings, key=lambda finding: (finding.rule, finding.severity)):
        group = list(found)
        if len(group) > _MOST_ALIKE and group[0].severity is Severity.WARNING:
            blocks += _compact(group, width, "times")
        else:
            blocks += (_finding(finding, width, indent=2) for finding in group)
    return _join(blocks)


def _cascades(result: RunResult, width: int) -> list[Text]:
    """What deletes take with them: the trees of all revisions together, each foreign key on a line."""
    if not counted_cascades(result):
        return []
    first = first_of_trees(result)
    head = [Text("deletes", style="bold"), _head(first, "  ", summary(result))]
    drawn = [[Text(f"    {printable(line)}") for line in root.tree] for root in trees(result)]
    return [*head, *prose(HOW_MEASURED, width, 4), *_join(drawn),
            *_remedy(first, width, 4, f"remedy, for {first.object}:")]


def _infos(result: RunResult, width: int) -> list[Text]:
    infos = [f for f in result.findings if f.severity is Severity.INFO and f.accepted is None]
    if not infos:
        return []
    lines = [Text(plural(len(infos), "info"), style=_STYLES[Severity.INFO])]
    alike: dict[tuple[str, str], list[Finding]] = {}
    for number, finding in enumerate(infos):
        alike.setdefault((finding.rule, finding.revision or f"#{number}"), []).append(finding)
    for first, *others in alike.values():
        where = f"{first.revision}: " if first.revision else ""
        likewise = f"; likewise {', '.join(other.object for other in others)}" if others else ""
        lines += prose(f"{first.rule} {first.slug}: {where}{first.message}{likewise}", width, 2, hanging=2)
    return lines


def _accepted(result: RunResult, width: int) -> list[Text]:
    accepted = [finding for finding in result.findings if finding.accepted is not None]
    lines = [Text(f"{len(accepted)} accepted", style="bold")] if accepted else []
    alike = Counter((finding.rule, finding.slug, finding.accepted) for finding in accepted)
    if len(accepted) > _MOST_ACCEPTED:
        for (rule, slug, reason), times in alike.items():
            often = f" {times} times" if times > 1 else ""
            lines += prose(f"{rule} {slug}{often}: {reason}", width, 2, hanging=2)
    else:
        for finding in accepted:
            where = " ".join(dict.fromkeys(part for part in (finding.revision, finding.object) if part))
            lines += prose(f"{finding.rule} {finding.slug}: {where}: {finding.accepted}", width, 2, hanging=2)
    if result.unmatched:
        lines += prose("Accepted in the settings, but found no more; take the entries out:", width, 0)
    for entry in result.unmatched:
        lines += prose(f"{entry.subject}: {entry.reason}", width, 2, hanging=2)
    return lines


def _proof(result: RunResult, tally: Tally, width: int) -> list[Text]:
    lines: list[Text] = []
    if _is_proven(result, tally):
        went = f"{plural(tally.checked, 'revision')} went up, down, up, down and up"
        back = f"the schema and rows of before came back each time ({tally.proof()})"
        lines += prose(f"Proven: {went}, and {back}.", width, 0)
    for sentence in at_the_heads(result):
        lines += prose(sentence, width, 0)
    lines += _partly(tally, width)
    if tally.unproven_tables:
        lines += prose(f"Not proven, or not in every revision: {plural(len(tally.unproven_tables), 'table')}", width, 0)
        for why, names in _by_reason(tally.unproven_tables).items():
            lines += prose(f"{', '.join(names)}: {why}", width, 2, hanging=2)
    return lines


def _by_reason(tables: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """The tables of each reason, both in the order in which they come."""
    found: dict[str, list[str]] = {}
    for name, why in tables:
        found.setdefault(why, []).append(name)
    return found


def _partly(tally: Tally, width: int) -> list[Text]:
    """How many tables held rows, of the revisions where not all did."""
    alike: dict[str, list[str]] = {}
    for revision, coverage in tally.partly:
        alike.setdefault(str(coverage), []).append(revision)
    lines: list[Text] = []
    for words, revisions in alike.items():
        shown = revisions if len(revisions) <= _MOST_PARTLY else [*revisions[:_MOST_PARTLY - 1], "…", revisions[-1]]
        lines += prose(f"{words}: {', '.join(shown)}", width, 0, hanging=2)
    return lines


def _searched(result: RunResult, width: int) -> list[Text]:
    """How much was searched for rows that find a loss, and what was not."""
    searches = [(entry.revision, entry.search) for entry in result.revisions if entry.search is not None]
    if not searches:
        return []
    tried, seconds = sum(search.examples for _, search in searches), sum(search.seconds for _, search in searches)
    refused = sum(search.refused for _, search in searches)
    done = sum(search.not_searched is None for _, search in searches)
    lines = prose(f"Searched: {plural(done, 'revision')} with {plural(tried, 'example')} in {seconds:.1f} s "
                  f"({refused:,} more were refused by the server)", width, 0, hanging=2)
    behind: dict[str, list[str]] = {}
    for revision, search in searches:
        if search.not_searched is not None:
            behind.setdefault(search.not_searched, []).append(revision)
    for why, revisions in behind.items():
        lines += prose(f"not searched: {', '.join(revisions)}: {why}", width, 2, hanging=2)
    return lines


def _is_proven(result: RunResult, tally: Tally) -> bool:
    doubts = [f for f in result.findings if f.severity is not Severity.INFO and f.rule not in _NO_DOUBT]
    return bool(tally.checked) and not doubts


def _closing(result: RunResult, tally: Tally, width: int, exit_code: int) -> list[Text]:
    word = verdict_word(exit_code)
    done = "" if _is_proven(result, tally) else f"; {tally.proof()}"
    lines = prose(f"{word} (exit {int(exit_code)}): {tally.findings()}{done}", width, 0, hanging=2)
    lines[0].stylize(_VERDICT_STYLES.get(word, "bold yellow"), 0, len(word))
    return _hint(result.findings, width) + lines


def _hint(findings: Sequence[Finding], width: int) -> list[Text]:
    counted = sorted((f for f in findings if f.accepted is None and f.severity is not Severity.INFO),
                     key=lambda finding: (-finding.severity.rank, finding.rule))
    codes = list(dict.fromkeys(finding.rule for finding in counted))
    if not codes:
        return []
    more = f" (also {', '.join(codes[1:])})" if len(codes) > 1 else ""
    return prose(f"More on a rule: roundtrip explain {codes[0]}{more}", width, 0, hanging=2, style="dim")


# -- many revisions, and one -------------------------------------------------------------------------------------------


def _told_once_and_one_by_one(revisions: Sequence[RevisionResult], width: int) -> list[list[Text]]:
    """First what is the same in many revisions, then a section for each that has more."""
    told = alike(revisions)
    head = [Text("the same in many revisions", style="bold")]
    once = [_join([head, *(_alike(group, width) for group in told)])] if told else []
    rest = [without(entry, told) for entry in revisions]
    return once + [_revision(entry, width) for entry in rest if _worth_a_section(entry)]


def _alike(group: Alike, width: int) -> list[Text]:
    first = group.first
    lines = [_head(first, "  ", f"in {plural(len(group.revisions), 'revision')}")]
    for message in group.messages[:_MOST_ALIKE]:
        lines += prose(message, width, 4, hanging=2)
    lines += cut(len(group.messages) - _MOST_ALIKE, 4, "file")
    if first.evidence.error and first.evidence.error not in first.message:
        lines += prose(f"error: {first.evidence.error}", width, 4, hanging=2, style="red")
    lines += prose(f"revisions: {', '.join(group.revisions)}", width, 4, hanging=2)
    return lines + _remedy(first, width, 4, "remedy:" if len(group.messages) == 1 else f"remedy, for {first.object}:")


def _worth_a_section(result: RevisionResult) -> bool:
    return any(f.accepted is None and f.severity is not Severity.INFO for f in result.findings)


def _revision(result: RevisionResult, width: int, *, infos: bool = False) -> list[Text]:
    title = Text(printable(result.revision), style="bold")
    if result.message:
        title.append(f"  {printable(result.message)}", style="not bold")
    head = [title, Text(f"  {printable(result.path)}", style="dim")]
    if not isinstance(result.outcome, Checked) and not result.findings:
        return head
    blocks: list[list[Text]] = []
    for group in _by_rule(result.findings, Severity.ERROR):
        in_full = group if len(group) <= _MOST_IN_FULL + 1 else group[:_MOST_IN_FULL]
        blocks += [_finding(finding, width, indent=2) for finding in in_full]
        blocks += _compact(group[len(in_full):], width, "more")
    for severity in (Severity.WARNING, Severity.INFO) if infos else (Severity.WARNING,):
        for group in _by_rule(result.findings, severity):
            blocks += _compact(group, width, "times")
    return _join([head, *blocks])


def _by_rule(findings: Iterable[Finding], severity: Severity) -> list[list[Finding]]:
    """Those that count, rule by rule in the order in which each is first met."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity is severity and finding.accepted is None:
            groups.setdefault(finding.rule, []).append(finding)
    return list(groups.values())


def _compact(group: Sequence[Finding], width: int, counted: str) -> list[list[Text]]:
    """Findings of one rule in one revision: a line each, and what to do about the first as the example."""
    if len(group) <= 1:
        return [_finding(finding, width, indent=2) for finding in group]
    first = group[0]
    lines = [_head(first, "  ", f"{len(group)} {counted}")]
    for finding in group:
        lines += prose(finding.message, width, 4, hanging=2)
        lines += _error(finding, width, 6)
    return [lines + _remedy(first, width, 4, f"remedy, for {first.object}:")]


def _finding(finding: Finding, width: int, *, indent: int = 0) -> list[Text]:
    inner = indent + 2
    lines = [_head(finding, " " * indent, finding.object), *prose(finding.message, width, inner)]
    if finding.severity is Severity.ERROR or finding.evidence.delta:
        lines += _evidence(finding, width, inner)
    else:
        lines += _error(finding, width, inner)
    return lines + _remedy(finding, width, inner, "remedy:")


def _head(finding: Finding, indent: str, subject: str) -> Text:
    head = Text(indent)
    head.append(finding.severity.value, style=_STYLES[finding.severity])
    head.append(f" {finding.rule} {finding.slug}", style="bold")
    return head.append(f"  {printable(subject)}" if subject else "")


def _remedy(finding: Finding, width: int, indent: int, title: str) -> list[Text]:
    if finding.severity is Severity.INFO or not finding.remedy.strip():
        return []
    return [Text(f"{' ' * indent}{printable(title)}", style="green"),
            *advice(finding.remedy, width, indent + 2, limit=_CODE_LINES)]


def _evidence(finding: Finding, width: int, indent: int) -> list[Text]:
    evidence = finding.evidence
    lines: list[Text] = []
    if evidence.samples:
        lines += samples(evidence.samples, width, indent + 2, limit=_SAMPLES)
    lines += delta(evidence.delta, indent + 2, limit=_CODE_LINES)
    lines += _error(finding, width, indent)
    if evidence.statement:
        lines += [Text(" " * indent + "statement:"), *code(evidence.statement, indent + 4, limit=_STATEMENT_LINES)]
    for note in evidence.notes:
        lines += prose(note, width, indent)
    if evidence.example:
        lines += [Text(" " * indent + "found with these rows:"),
                  *code("\n".join(evidence.example), indent + 4, limit=_CODE_LINES)]
    return lines


def _error(finding: Finding, width: int, indent: int) -> list[Text]:
    """The error, unless the message has it in full, and where it was raised."""
    evidence = finding.evidence
    step = f" ({evidence.step.value.replace('_', ' ')})" if evidence.step else ""
    lines: list[Text] = []
    if evidence.error and evidence.error not in finding.message:
        lines += prose(f"error{step}: {evidence.error}", width, indent, hanging=2, style="red")
    if evidence.location:
        lines.append(Text(f"{' ' * indent}at {printable(evidence.location)}", style="dim"))
    return lines
