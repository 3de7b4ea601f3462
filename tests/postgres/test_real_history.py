"""A history that is not ours: each verdict is what reading the source by hand gave, in docs/real-histories.md.

Runs in an environment of its own, which `make test-real` makes.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.findings.model import Severity
from harness.outcomes import Checked

pytest.importorskip("mlflow", reason="mlflow is not installed here; `make test-real` has an environment that holds it")

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "tests" / "projects" / "real" / "mlflow"
ROW = re.compile(r"^\| \d+ \| (?P<revision>[0-9a-f]+) \| (?P<rules>[^|]+) \|", re.MULTILINE)


def read_expectations():
    text = (ROOT / "docs" / "real-histories.md").read_text(encoding="utf-8")
    return {row["revision"]: frozenset(row["rules"].split()) - {"ok"} for row in ROW.finditer(text)}


EXPECTED = read_expectations()


@pytest.fixture(scope="module")
def result(server):
    settings = load_settings({}, start=FOLDER, environ={})
    with open_run(settings, server=server) as run:
        for _ in run.results():
            pass
        return run.result()


def test_every_revision_was_read_and_is_walked(result):
    assert [revision.revision for revision in result.revisions] == list(EXPECTED)
    assert {type(revision.outcome) for revision in result.revisions} == {Checked}
    assert len(EXPECTED) == 67


@pytest.mark.parametrize("revision", EXPECTED)
def test_the_verdict_is_what_the_source_says(revision, result):
    (walked,) = (found for found in result.revisions if found.revision == revision)
    counted = [finding for finding in walked.findings if finding.severity is not Severity.INFO]
    told = "\n".join(f"{finding.rule} {finding.object}: {finding.message}" for finding in counted)
    assert {finding.rule for finding in counted} == EXPECTED[revision], told


def test_the_project_itself_is_in_order(result):
    assert [finding for finding in result.project_findings if finding.severity is not Severity.INFO] == []
