"""What the worker makes of the files of a project."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.errors import ProjectError
from tests.small_history import write_history


@pytest.fixture
def ini(tmp_path):
    return write_history(tmp_path, {"a1": (None, "    pass", "    pass"), "b2": ("a1", "    pass", "    pass")})


def test_a_revision_without_upgrade_costs_only_itself_and_what_needs_it(ini):
    without = ini.parent / "versions" / "lone.py"
    without.write_text("revision = 'c3'\ndown_revision = 'b2'\n\ndef downgrade():\n    pass\n")
    (ini.parent / "versions" / "d4.py").write_text(
        "revision = 'd4'\ndown_revision = 'c3'\n\ndef upgrade():\n    pass\n\ndef downgrade():\n    pass\n")
    with open_run(load_settings({"alembic_ini": str(ini)}, start=ini.parent, environ={})) as run:
        assert [entry.revision for entry in run.planned] == ["a1", "b2"]
        (broken,) = (item for item in run.project_findings if item.rule == "RT401")
        assert (broken.object, broken.evidence.error) == ("versions/lone.py", "it has no upgrade()")
        assert {entry.revision for entry in run.result().not_reached} >= {"d4"}


@pytest.mark.parametrize(("first", "module", "wanted"), [
    ("from shop_config import (  # the settings\n    KEY,\n)", "import os\nKEY = os.environ['NO_SUCH_KEY']\n",
     "give what `from shop_config import` needs in `env` of the settings"),
    ("import shop_config", "raise RuntimeError('SECRET_KEY is not set')\n",
     "give what `import shop_config` needs in `env` of the settings"),
    ("import shop_config\nKEY = shop_config.key()", "def key():\n    raise RuntimeError('no key')\n", "mend the file"),
    ("from shop_config import NO_SUCH_NAME", "KEY = 1\n", "mend the file"),
    ("import os\nKEY = os.environ['NO_SUCH_KEY']", "", "mend the file"),
])
def test_what_an_import_of_the_application_lacks_is_asked_for_in_the_settings(ini, first, module, wanted):
    ini.parent.joinpath("shop_config.py").write_text(module)
    (ini.parent / "versions" / "c3.py").write_text(
        f"{first}\nrevision = 'c3'\ndown_revision = 'b2'\n\ndef upgrade():\n    pass\n\ndef downgrade():\n    pass\n")
    ini.write_text(ini.read_text() + f"prepend_sys_path = {ini.parent}\n")
    with open_run(load_settings({"alembic_ini": str(ini)}, start=ini.parent, environ={})) as run:
        (broken,) = (item for item in run.project_findings if item.rule == "RT401")
    assert broken.remedy.startswith(wanted)


@pytest.mark.parametrize("raised", ["raise RuntimeError('no settings')", "raise SystemExit('no settings')"])
def test_what_the_package_of_the_migrations_raises_is_told_in_a_line(raised, tmp_path):
    package = tmp_path / "bakery_that_raises"
    write_history(package / "migrations", {"a1": (None, "    pass", "    pass")})
    (package / "__init__.py").write_text(raised)
    ini = tmp_path / "alembic.ini"
    ini.write_text(f"[alembic]\nscript_location = bakery_that_raises:migrations\nprepend_sys_path = {tmp_path}\n")
    with pytest.raises(ProjectError) as caught, open_run(
        load_settings({}, start=tmp_path, environ={})):
        pass
    assert str(caught.value).startswith("cannot import the package that script_location names: ")
    assert "no settings at bakery_that_raises/__init__.py:1" in str(caught.value)


def test_what_a_package_lacks_is_told_of_all_that_import_it_however_it_fails_the_next_time(ini):
    package = ini.parent / "bread_shop"
    package.mkdir()
    (package / "__init__.py").write_text(
        "import sys\nif hasattr(sys, 'bread_shop_seen'):\n    raise ValueError('configured twice')\n"
        "sys.bread_shop_seen = True\nimport no_such_oven\n")
    (package / "models.py").write_text("")
    for revision, line in (("c3", "from bread_shop.models import Bread"), ("d4", "import bread_shop")):
        (ini.parent / "versions" / f"{revision}.py").write_text(
            f"{line}\nrevision = {revision!r}\ndown_revision = 'b2'\n\ndef upgrade():\n    pass\n")
    with open_run(load_settings({"alembic_ini": str(ini)}, start=ini.parent, environ={})) as run:
        broken = [item for item in run.project_findings if item.rule == "RT401"]
    assert [item.object for item in broken] == ["versions/c3.py", "versions/d4.py"]
    assert {item.evidence.error for item in broken} == {"ModuleNotFoundError: No module named 'no_such_oven'"}
    assert {item.remedy.partition(" where")[0] for item in broken} == {"install no_such_oven"}


def test_of_a_package_that_script_location_names_it_is_told_what_its_import_lacks(tmp_path, monkeypatch):
    (tmp_path / "corner_shop").mkdir()
    (tmp_path / "corner_shop" / "__init__.py").write_text("import no_such_till\n")
    monkeypatch.syspath_prepend(tmp_path)
    ini = tmp_path / "alembic.ini"
    ini.write_text("[alembic]\nscript_location = corner_shop:migrations\n")
    with pytest.raises(ProjectError) as caught, open_run(
            load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={})):
        pass
    assert "No module named 'no_such_till'; install no_such_till where Roundtrip runs" in str(caught.value)
