"""The walk spread over processes of pytest-xdist: the same verdict, text and report as in one process."""

import itertools
import json
import re

import pytest

LOSES = ('op.execute("ALTER TABLE users DROP name")', "op.execute(\"ALTER TABLE users ADD name text DEFAULT ''\")")
FAILS = ('op.execute("ALTER TABLE nowhere ADD x int")', "pass")


def good(table):
    return f'op.execute("CREATE TABLE {table} (id int PRIMARY KEY)")', f'op.execute("DROP TABLE {table}")'


def without_times(entry):
    """What of a report must not depend on how long it took."""
    if isinstance(entry, dict):
        return {key: without_times(value) for key, value in entry.items() if key not in {"seconds", "started_at"}}
    return [without_times(value) for value in entry] if isinstance(entry, list) else entry


def shown(result):
    """What pytest shows of failures, and the verdict; without who ran what and how long it took."""
    text = "\n".join(line for line in result.outlines if not re.match(r"\[gw\d\] linux ", line))
    failures = re.findall(r"^_+ (\S+) _+\n(.*?)(?=^[_=]{3})", text, re.DOTALL | re.MULTILINE)
    verdict = text.split("= roundtrip =", 1)[1].split("= short test summary", 1)[0]
    summary = re.findall(r"^FAILED alembic.ini.*$", text, re.MULTILINE)
    return dict(failures), re.sub(r"\d+\.\d s on", "… s on", verdict), sorted(summary)


def test_processes_find_what_one_finds(project, run, on_server):
    project.add("0004_loses", LOSES).add("0005_fails", FAILS).add("0006_behind", good("behind"))
    project.write("migrations/versions/empty.py", "")
    alone = run("--roundtrip", "alembic.ini", "--roundtrip-json=alone.json", "-n0")
    alone.assert_outcomes(passed=2, failed=5, skipped=1)
    spread = run("--roundtrip", "alembic.ini", "--roundtrip-json=spread.json", "-n2", "--dist=worksteal", "-v")
    spread.assert_outcomes(passed=2, failed=5, skipped=1)
    processes = set(re.findall(r"^\[(gw\d)\]", spread.stdout.str(), re.MULTILINE))
    assert processes == {"gw0", "gw1"}
    assert spread.ret == alone.ret == pytest.ExitCode.TESTS_FAILED
    assert len(shown(alone)[0]) == 5
    for found, expected in zip(shown(spread), shown(alone), strict=True):
        assert found == expected
    reports = [json.loads((project.folder / name).read_text()) for name in ("alone.json", "spread.json")]
    assert without_times(reports[1]) == without_times(reports[0])
    assert reports[0]["summary"]["exit_code"] == 4
    assert "Traceback" not in spread.stdout.str()


@pytest.mark.slow
def test_each_process_gets_one_stretch_and_other_tests_come_after(empty_project, run, on_server):
    for number in range(44):
        empty_project.add(f"r{number:02}", ("pass", "pass"))
    empty_project.write("test_app.py", "import pytest\n\n\n@pytest.mark.parametrize('n', range(6))\n"
                                       "def test_app(n):\n    pass\n")
    result = run("--roundtrip", "-n2", "-v")
    result.assert_outcomes(passed=52)
    ran = re.findall(r"^\[(gw\d)\].* PASSED alembic.ini::r(\d+)", result.stdout.str(), re.MULTILINE)
    assert len(ran) == 44
    by_number = [process for process, _ in sorted(ran, key=lambda entry: entry[1])]
    assert len(list(itertools.groupby(by_number))) == 2
    result.stdout.fnmatch_lines(["scheduling tests via StretchScheduling", "PASSED shop: 44 revisions checked*"])


@pytest.mark.slow
def test_a_team_that_hands_out_its_tests_itself_goes_on_doing_so(project, run, on_server):
    project.write("conftest.py", """
        from xdist.scheduler import LoadFileScheduling

        def pytest_xdist_make_scheduler(config, log):
            return LoadFileScheduling(config, log)
    """)
    result = run("--roundtrip", "-n2", "-v", "alembic.ini")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["scheduling tests via LoadFileScheduling", "FAILED shop: 3 revisions checked*"])


def test_what_a_process_had_found_before_it_crashed_is_not_lost(project, run, on_server):
    project.write("conftest.py", """
        import os

        def pytest_runtest_setup(item):
            if item.name == "0003_orders":
                os._exit(1)
    """)
    result = run("--roundtrip", "-n1", "alembic.ini", "--max-worker-restart=0")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["*worker 'gw0' crashed while running 'alembic.ini::0003_orders'*"])
    result.stdout.fnmatch_lines(["INCOMPLETE shop: 2 of 3 revisions checked, 1 not reached; 1 error*"])


@pytest.mark.slow
def test_x_and_last_failed_work_as_in_one_process(project, run, on_server):
    result = run("--roundtrip", "-x", "-n1", "alembic.ini")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["INCOMPLETE shop: 2 of 3 revisions checked, 1 not reached; 1 error*"])
    result = run("--roundtrip", "--lf", "-n2", "alembic.ini")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["FAILED shop: 1 of 3 revisions checked, 2 skipped; 1 error*"])
