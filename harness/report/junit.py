"""The report that CI systems show as tests: a case for each revision, and one for the project as a whole.

Source: https://github.com/testmoapp/junitxml describes what the common readers of the format understand.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from harness.findings.model import Finding
from harness.outcomes import NotReached, RevisionResult, Skipped
from harness.report.dumped import sentences
from harness.report.layout import printable, printable_lines
from harness.report.reported import Reported
from harness.report.tally import plural
from harness.report.text import render_findings, render_revision


def to_junit(reported: Reported) -> str:
    """Return the run as JUnit XML: ``failure`` for findings at the threshold, ``error`` for what was not reached."""
    result = reported.result
    name = _line(result.project.name)
    cases = [_revision(entry, name, reported) for entry in result.revisions]
    cases.append(_project(result.project_findings, name, reported))
    counts = {"tests": str(len(cases))}
    for plural_, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        counts[plural_] = str(sum(case.find(tag) is not None for case in cases))
    counts["time"] = f"{result.seconds:.3f}"
    suites = ET.Element("testsuites", {"name": "roundtrip", **counts})
    suite = ET.SubElement(suites, "testsuite", {"name": name, "timestamp": result.started_at, **counts})
    properties = ET.SubElement(suite, "properties")
    for key, value in (("server", f"PostgreSQL {result.server.version} ({result.server.provider})"),
                       ("rows_per_table", result.rows_per_table), ("seed", result.seed),
                       *([("dump", " ".join(sentences(result.dump)))] if result.dump is not None else [])):
        ET.SubElement(properties, "property", {"name": key, "value": _line(str(value))})
    suite.extend(cases)
    ET.indent(suites)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + ET.tostring(suites, encoding="unicode") + "\n"


def _revision(entry: RevisionResult, project: str, reported: Reported) -> ET.Element:
    case = ET.Element("testcase", {
        "classname": f"{project}.revisions", "name": _line(entry.revision), "file": _line(entry.path),
        "time": f"{entry.seconds:.3f}",
    })
    failing = reported.failing(entry.findings)
    milder = tuple(finding for finding in entry.findings if finding not in failing)
    match entry.outcome:
        case NotReached(reason):
            _add(case, "error", "not reached", f"not reached: {reason}", render_revision(entry))
            milder = tuple(finding for finding in milder if finding.accepted is not None)
        case Skipped(reason) if not failing:
            ET.SubElement(case, "skipped", {"message": _line(reason)})
        case _ if failing:
            _fail(case, failing, render_revision(dataclasses.replace(entry, findings=failing)))
    if milder:
        _system_out(case, render_revision(dataclasses.replace(entry, findings=milder)), milder)
    return case


def _project(findings: Sequence[Finding], project: str, reported: Reported) -> ET.Element:
    case = ET.Element("testcase", {"classname": project, "name": "project", "time": "0.000"})
    failing = reported.failing(findings)
    milder = tuple(finding for finding in findings if finding not in failing)
    if failing:
        _fail(case, failing, render_findings(failing))
    if milder:
        _system_out(case, render_findings([f for f in milder if f.accepted is None]), milder)
    return case


def _fail(case: ET.Element, failing: Sequence[Finding], text: str) -> None:
    first = failing[0]
    more = f" (and {plural(len(failing) - 1, 'more finding')})" if len(failing) > 1 else ""
    _add(case, "failure", f"{first.rule} {first.slug}", f"{first.rule} {first.object}: {first.message}{more}", text)


def _add(case: ET.Element, tag: str, kind: str, message: str, text: str) -> None:
    ET.SubElement(case, tag, {"type": kind, "message": _line(message)}).text = printable_lines(text)


def _system_out(case: ET.Element, text: str, findings: Sequence[Finding]) -> None:
    accepted = [f"accepted: {f.rule} {f.slug}: {f.object}: {f.accepted}" for f in findings if f.accepted is not None]
    ET.SubElement(case, "system-out").text = printable_lines("\n".join([text, *accepted]).strip("\n"))


def _line(text: str) -> str:
    """One line without a character that XML cannot hold: https://www.w3.org/TR/xml/#charsets."""
    return printable(" ".join(text.split()))
