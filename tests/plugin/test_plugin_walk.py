"""The walk as pytest shows it, each time by a pytest of its own on a real project and a real server."""

import json
import xml.etree.ElementTree as ET

import jsonschema
import pytest

from harness.report import json_schema


def test_each_revision_is_an_item_that_fails_with_its_part_of_the_report(project, run):
    result = run("--roundtrip", "-v", "--junitxml=junit.xml", "--roundtrip-json=report.json")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines([
        "alembic.ini::project PASSED*",
        "alembic.ini::0001_users PASSED*",
        "alembic.ini::0002_phone FAILED*",
        "alembic.ini::0003_orders PASSED*",
        "*__ 0002_phone __*",
        "0002_phone  About 0002_phone.",
        "  migrations/versions/0002_phone.py",
        "  error RT201 schema-drift  *ix_users_name*",
        "*== roundtrip ==*",
        "FAILED shop: 3 revisions checked; 1 error*",
        "FAILED alembic.ini::0002_phone - RT201 schema-drift *ix_users_name*",
    ])
    assert "Traceback" not in result.stdout.str()

    cases = {case.get("name"): case for case in ET.parse(project.folder / "junit.xml").iter("testcase")}
    assert list(cases) == ["project", "0001_users", "0002_phone", "0003_orders", "heads"]
    assert cases["0002_phone"].find("failure").get("message").startswith("RT201 schema-drift ")
    assert "RT201" in cases["0002_phone"].find("failure").text
    assert cases["0003_orders"].find("failure") is None

    report = json.loads((project.folder / "report.json").read_text())
    jsonschema.Draft202012Validator(json_schema()).validate(report)
    assert {entry["revision"]: entry["verdict"] == "error" for entry in report["revisions"]} == {
        "0001_users": False, "0002_phone": True, "0003_orders": False,
    }
    assert report["summary"]["exit_code"] == 1


def test_x_stops_the_walk_and_last_failed_then_checks_only_what_failed(project, run, on_server):
    project.write("test_app.py", "def test_app():\n    pass\n")
    result = run("--roundtrip", "-x", "alembic.ini")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["INCOMPLETE shop: 2 of 3 revisions checked, 1 not reached; 1 error*"])
    result = run("--roundtrip", "--lf")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["FAILED shop: 1 of 3 revisions checked, 2 skipped; 1 error*"])


def test_a_revision_behind_one_that_cannot_be_applied_fails_and_does_not_pass(broken_project, run, on_server):
    result = run("--roundtrip", "alembic.ini", "-v")
    result.assert_outcomes(passed=1, failed=3, skipped=1)
    result.stdout.fnmatch_lines([
        "alembic.ini::project FAILED*",
        "alembic.ini::0001_users PASSED*",
        "alembic.ini::0002_fails FAILED*",
        "alembic.ini::0003_orders FAILED*",
        "*error RT401 broken-revision*empty.py",
        "*error RT301 upgrade-fails*",
        "*__ 0003_orders __*",
        "  not reached: *0002_fails*",
        "FAILED alembic.ini::0003_orders - not reached: *",
    ])


def test_below_the_threshold_an_item_passes_and_the_summary_still_tells(project, run, on_server):
    result = run("--roundtrip", "alembic.ini::0002_phone", "--roundtrip-fail-on=never")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["PASSED shop: 1 of 3 revisions checked, 2 skipped; 1 error*"])


@pytest.mark.slow
@pytest.mark.usefixtures("on_server")
def test_shards_check_different_revisions_and_together_all(project, pytester):
    reports = []
    for number in (1, 2):
        path = project.folder / f"{number}.json"
        pytester.runpytest_subprocess("--roundtrip", f"--roundtrip-shard={number}/2", f"--roundtrip-json={path}")
        reports.append(json.loads(path.read_text())["revisions"])
    checked = [[entry["revision"] for entry in report if entry["outcome"] == "checked"] for report in reports]
    assert all(checked)
    assert [*checked[0], *checked[1]] == ["0001_users", "0002_phone", "0003_orders"]
    pytester.runpytest_subprocess("--roundtrip-shard=3/2").stderr.fnmatch_lines(["ERROR: *shard*3/2*"])


