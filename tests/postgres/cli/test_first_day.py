"""A stranger's first day: init, doctor and check on a project as it is, doing only what is printed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

STRANGERS = Path(__file__).parents[2] / "projects" / "strangers"
FLASK = "'harness.flask:in_app_context': its env.py wants a Flask application\n"
_LINE_TO_ADD = re.compile(r"settings: (env = \{ .* \})$", re.MULTILINE)


@pytest.fixture
def roundtrip(tmp_path, server):
    """Runs a command in a copy of the project, in a process of its own as a stranger would."""
    environment = {name: value for name, value in os.environ.items()
                   if name not in {"DATABASE_URL", "SECRET_KEY", "FLASK_APP"} and not name.startswith("ROUNDTRIP_")}
    environment["ROUNDTRIP_SERVER"] = server.address.url(server.maintenance_database)

    def run(*arguments):
        return subprocess.run([sys.executable, "-m", "harness", *arguments], cwd=tmp_path, env=environment,
                              capture_output=True, text=True, check=False)

    return run


@pytest.mark.parametrize(("name", "settings", "first", "wanted"), [
    ("fastapi_app", "pyproject.toml", "alembic_ini = 'alembic.ini'\n",
     'env = { SECRET_KEY = "any", DATABASE_URL = "postgresql://localhost/any" }'),
    ("flask_app", "roundtrip.toml", "alembic_ini = 'migrations/alembic.ini', around = " + FLASK,
     'env = { DATABASE_URL = "postgresql://localhost/any" }'),
])
def test_what_is_printed_leads_to_a_check_that_passes(roundtrip, tmp_path, name, settings, first, wanted):
    shutil.copytree(STRANGERS / name, tmp_path, dirs_exist_ok=True)
    begun = roundtrip("init")
    assert begun.stdout.startswith(f"wrote {settings}: {first}"), begun.stderr
    assert begun.returncode == 3
    assert re.search(r" at (app/core/config|(?:[^ ]*/)?blog/__init__)\.py:\d+; ", begun.stdout)
    assert f"settings go into {settings}" in begun.stdout
    assert begun.stdout.endswith("Then: roundtrip doctor\n")

    (line,) = _LINE_TO_ADD.findall(begun.stdout)
    assert line == wanted
    with (tmp_path / settings).open("a") as file:
        file.write(f"{line}\n")
    examined = roundtrip("doctor")
    assert examined.returncode == 0, examined.stdout
    assert "  env.py      runs; the mode of the walk is generator\n" in examined.stdout
    again = roundtrip("init")
    assert again.returncode == 0
    assert again.stdout.endswith("\n\nnext: roundtrip check\n")

    checked = roundtrip("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "Alembic sees no difference between head and env.py's target_metadata." in " ".join(checked.stdout.split())
