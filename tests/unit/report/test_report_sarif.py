import dataclasses
import json
from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif

from harness import __version__
from harness.findings.catalogue import RULES
from harness.report.sarif import to_sarif

EXPECTED = Path(__file__).parent / "expected"


def run_of(reported):
    (run,) = json.loads(to_sarif(reported))["runs"]
    return run


def hashes(reported):
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in run_of(reported)["results"]]


def test_a_run_that_failed_in_every_way_is_as_recorded(failed):
    document = json.loads(to_sarif(failed))
    driver = document["runs"][0]["tool"]["driver"]
    assert driver.pop("semanticVersion") == __version__
    assert [rule["id"] for rule in driver.pop("rules")] == [rule.code for rule in RULES]
    assert [RULES[entry.pop("ruleIndex")].code for entry in document["runs"][0]["results"]] == [
        finding.rule for finding in failed.result.findings]
    assert document == json.loads((EXPECTED / "failed.sarif.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", ["failed", "proven", "cascading"])
def test_a_report_has_the_structure_of_the_official_schema(kind, request):
    Sarif.model_validate_json(to_sarif(request.getfixturevalue(kind)))


@pytest.mark.parametrize("break_it", [
    lambda run: run["results"][0].update(level="info"),
    lambda run: run["results"][0].update(lineNumber=3),
    lambda run: run["results"][0]["message"].pop("text") and run["results"][0].pop("message"),
    lambda run: run["results"][0]["locations"][0]["physicalLocation"]["region"].update(startLine=0),
])
def test_that_structure_refuses_what_the_schema_does(failed, break_it):
    document = json.loads(to_sarif(failed))
    break_it(document["runs"][0])
    with pytest.raises(ValidationError):
        Sarif.model_validate(document)


def test_a_result_points_to_its_rule_and_to_a_line_below_the_root_of_the_repository(failed):
    run = run_of(failed)
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
        assert place["artifactLocation"]["uri"].startswith("backend/")
        assert place["region"]["startLine"] >= 1


def test_no_folder_of_the_machine_is_told(failed, repository):
    assert str(repository) not in to_sarif(failed)


def test_a_path_is_written_as_a_uri(with_findings, failed_run, repository):
    odd = dataclasses.replace(failed_run.project_findings[0], object="migrations/ä b#1%.py")
    (repository / "backend" / odd.object).touch()
    (result,) = run_of(with_findings(odd))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "backend/migrations/%C3%A4%20b%231%25.py"


def test_a_finding_keeps_its_fingerprint_when_its_line_and_its_numbers_change(failed, failed_run, repository):
    before = hashes(failed)
    revision = repository / "backend" / "migrations" / "0004_narrow.py"
    revision.write_text("\n\n" + revision.read_text())
    moved = dataclasses.replace(failed_run.revisions[3].findings[0], message="4 of 11 values differ.")
    entry = dataclasses.replace(failed_run.revisions[3], findings=(moved, *failed_run.revisions[3].findings[1:]))
    revisions = (*failed_run.revisions[:3], entry, failed_run.revisions[4])
    assert hashes(dataclasses.replace(failed, result=dataclasses.replace(failed_run, revisions=revisions))) == before
    assert len(set(before)) == len(before)


def test_findings_alike_have_fingerprints_of_their_own(with_findings, failed_run):
    finding = failed_run.revisions[3].findings[0]
    assert len(set(hashes(with_findings(finding, finding)))) == 2


def test_a_foreign_key_carries_what_its_deletes_did(cascading):
    told = {result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]: result["properties"]["cascade"]
            for result in run_of(cascading)["results"]}
    (first, *_) = told["public.orders.orders_user_id_fkey"]["tree"]
    assert first == "public.users: (id=3) deleted, and with it 6 rows of 2 tables"
    assert [entry["deleted"] for entry in told["public.lines.lines_order_id_fkey"]["tables"]] == [1, 3]


def test_what_the_team_accepted_is_suppressed_with_its_reason(failed):
    suppressed = {result["ruleId"]: result["suppressions"] for result in run_of(failed)["results"]
                  if "suppressions" in result}
    assert [entry["justification"] for entry in suppressed["RT305"]] == ["one-way on purpose, see the runbook"]
    assert len(suppressed) == 1


def test_a_run_that_did_not_reach_everything_was_no_success(failed, proven):
    (invocation,) = run_of(failed)["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("0005_tail was not reached: its parent is empty")
    assert run_of(proven)["invocations"][0]["executionSuccessful"] is True
