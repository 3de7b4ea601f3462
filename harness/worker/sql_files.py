"""Run a SQL file as a team has it: written by hand for psql, or by pg_dump."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.sql_script import Command, Copy, EndsInTheMiddleError, split_script

_FOR_PSQL = re.compile(r"^\\", re.MULTILINE)
_NEEDLESS = frozenset({"\\restrict", "\\unrestrict"})
"""What pg_dump writes to keep psql from running other commands of its own. Here none are run anyway.

Source: https://www.postgresql.org/docs/current/app-psql.html
"""


def run_sql_file(connection: Any, path: Path, name: str) -> None:
    """Run the file, which the settings call ``name``, on a connection of the driver.

    Raises:
        UsageError: it cannot be read, or only psql can run it.
    """
    try:
        sql = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError("cannot read a file named by prepare", f"{name!r}: {error.strerror}",
                         "correct the setting") from error
    if not _FOR_PSQL.search(sql):
        # Without parameters the driver sends the text as it is, several statements at once.
        connection.cursor().execute(sql)
        return
    try:
        for item in split_script(sql.encode().splitlines(keepends=True)):
            if isinstance(item, Copy):
                _copy(connection, item)
            elif not isinstance(item, Command):
                connection.cursor().execute(item.sql.decode())
            elif item.name not in _NEEDLESS:
                raise UsageError(f"cannot prepare the database with {name!r}",
                                 f"it holds {item.name}, a command of psql's own, and psql is not used",
                                 "take the line out; name further files in prepare of [tool.roundtrip]")
    except EndsInTheMiddleError:
        raise UsageError(f"cannot prepare the database with {name!r}", "it ends within a statement or rows of COPY",
                         "end each statement with a semicolon, and rows of COPY with the line \\.") from None


def _copy(connection: Any, item: Copy) -> None:
    cursor = connection.cursor()
    sql = item.sql.decode()
    if hasattr(cursor, "copy_expert"):  # psycopg2
        cursor.copy_expert(sql, io.BytesIO(b"".join(item.blocks)))
        return
    with cursor.copy(sql) as copy:
        for block in item.blocks:
            copy.write(block)
