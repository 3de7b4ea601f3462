"""The shell of the GitHub action, run as a runner would, on a project of a rule."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parent.parent.parent
STEPS = {step["name"]: step for step in yaml.safe_load((REPOSITORY / "action.yml").read_text())["runs"]["steps"]}
PROJECTS = REPOSITORY / "tests" / "projects" / "rules" / "rt201"


@pytest.fixture
def run(tmp_path, server):
    """Runs a step with these variables; returns its exit code and what it has put out."""

    def run_step(name, **variables):
        step = STEPS[name]
        output = tmp_path / "output"
        output.touch()
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                       "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
                       "GITHUB_ACTIONS": "true", "ROUNDTRIP_SERVER": server.address.url(server.maintenance_database),
                       **dict.fromkeys(step.get("env", ()), ""), "REPORTS": str(tmp_path / "reports"), **variables}
        # https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#defaultsrunshell
        done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=tmp_path,
                              env=environment, capture_output=True, text=True, check=False)
        told = dict(line.split("=", 1) for line in output.read_text().splitlines())
        return done, told

    return run_step


def test_a_bad_project_is_reported_in_every_format_and_fails_the_job_at_its_end(run, tmp_path):
    done, told = run("Walk the migrations", ALEMBIC_INI=str(PROJECTS / "bad" / "alembic.ini"))
    assert (done.returncode, told) == (0, {"exit-code": "1", "reports": str(tmp_path / "reports")}), done.stderr
    assert {path.name for path in (tmp_path / "reports").iterdir()} == {
        f"report.{kind}" for kind in ("html", "json", "md", "sarif", "xml")}
    report = json.loads((tmp_path / "reports" / "report.json").read_text())
    assert "RT201" in {finding["rule"] for finding in report["findings"]}
    assert "::error " in done.stdout
    assert "Roundtrip FAILED" in (tmp_path / "summary.md").read_text()
    assert run("Pass or fail", CODE=told["exit-code"])[0].returncode == 1


def test_arguments_are_split_as_a_shell_does_and_run_nothing(run, tmp_path):
    done, told = run("Walk the migrations", ALEMBIC_INI=str(PROJECTS / "good" / "alembic.ini"),
                     ARGUMENTS="--rows 3\n  -x 'key=two words $(touch injected)' --seed \"7\"")
    assert told["exit-code"] == "0", done.stderr
    summary = json.loads((tmp_path / "reports" / "report.json").read_text())["summary"]
    assert (summary["rows_per_table"], summary["seed"]) == (3, 7)
    assert not (tmp_path / "injected").exists()


def test_what_cannot_be_walked_has_no_reports_and_fails_with_its_code(run):
    done, told = run("Walk the migrations", ALEMBIC_INI="nowhere.ini")
    assert (done.returncode, told) == (0, {"exit-code": "3"}), done.stderr
    assert run("Pass or fail", CODE="3")[0].returncode == 3