def test_fixtures_give_a_database_rows_and_the_whole_result(project, run, on_server):
    project.write("test_app.py", """
        import psycopg

        def test_a_database_is_fresh_and_dropped_afterwards(roundtrip_database, roundtrip_seed, request):
            request.config.first = roundtrip_database.name
            with roundtrip_database.connect() as connection:
                connection.execute("CREATE TABLE prices (id int PRIMARY KEY, amount numeric NOT NULL)")
                connection.execute("CREATE TABLE notes (id int PRIMARY KEY, text text)")
                roundtrip_seed(connection, tables=["public.prices"], rows=7)
                assert connection.execute("SELECT count(*) FROM public.prices").fetchone() == (7,)
                assert connection.execute("SELECT count(*) FROM public.notes").fetchone() == (0,)
                roundtrip_seed(connection)
                assert connection.execute("SELECT count(*) FROM public.notes").fetchone()[0] > 0

        def test_the_url_is_sqlalchemys(roundtrip_database, request):
            import sqlalchemy
            assert roundtrip_database.name != request.config.first
            with sqlalchemy.create_engine(roundtrip_database.url).connect() as connection:
                names = connection.exec_driver_sql("SELECT datname FROM pg_database").scalars().all()
            assert roundtrip_database.name in names
            assert request.config.first not in names

        def test_the_walk_is_made_to_its_end(roundtrip_result):
            assert "RT201" in {finding.rule for finding in roundtrip_result.revisions[1].findings}
            assert len(roundtrip_result.revisions) == 3
    """)
    result = run("--roundtrip", "-k", "test_", "-v")
    result.assert_outcomes(passed=3, deselected=5)
    result.stdout.fnmatch_lines(["FAILED shop: 3 revisions checked; 1 error*"])


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "workers"), [(["--roundtrip"], 1), (["--roundtrip", "-n2"], 2), ([], 0)])
def test_no_more_workers_are_started_than_processes_walk(project, run, on_server, monkeypatch, arguments, workers):
    started = project.folder / "started"
    started.mkdir()
    (started / "sitecustomize.py").write_text(
        "import os, pathlib, sys\n"
        "if sys.orig_argv[1:3] == ['-m', 'harness.worker']:\n"
        "    (pathlib.Path(__file__).parent / f'{os.getpid()}.pid').touch()\n")
    monkeypatch.setenv("PYTHONPATH", str(started))
    project.write("test_app.py", "def test_app():\n    pass\n")
    run(*arguments)
    assert len(list(started.glob("*.pid"))) == workers


def test_fixtures_work_without_asking_for_the_walk(project, run):
    project.write("conftest.py", """
        import dataclasses
        import pytest

        @pytest.fixture(scope="session")
        def roundtrip_settings(roundtrip_settings):
            return dataclasses.replace(roundtrip_settings, rows=3)
    """)
    project.write("test_app.py", """
        def test_overridden_settings_reach_the_walk(roundtrip_result, roundtrip_server):
            assert roundtrip_result.rows_per_table == 3
            assert roundtrip_result.server.version == roundtrip_server.version
    """)
    result = run()
    result.assert_outcomes(passed=1)
    assert "== roundtrip ==" not in result.stdout.str()


@pytest.mark.parametrize(("arguments", "collected"), [
    ([], False),
    (["--roundtrip"], True),
    (["--roundtrip", "test_app.py"], True),
    (["--roundtrip-alembic-ini=alembic.ini", "test_app.py"], True),
    (["-o", "roundtrip_alembic_ini=alembic.ini"], True),
    (["-o", "roundtrip_alembic_ini=alembic.ini", "test_app.py"], False),
    (["-o", "roundtrip_alembic_ini=alembic.ini", "--roundtrip", "test_app.py"], True),
    (["--roundtrip", "alembic.ini"], True),
    (["--roundtrip", "-m", "roundtrip"], True),
    (["--roundtrip", "-m", "not roundtrip"], False),
])
def test_what_is_collected(project, pytester, arguments, collected):
    project.write("test_app.py", "def test_app():\n    pass\n")
    result = pytester.runpytest_inprocess("--collect-only", "-q", "--strict-markers", *arguments)
    assert result.ret == 0
    lines = [line for line in result.outlines if "::" in line]
    ours = [line for line in lines if line.startswith("alembic.ini::")]
    assert ours == (["alembic.ini::project", "alembic.ini::0001_users", "alembic.ini::0002_phone",
                     "alembic.ini::0003_orders", "alembic.ini::heads"] if collected else [])
    only_ours = arguments in (["--roundtrip", "alembic.ini"], ["--roundtrip", "-m", "roundtrip"])
    assert ("test_app.py::test_app" in lines) is not only_ours


@pytest.mark.parametrize(("arguments", "message"), [
    (["--roundtrip-alembic-ini=missing.ini"], "ERROR: cannot read the Alembic project: no such file*missing.ini*"),
    (["--roundtrip", "--roundtrip-rows=0"], "ERROR: cannot use rows from the command line: '0' is not *"),
    (["--roundtrip", "-o", "roundtrip_rows=x"], "ERROR: cannot use rows from roundtrip_rows of pytest's ini: 'x' is *"),
    (["--roundtrip", "--roundtrip-json=no/such/report.json"], "ERROR: cannot write the JSON report to *"),
])
def test_a_wrong_option_is_one_line_before_anything_is_collected(project, pytester, arguments, message):
    result = pytester.runpytest_inprocess(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])
    assert "Traceback" not in result.stderr.str()


