"""The schema of a database as ``pg_dump`` prints it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

_CREATE_TABLE = re.compile(r"^CREATE [A-Z ]*TABLE [^\n]* \(\n(?P<columns>.*?)^\)", re.MULTILINE | re.DOTALL)


def dumper(program: Path, host: str, port: int, user: str) -> Callable[[str], str]:
    """Return a function from a database's name to its schema, without what differs from run to run.

    The version table is left out: it comes with the first revision and outlives a downgrade to base.
    """
    command = (str(program), "--schema-only", "--exclude-table=alembic_version", "--host", host, "--port", str(port),
               "--username", user, "--no-password")

    def dump(database: str) -> str:
        text = subprocess.run([*command, database], check=True, stdout=subprocess.PIPE, text=True).stdout
        # A line with a backslash carries a random word, a comment repeats what the statement says.
        return "\n".join(line for line in text.splitlines() if line and not line.startswith(("--", "\\"))) + "\n"

    return dump


def without_column_order(text: str) -> str:
    """The same schema with the columns of each table sorted: a column that was added again stands last."""

    def sort(match: re.Match[str]) -> str:
        lines = match["columns"].splitlines()
        return match[0].replace(match["columns"], "\n".join(sorted(line.rstrip(",") for line in lines)) + "\n")

    return _CREATE_TABLE.sub(sort, text)
