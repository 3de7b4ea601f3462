"""Several jobs, or several shards, find of a history what one walk finds, in the same order."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness import engine
from harness.config import load_settings
from harness.engine import open_run
from harness.errors import ProjectError, ServerUnavailableError, UsageError
from harness.outcomes import Checked, NotReached, Skipped
from harness.report import to_json
from harness.walk.walk import OTHER_SHARD
from tests.bad_history import write_project

BAD = {"drift", "rows_lost", "fails_on_data", "missing", "blocked", "role_left", "live_lost"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return write_project(tmp_path_factory.mktemp("history"), BAD)


def settings_for(ini, **others):
    """With a remark on each file (RT407), which is judged without the jobs."""
    return load_settings({"alembic_ini": str(ini), "server": "embedded", "oversized_lines": 3, **others},
                         start=ini.parent, environ={})


def walk(ini, **others):
    with open_run(settings_for(ini, **others)) as run:
        results = list(run.results())
        return results, run.result()


def told(result):
    """Everything that the result tells, as JSON, without times."""

    def timeless(value):
        if isinstance(value, dict):
            return {key: timeless(item) for key, item in value.items() if key not in {"seconds", "started_at"}}
        return [timeless(item) for item in value] if isinstance(value, list) else value

    return timeless(json.loads(json.dumps(to_json(result, 0))))


@pytest.fixture(scope="module")
def whole(project):
    return walk(project)


class TestJobs:
    def test_they_tell_what_one_walk_tells(self, project, whole):
        results, result = walk(project, jobs=3)
        assert told(result) == told(whole[1])
        assert [item.revision for item in results] == [item.revision for item in whole[0]]

    @pytest.mark.slow
    @pytest.mark.parametrize("one_server", [False, True])
    def test_left_to_the_machine_they_are_several_unless_there_is_one_server(
        self, project, whole, server, monkeypatch, one_server
    ):
        crews = []
        monkeypatch.setattr(engine, "suitable_jobs", lambda *_counts: 2)

        def noted(*given, crew=engine.Crew, **named):
            crews.append(given)
            return crew(*given, **named)

        monkeypatch.setattr(engine, "Crew", noted)
        with open_run(settings_for(project), server=server if one_server else None, ahead=True) as run:
            list(run.results())
            result = run.result()
        assert len(crews) == (0 if one_server else 1)
        assert [item.findings for item in result.revisions] == [item.findings for item in whole[1].revisions]

    def test_more_of_them_than_revisions(self, project, whole):
        results, _ = walk(project, jobs=3, revisions=["drift", "blocked"])
        assert [item.revision for item in results] == ["drift", "blocked"]
        expected = {item.revision: item.findings for item in whole[0]}
        assert [item.findings for item in results] == [expected["drift"], expected["blocked"]]

    def test_a_revision_that_cannot_be_applied_blocks_in_every_segment(self, tmp_path):
        ini = write_project(tmp_path / "history", set())
        file = next((ini.parent / "versions").glob("*_good_2.py"))
        file.write_text(file.read_text().replace("CREATE TABLE", "CREATE NONSENSE"))
        _, alone = walk(ini)
        _, result = walk(ini, jobs=2)
        assert told(result) == told(alone)
        assert any(isinstance(item.outcome, NotReached) for item in result.revisions)

    def test_they_are_refused_on_one_server(self, project, server):
        with pytest.raises(UsageError, match="cannot walk in 2 jobs"):
            walk(project, jobs=2, server="postgresql://postgres@127.0.0.1:1/postgres")
        with open_run(settings_for(project, jobs=2), server=server) as run, pytest.raises(UsageError):
            list(run.results())

    def test_what_stops_one_of_them_is_raised(self, project, tmp_path):
        with pytest.raises(ServerUnavailableError, match="docker"):
            walk(project, jobs=2, server="docker", image="postgres:no-such-tag")
        ini = write_project(tmp_path / "history", set())
        (ini.parent / "env.py").write_text("raise RuntimeError('not today')\n")
        with pytest.raises(ProjectError, match="not today"):
            walk(ini, jobs=2)

    def test_the_death_of_one_costs_its_segment_only(self, project, whole):
        with open_run(settings_for(project, jobs=2)) as run:
            walking = run.results()
            next(walking)
            second = max(jobs_of(os.getpid()))
            os.kill(second, signal.SIGKILL)
            list(walking)
            result = run.result()
        lost = [item for item in result.revisions if isinstance(item.outcome, NotReached)]
        assert lost
        assert {item.outcome.reason for item in lost} == {"the process that walked it was killed by SIGKILL"}
        expected = {item.revision: item.findings for item in whole[0]}
        checked = [item for item in result.revisions if isinstance(item.outcome, Checked)]
        assert checked
        assert all(item.findings == expected[item.revision] for item in checked)

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
    def test_none_outlives_the_process_that_started_them(self, number, project):
        process = subprocess.Popen([sys.executable, "-m", "harness", "check", "--alembic-ini", str(project), "--jobs",
                                    "3", "--server", "embedded"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        jobs = wait_for(lambda: found if len(found := jobs_of(process.pid)) == 2 else None)
        time.sleep(1)
        process.send_signal(number)
        process.wait(30)
        wait_for(lambda: not any(Path(f"/proc/{job}").exists() for job in jobs))


class TestShards:
    @pytest.mark.slow
    def test_together_they_tell_what_the_whole_walk_tells(self, project, whole):
        shards = 3
        expected = {item.revision: item for item in whole[0]}
        checked = []
        for number in range(1, shards + 1):
            for item in walk(project, shard=f"{number}/{shards}")[1].revisions:
                if isinstance(item.outcome, Checked):
                    assert item.findings == expected[item.revision].findings
                    checked.append(item.revision)
                else:
                    assert isinstance(item.outcome, Skipped)
        assert checked == [item.revision for item in whole[0]]

    def test_what_is_left_to_another_is_said(self, project):
        _, result = walk(project, shard="1/2", revisions=["start", "drift", "live_lost"])
        reasons = {item.revision: item.outcome.reason for item in result.revisions
                   if isinstance(item.outcome, Skipped)}
        assert reasons["live_lost"] == OTHER_SHARD
        assert reasons["good_14"] == "not selected"
        assert {item.revision for item in result.findings if item.rule == "RT407"} == {"start", "drift"}

    def test_one_may_be_walked_in_jobs(self, project, whole):
        results, _ = walk(project, shard="2/2", jobs=2)
        expected = {item.revision: item.findings for item in whole[0]}
        assert results
        assert {item.revision: item.findings for item in results}.items() <= expected.items()


def jobs_of(parent):
    """The processes that walk segments for this one."""
    listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True,
                            check=False).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if "harness.jobs" in line]


def wait_for(found, limit_seconds=30):
    deadline = time.monotonic() + limit_seconds
    while not (result := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return result
