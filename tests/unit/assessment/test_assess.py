"""The audit of any history: none, one revision, many heads, broken files, and what was measured of it."""

import pytest

from harness.acceptance import Acceptance
from harness.assessment.document import Risk, Status
from harness.errors import ProjectError, UsageError
from harness.report.audit.words import measured_line

CREATE = 'op.create_table("users", sa.Column("id", sa.Integer()))'
DROP = 'op.drop_table("users")'
CASCADE = 'op.create_foreign_key("fk", "orders", "users", ["user_id"], ["id"], ondelete="CASCADE")'


def rules(document):
    return [(each.rule, each.revision) for each in document.findings]


def statuses(document):
    return {row.revision: row.status for row in document.rows}


def drawn(document):
    return [f"{row.drawing}{row.name}" for row in document.chain]


class TestShapesOfHistories:
    def test_without_a_revision_nothing_is_called_fine(self, project):
        document = project.audit()
        assert document.risk is Risk.NOT_ASSESSED
        assert any("version_locations" in each for each in document.unseen)
        assert (document.rows, document.dangers, document.coverage.percent) == ((), (), None)

    def test_files_elsewhere_that_look_like_revisions_are_pointed_to(self, project):
        (project.folder / "m/versions/postgresql").mkdir()
        project.add("0001", name="postgresql/0001.py")
        assert any("m/versions/postgresql (1)" in each for each in project.audit().unseen)

    def test_so_are_those_in_folders_below_the_ones_that_are_read(self, project):
        project.add("0001", upgrade=CREATE, downgrade=DROP)
        assert project.audit().unseen == ()
        (project.folder / "m/versions/2024.1").mkdir()
        project.add("0002", "0001", name="2024.1/0002.py")
        (told,) = project.audit().unseen
        assert "m/versions/2024.1 (1)" in told

    def test_what_a_team_has_set_aside_is_told_of_only_where_nothing_else_is(self, project):
        (project.folder / "m/versions/archive").mkdir()
        project.add("0000", name="archive/0000.py")
        assert any("m/versions/archive (1)" in each for each in project.audit().unseen)
        project.add("0001", upgrade=CREATE, downgrade=DROP)
        assert project.audit().unseen == ()

    def test_a_single_sound_revision_is_low_risk(self, project):
        project.add("0001", upgrade=CREATE, downgrade=DROP)
        document = project.audit()
        assert (document.risk, rules(document), drawn(document)) == (Risk.LOW, [], ["● 0001"])

    def test_three_heads_are_drawn_and_reported_once(self, project):
        project.add("a")
        for name in ("b", "c", "d"):
            project.add(name, "a")
        document = project.audit()
        assert rules(document) == [("RT404", None)]
        assert (document.counts.heads, drawn(document)) == (3, ["● a", "├─● b", "├─● c", "● d"])

    @pytest.mark.parametrize(("more", "remedy"), [
        ("", "merge them: alembic merge heads"),
        ('branch_labels = ("expand",)', "if the labelled branches are to stay apart, deploy with"),
    ])
    def test_heads_of_labelled_branches_are_not_told_to_be_merged_at_any_rate(self, project, more, remedy):
        project.add("a")
        project.add("b", "a", more=more)
        project.add("c", "a")
        project.add("d", "b")
        (finding,) = project.audit().findings
        assert (finding.rule, finding.remedy[:len(remedy)]) == ("RT404", remedy)

    def test_a_merge_ends_its_side_branch(self, project):
        project.add("a")
        project.add("b", "a")
        project.add("c", "a")
        project.add("d", "c")
        project.add("m", ("b", "d"))
        document = project.audit()
        assert drawn(document) == ["● a", "├─● b", "● c", "● d", "● m"]
        assert "merges b, d" in document.chain[-1].notes
        assert document.counts.merges == 1

    def test_independent_bases_and_labels_and_dependencies_are_told(self, project):
        project.add("a", more='branch_labels = ("shop",)')
        project.add("x", more='depends_on = "a"')
        notes = {row.name: row.notes for row in project.audit().chain}
        assert notes == {"a": ("base", "label shop", "head"), "x": ("base", "needs a", "head")}

    def test_a_broken_file_costs_only_itself(self, project):
        project.add("0001", upgrade=CREATE, downgrade=DROP)
        project.write("m/versions/broken.py", "def (\n")
        document = project.audit()
        assert rules(document) == [("RT401", None)]
        assert document.risk is Risk.CRITICAL
        assert drawn(document) == ["● 0001", "✗ m/versions/broken.py"]

    def test_a_missing_parent_and_a_cycle_have_no_place_but_are_read(self, project):
        project.add("0002", "0001", upgrade=CREATE)
        project.add("a", "b")
        project.add("b", "a")
        document = project.audit()
        assert {rule for rule, _ in rules(document)} == {"RT403", "RT306"}
        assert (document.counts.revisions, document.counts.placed) == (3, 0)
        assert sorted(drawn(document)) == ["? 0002", "? a", "? b"]

    def test_with_a_file_that_is_unseen_nothing_is_said_to_be_missing(self, project):
        project.write("m/versions/computed.py", "revision = make()\n")
        project.add("0002", "0001")
        project.add("0003", "0002")
        document = project.audit()
        assert rules(document) == []
        assert any("computes its `revision`" in each for each in document.unseen)

    def test_a_long_chain_is_drawn_without_running_out_of_stack(self, project):
        before = None
        for number in range(1200):
            project.add(f"{number:05d}", before)
            before = f"{number:05d}"
        assert len(project.audit().chain) == 1200

    def test_an_env_py_that_cannot_be_read_is_an_issue(self, project):
        project.add("0001")
        project.write("m/env.py", "def (\n")
        assert any("env.py cannot be read: line 1" in each.text for each in project.audit().weak)

    def test_a_project_that_cannot_be_found_is_an_error_in_one_line(self, project):
        project.write("alembic.ini", "[alembic]\nscript_location = nowhere\n")
        with pytest.raises(ProjectError):
            project.audit()


