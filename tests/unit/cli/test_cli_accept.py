"""Acceptances are written where the settings are, and what stood there stays."""

import json
import tomllib
from pathlib import Path

import pytest

from harness.cli import main
from harness.config import load_settings

FINDINGS = [
    {"rule": "RT101", "severity": "error", "revision": "0002", "object": "public.users", "accepted": None},
    {"rule": "RT106", "severity": "warning", "revision": "0001", "object": 'public."odd ""name"""', "accepted": None},
    {"rule": "RT404", "severity": "warning", "revision": None, "object": "0001, 0002", "accepted": None},
    {"rule": "RT102", "severity": "error", "revision": "0002", "object": "public.users.email", "accepted": "known"},
]


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    for name in ("ROUNDTRIP_ALEMBIC_INI", "ROUNDTRIP_SERVER"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "alembic.ini").write_text("[alembic]\n")
    (tmp_path / "report.json").write_text(json.dumps({"schema_version": 1, "findings": FINDINGS}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def accepted():
    return [(entry.rule, entry.revision, entry.object, entry.reason) for entry in load_settings({}).accept]


def test_what_fails_a_check_is_accepted_and_nothing_else(capsys):
    assert main(["accept", "report.json", "--reason", "shipped in 2023"]) == 0
    assert capsys.readouterr().out == "accepted 1 finding: in roundtrip.toml\n"
    assert accepted() == [("RT101", "0002", "public.users", "shipped in 2023")]


def test_milder_findings_are_accepted_where_asked():
    assert main(["accept", "report.json", "--reason", "r", "--at-least", "warning"]) == 0
    assert accepted() == [("RT101", "0002", "public.users", "r"),
                          ("RT106", "0001", 'public."odd ""name"""', "r"), ("RT404", None, "0001, 0002", "r")]


@pytest.mark.parametrize("options", [
    ["--rule", "RT106"], ["--rule", "rollback-discards"], ["--revision", "0001"], ["--object", 'public."odd ""name"""'],
])
def test_findings_are_chosen_by_rule_revision_and_object(options):
    assert main(["accept", "report.json", "--reason", "r", "--at-least", "info", *options]) == 0
    assert [rule for rule, *_ in accepted()] == ["RT106"]


def test_a_file_with_line_ends_of_windows_keeps_them_and_gets_more_of_them():
    text = b'[project]\r\nname = "shop"  # the shop\r\n\r\n[tool.roundtrip]\r\nrows = 3\r\n'
    Path("pyproject.toml").write_bytes(text)
    assert main(["accept", "report.json", "--reason", "r"]) == 0
    written = Path("pyproject.toml").read_bytes()
    assert written.startswith(text)
    assert written.count(b"\n") == written.count(b"\r\n") > text.count(b"\n")
    assert [rule for rule, *_ in accepted()] == ["RT101"]


def test_a_pyproject_keeps_its_comments_and_its_order():
    text = '# ours\n[project]\nname = "shop"  # the shop\n\n[tool.roundtrip]\nrows = 3  # few\n\n[tool.other]\nx = 1\n'
    Path("pyproject.toml").write_text(text)
    assert main(["accept", "report.json", "--reason", 'he said "yes"']) == 0
    written = Path("pyproject.toml").read_text()
    kept = tomllib.loads(written)
    assert kept["tool"]["roundtrip"].pop("accept") == [
        {"rule": "RT101", "revision": "0002", "object": "public.users", "reason": 'he said "yes"'}]
    assert kept == tomllib.loads(text)
    assert all(line in written.splitlines() for line in text.splitlines())
    assert not Path("roundtrip.toml").exists()


def test_entries_are_added_to_those_that_are_there():
    Path("roundtrip.toml").write_text('rows = 3\n\n[[accept]]\nrule = "RT404"\nreason = "two heads"\n')
    assert main(["accept", "report.json", "--reason", "r"]) == 0
    assert accepted() == [("RT404", None, None, "two heads"), ("RT101", "0002", "public.users", "r")]
    assert load_settings({}).rows == 3


def test_entries_written_inline_stay_inline():
    Path("roundtrip.toml").write_text('accept = [{rule = "RT404", reason = "two heads"}]\n')
    assert main(["accept", "report.json", "--reason", "r"]) == 0
    assert accepted() == [("RT404", None, None, "two heads"), ("RT101", "0002", "public.users", "r")]


def test_an_entry_of_the_same_finding_is_renewed():
    assert main(["accept", "report.json", "--reason", "first"]) == 0
    assert main(["accept", "report.json", "--reason", "second", "--until", "2999-12-31"]) == 0
    assert accepted() == [("RT101", "0002", "public.users", "second")]


def test_nothing_to_accept_writes_nothing(capsys):
    assert main(["accept", "report.json", "--reason", "r", "--revision", "0009"]) == 0
    assert capsys.readouterr().out.startswith("accepted 0 findings: nothing in the report")
    assert not Path("roundtrip.toml").exists()


@pytest.mark.parametrize(("arguments", "complaint"), [
    (["gone.json", "--reason", "r"], "cannot read the report 'gone.json': no such file or directory; give"),
    (["alembic.ini", "--reason", "r"], "cannot read the report 'alembic.ini': it is not one of Roundtrip's; give"),
    (["report.json", "--reason", "  "], "cannot accept without a reason"),
    (["report.json", "--reason", "r", "--until", "soon"], "cannot accept until 'soon': it is not a day"),
    (["report.json", "--reason", "r", "--until", "2001-01-01"], "cannot accept until 2001-01-01: that day is over"),
    (["report.json", "--reason", "r", "--rule", "RT999"], "RT999"),
])
def test_what_cannot_be_done_is_a_line(arguments, complaint, capsys):
    assert main(["accept", *arguments]) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert error.count("\n") == 1
    assert not Path("roundtrip.toml").exists()


def test_a_wrong_entry_is_named(capsys):
    Path("roundtrip.toml").write_text('[[accept]]\nrule = "RT404"\nreason = "r"\n\n[[accept]]\nrule = "RT101"\n')
    assert main(["doctor"]) == 2
    assert "of entry 2, it has no reason; mend the entry" in capsys.readouterr().err
