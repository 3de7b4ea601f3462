"""What lies beside the revisions, looks like some, and is not read."""

import os

import pytest

from harness.audit.unread import not_read, unread_folders

REVISION = 'revision = "{0}"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n'


@pytest.fixture
def project(tmp_path):
    """Writes files of a script directory, of which ``versions/first.py`` is read; returns what is told of the rest."""
    root = (tmp_path / "m").resolve()
    (root / "versions").mkdir(parents=True)
    (root / "env.py").write_text("")
    (root / "versions/first.py").write_text(REVISION.format("first"))

    def look(*names, text=REVISION, locations=("versions",)):
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text.format(name))
        found = unread_folders(root, [root / each for each in locations], {root / "versions/first.py"}, {"first"})
        return [(os.path.relpath(each.path, root), each.files, each.is_below, each.is_set_aside) for each in found]

    return look


def test_nothing_is_told_where_everything_is_read(project):
    assert project() == []


def test_folders_below_those_that_are_read_and_folders_beside_them_are_found(project):
    assert project("versions/expand/a.py", "versions/expand/b.py", "chains/c.py") == [
        ("versions/expand", 2, True, False), ("chains", 1, False, False)]


def test_a_version_location_elsewhere_is_looked_into(project, tmp_path):
    (tmp_path / "m/extra/deep").mkdir(parents=True)
    assert project("../plugin/deep/a.py", locations=("../plugin",))[0][1:] == (1, True, False)


@pytest.mark.parametrize("name", [
    "versions/archive/a.py", "versions_old/a.py", "old_versions/a.py", "versions.bak/a.py", "Archived/deep/a.py",
    "templates/a.py", "versions/sqlite/a.py",
])
def test_what_a_folder_is_called_tells_that_nobody_wants_it_read(project, name):
    assert [each[3] for each in project(name)] == [True]


def test_a_copy_of_what_is_read_is_wanted_by_nobody(project):
    assert [each[3] for each in project("copies/a.py", text=REVISION.replace("{0}", "first"))] == [True]


@pytest.mark.parametrize("name", ["folders/a.py", "golden/a.py", "threshold/a.py", "contests/a.py"])
def test_a_name_that_only_holds_such_a_word_tells_nothing(project, name):
    assert [each[3] for each in project(name)] == [False]


@pytest.mark.parametrize("name", [
    "versions/__pycache__/a.py", ".venv/lib/a.py", "env/lib/python3/site-packages/x/a.py", "versions/a.py.mako"])
def test_what_is_never_a_revision_of_the_project_is_passed_over(project, name):
    assert project(name) == []


def test_the_script_directory_of_another_project_is_passed_over(project, tmp_path):
    assert project("analytics/env.py", text="") == []
    assert project("analytics/versions/a.py") == []


@pytest.mark.parametrize("text", [
    "def upgrade():\n    pass\n", 'revision = "a"\n', 'class Page:\n    revision = "a"\n    down_revision = None\n'])
def test_a_module_that_has_only_some_words_of_a_revision_is_none(project, text):
    assert project("helpers/a.py", text=text) == []


def test_the_remedy_is_that_which_reads_them(project, tmp_path):
    root = (tmp_path / "m").resolve()

    def said():
        return not_read(unread_folders(root, [root / "versions"], {root / "versions/first.py"}, {"first"}),
                        lambda path: path.removeprefix(f"{root}/"))

    assert said() == ""
    project("versions/expand/a.py", "templates/a.py")
    assert said() == (
        'files that look like revisions are in versions/expand (1), templates (1), where none are read: '
        'set recursive_version_locations = "true" in main_options of the settings, if they are to be walked')
    project(*(f"chain{number}/a.py" for number in range(4)))
    assert " and 2 more folders, where none are read: name the folders in version_locations in" in said()
