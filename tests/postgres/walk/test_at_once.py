"""A revision that only runs together with those before it: what follows is walked all the same."""

from dataclasses import replace

import pytest

from harness.catalog import diff
from harness.config import load_settings
from harness.engine import open_run
from harness.names import StepName
from harness.outcomes import Checked, NotReached
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

# Within one run of env.py, Alembic's tables remember which types they have made.
MAKE = """\
    import sqlalchemy as sa
    op.create_table({name!r}, sa.Column("id", sa.Integer, primary_key=True),
                    sa.Column("kind", sa.Enum("plain", "odd", name="kind"), nullable=False))"""
HISTORY = {
    "a_first": (MAKE.format(name="one"), sql("DROP TABLE one; DROP TYPE kind")),
    "b_again": (MAKE.format(name="two"), sql("DROP TABLE two")),
    "c_after": (sql("ALTER TABLE two ADD note text"), sql("ALTER TABLE two DROP note")),
    "d_loses": (sql("ALTER TABLE one DROP kind"), sql("ALTER TABLE one ADD kind kind")),
}


def walk(server, folder, history, **wanted):
    ini = write_history(folder, in_a_line(history))
    settings = load_settings({"alembic_ini": str(ini), **wanted}, start=folder, environ={})
    with open_run(settings, server=server) as run:
        results = {result.revision: result for result in run.results()}
        return results, run.result()


def rules(result):
    return [finding.rule for finding in result.findings]


@pytest.fixture(scope="module")
def walked(server, tmp_path_factory):
    return walk(server, tmp_path_factory.mktemp("at_once"), HISTORY)


def test_what_follows_is_checked_with_rows(walked):
    results, _ = walked
    assert all(isinstance(result.outcome, Checked) for result in results.values())
    assert rules(results["c_after"]) == ["RT106"]
    assert rules(results["d_loses"]) == ["RT102", "RT201"]
    assert {table.rows for table in results["d_loses"].tables.values()} == {10}


def test_the_revision_is_told_to_fail_alone(walked):
    (finding,) = walked[0]["b_again"].findings
    assert finding.rule == "RT301"
    assert "in one run with all before it, it runs through" in " ".join(finding.evidence.notes)
    assert [step.name for step in walked[0]["b_again"].steps] == [StepName.UPGRADE]


def test_what_is_seen_at_the_heads_is_seen(walked):
    """And one run is still told to come there otherwise than revision by revision."""
    run = walked[1]
    assert run.head.cascades is not None
    (told,) = run.project_findings
    assert told.rule == "RT207"
    assert "--from-dump" not in told.remedy  # nothing is left to check


def test_one_that_fails_in_one_run_too_stops_the_walk(server, tmp_path):
    results, _ = walk(server, tmp_path, HISTORY | {"b_again": (sql("CREATE TYPE kind AS ENUM ()"), sql("SELECT 1"))})
    assert isinstance(results["c_after"].outcome, NotReached)
    assert results["b_again"].findings[0].evidence.notes == ()


def test_jobs_and_selections_come_past_it_too(server, tmp_path, walked):
    ini = write_history(tmp_path, in_a_line(HISTORY))
    for wanted in ({"jobs": 2}, {"revisions": ["d_loses"]}):
        settings = load_settings({"alembic_ini": str(ini), **wanted}, start=tmp_path, environ={})
        with open_run(settings, server=server if wanted.get("jobs") is None else None) as run:
            last = list(run.results())[-1]
        assert last.findings == walked[0]["d_loses"].findings


def test_a_recording_is_made_over_it(server, tmp_path):
    ini = write_history(tmp_path, in_a_line(HISTORY))
    settings = load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={})
    with open_run(settings, server=server) as run:
        upgrades = list(run.upgrades())
    assert [upgraded.revision for upgraded in upgrades] == list(HISTORY)
    assert [change.name for change in diff(upgrades[1].before, upgrades[1].after).changes] == ["public.two"]
    assert [change.name for change in diff(upgrades[2].before, upgrades[2].after).changes] == ["public.two.note"]


def test_a_role_that_only_the_one_run_makes_does_not_stay_on_a_server_of_others(server, databases, tmp_path):
    up = f'{HISTORY["b_again"][0]}\n    op.execute("CREATE ROLE at_once_test")'  # behind what fails alone
    history = HISTORY | {"b_again": (up, HISTORY["b_again"][1])}
    results, _ = walk(replace(server, provider="url"), tmp_path, history)
    assert isinstance(results["d_loses"].outcome, Checked)
    with databases.connect("postgres") as connection:
        assert connection.execute("SELECT FROM pg_roles WHERE rolname = 'at_once_test'").fetchall() == []
