"""The driver that SQLAlchemy is to use where nothing of the project's names one."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version


@cache
def dialect_and_driver() -> str:
    """What a URL for SQLAlchemy starts with: psycopg 3, or psycopg2 with SQLAlchemy 1.4, which knows no newer one.

    Source: https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#module-sqlalchemy.dialects.postgresql.psycopg
    """
    return "postgresql+psycopg2" if version("sqlalchemy").startswith("1.") else "postgresql+psycopg"