class TestFindings:
    @pytest.mark.parametrize(("upgrade", "downgrade", "rule", "status"), [
        (CREATE, "pass", "RT306", Status.EMPTY),
        (CREATE, 'raise NotImplementedError("no")', "RT305", Status.REFUSES),
        (f"{CREATE}; op.create_table('b')", DROP, "RT201", Status.INCOMPLETE),
    ])
    def test_a_rollback_that_is_not_there_is_an_error(self, project, upgrade, downgrade, rule, status):
        project.add("0001", upgrade=upgrade, downgrade=downgrade)
        document = project.audit()
        assert (rules(document), statuses(document)["0001"]) == ([(rule, "0001")], status)
        assert document.rows[0].risk is Risk.CRITICAL
        assert document.risk is Risk.HIGH

    def test_an_accepted_finding_is_marked_and_counts_no_more(self, project):
        project.add("0001", upgrade=CREATE, downgrade="pass")
        document = project.audit(accept=(Acceptance(rule="RT306", reason="one way on purpose"),))
        assert [each.accepted for each in document.findings] == ["one way on purpose"]
        assert document.risk is Risk.LOW

    def test_what_was_accepted_of_a_measured_name_is_accepted_here(self, project):
        project.add("0001", upgrade=CASCADE, downgrade='op.drop_constraint("fk", "orders")')
        accepted = Acceptance(rule="RT201", object="public.b", reason="kept")
        project.add("0002", "0001", upgrade=f"{CREATE}; op.create_table('b')", downgrade=DROP)
        found = [each for each in project.audit(accept=(accepted,)).findings if each.rule == "RT201"]
        assert [each.accepted for each in found] == ["kept"]

    @pytest.mark.parametrize(("given", "said"), [
        ({"DATABASE_URL": "postgresql://a:tiger@db.example:6432/x"}, "where DATABASE_URL says 6432"),
        ({"PGPORT": "5444"}, "where PGPORT says 5444"),
        ({}, "where the usual one is 5432"),
    ])
    def test_the_port_is_compared_with_what_the_environment_gives(self, project, given, said):
        project.add("0001")
        project.write("m/env.py", "import os\nurl = os.environ.get('DATABASE_URL')\n")
        project.write("alembic.ini", "[alembic]\nscript_location = m\nsqlalchemy.url = postgresql://a:lion@localhost:5433/x\n")
        (found,) = project.audit(env=given).findings
        assert any(said in note for note in found.evidence.notes), found.evidence.notes
        assert "tiger" not in repr(found)
        assert "lion" not in repr(found)

    @pytest.mark.parametrize(("url", "severity"), [
        ("postgresql://a:b@db.example/x", "error"), ("postgresql://a@db.example/x", "warning"),
        ("postgresql://a@localhost/x", "info"),
    ])
    def test_how_much_a_url_matters(self, project, url, severity):
        project.add("0001")
        project.write("alembic.ini", f"[alembic]\nscript_location = m\nsqlalchemy.url = {url}\n")
        assert [each.severity.value for each in project.audit().findings] == [severity]

    @pytest.mark.parametrize(("default", "severity"), [
        ("postgresql://a:b@localhost/x", ["warning"]), ("postgresql://a@db.example/x", ["info"]),
        ("postgresql://a@localhost/x", []),
    ])
    def test_a_default_for_what_the_environment_gives_matters_less(self, project, default, severity):
        project.add("0001")
        project.write("m/env.py", f"import os\nurl = os.environ.get('DATABASE_URL', {default!r})\n")
        assert [each.severity.value for each in project.audit().findings] == severity

    @pytest.mark.parametrize(("statement", "said"), [
        ("CREATE ROLE app PASSWORD 'lion'", "m/versions/0001.py sets the password of role app (a statement)"),
        ("CREATE USER MAPPING FOR app SERVER s OPTIONS (password 'lion')",
         "m/versions/0001.py holds a password (a user mapping)"),
    ])
    def test_a_password_alone_is_named_by_what_it_is_for(self, project, statement, said):
        project.add("0001", upgrade=f'op.execute("{statement}")')
        found = next(each for each in project.audit().findings if each.rule == "RT405")
        assert found.message == said
        assert "lion" not in repr(found)

    def test_no_password_is_an_observation_and_not_a_fact(self, project):
        project.add("0001")
        assert any("was seen in the configuration" in each.text for each in project.audit().strong)
        project.write("alembic.ini", "[alembic]\nscript_location = m\ndb_password = lion\n")
        assert not any("was seen in the configuration" in each.text for each in project.audit().strong)

    def test_the_thresholds_of_size_are_settings(self, project):
        project.add("0001", upgrade=CREATE, downgrade=DROP)
        assert rules(project.audit(oversized_operations=1)) == [("RT407", "0001")]
        assert rules(project.audit(oversized_lines=3)) == [("RT407", "0001")]
        assert rules(project.audit(oversized_bytes=10)) == [("RT407", "0001")]


