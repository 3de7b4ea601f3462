"""Where settings come from, which one wins, and what is refused."""

from pathlib import Path

import pytest

from harness.config import load_settings
from harness.errors import UsageError
from harness.names import is_function


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "alembic.ini").write_text("[alembic]\n")
    return tmp_path


def settings_file(folder, text):
    (folder / "roundtrip.toml").write_text(text)


def load(folder, environ=None, **overrides):
    return load_settings(overrides, start=folder, environ=environ or {})


def test_nothing_given_takes_the_ini_of_the_current_folder(folder):
    settings = load(folder)
    assert settings.alembic_ini == folder / "alembic.ini"
    assert settings.rows == 10


def test_flask_migrate_keeps_its_ini_one_folder_down(tmp_path):
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations/alembic.ini").write_text("[alembic]\n")
    assert load(tmp_path).alembic_ini == tmp_path / "migrations/alembic.ini"


def test_a_pyproject_with_alembic_settings_serves_as_ini(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.alembic]\nscript_location = 'm'\n")
    assert load(tmp_path).alembic_ini == tmp_path / "pyproject.toml"


@pytest.mark.parametrize(("file", "environ", "option", "winner"), [
    ("local", "embedded", "docker", "docker"),
    ("local", "embedded", None, "embedded"),
    ("local", None, None, "local"),
    (None, None, None, "auto"),
    ("local", "embedded", "", ""),
])
def test_the_command_line_wins_over_the_environment_over_the_file(folder, file, environ, option, winner):
    if file is not None:
        settings_file(folder, f"server = '{file}'\n")
    assert load(folder, {"ROUNDTRIP_SERVER": environ} if environ else {}, server=option).server == winner


def test_zero_is_a_value_not_an_absence(folder):
    settings_file(folder, "seed = 7\n")
    assert load(folder, seed=0).seed == 0


def test_paths_start_where_they_were_written(folder):
    below = folder / "deep"
    below.mkdir()
    (below / "other.ini").write_text("[alembic]\n")
    settings_file(folder, "alembic_ini = 'alembic.ini'\n")
    assert load(below).alembic_ini == folder / "alembic.ini"
    assert load(below, alembic_ini="other.ini").alembic_ini == below / "other.ini"


def test_dashes_and_underscores_are_the_same_in_a_settings_file(folder):
    settings_file(folder, "time-limit-seconds = 2.5\n")
    assert load(folder).time_limit_seconds == 2.5


def test_one_text_serves_where_a_list_is_meant(folder):
    settings_file(folder, "prepare = 'before.sql'\n")
    assert load(folder).prepare == ("before.sql",)


def test_seed_files_start_at_the_settings_file(folder):
    settings_file(folder, "[seeds]\n'at:ab12' = 'one.csv'\nusers = ['x/two.sql', 'seeds.users:make']\n")
    below = folder / "deep"
    below.mkdir()
    assert load(below).seeds == {"at:ab12": (str(folder / "one.csv"),),
                                 "users": (str(folder / "x" / "two.sql"), "seeds.users:make")}


@pytest.mark.parametrize(("text", "wanted"), [
    ("seeds:make", True), ("seeds.users:make_all", True), ("seeds/users.csv", False), ("C:seeds.csv", False),
    ("seeds:", False), (":make", False), ("a b:c", False),
])
def test_a_function_is_told_from_a_file(text, wanted):
    assert is_function(text) is wanted


