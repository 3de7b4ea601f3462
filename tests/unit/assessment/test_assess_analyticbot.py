"""What a specialist found by hand in the audited history, item by item; and its mended sibling, which is quiet."""

import re
from pathlib import Path

import pytest

from harness.assessment.assess import audit_project
from harness.assessment.document import Risk, Status, When
from harness.config import load_settings
from harness.report.audit import audit_to_markdown

PROJECTS = Path(__file__).parents[2] / "projects"
VERSIONS = "infra/db/alembic/versions"
PASSWORD = "change_me"


def audit(name):
    folder = PROJECTS / name
    return audit_project(load_settings({"alembic_ini": folder / "alembic.ini"}, start=folder, environ={}))


@pytest.fixture(scope="module")
def audited():
    return audit("analyticbot")


@pytest.fixture(scope="module")
def fixed():
    return audit("analyticbot_fixed")


def findings(document, rule, revision=None):
    return [each for each in document.findings if each.rule == rule and revision in {None, each.revision}]


def row(document, revision):
    (found,) = (each for each in document.rows if each.revision == revision)
    return found


def steps(document, title):
    (found,) = (each for each in document.recommendations if each.title.startswith(title))
    return found.when, "\n".join(step.text for step in found.steps)


class TestTheAuditsList:
    def test_needs_immediate_attention(self, audited):
        assert audited.risk is Risk.CRITICAL

    def test_fifteen_files_of_which_one_is_broken(self, audited):
        assert (audited.counts.revisions, audited.counts.broken) == (14, 1)

    def test_rollback_coverage_is_thirteen_of_fourteen(self, audited):
        assert (audited.coverage.good, audited.coverage.of, round(audited.coverage.percent)) == (13, 14, 93)

    def test_the_broken_file_is_empty_and_stops_every_command(self, audited):
        (broken,) = findings(audited, "RT401")
        assert broken.object == f"{VERSIONS}/performance_optimization_indexes.py"
        assert "empty" in broken.message
        when, text = steps(audited, "Mend the files")
        assert when is When.NOW
        assert text == f"git rm {VERSIONS}/performance_optimization_indexes.py\nalembic history"

    def test_the_url_in_the_ini_with_its_port(self, audited):
        (url,) = findings(audited, "RT405")
        assert "postgresql://analytic@localhost:5433/analytic_bot" in url.message
        assert url.evidence.location == "alembic.ini:8"
        assert "its port is 5433, where the usual one is 5432" in url.evidence.notes
        assert any(remark.location == "alembic.ini:8" and "5433" in remark.text for remark in audited.weak)
        _, text = steps(audited, "Take credentials")
        assert "take the line out of alembic.ini" in text

    def test_the_password_is_nowhere(self, audited):
        assert PASSWORD not in repr(audited)
        assert PASSWORD not in audit_to_markdown(audited)

    def test_the_chain_with_its_parallel_branch(self, audited):
        drawn = [f"{each.drawing}{each.name}" for each in audited.chain]
        assert drawn[8:11] == [
            "● 0009_content_protection_system", "├─● 0010_analytics_fusion", "● 0010_phase_4_5_bot_ui_alerts"]
        assert drawn[0] == "● 0001_initial_schema"
        assert drawn[-1] == f"✗ {VERSIONS}/performance_optimization_indexes.py"
        heads = [each.name for each in audited.chain if "head" in each.notes]
        assert heads == ["0010_analytics_fusion", "performance_critical_indexes"]

    def test_the_parallel_numbers(self, audited):
        (shared,) = findings(audited, "RT408")
        assert "0010_analytics_fusion_optimizations.py, 0010_phase_4_5_bot_ui_alerts.py" in shared.message
        assert findings(audited, "RT404")

    @pytest.mark.parametrize(("revision", "size"), [
        ("0005_payment_system", "208 lines"), ("0008_create_superadmin_system", "8,445 bytes"),
        ("0009_content_protection_system", "9,968 bytes"),
    ])
    def test_the_large_revisions(self, audited, revision, size):
        (large,) = findings(audited, "RT407", revision)
        assert size in large.message
        assert any(each.name == revision and size in " ".join(each.notes) for each in audited.chain)

    @pytest.mark.parametrize("text", [
        "env.py takes the URL from the environment", "type hints", "asyncpg URL into one for a synchronous driver",
        "compare_type is on"])
    def test_the_strong_points_of_the_configuration(self, audited, text):
        (remark,) = (each for each in audited.strong if text in each.text)
        path, line = remark.location.split(":")
        assert (PROJECTS / "analyticbot" / path).read_text().splitlines()[int(line) - 1].strip()

    def test_deleting_a_user_reaches_channels_posts_and_payments(self, audited):
        chain = audited.chains[0]
        drawn = "\n".join(chain.drawing)
        assert chain.root == "users"
        assert chain.tables == 23
        for line in ("├─ channels (user_id)", "│  ├─ scheduled_posts (channel_id)", "sent_posts (scheduled_post_id)",
                     "├─ payments (user_id)", "├─ subscriptions (user_id)", "├─ webhook_events (user_id)"):
            assert line in drawn

    def test_six_cascades_of_the_payment_system(self, audited):
        found = findings(audited, "RT406", "0005_payment_system")
        assert {each.object for each in found} == {
            "payment_methods.payment_methods_user_id_fkey", "subscriptions.subscriptions_user_id_fkey",
            "payments.payments_user_id_fkey", "payments.payments_subscription_id_fkey",
            "payments.payments_payment_method_id_fkey", "webhook_events.webhook_events_user_id_fkey"}
        assert row(audited, "0005_payment_system").risk is Risk.HIGH

    @pytest.mark.parametrize("table", ["channels", "payments"])
    def test_the_statements_that_make_a_cascade_restrict(self, audited, table):
        when, text = steps(audited, "Replace CASCADE")
        assert when is When.NOW
        assert (f"ALTER TABLE {table} DROP CONSTRAINT {table}_user_id_fkey;\n"
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_user_id_fkey\n"
                "    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT;") in text

    def test_the_incomplete_rollback_with_what_it_leaves(self, audited):
        assert row(audited, "0010_analytics_fusion").status is Status.INCOMPLETE
        assert row(audited, "0010_analytics_fusion").risk is Risk.CRITICAL
        assert [each.object for each in findings(audited, "RT201", "0010_analytics_fusion")] == [
            "posts.language", "post_metrics.is_latest", "channel_metric_rollups", "mv_channel_overview"]
        _, text = steps(audited, "Complete the rollbacks")
        assert text == (
            "0010_analytics_fusion, in downgrade():\n"
            'op.execute("DROP MATERIALIZED VIEW mv_channel_overview")\nop.drop_table("channel_metric_rollups")\n'
            'op.drop_column("post_metrics", "is_latest")\nop.drop_column("posts", "language")')

    @pytest.mark.parametrize("revision", [
        "0001_initial_schema", "0002_seed_plans", "0003_add_indexes", "0004_unique_sent_posts",
        "0006_deliveries_observability", "0007_mtproto_stats_tables", "0008_create_superadmin_system",
        "0009_content_protection_system", "0010_phase_4_5_bot_ui_alerts", "292dadb2fb6b", "d354a5682629",
        "performance_critical_indexes"])
    def test_the_rollbacks_that_the_audit_calls_complete(self, audited, revision):
        assert row(audited, revision).status is Status.COMPLETE

    def test_the_dangerous_rollback_of_the_payment_system(self, audited):
        (danger,) = (each for each in audited.dangers if each.revision == "0005_payment_system")
        source = (PROJECTS / "analyticbot" / danger.path).read_text().splitlines()
        assert [each.what for each in danger.destroyed] == [
            "table webhook_events", "table payments", "table subscriptions", "table payment_methods"]
        assert all(each.what.removeprefix("table ") in source[each.line - 1] for each in danger.destroyed)
        _, text = steps(audited, "Back up")
        assert "--table=payments" in text

    @pytest.mark.parametrize("text", ["no migration lock", "no backup before a migration"])
    def test_what_env_py_does_not_do_is_said_as_far_as_its_source_tells(self, audited, text):
        assert any(text in each.text and "as far as env.py's source tells" in each.text for each in audited.weak)

    def test_rollbacks_are_not_tested(self, audited):
        when, text = steps(audited, "Try every rollback")
        assert when is When.WEEK
        assert re.match(r"roundtrip check .*--json measured\.json\nroundtrip audit .*--measured measured\.json", text)

    def test_a_matrix_of_impact_and_probability(self, audited):
        factors = {str(each.topic): (each.impact.name, each.probability.name, each.when) for each in audited.factors}
        assert factors["broken history"] == ("SEVERE", "CERTAIN", When.NOW)
        assert factors["deletes that cascade"] == ("SEVERE", "LIKELY", When.NOW)
        assert factors["credentials in files"] == ("MODERATE", "LIKELY", When.WEEK)
        assert factors["no migration lock"] == ("MODERATE", "POSSIBLE", When.MONTH)

    def test_the_success_metrics_are_not_measured_and_say_how_to(self, audited):
        assert [each.name for each in audited.metrics] == [
            "Zero data loss", "Rollback coverage", "Time of a step", "All paths tested"]
        assert {(each.value, each.is_met) for each in audited.metrics} == {(None, None)}
        assert all(each.command.startswith("roundtrip check") for each in audited.metrics)

    def test_every_place_that_a_finding_names_is_there(self, audited):
        for each in audited.findings:
            if each.evidence.location:
                path, line = each.evidence.location.rsplit(":", 1)
                assert len((PROJECTS / "analyticbot" / path).read_text().splitlines()) >= int(line)


class TestTheMendedHistory:
    def test_the_risk_is_low_and_no_error_is_left(self, fixed):
        assert fixed.risk is Risk.LOW
        assert [each for each in fixed.findings if each.severity == "error"] == []

    def test_every_rollback_is_complete(self, fixed):
        assert (fixed.coverage.good, fixed.coverage.of) == (15, 15)

    def test_only_the_numbers_and_sizes_are_remarked_on(self, fixed):
        assert {each.rule for each in fixed.findings} == {"RT407", "RT408"}

    def test_nothing_is_to_be_done_now(self, fixed):
        assert not [each for each in fixed.recommendations if each.when is When.NOW]

    def test_the_migration_lock_is_seen_where_it_is(self, fixed):
        (lock,) = (each for each in fixed.strong if "advisory lock" in each.text)
        path, line = lock.location.split(":")
        assert "pg_try_advisory_lock" in (PROJECTS / "analyticbot_fixed" / path).read_text().splitlines()[int(line) - 1]

    def test_no_cascade_is_left(self, fixed):
        assert fixed.keys == ()
        assert fixed.chains == ()
