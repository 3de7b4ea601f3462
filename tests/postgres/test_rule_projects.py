"""Each rule's two example projects, walked for real: bad fires that rule alone, good fires nothing that fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.findings.catalogue import RULES
from harness.findings.model import Severity
from harness.outcomes import Checked

PROJECTS = Path(__file__).parent.parent / "projects" / "rules"

_COMES_WITH = {"RT304": {"RT201"}}
"""What a rule's bad project cannot but fire, too: what stands in the second upgrade's way is seen of the schema."""

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


@pytest.fixture
def walk(server):
    def walk_project(rule, kind):
        folder = PROJECTS / rule.code.lower() / kind
        settings = load_settings({"alembic_ini": folder / "alembic.ini"}, start=folder, environ={})
        with open_run(settings, server=server) as run:
            for _ in run.results():
                pass
            return run.result()

    return walk_project


def findings_that_count(result):
    """All findings but what every history has: the first revision's downgrade drops the tables it created."""
    first = {revision.revision for revision in result.revisions if not revision.down_revisions}
    return [finding for finding in result.findings if not (finding.rule == "RT106" and finding.revision in first)]


def tell(findings):
    return "\n".join(f"{f.rule} {f.severity} {f.revision} {f.object}: {f.message} {f.evidence}" for f in findings)


@every_rule
def test_the_bad_project_fires_its_rule_and_no_other(rule, walk):
    findings = findings_that_count(walk(rule, "bad"))
    fired = {finding.rule for finding in findings if finding.severity is not Severity.INFO} - _COMES_WITH.get(
        rule.code, set())
    own = [finding for finding in findings if finding.rule == rule.code]
    assert fired == ({rule.code} - ({rule.code} if rule.severity is Severity.INFO else set())), tell(findings)
    assert {(finding.slug, finding.severity) for finding in own} == {(rule.slug, rule.severity)}, tell(findings)


@every_rule
def test_the_good_project_is_checked_to_its_end_and_fires_no_error(rule, walk):
    result = walk(rule, "good")
    findings = findings_that_count(result)
    assert result.revisions
    assert [revision.outcome for revision in result.revisions] == [Checked()] * len(result.revisions), tell(findings)
    assert [f for f in findings if f.severity is Severity.ERROR or f.rule == rule.code] == [], tell(findings)
