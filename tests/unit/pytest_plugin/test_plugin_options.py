import pytest

from harness.pytest_plugin.options import asked_on_command_line, is_asked, json_path, read_settings


@pytest.fixture
def project(pytester, monkeypatch):
    for name in ("ROUNDTRIP_ALEMBIC_INI", "ROUNDTRIP_SERVER", "ROUNDTRIP_IMAGE"):
        monkeypatch.delenv(name, raising=False)
    pytester.makefile(".ini", alembic="[alembic]\n", other="[alembic]\n")
    return pytester


def config_of(project, *arguments, ini=""):
    project.makeini(f"[pytest]\n{ini}")
    return project.parseconfig(*arguments)


def test_nothing_is_asked_by_default(project):
    assert not is_asked(config_of(project))


@pytest.mark.parametrize(("arguments", "ini", "on_command_line"), [
    (["--roundtrip"], "", True),
    (["--roundtrip-alembic-ini", "alembic.ini"], "", True),
    (["--roundtrip-revision", "0001"], "", True),
    (["--roundtrip-since", "0001"], "", True),
    (["--roundtrip-json", "report.json"], "", True),
    ([], "roundtrip_alembic_ini = alembic.ini", False),
])
def test_the_walk_is_asked_for_by_an_option_or_the_ini(project, arguments, ini, on_command_line):
    config = config_of(project, *arguments, ini=ini)
    assert is_asked(config)
    assert asked_on_command_line(config) is on_command_line


def test_what_the_fixtures_use_too_asks_for_no_walk(project):
    assert not is_asked(config_of(project, "--roundtrip-server=local", "--roundtrip-rows=3", ini="roundtrip_seed = 1"))


def test_an_empty_ini_value_asks_for_nothing(project):
    assert not is_asked(config_of(project, "-o", "roundtrip_alembic_ini=", ini="roundtrip_alembic_ini = alembic.ini"))


@pytest.mark.parametrize(("sources", "server"), [
    ({"option", "ini", "environment", "file"}, "from-option"),
    ({"ini", "environment", "file"}, "from-ini"),
    ({"environment", "file"}, "from-environment"),
    ({"file"}, "from-file"),
    (set(), "auto"),
])
def test_options_go_before_ini_before_environment_before_settings_file(project, monkeypatch, sources, server):
    if "environment" in sources:
        monkeypatch.setenv("ROUNDTRIP_SERVER", "from-environment")
    if "file" in sources:
        project.path.joinpath("roundtrip.toml").write_text('server = "from-file"\n')
    config = config_of(project, *(["--roundtrip-server", "from-option"] if "option" in sources else []),
                       ini="roundtrip_server = from-ini" if "ini" in sources else "")
    assert read_settings(config).server == server


@pytest.mark.parametrize(("arguments", "ini", "field", "value"), [
    (["--roundtrip-seed", "0"], "roundtrip_seed = 3", "seed", 0),
    ([], "roundtrip_seed = 0", "seed", 0),
    (["--roundtrip-server", ""], "roundtrip_server = local", "server", ""),
    ([], "roundtrip_server =", "server", ""),
    (["--roundtrip-since", ""], "", "since", ""),
    (["--roundtrip-time-limit", "2.5"], "roundtrip_time_limit = 9", "time_limit_seconds", 2.5),
    (["--roundtrip-fail-on", "never"], "roundtrip_fail_on = info", "fail_on", "never"),
    (["--roundtrip-revision", "a", "--roundtrip-revision", "b"], "", "revisions", ("a", "b")),
    (["--roundtrip-x", "tenant=a"], "", "x", ("tenant=a",)),
])
def test_a_value_that_is_nothing_is_still_given(project, arguments, ini, field, value):
    project.path.joinpath("roundtrip.toml").write_text('seed = 7\nserver = "docker"\nsince = "x"\n')
    assert getattr(read_settings(config_of(project, *arguments, ini=ini)), field) == value


@pytest.mark.parametrize(("arguments", "ini"), [
    (["--roundtrip-rows", "0"], ""),
    ([], "roundtrip_rows = 0"),
    (["--roundtrip-seed", ""], ""),
    (["--roundtrip-mode", "fast"], ""),
    (["--roundtrip-alembic-ini", ""], ""),
])
def test_a_wrong_value_is_a_usage_error_of_one_line(project, arguments, ini):
    with pytest.raises(pytest.UsageError, match=r"\Acannot use \w+ from .+; give [^\n]+\Z"):
        read_settings(config_of(project, *arguments, ini=ini))


def test_a_path_in_the_ini_starts_at_the_ini_and_one_in_an_option_where_pytest_was_started(project, monkeypatch):
    below = project.mkdir("below")
    config = config_of(project, "--rootdir", str(project.path), ini="roundtrip_alembic_ini = alembic.ini")
    assert read_settings(config).alembic_ini == project.path / "alembic.ini"
    monkeypatch.chdir(below)
    below.joinpath("alembic.ini").write_text("[alembic]\n")
    config = project.parseconfig("-c", str(project.path / "tox.ini"), "--roundtrip-alembic-ini", "alembic.ini",
                                 "--roundtrip-json", "report.json")
    assert read_settings(config).alembic_ini == below / "alembic.ini"
    assert json_path(config) == below / "report.json"


def test_a_project_is_named_as_an_argument(project):
    assert read_settings(config_of(project, "--roundtrip", "other.ini")).alembic_ini == project.path / "other.ini"
    config = config_of(project, "--roundtrip-alembic-ini=other.ini", "other.ini::0001", "other.ini::0002")
    assert read_settings(config).alembic_ini == project.path / "other.ini"


@pytest.mark.parametrize("arguments", [
    ["--roundtrip", "alembic.ini", "other.ini"],
    ["--roundtrip", "--roundtrip-alembic-ini", "alembic.ini", "other.ini"],
])
def test_two_projects_in_one_run_are_a_usage_error(project, arguments):
    with pytest.raises(pytest.UsageError, match=r"cannot walk two projects in one run: .*alembic\.ini, .*other\.ini"):
        read_settings(config_of(project, *arguments))
