"""Write an Alembic history of any length into a folder, as ``alembic init`` and a team would have.

    .venv/bin/python -m benchmarks.history 200 FOLDER

It prints the path of the alembic.ini.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import shutil
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config

from benchmarks.revisions import Application, Change

_PLACEHOLDER = "sqlalchemy.url = driver://user:pass@localhost/dbname"
_OWN_ENGINE = "    connectable = engine_from_config("
_SHARED_CONNECTION = "    connectable = config.attributes.get('connection') or engine_from_config("
_REVISION = '''"""{message}

Revision ID: {revision}
Revises: {parent}
Create Date: 2024-01-01 00:00:00.000000

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = {revision!r}
down_revision = {down_revision!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
{upgrade}


def downgrade() -> None:
{downgrade}
'''


@dataclass(frozen=True, slots=True)
class Project:
    """A generated Alembic project."""

    folder: Path
    revisions: int

    @property
    def ini(self) -> Path:
        """The configuration file, with the URL that ``alembic init`` leaves in it."""
        return self.folder / "alembic.ini"

    def ini_for(self, url: str) -> Path:
        """Write a configuration file that names the database ``url``, and return its path."""
        text = self.ini.read_text(encoding="utf-8")
        assert _PLACEHOLDER in text, "alembic init leaves another URL"
        path = self.folder / "database.ini"
        path.write_text(text.replace(_PLACEHOLDER, f"sqlalchemy.url = {url.replace('%', '%%')}"), encoding="utf-8")
        return path

    def copy_with_shared_connection(self, folder: Path) -> Project:
        """Copy the project into ``folder`` with an env.py that uses a connection its caller gives.

        Source: https://pytest-alembic.readthedocs.io/en/latest/setup.html
        """
        shutil.copytree(self.folder, folder)
        env = folder / "migrations" / "env.py"
        text = env.read_text(encoding="utf-8")
        assert text.count(_OWN_ENGINE) == 1, "alembic init writes another env.py"
        env.write_text(text.replace(_OWN_ENGINE, _SHARED_CONNECTION), encoding="utf-8")
        return Project(folder, self.revisions)


def write_history(folder: Path, revisions: int, *, seed: int = 0) -> Project:
    """Write a history of ``revisions`` revisions into the empty ``folder``.

    A shorter one with the same ``seed`` is its beginning.
    """
    ini = folder / "alembic.ini"
    with contextlib.redirect_stdout(io.StringIO()):  # it tells of each file
        command.init(Config(ini), str(folder / "migrations"))
    application = Application(seed)
    parent: str | None = None
    for number in range(1, revisions + 1):
        revision = revision_id(number, seed)
        text = _render(application.grow(), revision, parent)
        (folder / "migrations" / "versions" / f"{number:04}_{revision}.py").write_text(text, encoding="utf-8")
        parent = revision
    return Project(folder, revisions)


def revision_id(number: int, seed: int = 0) -> str:
    """The id of the revision with that number: as long as Alembic's own, and no more in order than they are."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()[:12]


def _render(change: Change, revision: str, parent: str | None) -> str:
    return _REVISION.format(message=change.message, revision=revision, parent=parent or "", down_revision=parent,
                            upgrade=_body(change.upgrade), downgrade=_body(change.downgrade))


def _body(lines: tuple[str, ...]) -> str:
    return "\n".join(f"    {line}" for line in lines)


def main() -> None:
    """Write the history that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("revisions", type=int)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    print(write_history(options.folder, options.revisions).ini)


if __name__ == "__main__":
    main()
