"""The first command in a stranger's project."""

import shutil
import tomllib
from pathlib import Path

import pytest

from harness.cli import main

PROJECTS = Path(__file__).parents[2] / "projects"


@pytest.fixture(autouse=True)
def here(tmp_path, server, monkeypatch):
    monkeypatch.delenv("ROUNDTRIP_ALEMBIC_INI", raising=False)
    database = server.maintenance_database
    monkeypatch.setenv("ROUNDTRIP_SERVER", server.address.url(database).replace("postgresql+psycopg", "postgresql"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_ini_in_a_folder_of_a_project_is_found_and_written_into_its_pyproject(here, capsys):
    shutil.copytree(PROJECTS / "analyticbot_fixed", here / "backend")
    pyproject = '[project]\nname = "x"  # ours\n\n[tool.ruff]\nline-length = 100\n'
    (here / "pyproject.toml").write_text(pyproject)
    assert main(["init"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("wrote pyproject.toml: alembic_ini = 'backend/alembic.ini'\n")
    assert "15, of which 15 can be walked" in text
    assert text.endswith("\nnext: roundtrip check\n")
    written = (here / "pyproject.toml").read_text()
    assert written.startswith(pyproject)
    assert tomllib.loads(written)["tool"]["roundtrip"] == {"alembic_ini": "backend/alembic.ini"}

    assert main(["init"]) == 0
    assert capsys.readouterr().out.startswith("pyproject.toml has the settings already\n")
    assert (here / "pyproject.toml").read_text() == written


def test_settings_without_an_ini_get_one_and_keep_the_rest(here):
    shutil.copytree(PROJECTS / "analyticbot_fixed", here / "backend")
    (here / "roundtrip.toml").write_text("rows = 3  # few\n")
    assert main(["init"]) == 0
    assert (here / "roundtrip.toml").read_text() == 'rows = 3  # few\nalembic_ini = "backend/alembic.ini"\n'


def test_a_file_with_line_ends_of_windows_keeps_them(here):
    shutil.copytree(PROJECTS / "analyticbot_fixed", here / "backend")
    (here / "roundtrip.toml").write_bytes(b"rows = 3  # few\r\n")
    assert main(["init"]) == 0
    assert (here / "roundtrip.toml").read_bytes() == b'rows = 3  # few\r\nalembic_ini = "backend/alembic.ini"\r\n'


def test_what_others_have_installed_is_no_project(here, capsys):
    for folder in (".venv/lib/site-packages/other", "node_modules/other", "venv/lib/python3.11/site-packages/other"):
        (here / folder).mkdir(parents=True)
        (here / folder / "alembic.ini").write_text("[alembic]\nscript_location = m\n")
    (here / "tox.ini").write_text("[tox]\n")
    assert main(["init"]) == 2
    assert "there is no Alembic project in" in capsys.readouterr().err
    assert not (here / "roundtrip.toml").exists()


def test_of_several_projects_one_must_be_named(here, capsys):
    for name in ("a", "b"):
        shutil.copytree(PROJECTS / "analyticbot_fixed", here / name)
    assert main(["init"]) == 2
    error = capsys.readouterr().err
    assert "there are 2 Alembic projects: a/alembic.ini, b/alembic.ini; name one by --alembic-ini PATH" in error
    assert main(["init", "--alembic-ini", "b/alembic.ini"]) == 0
    assert (here / "roundtrip.toml").read_text() == 'alembic_ini = "b/alembic.ini"\n'
    assert main(["init", "--alembic-ini", "c/alembic.ini"]) == 0, "what is set up is not changed"
    assert (here / "roundtrip.toml").read_text() == 'alembic_ini = "b/alembic.ini"\n'


def test_what_stands_in_the_way_is_said_and_the_settings_are_there_all_the_same(here, capsys):
    shutil.copytree(PROJECTS / "env" / "extension_missing", here / "app")
    assert main(["init"]) == 3
    text = capsys.readouterr().out
    assert "missing: " in text
    assert "next: mend what stands in the way" in text
    assert (here / "roundtrip.toml").exists()
