import copy
import dataclasses
import json

import jsonschema
import pytest

from harness.outcomes import CascadesRecord, Checked, HeadRecord
from harness.report import Tally, json_schema, to_json


def valid(document):
    jsonschema.Draft202012Validator(json_schema()).validate(document)
    return document


def test_the_schema_is_sound_and_closed():
    jsonschema.Draft202012Validator.check_schema(json_schema())

    def objects(node):
        if isinstance(node, dict):
            if node.get("type") == "object":
                yield node
            for child in node.values():
                yield from objects(child)
        elif isinstance(node, list):
            for child in node:
                yield from objects(child)

    found = list(objects(json_schema()))
    assert len(found) > 8
    assert all(node.get("additionalProperties") is not None for node in found)


@pytest.mark.parametrize("run", ["failed_run", "proven_run", "cascading_run"])
def test_a_report_follows_the_schema_and_survives_json(run, request):
    document = valid(to_json(request.getfixturevalue(run), 1))
    assert json.loads(json.dumps(document)) == document


def test_outcomes_carry_their_reasons(failed_run):
    revisions = to_json(failed_run, 4)["revisions"]
    told = [(entry["outcome"], entry["reason"], entry["blocked_by"]) for entry in revisions]
    assert told == [
        ("checked", None, None), ("checked", None, None), ("skipped", "not selected", None), ("checked", None, None),
        ("not_reached", "its parent is empty", "migrations/empty.py"),
    ]


def test_top_level_findings_are_the_projects_and_then_every_revisions(failed_run):
    document = to_json(failed_run, 1)
    own = [finding for entry in document["revisions"] for finding in entry["findings"]]
    assert [finding["rule"] for finding in document["findings"][:1]] == ["RT401"]
    assert document["findings"][1:] == own


def test_the_summary_counts_each_thing_once(failed_run):
    summary = to_json(failed_run, 4)["summary"]
    assert summary == {
        "revisions": 5, "checked": 3, "skipped": 1, "not_reached": 1, "ok": 1,
        "findings": {"error": 4, "warning": 1, "info": 1}, "verdict": "error", "exit_code": 4, "seed": 7,
        "rows_per_table": 10, "coverage": {"tables": 2, "with_rows": 1},
    }


def test_what_a_delete_did_is_told_in_numbers_for_each_foreign_key_and_each_root(cascading_run):
    document = to_json(cascading_run, 1)
    shops = next(found["evidence"]["cascade"] for found in document["findings"]
                 if found["object"] == "public.orders.orders_shop_id_fkey")
    assert (shops["parent"], shops["columns"], shops["row"]) == ("public.shops", ["shop_id"], "(id=1)")
    assert shops["refused"] == [{"row": "(id=2)", "error": "RaiseException: the shop is open"}]
    assert [(entry["table"], entry["deleted"]) for entry in shops["tables"]] == [
        ("public.shops", 1), ("public.lines", 1), ("public.orders", 1)]
    told = document["cascades"]
    assert (told["measured"], told["foreign_keys"], told["left_out"]) == (True, 4, 0)
    assert [root["table"] for root in told["roots"]] == ["public.users", "public.shops"]


@pytest.mark.parametrize(("head", "reason"), [
    (HeadRecord(), "the walk ended before the heads"),
    (HeadRecord(cascades=CascadesRecord(not_measured="the server refused")), "the server refused"),
])
def test_that_deletes_were_not_measured_is_told_with_the_reason(proven_run, head, reason):
    told = to_json(dataclasses.replace(proven_run, head=head), 0)["cascades"]
    assert told == {"measured": False, "reason": reason, "foreign_keys": 0, "left_out": 0, "roots": []}


def test_each_revision_says_how_many_of_its_tables_held_rows(failed_run):
    found = [revision["coverage"] for revision in to_json(failed_run, 4)["revisions"]]
    assert found == [None, {"tables": 2, "with_rows": 1}, None, {"tables": 2, "with_rows": 1}, None]


def test_evidence_and_acceptance_are_kept(failed_run):
    document = to_json(failed_run, 1)
    changed = document["revisions"][3]["findings"][0]["evidence"]
    assert changed["samples"][2] == {"key": "id=7", "column": "phone", "before": "\x1b[2J\n", "after": None}
    assert (changed["rows"], changed["rows_total"], changed["columns"]) == (3, 10, ["phone"])
    assert document["revisions"][0]["findings"][0]["accepted"] == "one-way on purpose, see the runbook"
    assert document["revisions"][0]["verdict"] == "ok"


def test_a_step_that_was_not_run_says_why(failed_run):
    steps = to_json(failed_run, 1)["revisions"][3]["steps"]
    assert [step["name"] for step in steps] == ["upgrade", "downgrade", "reupgrade", "live_downgrade"]
    assert steps[3]["skipped"] == "the downgrade fails"


@pytest.mark.parametrize(("path", "value"), [
    (("schema_version",), 2),
    (("extra",), 1),
    (("revisions", 0, "outcome"), "passed"),
    (("revisions", 0, "reason"), "a reason for a checked one"),
    (("revisions", 2, "reason"), None),
    (("revisions", 2, "blocked_by"), "somebody"),
    (("revisions", 4, "blocked_by"), None),
    (("revisions", 3, "findings", 0, "rule"), "XX1"),
    (("revisions", 3, "findings", 0, "evidence", "step"), "sidegrade"),
    (("revisions", 3, "tables", "public.users", "rows"), -1),
    (("summary", "findings", "fatal"), 0),
])
def test_the_schema_refuses_what_the_contract_does_not_allow(failed_run, path, value):
    document = copy.deepcopy(to_json(failed_run, 1))
    *parents, last = path
    node = document
    for key in parents:
        node = node[key]
    node[last] = value
    with pytest.raises(jsonschema.ValidationError):
        valid(document)


def test_a_skipped_revision_is_never_counted_as_ok(proven_run, failed_run):
    skipped = failed_run.revisions[2]
    assert skipped.verdict == "ok"
    assert not isinstance(skipped.outcome, Checked)
    assert Tally.of(failed_run).ok == 1
    assert Tally.of(proven_run).ok == 5


def test_the_text_that_was_measured_is_named_by_its_digest(proven_run):
    run = dataclasses.replace(proven_run, revisions=tuple(
        dataclasses.replace(entry, digest="a" * 64) for entry in proven_run.revisions))
    document = valid(to_json(run, 0))
    assert {entry["digest"] for entry in document["revisions"]} == {"a" * 64}
    for entry in document["revisions"]:
        del entry["digest"]  # as older versions wrote it
    valid(document)
