"""Where ``flask`` is started: FLASK_APP names modules from there."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from alembic.config import Config

from harness.flask import in_app_context
from harness.worker.failures import describe

APP = "from flask import Flask\napp = Flask(__name__)\n"


def running_in(ini):
    """The name of the application in whose context env.py runs, and the folder."""
    from flask import current_app  # noqa: PLC0415 - only here

    seen = []
    in_app_context(SimpleNamespace(config_file_name=str(ini)), lambda: seen.extend((current_app.name, Path.cwd())))
    return tuple(seen)


def write(path, text=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(("package", "named"), [("bakery_one", "bakery_one.web"), ("bakery_two", "bakery_two.web:app")])
def test_migrations_inside_of_a_package_are_run_from_outside_of_it(package, named, tmp_path, monkeypatch):
    write(tmp_path / package / "__init__.py")
    write(tmp_path / package / "web.py", APP)
    monkeypatch.setenv("FLASK_APP", named)
    found = running_in(write(tmp_path / package / "migrations" / "alembic.ini"))
    assert found == (f"{package}.web", tmp_path)


def test_a_folder_that_flask_would_be_started_in_comes_before_that(tmp_path, monkeypatch):
    monkeypatch.delenv("FLASK_APP", raising=False)
    write(tmp_path / "wsgi.py", APP)
    write(tmp_path / "stand" / "oven" / "kept.py")
    assert running_in(write(tmp_path / "stand" / "oven" / "migrations" / "alembic.ini")) == ("wsgi", tmp_path)


def test_a_package_that_looks_like_it_is_left_where_the_application_is_named_as_its_module(tmp_path, monkeypatch):
    write(tmp_path / "bakery_three" / "__init__.py")
    write(tmp_path / "bakery_three" / "app.py", APP)
    ini = write(tmp_path / "bakery_three" / "migrations" / "alembic.ini")
    monkeypatch.setenv("FLASK_APP", "bakery_three.app:app")
    assert running_in(ini) == ("bakery_three.app", tmp_path)
    monkeypatch.setenv("FLASK_APP", "app.py")
    assert running_in(ini) == ("bakery_three.app", tmp_path / "bakery_three")


def test_a_process_has_one_application(tmp_path, monkeypatch):
    monkeypatch.setenv("FLASK_APP", "bakery_four:create_app")
    write(tmp_path / "bakery_four.py", "from flask import Flask\ndef create_app():\n"
                                       "    print('made', file=open('made', 'a'))\n    return Flask('four')\n")
    ini = write(tmp_path / "migrations" / "alembic.ini")
    assert running_in(ini) == running_in(ini) == ("four", tmp_path)
    assert (tmp_path / "made").read_text() == "made\n"


def test_an_ini_may_lie_where_flask_is_started(tmp_path, monkeypatch):
    monkeypatch.delenv("FLASK_APP", raising=False)
    write(tmp_path / "stand" / "app.py", APP)
    write(tmp_path / "app.py", APP)
    assert running_in(write(tmp_path / "stand" / "alembic.ini"))[1] == tmp_path / "stand"


def test_the_application_configures_alembic_as_flask_migrate_lets_it(tmp_path, monkeypatch):
    monkeypatch.setenv("FLASK_APP", "bakery_five")
    write(tmp_path / "bakery_five.py", """
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "postgresql://nowhere/bakery"
migrate = Migrate(app, SQLAlchemy(app))


@migrate.configure
def configure(config):
    config.set_main_option("version_locations", "ovens:versions")
    return config
""")
    config = Config(str(write(tmp_path / "migrations" / "alembic.ini", "[alembic]\n")))
    seen = []
    in_app_context(config, lambda: seen.append(config.get_main_option("version_locations")))
    assert seen == ["ovens:versions"]


def test_what_an_installed_application_raises_is_laid_to_its_own_file(tmp_path, monkeypatch):
    installed = tmp_path / "site-packages"
    write(installed / "bakery_six" / "__init__.py")
    write(installed / "bakery_six" / "app.py", "raise RuntimeError('no oven')\n")
    ini = write(installed / "bakery_six" / "migrations" / "alembic.ini")
    monkeypatch.setenv("FLASK_APP", "bakery_six.app:app")
    monkeypatch.syspath_prepend(installed)
    with pytest.raises(RuntimeError) as caught:
        running_in(ini)
    below_this_file = caught.value.with_traceback(caught.tb.tb_next.tb_next)
    assert describe(below_this_file).location == f"{installed / 'bakery_six' / 'app.py'}:1"
