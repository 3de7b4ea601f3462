import dataclasses
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from harness.findings.model import Severity
from harness.outcomes import Checked, NotReached, Skipped
from harness.report import render_revision
from harness.report.junit import to_junit

EXPECTED = Path(__file__).parent / "expected"


def cases(reported):
    suite = ET.fromstring(to_junit(reported).encode()).find("testsuite")
    return {case.get("name"): case for case in suite.iter("testcase")}


def told(case):
    return {child.tag for child in case}


def test_a_run_that_failed_in_every_way_is_as_recorded(failed):
    assert to_junit(failed) == (EXPECTED / "failed.junit.xml").read_text(encoding="utf-8")


def test_every_revision_is_a_case_and_the_project_is_one(failed, failed_run):
    found = cases(failed)
    assert list(found) == [*(entry.revision for entry in failed_run.revisions), "project"]
    assert {name: case.get("time") for name, case in found.items()}["0001_users"] == "0.100"


def test_only_what_was_checked_and_stayed_under_the_threshold_is_a_test_that_passed(failed, failed_run):
    results = {"failure", "error", "skipped"}
    passed = {name for name, case in cases(failed).items() if not told(case) & results}
    assert passed == {"0001_users", "0002_relax"}
    assert all(isinstance(entry.outcome, Checked) for entry in failed_run.revisions if entry.revision in passed)


@pytest.mark.parametrize(("outcome", "tag"), [(NotReached("it is blocked", "0001"), "error"),
                                              (Skipped("not selected"), "skipped")])
def test_what_was_not_checked_says_why(failed, failed_run, outcome, tag):
    entry = dataclasses.replace(failed_run.revisions[3], outcome=outcome, findings=())
    run = dataclasses.replace(failed_run, revisions=(entry,))
    case = cases(dataclasses.replace(failed, result=run))["0004_narrow"]
    assert told(case) == {tag}
    assert outcome.reason in case.find(tag).get("message")


def test_findings_of_a_revision_that_was_skipped_fail_it_all_the_same(failed, failed_run):
    entry = dataclasses.replace(failed_run.revisions[3], outcome=Skipped("not selected"))
    case = cases(dataclasses.replace(failed, result=dataclasses.replace(failed_run, revisions=(entry,))))["0004_narrow"]
    assert told(case) == {"failure"}


def test_a_failure_has_the_text_of_the_terminal(failed, failed_run):
    entry = failed_run.revisions[3]
    case = cases(failed)["0004_narrow"]
    assert case.find("failure").text == render_revision(entry)
    assert case.find("failure").get("message").startswith("RT102 public.users.phone: 3 of 10 values")


@pytest.mark.parametrize(("threshold", "failing"), [
    (None, set()), (Severity.ERROR, {"0004_narrow", "project"}),
    (Severity.WARNING, {"0002_relax", "0004_narrow", "project"})])
def test_the_threshold_decides_what_fails(failed, threshold, failing):
    found = cases(dataclasses.replace(failed, threshold=threshold))
    assert {name for name, case in found.items() if case.find("failure") is not None} == failing


def test_what_is_milder_and_what_was_accepted_is_told_without_failing(failed):
    found = cases(failed)
    assert "RT308 downgrade-blocked" in found["0002_relax"].find("system-out").text
    assert "one-way on purpose, see the runbook" in found["0001_users"].find("system-out").text


def test_the_counts_are_those_of_the_cases(failed):
    suite = ET.fromstring(to_junit(failed).encode()).find("testsuite")
    counts = {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": 6, "failures": 2, "errors": 1, "skipped": 1}


def test_any_value_makes_valid_xml(with_findings, failed_run):
    nasty = "a\x00\x08\x1b[31m\ufffe\ud800]]><b>&\u202e"
    finding = dataclasses.replace(failed_run.revisions[3].findings[0], message=nasty, object=nasty, remedy=nasty)
    text = to_junit(with_findings(finding))
    failure = next(ET.fromstring(text.encode()).iter("failure"))
    assert "\\x00\\x08\\x1b[31m\\ufffe\\ud800]]><b>&\\u202e" in failure.get("message")
