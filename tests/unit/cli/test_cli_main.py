import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness import __version__
from harness.cli import main
from harness.findings.catalogue import RULES


def roundtrip(*arguments, cwd, **options):
    return subprocess.run([sys.executable, "-m", "harness", *arguments], cwd=cwd, capture_output=True, text=True,
                          check=False, timeout=60, **options)


@pytest.fixture
def at(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_version_is_printed(capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"roundtrip {__version__}\n"


@pytest.mark.parametrize(("module", "unneeded"), [
    ("harness.cli", {"rich", "psycopg", "sqlalchemy", "hypothesis"}),
    # What a check needs of the team's project is imported by the worker.
    ("harness.cli.check", {"sqlalchemy", "alembic", "hypothesis", "pytest", "jinja2", "testcontainers", "docker"}),
])
def test_what_is_not_needed_is_not_imported(module, unneeded):
    code = f"import sys, {module}; print(*sorted({unneeded!r} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "\n"


@pytest.mark.parametrize("arguments", [[], ["walk"], ["check", "--rev", "a"], ["check", "--fail-on", "fatal"],
                                       ["search"], ["check", "--jobs"], ["explain"]])
def test_what_is_not_understood_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert "usage: roundtrip" in capsys.readouterr().err


@pytest.mark.parametrize("rule", ["RT101", "rt101", "rows-lost"])
def test_a_rule_is_explained_by_code_or_name(rule, capsys):
    assert main(["explain", rule]) == 0
    assert "RT101 rows-lost" in capsys.readouterr().out


def test_an_unknown_rule_is_one_line_and_exits_with_2(capsys):
    assert main(["explain", "RT999"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("roundtrip: error: cannot find rule 'RT999'")
    assert error.count("\n") == 1


def test_all_rules_are_listed(capsys):
    assert main(["explain", "--list"]) == 0
    assert re.findall(r"^RT\d+", capsys.readouterr().out, re.MULTILINE) == [rule.code for rule in RULES]


@pytest.mark.parametrize(("arguments", "error"), [
    (["--rows", "0"], "cannot use rows"),
    (["--rows", "many"], "cannot use rows"),
    (["--seed", ""], "cannot use seed"),
    (["--time-limit", "-1"], "cannot use time_limit_seconds"),
    (["--alembic-ini", ""], "cannot use alembic_ini"),
])
def test_a_wrong_value_is_one_line_and_exits_with_2(arguments, error, at, capsys):
    assert main(["check", *arguments]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith(f"roundtrip: error: {error}")
    assert shown.count("\n") == 1


@pytest.mark.parametrize("name", ["JSON", "JUnit", "SARIF", "Markdown", "HTML"])
def test_a_report_that_cannot_be_written_is_said_before_the_project_is_read(name, at, capsys):
    assert main(["check", f"--{name.lower()}", "no/such/folder/report"]) == 2
    assert f"cannot write the {name} report to 'no/such/folder/report': no such file" in capsys.readouterr().err


@pytest.mark.parametrize("paths", [("-", "-"), ("report", "./report")])
def test_two_reports_cannot_go_to_one_place(paths, at, capsys):
    assert main(["check", "--html", paths[0], "--sarif", paths[1]]) == 2
    assert f"cannot write the HTML report to {paths[0]!r}: the SARIF report goes there" in capsys.readouterr().err


def test_trying_whether_a_report_can_be_written_leaves_nothing_and_harms_nothing(at, capsys):
    (at / "old.json").write_text("kept")
    main(["check", "--alembic-ini", "missing.ini", "--json", "old.json"])
    main(["check", "--alembic-ini", "missing.ini", "--json", "new.json"])
    assert (at / "old.json").read_text() == "kept"
    assert not (at / "new.json").exists()


def test_a_missing_ini_is_one_line_and_exits_with_3(at, capsys):
    assert main(["check", "--alembic-ini", "missing.ini"]) == 3
    shown = capsys.readouterr()
    assert shown.err.startswith("roundtrip: error: ")
    assert "missing.ini" in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


def test_a_fault_of_our_own_exits_with_70_and_says_so(at, capsys, monkeypatch):
    def broken(_options):
        raise RuntimeError("our mistake")

    monkeypatch.setattr("harness.cli.explain.explain", broken)
    assert main(["explain", "RT101"]) == 70
    shown = capsys.readouterr().err
    assert "our mistake" in shown
    assert "this is a fault of Roundtrip's own" in shown


def test_an_interruption_before_anything_is_known_is_one_line(at, capsys, monkeypatch):
    def interrupted(_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("harness.cli.explain.explain", interrupted)
    assert main(["explain", "RT101"]) == 130
    assert capsys.readouterr().err == "roundtrip: interrupted\n"


def test_an_interruption_while_the_command_is_still_imported_is_one_line():
    code = ("import sys\nclass Stop:\n    def find_spec(self, name, *_):\n        if name == 'harness.config':\n"
            "            raise KeyboardInterrupt\nsys.meta_path.insert(0, Stop())\nimport harness.cli")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (130, "roundtrip: interrupted\n")


@pytest.mark.parametrize(("closed", "arguments", "code"), [
    (">&-", ("explain", "--list"), 0), ("2>&-", ("explain", "RT999"), 2), (">&- 2>&-", ("explain", "RT101"), 0)])
def test_a_stream_that_is_closed_is_no_fault(closed, arguments, code, tmp_path):
    ran = subprocess.run(["/bin/sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "harness", *arguments],
                         cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (code, "", "")


def test_a_reader_that_goes_away_is_no_fault(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = subprocess.run([sys.executable, "-m", "harness", "explain", "--list"], stdout=writing,
                             stderr=subprocess.PIPE, text=True, check=False, cwd=tmp_path)
    finally:
        os.close(writing)
    assert ran.returncode == 128 + signal.SIGPIPE
    assert ran.stderr == ""


def test_a_full_disk_is_one_line(tmp_path):
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run([sys.executable, "-m", "harness", "explain", "--list"], stdout=full,
                             stderr=subprocess.PIPE, text=True, check=False, cwd=tmp_path)
    assert ran.returncode == 3
    assert ran.stderr.startswith("roundtrip: error: cannot write: no space left on the device")


def test_a_terminal_that_knows_only_ascii_gets_escapes(tmp_path):
    ran = roundtrip("explain", "--list", cwd=tmp_path, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert ran.returncode == 0
    assert "RuntimeError, \\u2026" in ran.stdout