class TestMeasured:
    def test_a_proven_rollback_goes_before_what_the_source_does_not_tell(self, project):
        project.add("0001", upgrade="op.execute('UPDATE a SET b = 1')")
        assert statuses(project.audit())["0001"] is Status.UNTOLD
        assert statuses(project.audit(project.report({"0001": "checked"})))["0001"] is Status.PROVEN

    def test_what_was_measured_is_said_once(self, project, finding):
        project.add("0001", upgrade=CREATE, downgrade="pass")
        report = project.report({"0001": "checked"}, [finding("RT306", "0001", "m/versions/0001.py:downgrade")])
        document = project.audit(report)
        assert [(each.rule, each.message) for each in document.findings] == [("RT306", "it is so")]
        assert statuses(document)["0001"] is Status.EMPTY

    def test_the_source_speaks_where_nothing_was_measured(self, project):
        project.add("0001", upgrade=CREATE, downgrade=DROP)
        project.add("0002", "0001", upgrade=CREATE, downgrade="pass")
        document = project.audit(project.report({"0001": "checked", "0002": "not_reached"}))
        assert rules(document) == [("RT306", "0002")]
        assert statuses(document) == {"0001": Status.PROVEN, "0002": Status.EMPTY}
        assert document.measurement.checked == 1

    def test_what_the_source_takes_for_a_fault_and_the_walk_does_not_is_no_finding(self, project):
        project.add("0001", upgrade=CREATE, downgrade="pass")
        assert rules(project.audit(project.report({"0001": "checked"}))) == []

    def test_a_fault_of_the_files_that_was_mended_since_is_not_brought_back(self, project, finding):
        project.add("0001", upgrade=CREATE, downgrade=DROP)
        report = project.report({"0001": "checked"}, [finding("RT405", None, "alembic.ini")])
        assert rules(project.audit(report)) == []

    def test_lost_rows_make_the_risk_critical_and_the_metric_missed(self, project, finding):
        project.add("0001", upgrade=CREATE, downgrade=DROP)
        lost = finding("RT101", "0001", "public.users", rows=3)
        document = project.audit(project.report({"0001": "checked"}, [lost]))
        assert document.risk is Risk.CRITICAL
        assert statuses(document)["0001"] is Status.FAILS
        metrics = {each.name: each for each in document.metrics}
        assert metrics["Zero data loss"].is_met is False
        assert metrics["Rollback coverage"].is_met is False

    def test_the_metrics_are_met_when_everything_was_measured_and_came_back(self, project):
        project.add("0001", upgrade=CREATE, downgrade=DROP)
        document = project.audit(project.report({"0001": "checked"}))
        assert [each.is_met for each in document.metrics] == [True] * 4
        values = {each.name: each.value for each in document.metrics}
        assert values["Time of a step"] == "longest 0.50 s (downgrade of 0001), with 10 rows a table"
        assert values["Rollback coverage"] == "1 of 1 revision proven (100 %), 1 checked"

    def test_nothing_is_met_while_a_part_is_not_measured(self, project):
        project.add("0001", upgrade=CREATE, downgrade=DROP)
        project.add("0002", "0001")
        document = project.audit(project.report({"0001": "checked", "0002": "skipped"}))
        assert [each.is_met for each in document.metrics] == [None, None, None, False]

    def test_a_slow_step_misses_the_budget(self, project):
        project.add("0001")
        steps = [{"name": "upgrade", "seconds": 31.0}]
        report = project.report({}, revisions=[
            project.entry("0001", steps=steps)])
        assert {each.name: each.is_met for each in project.audit(report).metrics}["Time of a step"] is False

    def test_rows_that_a_rollback_destroys_are_counted(self, project, finding):
        project.add("0001", upgrade=CREATE, downgrade=DROP)
        discards = finding("RT106", "0001", "public.users", severity="warning", rows=7)
        (danger,) = project.audit(project.report({"0001": "checked"}, [discards])).dangers
        assert (danger.rows, danger.risk) == (7, Risk.MEDIUM)

    def test_a_column_of_a_table_whose_schema_is_computed_is_named_alone(self, project):
        project.add("0001", upgrade='op.add_column("users", sa.Column("age", sa.Integer), schema=find_schema())',
                    downgrade='op.drop_column("users", "age", schema=find_schema())')
        (danger,) = project.audit().dangers
        assert [each.what for each in danger.destroyed] == ["column age"]

    def test_measured_cascades_replace_those_of_the_source(self, project, finding):
        project.add("0001", upgrade=CASCADE, downgrade='op.drop_constraint("fk", "orders")')
        cascade = finding("RT406", "0001", "public.orders.fk", severity="warning", rows=4, message="4 rows go")
        cascade["evidence"]["cascade"] = {"parent": "public.users"}
        cascade["remedy"] = "do it:\nop.x()\nor in SQL:\nALTER TABLE public.orders\n    ADD x;"
        root = {"table": "public.users", "row": "(id=1)", "tree": ["public.users", "└─ public.orders"], "tables": [
            {"table": "public.users", "rows": 3, "deleted": 1}, {"table": "public.orders", "rows": 9, "deleted": 4}]}
        report = project.report({"0001": "checked"}, [cascade], cascades={"measured": True, "roots": [root]})
        document = project.audit(report)
        assert [each.message for each in document.findings] == ["4 rows go"]
        (key,) = document.keys
        assert (key.parent, key.measured, key.location) == ("public.users", "4 rows go", "m/versions/0001.py:9")
        assert key.statements == ("ALTER TABLE public.orders", "    ADD x;")
        (chain,) = document.chains
        assert (chain.row, chain.rows, chain.tables, chain.drawing) == ("(id=1)", 4, 1, tuple(root["tree"]))

    def test_where_no_delete_was_measured_the_source_speaks_of_cascades(self, project):
        project.add("0001", upgrade=CASCADE, downgrade='op.drop_constraint("fk", "orders")')
        report = project.report({"0001": "checked"}, cascades={"measured": False, "roots": []})
        document = project.audit(report)
        assert rules(document) == [("RT406", "0001")]
        assert [chain.drawing for chain in document.chains] == [("users", "└─ orders (user_id)")]

    def test_a_report_of_another_history_is_refused(self, project):
        project.add("0001")
        with pytest.raises(UsageError, match="none of its 1 revisions is in this history"):
            project.audit(project.report({}, revisions=[project.entry("other")]))

    def test_a_revision_that_changed_since_is_judged_by_its_source(self, project, finding):
        project.add("0001", upgrade=CREATE, downgrade=DROP)
        project.add("0002", "0001", upgrade=CREATE, downgrade=DROP)
        found = [finding("RT101", "0002", "public.users", rows=3), finding("RT204", None, "public.users")]
        report = project.report({"0001": "checked", "0002": "checked"}, found)
        project.add("0002", "0001", upgrade=CREATE, downgrade="pass")
        document = project.audit(report)
        assert statuses(document) == {"0001": Status.PROVEN, "0002": Status.EMPTY}
        assert rules(document) == [("RT306", "0002")]
        assert document.measurement.changed == ("0002",)
        assert measured_line(document).endswith(
            "1 of 2 revisions checked. 0002 changed since it was measured: its source speaks")

    def test_other_line_ends_are_no_change(self, project):
        project.add("0001", upgrade=CREATE, downgrade=DROP)
        report = project.report({"0001": "checked"})
        path = project.folder / "m/versions/0001.py"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert statuses(project.audit(report)) == {"0001": Status.PROVEN}

    def test_deletes_are_measured_anew_once_a_revision_changed(self, project, finding):
        project.add("0001", upgrade=CASCADE, downgrade='op.drop_constraint("fk", "orders")')
        project.add("0002")
        report = project.report(
            {"0001": "checked", "0002": "checked"}, [finding("RT406", "0001", "public.orders.fk", severity="warning")],
            cascades={"measured": True, "roots": []})
        project.add("0002", upgrade=CREATE, downgrade=DROP)
        document = project.audit(report)
        assert [each.object for each in document.findings if each.rule == "RT406"] == ["orders.fk"]

    @pytest.mark.parametrize(("changes", "status"), [
        ({}, Status.PROVEN), ({"path": "other/0001.py"}, Status.EMPTY), ({"down_revisions": ["0000"]}, Status.EMPTY),
        ({"message": "Another one."}, Status.EMPTY),
    ])
    def test_a_report_without_digests_is_believed_of_what_declares_the_same(self, project, changes, status):
        project.add("0001", upgrade=CREATE, downgrade="pass")
        document = project.audit(project.report({}, revisions=[project.entry("0001", **changes)]))
        assert statuses(document) == {"0001": status}

    @pytest.mark.parametrize(("changes", "said"), [
        ({"schema_version": 2}, "its schema_version is 2, not 1"), ({"findings": [{}]}, "it is no report of a check"),
        ({"revisions": None}, "it is no report of a check"),
    ])
    def test_what_is_no_report_is_refused_in_one_line(self, project, changes, said):
        with pytest.raises(UsageError, match=said):
            project.report({}, **changes)


