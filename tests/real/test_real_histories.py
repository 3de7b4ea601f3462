"""Histories that are not ours: the findings are those that are known to be true, and an oracle says the same.

``make test-real`` runs this in the environment of each package.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.servers.embedded_wheel import find_installation
from tests.real.expectations import read_expected, read_expected_of_project, show
from tests.real.oracle.rows import read_cases
from tests.real.oracle.walk import Trip
from tests.real.verdicts import oracle_verdict, our_verdict, shown_by, to_show

ROOT = Path(__file__).parent.parent.parent
PROJECTS = ROOT / "tests" / "projects" / "real"
PACKAGE = os.environ.get("ROUNDTRIP_REAL_PACKAGE")
if not PACKAGE:
    pytest.skip("run by `make test-real`, in environments that hold the packages", allow_module_level=True)

HISTORIES = sorted(path.name for path in PROJECTS.glob(f"{PACKAGE}*"))
REVISIONS = [(history, revision) for history in HISTORIES for revision in read_expected(history)]
every_history = pytest.mark.parametrize("history", HISTORIES)
every_revision = pytest.mark.parametrize(("history", "revision"), REVISIONS)
ROWS = Path(__file__).parent / "rows"
ROWS_WANTED = 10
FILLED_BY_REVISIONS = {
    "mlflow": {"public.workspaces"},
    "optuna": {"public.version_info", "public.trial_intermediate_values"},
    "optuna_as_shipped": {"public.version_info"},
    "prefect": {"public.block_type", "public.deployment_schedule"},
}


@dataclass(frozen=True, slots=True)
class Walked:
    """A history as `roundtrip check` and the oracle saw it, on one server."""

    report: Mapping[str, Any]
    revisions: Mapping[str, Mapping[str, Any]]
    """Of the report, by their ids."""
    trips: Mapping[str, Trip]
    shown: tuple[Mapping[str, Any], ...]
    """What rows written by hand showed the oracle."""


@pytest.fixture(scope="module")
def walks(server, tmp_path_factory):
    """Walks a history when it is first asked for, with the oracle beside it; one that cannot be is not tried again."""
    known = {}

    def walk(history):
        if history not in known:
            try:
                known[history] = walk_both_ways(history, server, tmp_path_factory.mktemp(history))
            except AssertionError as error:
                known[history] = error
        if isinstance(known[history], AssertionError):
            raise known[history]
        return known[history]

    return walk


def walk_both_ways(history, server, folder):
    address, report, found = server.address, folder / "report.json", folder / "found.json"
    # Packages make folders at home, and tell of their use.
    environment = {**os.environ, "HOME": str(folder), "DO_NOT_TRACK": "1"}
    oracle = subprocess.Popen(
        [sys.executable, "-m", "tests.real.oracle", history, "--host", address.host, "--port", str(address.port),
         "--user", address.user, "--database", f"oracle_{history}", "--rows", ROWS / f"{history}.sql",
         "--pg-dump", find_installation() / "bin" / "pg_dump", "--found", found],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )
    try:
        check = subprocess.run(
            [sys.executable, "-m", "harness", "check", "--server", address.url("postgres"), "--json", report],
            cwd=PROJECTS / history, env=environment, capture_output=True, text=True, check=False,
        )
        assert report.is_file(), check.stderr
        _, told = oracle.communicate()
        assert oracle.returncode == 0, told
    finally:
        oracle.kill()
        oracle.wait()
    document, seen = (json.loads(path.read_text(encoding="utf-8")) for path in (report, found))
    return Walked(
        document, {revision["revision"]: revision for revision in document["revisions"]},
        {trip["revision"]: Trip(**trip) for trip in seen["trips"]}, tuple(seen["shown"]),
    )


@every_history
def test_every_revision_is_checked_also_behind_one_that_only_one_run_applies(history, walks):
    """The oracle, which gives a command to each step, ends there."""
    walked = walks(history)
    assert list(walked.revisions) == [revision for named, revision in REVISIONS if named == history]
    last = list(walked.trips)[-1]
    place = list(walked.revisions).index(last)
    reached = list(walked.trips) == list(walked.revisions)[: place + 1]
    assert reached, "the oracle did not come as far"
    assert {revision["outcome"] for revision in walked.revisions.values()} == {"checked"}
    assert (len(walked.revisions) == place + 1) is (walked.trips[last].upgrade_error is None)


@every_revision
def test_every_table_holds_rows(history, revision, walks):
    """But for rows that an upgrade cannot stand, and those that refer to them: that is a finding of its own."""
    walked = walks(history).revisions[revision]
    without = {name for name, table in walked["tables"].items() if not (table["rows"] or table["live_rows"])}
    assert not without or {"RT303", "RT307"} & {finding["rule"] for finding in walked["findings"]}, without
    assert walked["coverage"] is None or (
        walked["coverage"]["with_rows"] == walked["coverage"]["tables"] - len(without))


@every_history
def test_every_table_at_the_heads_holds_all_rows_that_are_wanted(history, walks):
    """But for those of the last revision, which hold live rows, and for those that hold what a revision put in."""
    report = walks(history).report
    last = report["revisions"][-1]
    few = {name: table["rows"] for name, table in last["tables"].items()
           if table["rows"] < ROWS_WANTED and not (table["rows"] == 0 and table["live_rows"])}
    assert few.keys() <= FILLED_BY_REVISIONS.get(history, set()), few


@every_revision
def test_the_findings_are_those_that_are_known_to_be_true(history, revision, walks):
    found = walks(history).revisions[revision]["findings"]
    told = "\n".join(f"{finding['rule']} {finding['object']}: {finding['message']}" for finding in found)
    assert read_expected(history)[revision].differs_from(show(found)) == (), told


@every_revision
def test_plain_commands_and_pg_dump_say_the_same_of_the_schema(history, revision, walks):
    walked = walks(history)
    if revision not in walked.trips:  # the first test says whether it may not be
        return
    trip, hidden = walked.trips[revision], read_expected(history)[revision].only_with_rows
    ours, oracles = our_verdict(walked.revisions[revision], only_with_rows=hidden), oracle_verdict(trip)
    assert ours == oracles, (
        f"{revision}: the report says {sorted(ours) or 'nothing'}, plain commands and pg_dump say "
        f"{sorted(oracles) or 'nothing'}\n{trip.evidence}"
    )
    assert not hidden & {line.split()[0] for line in oracles}, "expected only with rows, but seen without"


@every_history
def test_rows_written_by_hand_show_by_plain_commands_what_they_have_to(history, walks):
    shown = walks(history).shown
    assert len(shown) == len(read_cases(ROWS / f"{history}.sql"))
    wrong = [f"{item['revision']} has to show {item['claimed']}, and shows {item['seen']}" for item in shown
             if item["claimed"] != item["seen"]]
    assert not wrong, "\n".join(wrong)


@every_revision
def test_what_only_rows_show_is_shown_by_rows_written_by_hand(history, revision, walks):
    walked = walks(history)
    if revision not in walked.trips:
        return
    findings = to_show(walked.revisions[revision], only_with_rows=read_expected(history)[revision].only_with_rows)
    seen = {claim for item in walked.shown if item["revision"] == revision for claim in item["seen"]}
    assert [finding for finding in findings if not shown_by(seen, finding)] == []


@every_history
def test_what_belongs_to_no_revision_is_what_is_known_to_be_true(history, walks):
    found = [item for item in walks(history).report["findings"]
             if item["revision"] is None and item["severity"] != "info"]
    told = "\n".join(f"{finding['rule']} {finding['object']}: {finding['message']}" for finding in found)
    assert read_expected_of_project(history).differs_from(show(found)) == (), told
