"""The driver that SQLAlchemy is to use where nothing of the project's names one."""

from __future__ import annotations

import importlib.util


def dialect_and_driver() -> str:
    """What a URL for SQLAlchemy starts with: psycopg 3, or psycopg2 with SQLAlchemy 1.4, which knows no newer one.

    Source: https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#module-sqlalchemy.dialects.postgresql.psycopg
    """
    known = importlib.util.find_spec("sqlalchemy.dialects.postgresql.psycopg") is not None
    return f"postgresql+{'psycopg' if known else 'psycopg2'}"
