"""The setting ``around`` for Flask-Migrate: ``around = "harness.flask:in_app_context"``.

Its env.py takes everything from ``current_app``, which ``flask db`` provides and ``alembic`` alone does not.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

IN_APP_CONTEXT = "harness.flask:in_app_context"
"""What the setting is given."""
_SIGNS = ("wsgi.py", "app.py", ".flaskenv")
"""What the ``flask`` command looks for in the folder in which it is started."""


def in_app_context(config: Any, run: Callable[[], None]) -> None:
    """Run env.py in the context of the application that the ``flask`` command finds: FLASK_APP, wsgi.py or app.py.

    ``.env`` and ``.flaskenv`` are read as it reads them, where python-dotenv is installed.

    Source: https://flask.palletsprojects.com/en/stable/cli/

    Raises:
        click.UsageError: there is none.
    """
    from flask.cli import load_dotenv  # noqa: PLC0415 - only who has Flask comes here

    folder = _started_in(Path(config.config_file_name))
    with contextlib.chdir(folder):
        load_dotenv()
        application = _application(folder, os.environ.get("FLASK_APP"))
        with application.app_context():
            _configure(application, config)
            run()


def _configure(application: Any, config: Any) -> None:
    """Let the functions of the application's that Flask-Migrate's ``@migrate.configure`` marks change the Config.

    Source: https://flask-migrate.readthedocs.io/en/latest/#using-flask-migrate-configuration-callbacks
    """
    known = getattr(application, "extensions", {}).get("migrate")
    call = getattr(getattr(known, "migrate", None), "call_configure_callbacks", None)
    if call is not None:
        call(config)


@functools.cache
def _application(_folder: Path, named: str | None) -> Any:
    """The one of this process, as a command has one: what making it does to a database is done once."""
    from flask.cli import ScriptInfo  # noqa: PLC0415 - as above

    return ScriptInfo(app_import_path=named).load_app()


def _started_in(ini: Path) -> Path:
    """The folder in which the team starts ``flask``: the nearest above the migrations that looks like it.

    Where none does it is the nearest that is no package: FLASK_APP names modules as they are imported from there. The
    ini may lie there itself.
    """
    here, *above = ini.resolve().parents
    outside = [folder for folder in above if not (folder / "__init__.py").is_file()]
    named = re.split(r"[.:]", os.environ.get("FLASK_APP", ""))[0]
    signed = [folder for folder in (here, *above) if any((folder / sign).is_file() for sign in _SIGNS)
              and (not named or folder in outside or (folder / named).is_dir() or (folder / f"{named}.py").is_file())]
    return (signed or outside)[0]
