"""Tell that a driver has no value of Python's for a date or time that the server sent.

PostgreSQL has dates before year 1 and after 9999, infinite ones, and 24:00; Python's ``datetime`` has none of them.

Sources: https://www.postgresql.org/docs/current/datatype-datetime.html,
https://docs.python.org/3/library/datetime.html#constants
"""

from __future__ import annotations

import re
import sys
import traceback

_READ_IN = frozenset({"sqlalchemy", "psycopg", "psycopg_binary", "psycopg_c", "psycopg2", "asyncpg", "pg8000"})
_SAYS = re.compile(
    r"year -?\d+ is out of range|date value out of range|ordinal must be >= 1|hour must be in 0\.\.23"  # Python's own
    r"|\(before year 1\)|\(after year 10K\)|can't parse (?:date|time|timetz|timestamp|timestamptz) '"  # psycopg's
    r"|unable to parse (?:date|time)"  # psycopg2's
    r"|time data '24:00:00[^']*' does not match format"  # of what pg8000 reads times with
)


def is_unreadable(error: BaseException) -> bool:
    """Whether ``error`` says so, of a kind that drivers raise for it, and comes from where values are read."""
    is_of_kind = isinstance(error, (ValueError, OverflowError)) or type(error).__name__ == "DataError"
    return is_of_kind and _SAYS.search(str(error)) is not None and _comes_from_reading(error)


def _comes_from_reading(error: BaseException) -> bool:
    """Whether a driver raised it, or SQLAlchemy as it asked one, and not code of the user's that computes dates."""
    packages = [str(frame.f_globals.get("__name__", "")).partition(".")[0]
                for frame, _ in traceback.walk_tb(error.__traceback__)]
    within = [package for package in packages if package not in sys.stdlib_module_names]
    return bool(within) and within[-1] in _READ_IN
