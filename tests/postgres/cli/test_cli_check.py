"""The commands on real projects and a real server."""

import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest

from harness import launch
from harness.cli import main
from harness.report import json_schema
from tests.small_history import write_history

RULES = Path(__file__).parents[2] / "projects" / "rules"
BAD = str(RULES / "rt201" / "bad" / "alembic.ini")
GOOD = str(RULES / "rt201" / "good" / "alembic.ini")
FAILING = str(RULES / "rt301" / "bad" / "alembic.ini")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    for name in ("ROUNDTRIP_ALEMBIC_INI", "ROUNDTRIP_IMAGE", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def on_server(server, monkeypatch):
    """The commands use the server of this test session unless they are told another."""
    database = server.maintenance_database
    monkeypatch.setenv("ROUNDTRIP_SERVER", server.address.url(database).replace("postgresql+psycopg", "postgresql"))


def valid(text):
    document = json.loads(text)
    jsonschema.Draft202012Validator(json_schema()).validate(document)
    return document


def test_findings_exit_with_1_and_are_reported_in_text_and_json(capsys):
    assert main(["check", "--alembic-ini", BAD, "--json", "report.json"]) == 1
    text = capsys.readouterr().out
    assert re.match(r"FAILED \S+: 2 revisions checked; \d+ errors?", text)
    assert "RT201 schema-drift" in text
    assert re.search(r"^FAILED \(exit 1\): ", text, re.MULTILINE)
    report = valid(Path("report.json").read_text())
    assert report["summary"]["exit_code"] == 1
    assert {finding["rule"] for finding in report["findings"] if finding["severity"] == "error"} == {"RT201"}


def test_a_sound_history_exits_with_0_and_says_what_was_proven(capsys):
    assert main(["check", "--alembic-ini", GOOD, "--rows", "4", "--seed", "3"]) == 0
    text = capsys.readouterr().out
    assert re.match(r"PASSED \S+: 2 revisions checked; ", text)
    assert "4 rows a table, seed 3" in text


def test_a_milder_threshold_changes_the_exit_code_alone(capsys):
    assert main(["check", "--alembic-ini", BAD, "--fail-on", "never"]) == 0
    assert "RT201 schema-drift" in capsys.readouterr().out


def test_json_on_the_standard_output_leaves_the_text_to_the_standard_error(capsys):
    assert main(["check", "--alembic-ini", BAD, "--json", "-"]) == 1
    shown = capsys.readouterr()
    assert valid(shown.out)["summary"]["verdict"] == "error"
    assert shown.err.startswith("FAILED ")


@pytest.mark.parametrize("arguments", [["check"], ["doctor"], ["schemas", "verify"], ["search", "head"]])
def test_the_worker_that_was_launched_ahead_is_the_one_that_is_used(arguments, monkeypatch, capfd):
    """Else the command would start two, and wait for the second."""
    started = []
    start = launch.subprocess.Popen

    def count(command, **keywords):
        started.append(command)
        return start(command, **keywords)

    monkeypatch.setattr(launch, "subprocess", SimpleNamespace(Popen=count, DEVNULL=subprocess.DEVNULL))
    main([*arguments, "--alembic-ini", GOOD])
    capfd.readouterr()
    assert len(started) == 1


EVERY_REPORT = {"--json": "r.json", "--junit": "r.xml", "--sarif": "r.sarif", "--markdown": "r.md", "--html": "r.html"}


def test_every_report_is_written_from_one_walk(capsys):
    options = [word for pair in EVERY_REPORT.items() for word in pair]
    assert main(["check", "--alembic-ini", BAD, *options]) == 1
    text = capsys.readouterr().out
    (finding,) = (f for f in valid(Path("r.json").read_text())["findings"] if f["severity"] == "error")
    for path in EVERY_REPORT.values():
        assert finding["rule"] in Path(path).read_text(), path
        assert finding["rule"] in text
    (result,) = (entry for entry in json.loads(Path("r.sarif").read_text())["runs"][0]["results"]
                 if entry["level"] == "error")
    place = result["locations"][0]["physicalLocation"]
    file = Path(__file__).parents[3] / place["artifactLocation"]["uri"]
    assert finding["object"].rpartition(".")[2] in file.read_text().splitlines()[place["region"]["startLine"] - 1]


@pytest.mark.parametrize("lost", EVERY_REPORT)
def test_a_report_that_cannot_be_written_costs_no_other(lost, capsys):
    paths = {**EVERY_REPORT, lost: "/dev/full"}
    assert main(["check", "--alembic-ini", BAD, *(word for pair in paths.items() for word in pair)]) == 2
    shown = capsys.readouterr()
    assert shown.out.startswith("FAILED ")
    assert shown.err.startswith("roundtrip: error: cannot write the ")
    assert shown.err.count("\n") == 1
    assert {path for path in EVERY_REPORT.values() if Path(path).exists()} == set(paths.values()) - {"/dev/full"}


def test_a_reader_of_the_text_that_goes_away_costs_no_report(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = subprocess.run([sys.executable, "-m", "harness", "check", "--alembic-ini", BAD, "--sarif", "r.sarif"],
                             stdout=writing, stderr=subprocess.PIPE, text=True, check=False, cwd=tmp_path)
    finally:
        os.close(writing)
    assert ran.returncode == 128 + signal.SIGPIPE
    assert json.loads((tmp_path / "r.sarif").read_text())["runs"]


@pytest.mark.parametrize("option", EVERY_REPORT)
def test_any_report_can_go_to_the_standard_output(option, capsys):
    assert main(["check", "--alembic-ini", GOOD, option, "-"]) == 0
    shown = capsys.readouterr()
    assert shown.err.startswith("PASSED ")
    assert "PASSED " not in shown.out or option in {"--markdown", "--html"}
    assert shown.out


def test_github_is_told_the_lines_and_given_a_summary(capsys, monkeypatch, tmp_path):
    summary = tmp_path / "summary.md"
    summary.write_text("what an earlier step wrote\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert main(["check", "--alembic-ini", BAD]) == 1
    commands = re.findall(r"^::error file=(.+),line=(\d+),title=RT201 .*$", capsys.readouterr().out, re.MULTILINE)
    assert commands
    assert all(path.startswith("tests/projects/rules/rt201/bad/versions/") for path, _ in commands)
    assert summary.read_text().startswith("what an earlier step wrote\n### ❌ Roundtrip FAILED")


def test_what_github_is_told_stays_out_of_a_report_on_the_standard_output(capsys, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert main(["check", "--alembic-ini", BAD, "--json", "-"]) == 1
    shown = capsys.readouterr()
    assert valid(shown.out)
    assert "\n::error file=" in shown.err


def test_one_revision_can_be_asked_for(capsys):
    assert main(["check", "--alembic-ini", BAD, "--revision", "0001", "--json", "-"]) == 0
    outcomes = [entry["outcome"] for entry in valid(capsys.readouterr().out)["revisions"]]
    assert outcomes == ["checked", "skipped"]


def test_only_the_revisions_after_one_can_be_asked_for(capsys):
    assert main(["check", "--alembic-ini", BAD, "--since", "0001", "--json", "-"]) == 1
    outcomes = [entry["outcome"] for entry in valid(capsys.readouterr().out)["revisions"]]
    assert outcomes == ["skipped", "checked"]


def test_an_unknown_revision_exits_with_2(capsys):
    assert main(["check", "--alembic-ini", BAD, "--revision", "nothing"]) == 2
    assert "'nothing'" in capsys.readouterr().err


def test_a_server_that_does_not_answer_exits_with_3_without_its_password(capsys):
    assert main(["check", "--alembic-ini", BAD, "--server", "postgresql://me:hush@127.0.0.1:1/postgres"]) == 3
    shown = capsys.readouterr()
    assert shown.err.startswith("roundtrip: error: ")
    assert shown.err.count("\n") == 1
    assert "hush" not in shown.err + shown.out


def assert_told_everywhere(cause, shown, paths):
    assert " ".join(cause.split()) in " ".join(shown.split())
    told = {path: html.unescape(Path(path).read_text()) for path in paths}
    assert {path for path, text in told.items() if cause not in text.replace("\\", "")} == set()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_ended_the_walk_is_told_of_each_revision_that_it_did_not_come_to(jobs, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("ROUNDTRIP_SERVER")
    project = copied(tmp_path)
    (project / "env.py").write_text("raise LookupError('no address')\n")
    (project / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    options = [word for pair in EVERY_REPORT.items() for word in pair]
    ini = str(project / "alembic.ini")
    assert main(["check", "--alembic-ini", ini, "--server", "embedded", "--jobs", jobs, *options]) == 3
    shown = capsys.readouterr()
    assert shown.err.startswith("roundtrip: error: cannot run env.py: it raised LookupError: no address at ")
    cause = "the end of the walk came before it: cannot run env.py: it raised LookupError: no address at "
    assert_told_everywhere(cause, shown.out, EVERY_REPORT.values())
    blocked = [entry["blocked_by"] for entry in valid(Path("r.json").read_text())["revisions"]]
    assert blocked == ["the end of the walk"] * 2
    assert "stands between the walk and the heads" not in shown.out


@pytest.mark.parametrize(("options", "error"), [
    (["--at", "0001"], "cannot use at: there is no dump; "),
    (["--down-to", "base"], "cannot use down_to: there is no dump; "),
    (["--from-dump", "gone.dump"], "cannot read the dump "),
])
def test_a_dump_that_cannot_be_used_is_told_before_a_server_is_started(options, error, capsys, monkeypatch):
    monkeypatch.setattr("harness.engine.start_server", lambda *_: pytest.fail("a server was started"))
    assert main(["check", "--alembic-ini", GOOD, *options]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith(f"roundtrip: error: {error}")
    assert shown.err.count("\n") == 1
    assert shown.out == ""


@pytest.fixture
def scratch():
    """A folder for temporary files that the user whom a server runs as can reach, too."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


def sleeping_project(folder):
    """A sound history, and a last revision that sleeps while it is applied."""
    shutil.copytree(RULES / "rt201" / "good", folder / "rt" / "good")
    shutil.copytree(RULES / "_shared", folder / "_shared")
    versions = folder / "rt" / "good" / "versions"
    last = max(re.findall(r'^revision(?:: str)? = "(\w+)"', "\n".join(p.read_text() for p in versions.glob("*.py")),
                          re.MULTILINE))
    (versions / "0009_sleeps.py").write_text(
        f'from pathlib import Path\nfrom alembic import op\nrevision = "0009_sleeps"\ndown_revision = "{last}"\n\n\n'
        f'def upgrade():\n    Path({str(folder / "asleep")!r}).touch()\n    op.execute("SELECT pg_sleep(60)")\n\n\n'
        f"def downgrade():\n    pass\n")
    return folder / "rt" / "good" / "alembic.ini"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_reports_what_it_knows_and_leaves_nothing(tmp_path, scratch, number, code):
    ini = sleeping_project(tmp_path)
    command = ["check", "--alembic-ini", str(ini), "--server", "embedded", "--json", "r.json"]
    process = subprocess.Popen([sys.executable, "-m", "harness", *command], stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.PIPE, cwd=tmp_path, env={**os.environ, "TMPDIR": str(scratch)})
    try:
        deadline = time.monotonic() + 60
        while not (tmp_path / "asleep").exists():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(number)
        text, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == code
    assert text.startswith("STOPPED ")
    assert "2 of 3 revisions checked, 1 not reached" in text
    assert "1 revision not reached: the end of the walk came before it: interrupted" in text
    assert "Traceback" not in errors
    assert valid((tmp_path / "r.json").read_text())["summary"]["exit_code"] == code
    assert list(scratch.iterdir()) == []


def test_the_doctor_tells_server_and_project(capsys):
    assert main(["doctor", "--alembic-ini", GOOD]) == 0
    text = capsys.readouterr().out
    assert re.search(r"^  chosen +url: PostgreSQL \d+\.\d+ at ", text, re.MULTILINE)
    assert re.search(r"^  not chosen +docker: ", text, re.MULTILINE)
    assert re.search(r"^  extensions +.*plpgsql ", text, re.MULTILINE)
    assert re.search(r"^  revisions +2, of which 2 can be walked$", text, re.MULTILINE)


def test_the_doctor_tells_what_is_missing(tmp_path, capsys):
    ini = sleeping_project(tmp_path)
    revision = ini.parent / "versions" / "0009_sleeps.py"
    revision.write_text(revision.read_text().replace("SELECT pg_sleep(60)", "CREATE EXTENSION no_such_extension"))
    (ini.parent / "versions" / "empty.py").touch()
    with ini.open("a") as text:
        text.write("sqlalchemy.url = postgresql+nodriver://db.invalid/app\n")
    assert main(["doctor", "--alembic-ini", str(ini)]) == 3
    shown = capsys.readouterr().out
    assert re.search(r"^  extension +missing: no_such_extension \(wanted by 0009_sleeps\): ", shown, re.MULTILINE)
    assert re.search(r"^  driver +missing: nodriver \(wanted by alembic.ini\): pip install ", shown, re.MULTILINE)
    assert re.search(r"^  error +RT401 .*empty\.py", shown, re.MULTILINE)


def test_the_doctor_finds_in_the_way_what_leaves_no_revision_to_walk_and_says_it_once(tmp_path, capsys):
    write = "revision = {0!r}\ndown_revision = None\ndef upgrade():\n    pass\ndef downgrade():\n    pass\n"
    ini = write_history(tmp_path, {})
    (tmp_path / "settings_of_shop.py").write_text("raise SystemExit('SHOP_KEY is not set')")
    for revision in ("one", "two"):
        (tmp_path / "versions" / f"{revision}.py").write_text(f"import settings_of_shop\n{write.format(revision)}")
    ini.write_text(f"{ini.read_text()}prepend_sys_path = {tmp_path}\n")
    assert main(["doctor", "--alembic-ini", str(ini)]) == 3
    told = [line for line in capsys.readouterr().out.splitlines() if "SHOP_KEY" in line]
    assert len(told) == 1
    assert "versions/one.py cannot be loaded as a revision: SystemExit: SHOP_KEY is not set; so it is of " in told[0]
    assert told[0].partition("so it is of ")[2].startswith("versions/two.py; give what `import settings_of_shop` needs")


def test_the_doctor_speaks_of_the_server_when_there_is_no_project(capsys):
    assert main(["doctor", "--alembic-ini", "missing.ini"]) == 3
    text = capsys.readouterr().out
    assert re.search(r"^  chosen ", text, re.MULTILINE)
    assert re.search(r"^  unreadable +cannot .*missing\.ini", text, re.MULTILINE)


def copied(folder):
    """A copy of the bad project, with the env.py that it shares with others."""
    shutil.copytree(RULES / "_shared", folder / "_shared")
    return Path(shutil.copytree(Path(BAD).parent, folder / "rt201" / "bad"))


def test_what_is_accepted_passes_and_is_shown_until_it_is_mended(tmp_path, capsys):
    project = copied(tmp_path)
    check = ["check", "--alembic-ini", str(project / "alembic.ini"), "--json", "report.json"]
    assert main(check) == 1
    assert main(["accept", "report.json", "--reason", "shipped", "--alembic-ini", str(project / "alembic.ini")]) == 0
    capsys.readouterr()
    assert main(check) == 0
    assert re.search(r"^\d+ accepted\n  RT201 schema-drift: .*: shipped", capsys.readouterr().out, re.MULTILINE)
    report = valid(Path("report.json").read_text())
    assert {entry["accepted"] for entry in report["findings"] if entry["rule"] == "RT201"} == {"shipped"}
    assert report["unmatched_acceptances"] == []

    for file in (Path(GOOD).parent / "versions").glob("*.py"):
        shutil.copy(file, project / "versions")
    assert main(check) == 0
    assert "found no more; take the entries out" in capsys.readouterr().out
    report = valid(Path("report.json").read_text())
    assert [entry["rule"] for entry in report["unmatched_acceptances"]] == ["RT201"]


def test_several_jobs_accept_as_one_does(tmp_path, monkeypatch):
    monkeypatch.delenv("ROUNDTRIP_SERVER")
    project = copied(tmp_path)
    (project / "roundtrip.toml").write_text('[[accept]]\nrule = "RT201"\nreason = "shipped"\nuntil = 2999-12-31\n')
    assert main(["check", "--alembic-ini", str(project / "alembic.ini"), "--jobs", "2"]) == 0


def git(folder, *arguments):
    subprocess.run(["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@t", *arguments], check=True,
                   capture_output=True)


def outcomes(path):
    return {entry["revision"]: entry["outcome"] for entry in valid(Path(path).read_text())["revisions"]}


def test_only_revisions_that_a_branch_changed_are_checked(tmp_path, capsys):
    ini = copied(tmp_path) / "alembic.ini"
    first, second = sorted((ini.parent / "versions").glob("*.py"))
    git(tmp_path, "init", "-b", "main")
    git(tmp_path, "add", str(first), str(ini), str(tmp_path / "_shared"))
    git(tmp_path, "commit", "-m", "first")
    check = ["check", "--alembic-ini", str(ini), "--json", "report.json", "--changed-from", "main"]
    assert main(check) == 1, "the second file is not known to git yet"
    assert list(outcomes("report.json").values()) == ["skipped", "checked"]

    git(tmp_path, "switch", "-c", "work")
    git(tmp_path, "add", str(second))
    git(tmp_path, "commit", "-m", "second")
    assert main(check) == 1
    assert list(outcomes("report.json").values()) == ["skipped", "checked"]

    assert main([*check[:-1], "work"]) == 0
    assert list(outcomes("report.json").values()) == ["skipped", "skipped"]
    capsys.readouterr()
    assert main([*check[:-1], "gone"]) == 2
    error = capsys.readouterr().err
    assert "cannot tell what changed since 'gone': " in error
    assert error.count("\n") == 1


def test_what_changed_cannot_be_told_outside_a_repository(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert main(["check", "--alembic-ini", str(copied(tmp_path) / "alembic.ini"), "--changed-from", "main"]) == 2
    assert "not a git repository" in capsys.readouterr().err


def test_doctor_says_why_a_revision_cannot_be_walked(tmp_path, capsys):
    ini = copied(tmp_path) / "alembic.ini"
    (ini.parent / "versions" / "9999_far.py").write_text(
        "revision = '9999'\ndown_revision = '9998'\n\ndef upgrade():\n    pass\n\ndef downgrade():\n    pass\n")
    assert main(["doctor", "--alembic-ini", str(ini)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "error RT403 versions/9999_far.py follows 9998, which no file has; restore the missing file" in told


def test_revisions_that_are_not_read_are_told_of_by_check_and_doctor(tmp_path, capsys):
    ini = copied(tmp_path) / "alembic.ini"
    second = max((ini.parent / "versions").glob("*.py"))
    (second.parent / "later").mkdir()
    second.rename(second.parent / "later" / second.name)
    where = "files that look like revisions are in versions/later (1), where none are read: "
    remedy = 'set recursive_version_locations = "true" in main_options of the settings, if they are to be walked'
    arguments = ["--alembic-ini", str(ini)]
    assert main(["check", *arguments, "--json", "report.json", "--markdown", "report.md", "--html", "report.html"]) == 0
    assert f"\n\nNot read: {where}{remedy}.\n\n" in capsys.readouterr().out.replace("\n  ", " ")
    assert valid(Path("report.json").read_text())["project"]["not_read"] == [where + remedy]
    assert "\nNot read: files that look like revisions" in Path("report.md").read_text()
    assert "Not read: files that look like revisions" in Path("report.html").read_text()
    assert main(["doctor", *arguments]) == 0
    assert f"\n  not read    {where}{remedy}\n" in capsys.readouterr().out

    Path("roundtrip.toml").write_text('main_options = { recursive_version_locations = "true" }\n')
    assert main(["check", *arguments]) == 1
    text = capsys.readouterr().out
    assert "Not read" not in text
    assert "2 revisions checked" in text