class TestRisk:
    def test_a_wide_cascade_weighs_more_than_a_narrow_one(self, project):
        project.add("0001", upgrade=CASCADE, downgrade='op.drop_constraint("fk", "orders")')
        assert project.audit().risk is Risk.LOW
        for number, (child, parent) in enumerate([("lines", "orders"), ("notes", "lines")], 2):
            project.add(f"000{number}", f"000{number - 1}", downgrade='op.drop_constraint("fk", "x")',
                        upgrade=CASCADE.replace('"users"', f'"{parent}"').replace('"orders", ', f'"{child}", ', 1))
        assert project.audit().risk is Risk.HIGH

    def test_labelled_heads_weigh_little(self, project):
        project.add("a", more='branch_labels = "x"')
        project.add("b", more='branch_labels = "y"')
        assert project.audit().risk is Risk.LOW
        project.add("c")
        assert project.audit().risk is Risk.MEDIUM

    @pytest.mark.parametrize(("host", "risk"), [("localhost", Risk.MEDIUM), ("db.example", Risk.HIGH)])
    def test_a_password_of_another_machine_weighs_more(self, project, host, risk):
        project.add("0001")
        project.write("alembic.ini", f"[alembic]\nscript_location = m\nsqlalchemy.url = postgresql://a:b@{host}/x\n")
        assert project.audit().risk is risk
