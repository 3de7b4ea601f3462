"""The report for a comment on a pull request and for the summary of a CI job: the verdict, a table, details folded.

Source: https://docs.github.com/en/get-started/writing-on-github
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from harness.findings.model import Finding, Sample, Severity
from harness.report.alike import Alike, alike, without
from harness.report.cascades import closing, counted_cascades, is_measured, summary, trees
from harness.report.dumped import sentences
from harness.report.layout import NO_ROW, printable, shorten
from harness.report.markup import code_span, fence, html_text, prose_text
from harness.report.remedies import blocks
from harness.report.reported import Reported, worst_first
from harness.report.tally import Tally, plural, verdict_word
from harness.report.text import why_not_reached

LIMIT_CHARACTERS = 60_000
"""A comment on GitHub holds 65,536."""
_SIGNS: Mapping[str, str] = MappingProxyType({"PASSED": "✅", "FAILED": "❌", "INCOMPLETE": "⚠️"})
_SQL = re.compile(r"\s*[A-Z]{2,} ")
_MOST_SAMPLES, _MOST_LINES, _LONGEST_VALUE = 5, 25, 80
_LONGEST_MESSAGE = 300
_MOST_TREE_LINES = 80
_MOST_REVISIONS = 200


def to_markdown(reported: Reported, limit: int = LIMIT_CHARACTERS) -> str:
    """Return the run in GitHub's Markdown, in at most ``limit`` characters; what is left out is counted."""
    rows = _rows(reported)
    head = _head(reported) + _not_reached(reported) + _unproven(reported)
    end = _cascades(reported) + _end(reported)
    room = limit - len(head) - len(end)
    table, shown = _table(rows, room // 2)
    details = _details(rows[:shown], room - len(table))
    return head + table + details + end


def _head(reported: Reported) -> str:
    result = reported.result
    tally = Tally.of(result)
    word = verdict_word(reported.exit_code)
    server = f"PostgreSQL {result.server.version} ({result.server.provider})"
    facts = (f"{tally.proof()}, in {result.seconds:.1f} s on {server}, {plural(result.rows_per_table, 'row')} a table, "
             f"seed {result.seed}.")
    said = [f"Not read: {each}." for each in result.project.not_read] + list(
        sentences(result.dump) if result.dump else ())
    return (f"### {_SIGNS.get(word, '⏹️')} Roundtrip {word}: {prose_text(result.project.name)}\n\n"
            f"**{prose_text(tally.coverage())}; {prose_text(tally.findings())}.** {prose_text(facts)}\n"
            + "".join(f"\n{prose_text(sentence)}\n" for sentence in said))


def _not_reached(reported: Reported) -> str:
    behind: dict[str, int] = {}
    for entry in reported.result.not_reached:
        why = why_not_reached(entry)
        behind[why] = behind.get(why, 0) + 1
    lines = [f"- {plural(count, 'revision')} not reached: {prose_text(why)}\n" for why, count in behind.items()]
    further = len(lines) - _MOST_LINES
    return "".join(["\n" * bool(lines), *lines[:_MOST_LINES]]) + (f"- … and {further} more reasons\n" * (further > 0))


def _cascades(reported: Reported) -> str:
    """The trees of what deletes take with them, once for all findings on them."""
    result = reported.result
    if not counted_cascades(result):
        return f"\n{prose_text(closing(result))}\n" if not is_measured(result) else ""
    drawn = "\n\n".join("\n".join(root.tree) for root in trees(result))
    return (f"\n<details><summary>What deletes take with them: {html_text(summary(result))}</summary>\n\n"
            f"{fence(drawn, 'text', _MOST_TREE_LINES)}\n</details>\n")


def _unproven(reported: Reported) -> str:
    """The tables that held no rows, and the revisions in whose trip not all did."""
    tally = Tally.of(reported.result)
    lines = [f"- not proven: {code_span(name)}: {prose_text(why)}\n" for name, why in tally.unproven_tables]
    lines += [f"- {code_span(revision)}: {prose_text(str(coverage))}\n" for revision, coverage in tally.partly]
    further = len(lines) - _MOST_LINES
    return "".join(["\n" * bool(lines), *lines[:_MOST_LINES]]) + (f"- … and {further} more\n" * (further > 0))


def _end(reported: Reported) -> str:
    accepted = Tally.of(reported.result).accepted
    rules = list(dict.fromkeys(f.rule for f in worst_first(reported.result.findings)
                               if f.severity is not Severity.INFO))
    parts = [f"{accepted} accepted by the team."] if accepted else []
    parts += [f"More on a rule: `roundtrip explain {rules[0]}`."] if rules else []
    return f"\n{' '.join(parts)}\n" if parts else ""


# -- the table ---------------------------------------------------------------------------------------------------------


def _rows(reported: Reported) -> list[Alike]:
    result = reported.result
    told = alike(result.revisions)
    rest = [*result.project_findings, *(found for entry in result.revisions for found in without(entry, told).findings)]
    rows: dict[tuple[object, ...], list[Finding]] = {}
    for number, finding in enumerate(worst_first(rest)):
        if finding.severity is not Severity.INFO:
            alone = number if finding.severity is Severity.ERROR else None
            rows.setdefault((finding.revision, finding.rule, alone), []).append(finding)
    ordered = [*(group.findings for group in told), *map(tuple, rows.values())]
    return [Alike(found) for found in sorted(ordered, key=lambda found: -found[0].severity.rank)]


def _table(rows: Sequence[Alike], room: int) -> tuple[str, int]:
    """The table and how many rows of it there was room for."""
    if not rows:
        return "", 0
    text = "\n| | rule | revision | object | what |\n|---|---|---|---|---|\n"
    for number, row in enumerate(rows):
        line = _table_line(row)
        if len(text) + len(line) > room:
            return f"{text}\n… {_more(rows[number:])}\n", number
        text += line
    return text, len(rows)


def _table_line(row: Alike) -> str:
    first = row.first
    many = len(row.findings)
    message = shorten(printable(" ".join(first.message.split())), _LONGEST_MESSAGE)
    subject = code_span(first.object) if many == 1 else f"{code_span(first.object)} and {many - 1} more"
    further = len(row.revisions) - 1
    where = code_span(first.revision) if first.revision else "project"
    where += f" and {further} more" if further > 0 else ""
    cells = (first.severity.value, f"{first.rule} {prose_text(first.slug)}", where, subject, prose_text(message))
    return f"| {' | '.join(cells)} |\n"


def _more(rows: Sequence[Alike]) -> str:
    return f"{plural(sum(len(row.findings) for row in rows), 'more finding')}; the other reports have all"


# -- the details -------------------------------------------------------------------------------------------------------


def _details(rows: Sequence[Alike], room: int) -> str:
    text = ""
    for number, row in enumerate(rows):
        block = _detail(row)
        left = f"\n… details of {_more(rows[number:])}.\n"
        if len(text) + len(block) + len(left) > room:
            return text + left
        text += block
    return text


def _detail(row: Alike) -> str:
    first = row.first
    many_revisions = len(row.revisions) > 1
    where = f"<code>{html_text(first.revision)}</code> " if first.revision and not many_revisions else ""
    where = f"in {plural(len(row.revisions), 'revision')}: " if many_revisions else where
    many = f" ({len(row.findings)} times)" if len(row.findings) > 1 else ""
    subject = f"<code>{html_text(first.object)}</code>{many}"
    lines = [f"\n<details><summary>{first.severity} {first.rule} {html_text(first.slug)}: {where}{subject}</summary>\n"]
    lines += [f"{prose_text(message)}\n" for message in row.messages[:_MOST_LINES]]
    if len(row.messages) > _MOST_LINES:
        lines.append(f"… {plural(len(row.messages) - _MOST_LINES, 'more finding')}; the other reports have all\n")
    lines += _evidence(first) if not many_revisions else (*_error(first), f"Revisions: {_named(row.revisions)}\n")
    if first.remedy.strip():
        lines.append(f"**Remedy{'' if len(row.messages) == 1 else f' for {code_span(first.object)}'}**\n")
        lines += [fence(block, "sql" if _SQL.match(block) else "python") if is_code else f"{prose_text(block)}\n"
                  for is_code, block in blocks(first.remedy)]
    return "\n".join([*lines, "</details>\n"])


def _named(revisions: Sequence[str]) -> str:
    further = len(revisions) - _MOST_REVISIONS
    named = ", ".join(map(code_span, revisions[:_MOST_REVISIONS]))
    return f"{named} and {further} more" if further > 0 else named


def _evidence(finding: Finding) -> Iterator[str]:
    evidence = finding.evidence
    if evidence.samples:
        yield _samples(evidence.samples)
    if evidence.delta:
        yield fence("\n".join(evidence.delta), "diff")
    yield from _error(finding)
    if evidence.location:
        yield f"At {code_span(evidence.location)}\n"
    if evidence.statement:
        yield fence(evidence.statement, "sql")
    for note in evidence.notes[:_MOST_SAMPLES]:
        yield f"{prose_text(shorten(printable(note), _LONGEST_MESSAGE))}\n"
    if evidence.example:
        yield f"Found with these rows:\n\n{fence(chr(10).join(evidence.example), 'sql')}"


def _error(finding: Finding) -> Iterator[str]:
    error = finding.evidence.error
    if error and error not in finding.message:
        yield f"Error: {prose_text(error)}\n"


def _samples(samples: Sequence[Sample]) -> str:
    lines = ["| row | column | before | after |", "|---|---|---|---|"]
    for sample in samples[:_MOST_SAMPLES]:
        before, after = (prose_text(NO_ROW) if value is None else code_span(shorten(printable(value), _LONGEST_VALUE))
                         for value in (sample.before, sample.after))
        lines.append(f"| {code_span(sample.key)} | {code_span(sample.column or '')} | {before} | {after} |")
    further = len(samples) - _MOST_SAMPLES
    return "\n".join(lines) + (f"\n\n… {plural(further, 'more sample')}" if further > 0 else "") + "\n"