@pytest.mark.parametrize(("text", "told"), [
    ("seeds = 'one.csv'", "'one.csv' is not a table of paths"),
    ("[seeds]\n'at:ab12' = 1", "is not a table of paths"),
    ("[seeds]\n'at:ab12' = ['one.csv', '']", "is not a table of paths"),
    ("colour = 'red'", "unknown setting 'colour'"),
    ("rows = 0", "0 is not a whole number over 0"),
    ("rows = true", "True is not a whole number over 0"),
    ("rows = 1.5", "1.5 is not a whole number over 0"),
    ("time_limit_seconds = 'soon'", "'soon' is not a number of seconds over 0"),
    ("time_limit_seconds = -1", "-1 is not a number of seconds over 0"),
    ("time_limit_seconds = inf", "inf is not a number of seconds over 0, up to 1000000"),
    ("time_limit_seconds = 1e300", "1e+300 is not a number of seconds over 0"),
    ("time_limit_seconds = nan", "nan is not a number of seconds over 0"),
    ("schemas = '~no-such-user/x'", "'~no-such-user/x' is not a path"),
    ("alembic_ini = '~no-such-user/x'", "'~no-such-user/x' is not a path"),
    ("seeds = { users = '~no-such-user/x' }", "is not a table of paths"),
    ("env = { 'A=B' = 'x' }", "is not a table of texts by the names of variables"),
    ("env = { '' = 'x' }", "is not a table of texts by the names of variables"),
    ('env = { A = "\\u0000" }', "is not a table of texts by the names of variables"),
    ("env = { C = ['x'] }", "is not a table of texts by the names of variables"),
    ("main_options = { version_locations = ['a', 'b'] }", "is not a table of texts"),
    ("fail_on = 'sometimes'", "'sometimes' is not one of error, warning, info, never"),
    ("env = 'A=1'", "'A=1' is not a table"),
    ("x = [1]", "[1] is not a list of texts"),
    ("alembic_ini = 3", "3 is not a path"),
    ("rows = = 3", "roundtrip.toml"),
])
def test_a_wrong_setting_is_told_on_one_line(folder, text, told):
    settings_file(folder, text + "\n")
    with pytest.raises(UsageError) as caught:
        load(folder)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("text", "told"), [
    ("[[tool.roundtrip]]", "tool.roundtrip is not a table; write it as [tool.roundtrip]"),
    ("[tool]\nroundtrip = []", "tool.roundtrip is not a table"),
    ("[tool]\nroundtrip = 'x'", "tool.roundtrip is not a table"),
    ("tool = 1", "tool is not a table; write it as [tool]"),
])
def test_settings_that_are_no_table_are_told_on_one_line(tmp_path, text, told):
    (tmp_path / "pyproject.toml").write_text(f"{text}\n")
    with pytest.raises(UsageError, match=r"cannot read the settings in .*pyproject\.toml: ") as caught:
        load(tmp_path)
    assert told in str(caught.value)


def test_an_ini_in_the_home_of_nobody_is_told_whoever_names_it(folder):
    for given in ({"alembic_ini": "~no-such-user/x"}, {"environ": {"ROUNDTRIP_ALEMBIC_INI": "~no-such-user/x"}}):
        with pytest.raises(UsageError, match="'~no-such-user/x' is not a path"):
            load(folder, **given)


def test_numbers_serve_as_texts_of_a_table(folder):
    settings_file(folder, "env = { PORT = 5432 }\n")
    assert load(folder).env == {"PORT": "5432"}


def test_settings_of_the_nearest_folder_are_taken(folder):
    below = folder / "a" / "b"
    below.mkdir(parents=True)
    settings_file(folder, "rows = 3\n")
    (folder / "a" / "pyproject.toml").write_text("[tool.roundtrip]\nrows = 4\n")
    assert load(below).rows == 4
    assert load(below).root == folder / "a"
    assert isinstance(load(below).root, Path)


@pytest.mark.parametrize(("given", "jobs"), [(None, "auto"), ("auto", "auto"), ("3", 3), (1, 1)])
def test_jobs_are_a_number_or_left_to_the_machine(given, jobs, folder):
    assert load(folder, jobs=given).jobs == jobs


@pytest.mark.parametrize("given", ["0", "-1", "many", True])
def test_jobs_are_nothing_else(given, folder):
    with pytest.raises(UsageError, match=r"jobs .* is not a whole number over 0, or auto"):
        load(folder, jobs=given)
