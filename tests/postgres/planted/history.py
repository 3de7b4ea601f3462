"""Alembic projects of planted defects: the tables in the first revision, then two revisions for each case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from tests.bad_history import ENV
from tests.postgres.planted.model import SCHEMA, Planted, named

_REVISION = """
import sqlalchemy as sa
from alembic import op

revision = {revision!r}
down_revision = {parent!r}


def upgrade():
    bind = op.get_bind()
{up}


def downgrade():
    bind = op.get_bind()
{down}
"""
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")


def tables_sql(cases: Mapping[str, Planted]) -> list[str]:
    """What makes the tables of all cases and twins."""
    return [f"CREATE SCHEMA {SCHEMA}",
            *(named(case.tables, table) for name, case in cases.items() for table in (name, twin_of(name)))]


def twin_of(name: str) -> str:
    """The name of a case's twin."""
    return f"{name}_twin"


def write_project(folder: Path, cases: Mapping[str, Planted]) -> Path:
    """Write the project, whose revision files have the names of the cases; return its ini."""
    versions = folder / "versions"
    versions.mkdir(parents=True)
    ini = folder / "alembic.ini"
    ini.write_text("[alembic]\nscript_location = %(here)s\n")
    (folder / "env.py").write_text(ENV)
    down = f"DROP SCHEMA {SCHEMA} CASCADE"
    steps = [("tables", _body(";\n".join(tables_sql(cases))), _body(down))]
    for name, case in cases.items():
        for revision, planted in ((name, case), (twin_of(name), case.of_twin())):
            steps.append((revision, _body(named(planted.up, revision), named(planted.up_body, revision)),
                          _body(named(planted.down, revision))))
    for number, (name, up, down) in enumerate(steps):
        parent = f"{number - 1:04d}" if number else None
        text = _REVISION.format(revision=f"{number:04d}", parent=parent, up=up, down=down)
        (versions / f"{name}.py").write_text(text)
    return ini


def _body(statements: str, python: str = "") -> str:
    # A colon before a name would be a parameter.
    escaped = _PARAMETER.sub(r"\\:", statements)
    lines = [f"    op.execute({statement.strip()!r})" for statement in escaped.split(";\n") if statement.strip()]
    return "\n".join([*lines, *(f"    {line}" for line in python.splitlines())])
