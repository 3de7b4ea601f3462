"""``roundtrip audit`` as it is called: what it writes where, and what it exits with."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli import main

PROJECTS = Path(__file__).parents[2] / "projects"
INIS = {folder.name: next(path for name in ("alembic.ini", "migrations/alembic.ini", "pyproject.toml")
                          if (path := folder / name).is_file())
        for folder in (PROJECTS / "env").iterdir() if folder.is_dir() and folder.name != "shared"}


def ini(name):
    return str(PROJECTS / name / "alembic.ini")


@pytest.mark.parametrize(("name", "options", "code"), [
    ("analyticbot", [], 1),
    ("analyticbot", ["--fail-on", "never"], 0),
    ("analyticbot_fixed", [], 0),
    ("analyticbot_fixed", ["--fail-on", "warning"], 1),
    ("env/url_in_environment", ["--fail-on", "info"], 0),
    ("env/no_revisions", [], 4),
    ("env/broken_ini", [], 3),
    ("env/no_script_folder", [], 3),
    ("env/multidb", [], 1),
])
def test_the_exit_code_says_what_was_found(name, options, code, capsys):
    assert main(["audit", "--alembic-ini", ini(name), *options]) == code
    assert "Traceback" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("kind", sorted(INIS))
def test_every_kind_of_env_py_is_read_without_a_traceback_and_without_its_password(kind, capsys):
    main(["audit", "--alembic-ini", str(INIS[kind])])
    written = "".join(capsys.readouterr())
    assert "Traceback" not in written
    assert "change_me" not in written
    assert "per%20cent" not in written


@pytest.mark.parametrize("kind", sorted(INIS))
def test_nothing_is_said_against_the_rollbacks_of_the_sound_projects(kind, capsys):
    main(["audit", "--alembic-ini", str(INIS[kind]), "--json", "-"])
    out = capsys.readouterr().out
    found = {(each["rule"], each["severity"]) for each in json.loads(out)["findings"]} if out else set()
    expected = {"revisions_lack_module": {("RT305", "error")}, "graph": {("RT404", "warning")},
                "version_locations": {("RT404", "warning")}}.get(kind, set())
    assert found - {("RT405", "error")} == expected


def test_the_documents_are_written_beside_the_text(tmp_path, capsys):
    paths = {name: tmp_path / f"audit.{name}" for name in ("html", "markdown", "json")}
    main(["audit", "--alembic-ini", ini("analyticbot"), *(part for name, path in paths.items()
                                                          for part in (f"--{name}", str(path)))])
    assert paths["html"].read_text().startswith("<!DOCTYPE html>")
    assert paths["markdown"].read_text().startswith("# Audit of analyticbot")
    assert json.loads(paths["json"].read_text())["exit_code"] == 1
    assert capsys.readouterr().out.startswith("CRITICAL RISK")


def test_a_document_on_the_standard_output_moves_the_text(capsys):
    main(["audit", "--alembic-ini", ini("analyticbot"), "--markdown", "-"])
    captured = capsys.readouterr()
    assert captured.out.startswith("# Audit of analyticbot")
    assert captured.err.startswith("CRITICAL RISK")


@pytest.mark.parametrize(("options", "said"), [
    (["--html", "no/such/folder/x.html"], "cannot write the html report"),
    (["--html", "-", "--json", "-"], "two documents"),
    (["--measured", "no_such.json"], "cannot read the report 'no_such.json': no such file or directory"),
])
def test_what_cannot_be_written_or_read_is_said_in_one_line(options, said, capsys):
    assert main(["audit", "--alembic-ini", ini("analyticbot"), *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_an_audit_is_no_report_of_a_check(tmp_path, capsys):
    path = tmp_path / "audit.json"
    main(["audit", "--alembic-ini", ini("analyticbot"), "--json", str(path)])
    assert main(["audit", "--alembic-ini", ini("analyticbot"), "--measured", str(path)]) == 2
    assert "it is no report of a check" in capsys.readouterr().err


def test_findings_of_an_audit_can_be_accepted(tmp_path, monkeypatch, capsys):
    (tmp_path / "m/versions").mkdir(parents=True)
    (tmp_path / "m/env.py").touch()
    (tmp_path / "m/versions/0001.py").write_text(
        "revision = '0001'\ndown_revision = None\nfrom alembic import op\ndef upgrade():\n    op.create_table('a')\n")
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = m\n")
    monkeypatch.chdir(tmp_path)
    assert main(["audit", "--json", "audit.json"]) == 1
    assert main(["accept", "audit.json", "--reason", "one way"]) == 0
    capsys.readouterr()
    assert main(["audit"]) == 0


def test_neither_alembic_nor_sqlalchemy_is_imported(tmp_path):
    code = (f"import sys; from harness.cli import main; main(['audit', '--alembic-ini', {ini('analyticbot')!r}]); "
            "sys.exit(bool({'alembic', 'sqlalchemy'} & set(sys.modules)))")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, cwd=tmp_path).returncode == 0
