"""Where a project's parts are, read from its files as Alembic reads them."""

import os
from pathlib import Path

import pytest

from harness.audit.configuration import find_module, read_configuration
from harness.errors import ProjectError


@pytest.fixture
def project(tmp_path):
    for folder in ("migrations/versions", "a", "b", "shop_pkg/sub/versions"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "shop_pkg/__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    return tmp_path


def read(project, text, name="alembic.ini", section="alembic", **options):
    (project / name).write_text(text)
    return read_configuration(project / name, section, options)


@pytest.mark.parametrize(("options", "folders"), [
    ("", ["migrations/versions"]),
    ("version_locations = %(here)s/a %(here)s/b", ["a", "b"]),
    ("version_locations = %(here)s/a, %(here)s/b", ["a", "b"]),
    (f"path_separator = os\nversion_locations = %(here)s/a{os.pathsep}b", ["a", "b"]),
    ("version_path_separator = ;\nversion_locations = a;b", ["a", "b"]),
    ("path_separator = newline\nversion_locations =\n  a\n  b", ["a", "b"]),
    ("version_locations = shop_pkg:sub:versions", ["shop_pkg/sub/versions"]),
])
def test_version_locations_are_split_and_found(project, options, folders):
    found = read(project, f"[alembic]\nscript_location = migrations\n{options}\n")
    assert [path.relative_to(project).as_posix() for path in found.version_folders] == folders
    assert found.script_folder == project / "migrations"


def test_a_package_is_found_without_being_imported(project):
    found = read(project, "[alembic]\nscript_location = shop_pkg:sub\n")
    assert found.script_folder == project / "shop_pkg/sub"
    assert not (project / "ran").exists()


def test_a_package_below_prepend_sys_path_is_found(project):
    (project / "src/inner_pkg/m").mkdir(parents=True)
    (project / "src/inner_pkg/__init__.py").touch()
    found = read(project, "[alembic]\nprepend_sys_path = src\nscript_location = inner_pkg:m\n")
    assert found.script_folder == project / "src/inner_pkg/m"


def test_a_module_within_packages_without_init_is_found(project):
    (project / "space/inner").mkdir(parents=True)
    (project / "space/inner/mod.py").touch()
    assert find_module("space.inner.mod", [project]).origin == str(project / "space/inner/mod.py")
    assert find_module("space.gone.mod", [project]) is None
    assert find_module("no_such_package_anywhere", [project]) is None


def test_main_options_go_before_the_ini(project):
    found = read(project, "[alembic]\nscript_location = migrations\n", version_locations="b")
    assert found.version_folders == (project / "b",)


def test_a_pyproject_serves_alone_and_beside_an_ini(project):
    toml = '[tool.alembic]\nscript_location = "%(here)s/migrations"\nversion_locations = ["a", "%(here)s/b"]\n'
    alone = read(project, toml, "pyproject.toml")
    assert alone.version_folders == (project / "a", project / "b")
    beside = read(project, "[alembic]\nsqlalchemy.url = postgresql://x@y/z\n")
    assert beside.script_folder == project / "migrations"
    assert [(each.path.name, each.name, each.line) for each in beside.all_options] == [
        ("alembic.ini", "sqlalchemy.url", 2), ("pyproject.toml", "script_location", 2),
        ("pyproject.toml", "version_locations", 3)]


def test_an_option_has_its_line_and_what_the_file_puts_into_it(project):
    found = read(project, "[DEFAULT]\nhost = db\n[alembic]\n# sqlalchemy.url = no\nscript_location = migrations\n\n"
                          "sqlalchemy.url = postgresql://a@%(host)s/x\nother = %(UNKNOWN)s\n")
    assert (found.options["sqlalchemy.url"].value, found.options["sqlalchemy.url"].line) == ("postgresql://a@db/x", 7)
    assert found.options["other"].value == "%(UNKNOWN)s"


def test_flask_migrate_keeps_the_script_directory_beside_the_ini(project):
    (project / "env.py").touch()
    assert read(project, "[alembic]\n").script_folder == project


@pytest.mark.parametrize(("text", "said"), [
    ("[alembic]\n", "no script_location"),
    ("[other]\na = 1\n", "no section [alembic]"),
    ("[alembic]\nscript_location = nowhere\n", "no folder"),
    ("[alembic]\nscript_location = no_such_package_anywhere:x\n", "no folder"),
])
def test_what_is_missing_is_said_in_one_line(project, text, said):
    with pytest.raises(ProjectError) as caught:
        read(project, text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_line_that_cannot_be_parsed_is_named_and_not_shown(project):
    with pytest.raises(ProjectError) as caught:
        read(project, "[alembic]\nsqlalchemy.url postgresql tiger\n")
    assert "line 2 cannot be parsed" in str(caught.value)
    assert "tiger" not in str(caught.value)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(ProjectError, match="no such file"):
        read_configuration(Path(tmp_path / "gone.ini"), "alembic", {})
