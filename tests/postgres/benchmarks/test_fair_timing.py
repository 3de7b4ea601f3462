"""What is timed does its work: the history is right, the replay is the history, and who fails gives no time."""

from pathlib import Path

import pytest

from benchmarks.bare_walk import PATTERN
from benchmarks.contenders import ROUNDTRIP, ContenderError, check
from benchmarks.history import write_history
from benchmarks.replay import capture_steps, replay_seconds
from harness.catalog import capture, diff
from harness.config import load_settings
from harness.engine import open_run
from harness.findings.model import Severity
from harness.names import QualifiedName
from harness.outcomes import Checked

RULE_PROJECTS = Path(__file__).parents[2] / "projects" / "rules"
VERSION_TABLE = frozenset({QualifiedName("public", "alembic_version")})


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_every_revision_of_a_generated_history_can_be_rolled_back_with_live_rows(server, tmp_path, seed):
    project = write_history(tmp_path, 45, seed=seed)
    with open_run(load_settings({"alembic_ini": str(project.ini)}), server=server) as run:
        results = list(run.results())
    assert [result.revision for result in results if result.outcome != Checked()] == []
    assert len(results) == project.revisions
    assert [finding for result in results for finding in result.findings
            if finding.severity is Severity.ERROR or finding.rule != "RT106"] == []
    assert [step.error for result in results for step in result.steps if step.error] == []


def test_the_replayed_statements_make_the_schema_that_the_steps_make(server, databases, tmp_path):
    project = write_history(tmp_path, 30)
    stepped, replayed = databases.create("stepped"), databases.create("replayed")
    captured = capture_steps(project.ini_for(server.address.url(stepped)), PATTERN)
    replay_seconds(captured, server.address.conninfo(replayed))
    assert len(captured.steps) == 30 * len(PATTERN)
    assert all(captured.steps)
    with databases.connect(stepped) as one, databases.connect(replayed) as other:
        schema = capture(one, version_tables=VERSION_TABLE)
        assert not diff(schema, capture(other, version_tables=VERSION_TABLE))
    assert len(schema.objects) > 100


def test_a_check_that_finds_an_error_gives_no_time(server):
    ini = RULE_PROJECTS / "rt201" / "bad" / "alembic.ini"
    url = server.address.url(server.maintenance_database)
    with pytest.raises(ContenderError, match="exit code 1"):
        check(ROUNDTRIP, ini, 2, "--server", url)


def test_a_check_of_fewer_revisions_than_there_are_gives_no_time(server):
    ini = RULE_PROJECTS / "rt201" / "good" / "alembic.ini"
    url = server.address.url(server.maintenance_database)
    with pytest.raises(ContenderError, match=r"of 99 revisions"):
        check(ROUNDTRIP, ini, 99, "--server", url)
