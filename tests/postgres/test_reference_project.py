"""The audited history and its mended sibling: what the audit found is found, and what was mended is quiet."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.assessment.assess import audit_project
from harness.assessment.document import Status
from harness.assessment.measured import read_measured
from harness.config import load_settings
from harness.engine import open_run
from harness.errors import ExitCode
from harness.findings.model import Severity
from harness.outcomes import Checked
from harness.report import as_text, to_json
from harness.verdict import exit_code

FILE_RULES = ("RT405", "RT407", "RT408")
PROJECTS = Path(__file__).parent.parent / "projects"
VERSIONS = "infra/db/alembic/versions"


def walk(name, server, **overrides):
    folder = PROJECTS / name
    settings = load_settings({"alembic_ini": folder / "alembic.ini", **overrides}, start=folder, environ={})
    with open_run(settings, server=server) as run:
        for _ in run.results():
            pass
        return run.result()


def tell(findings):
    return "\n".join(f"{f.rule} {f.revision} {f.object}: {f.message} {f.evidence}" for f in findings)


@pytest.fixture(scope="module")
def audited(server):
    return walk("analyticbot", server)


class TestAudited:
    def test_the_empty_file_is_left_out_and_everything_else_is_walked(self, audited):
        (broken,) = (finding for finding in audited.findings if finding.rule == "RT401")
        assert broken.object == f"{VERSIONS}/performance_optimization_indexes.py"
        assert "empty" in broken.message
        assert len(audited.revisions) == 14
        assert {type(revision.outcome) for revision in audited.revisions} == {Checked}

    def test_the_parallel_branch_is_a_second_head(self, audited):
        (heads,) = (finding for finding in audited.findings if finding.rule == "RT404")
        assert "0010_analytics_fusion" in heads.message
        assert "performance_critical_indexes" in heads.message

    def test_the_incomplete_downgrade_is_named_object_by_object(self, audited):
        left = {f.object for f in audited.findings if (f.rule, f.revision) == ("RT201", "0010_analytics_fusion")}
        named = " ".join(left)
        for name in ("posts.language", "post_metrics.is_latest", "channel_metric_rollups", "mv_channel_overview"):
            assert name in named, left
        assert not any("ix_posts_channel_date" in name for name in left), "that index is dropped as it should be"

    def test_the_incomplete_downgrade_makes_the_next_upgrade_fail(self, audited):
        (failed,) = (finding for finding in audited.findings if finding.rule == "RT304")
        assert failed.revision == "0010_analytics_fusion"
        assert "already exists" in failed.message

    def test_a_unique_over_messages_recorded_twice_fails_on_those_rows(self, audited):
        (failed,) = (finding for finding in audited.findings if finding.rule == "RT307")
        assert failed.revision == "0004_unique_sent_posts"
        assert failed.object == "public.sent_posts"
        assert [note.partition(":")[0] for note in failed.evidence.notes] == ["row of public.sent_posts"] * 2

    def test_the_discarded_payments_are_counted_table_by_table(self, audited):
        discarded = {f.object: f for f in audited.findings if (f.rule, f.revision) == ("RT106", "0005_payment_system")}
        assert discarded.keys() == {
            f"public.{table}" for table in ("payment_methods", "payments", "subscriptions", "webhook_events")
        }
        assert all(finding.evidence.rows for finding in discarded.values())

    def test_the_six_cascades_of_the_payment_system_are_measured_one_by_one(self, audited):
        found = {f.object.removeprefix("public."): f for f in audited.findings
                 if (f.rule, f.revision) == ("RT406", "0005_payment_system")}
        assert found.keys() == {
            "payment_methods.payment_methods_user_id_fkey", "payments.payments_payment_method_id_fkey",
            "payments.payments_subscription_id_fkey", "payments.payments_user_id_fkey",
            "subscriptions.subscriptions_user_id_fkey", "webhook_events.webhook_events_user_id_fkey"}
        assert all(finding.evidence.rows for finding in found.values()), tell(found.values())

    def test_the_chain_from_a_user_to_what_was_sent_is_drawn(self, audited):
        root = audited.head.cascades.roots[0]
        assert str(root.table) == "public.users"
        lines = [line for line in root.tree if line.startswith(("├─ public.channels", "│  ├─ public.scheduled_posts",
                                                                "│  │  └─ public.sent_posts"))]
        assert [line.partition(": ")[0].lstrip("│├└─ ") for line in lines] == [
            "public.channels", "public.scheduled_posts", "public.sent_posts"]
        assert {entry.table.name for entry in root.measured.effects if entry.deleted} > {
            "users", "channels", "scheduled_posts", "payments"}

    def test_every_cascade_of_the_head_is_reported_once(self, audited):
        found = [finding.object for finding in audited.findings if finding.rule == "RT406"]
        assert len(found) == len(set(found)) == audited.head.cascades.foreign_keys == 30

    def test_the_database_of_the_hardcoded_url_is_not_touched(self, audited):
        (redirected,) = (finding for finding in audited.findings if finding.rule == "RT601")
        assert "localhost:5433/analytic_bot" in redirected.message
        assert redirected.object == "infra/db/alembic/env.py"

    def test_nothing_else_is_called_an_error(self, audited):
        errors = [finding for finding in audited.findings if finding.severity is Severity.ERROR]
        places = {(finding.rule, finding.revision) for finding in errors}
        assert places == {
            ("RT401", None),
            ("RT405", None),
            ("RT307", "0004_unique_sent_posts"),
            ("RT201", "0010_analytics_fusion"),
            ("RT304", "0010_analytics_fusion"),
        }, tell(errors)
        assert exit_code(audited, "error") is ExitCode.FINDINGS

    def test_the_files_are_judged_too(self, audited):
        found = {(finding.rule, finding.revision) for finding in audited.findings if finding.rule in FILE_RULES}
        assert found == {
            ("RT405", None), ("RT408", "0010_phase_4_5_bot_ui_alerts"), ("RT407", "0005_payment_system"),
            ("RT407", "0008_create_superadmin_system"), ("RT407", "0009_content_protection_system"),
        }

    def test_the_audit_takes_what_was_measured_and_says_nothing_twice(self, audited, tmp_path):
        report = tmp_path / "measured.json"
        report.write_text(as_text(to_json(audited, 1)), encoding="utf-8")
        folder = PROJECTS / "analyticbot"
        settings = load_settings({"alembic_ini": folder / "alembic.ini"}, start=folder, environ={})
        alone, joined = audit_project(settings), audit_project(settings, read_measured(report))
        assert all(entry.digest for entry in read_measured(report).revisions.values())
        assert joined.measurement.changed == ()
        rows = {row.revision: row.status for row in joined.rows}
        assert rows.pop("0010_analytics_fusion") is Status.FAILS
        assert set(rows.values()) == {Status.PROVEN}
        told, measured = ({each.object.removeprefix("public.") for each in document.findings if each.rule == "RT201"}
                          for document in (alone, joined))
        assert told == measured
        keys = [(each.rule, each.revision, each.object.removeprefix("public.")) for each in joined.findings]
        assert len(keys) == len(set(keys))
        payments = next(danger for danger in joined.dangers if danger.revision == "0005_payment_system")
        assert payments.rows
        assert all(each.rows for each in payments.destroyed)
        assert [metric.is_met for metric in joined.metrics] == [True, False, True, True]

    def test_no_password_is_shown(self, audited):
        assert "change_me" not in tell(audited.findings)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_the_mended_history_has_no_error_whatever_the_rows(seed, server):
    result = walk("analyticbot_fixed", server, seed=seed)
    errors = [finding for finding in result.findings if finding.severity is Severity.ERROR]
    assert errors == [], tell(errors)
    assert len(result.revisions) == 15
    assert {type(revision.outcome) for revision in result.revisions} == {Checked}
    assert exit_code(result, "error") is ExitCode.OK


def test_every_table_of_the_mended_history_is_filled(server):
    result = walk("analyticbot_fixed", server)
    last = result.revisions[-1]
    assert len(last.tables) == 30
    assert [name for name, table in last.tables.items() if table.error is not None or not table.rows] == []