def test_a_project_that_cannot_be_read_is_a_collection_error_of_one_line(project, run):
    project.write("alembic.ini", "[alembic]\nscript_location = nowhere\n")
    result = run("--roundtrip", "alembic.ini")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*ERROR collecting alembic.ini*", "cannot *nowhere*;*"])
    assert "Traceback" not in result.stdout.str()


def test_a_server_that_cannot_be_had_fails_the_items_with_one_line(project, run):
    result = run("--roundtrip", "alembic.ini", "--roundtrip-server=postgresql://127.0.0.1:1/postgres")
    result.assert_outcomes(passed=1, failed=4)
    assert "Traceback" not in result.stdout.str()
    result.stdout.fnmatch_lines(["*127.0.0.1*1*"])


def test_a_project_elsewhere_is_walked_without_its_own_pytest_files_and_as_far_as_k_says(project, pytester, on_server):
    project.write("conftest.py", "raise RuntimeError('of no concern here')\n")
    here = pytester.mkdir("here")
    here.joinpath("pytest.ini").write_text("[pytest]\n")
    result = pytester.runpytest_subprocess(
        "-c", str(here / "pytest.ini"), "--rootdir", str(here), "--noconftest", "--roundtrip", "-v",
        str(project.folder / "alembic.ini"), "-k", "users")
    result.assert_outcomes(passed=1, deselected=4)
    result.stdout.fnmatch_lines([
        "alembic.ini::0001_users PASSED*",
        "PASSED shop: 1 of 3 revisions checked, 2 skipped*",
    ])


def test_naming_the_plugin_in_a_root_conftest_loads_it_once(project, run):
    project.write("conftest.py", 'pytest_plugins = ["harness.pytest_plugin"]\n')
    run("--roundtrip", "--collect-only", "-q").stdout.fnmatch_lines(["alembic.ini::0001_users"])


@pytest.mark.slow
def test_the_heads_are_compared_with_the_models_in_an_item_of_their_own(project, run, on_server):
    env = (project.folder / "migrations" / "env.py").read_text()
    project.write("migrations/env.py", env.replace("import os\n", "import os\nimport sqlalchemy as sa\n", 1).replace(
        "configure(connection=connection", "configure(connection=connection, target_metadata=models").replace(
        "engine =", "models = sa.MetaData()\nsa.Table('pets', models, sa.Column('id', sa.Integer))\nengine =", 1))
    chosen = ["--roundtrip", "--roundtrip-fail-on=warning", "alembic.ini"]
    alone = run(*chosen, "-k", "heads")
    alone.assert_outcomes(failed=1, deselected=4)
    alone.stdout.fnmatch_lines(["FAILED alembic.ini::heads - *RT204 model-drift public.pets*"])
    whole = run(*chosen, "--roundtrip-json=alone.json")
    spread = run(*chosen, "--roundtrip-json=spread.json", "-n2")
    for result, name in ((whole, "alone.json"), (spread, "spread.json")):
        result.stdout.fnmatch_lines(["FAILED alembic.ini::heads - *RT204 model-drift public.pets*"])
        report = json.loads((project.folder / name).read_text())
        assert report["models"] == {"compared": True, "reason": None}
        assert "public.pets" in [item["object"] for item in report["findings"] if item["rule"] == "RT204"]
    run(*chosen, "--roundtrip-shard=1/2", "-k", "heads").assert_outcomes(skipped=1, deselected=4)


CASCADES = (
    'op.execute("CREATE TABLE visits (id serial PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE)")',
    'op.execute("DROP TABLE visits")')


@pytest.mark.slow
def test_what_deletes_take_with_them_is_measured_in_the_item_of_the_heads(project, run, on_server):
    project.add("0004_visits", CASCADES)
    chosen = ["--roundtrip", "--roundtrip-fail-on=warning", "alembic.ini"]
    alone = run(*chosen, "-k", "heads")
    alone.assert_outcomes(failed=1, deselected=5)
    alone.stdout.fnmatch_lines(["warning RT406 cascade-delete  public.visits.visits_user_id_fkey",
                                "  deleting row (id=*) of public.users deletes * of 10 rows of public.visits",
                                "FAILED alembic.ini::heads - RT406 cascade-delete public.visits.visits_user_id_fkey"])
    whole = run(*chosen, "--roundtrip-json=alone.json")
    spread = run(*chosen, "--roundtrip-json=spread.json", "-n2")
    for result, name in ((whole, "alone.json"), (spread, "spread.json")):
        result.stdout.fnmatch_lines(["*└─ public.visits: * of 10 rows (visits_user_id_fkey, 0004_visits)*"])
        report = json.loads((project.folder / name).read_text())
        found = [(item["revision"], item["object"]) for item in report["findings"] if item["rule"] == "RT406"]
        assert found == [("0004_visits", "public.visits.visits_user_id_fkey")]
        assert report["cascades"]["measured"] is True
