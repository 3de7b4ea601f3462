"""The setting ``around`` for Flask-Migrate: ``around = "harness.flask:in_app_context"``.

Its env.py takes everything from ``current_app``, which ``flask db`` provides and ``alembic`` alone does not.
"""

from __future__ import annotations

import contextlib
import os
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
    from flask.cli import ScriptInfo, load_dotenv  # noqa: PLC0415 - only who has Flask comes here

    with contextlib.chdir(_started_in(Path(config.config_file_name))):
        load_dotenv()
        with ScriptInfo(app_import_path=os.environ.get("FLASK_APP")).load_app().app_context():
            run()


def _started_in(ini: Path) -> Path:
    """The folder in which the team starts ``flask``: the nearest above the migrations that looks like it.

    Where none does it is the nearest that is no package: FLASK_APP names modules as they are imported from there.
    """
    above = ini.resolve().parents[1:]
    signed = (folder for folder in above if any((folder / sign).is_file() for sign in _SIGNS))
    outside = (folder for folder in above if not (folder / "__init__.py").is_file())
    return next(signed, None) or next(outside)
