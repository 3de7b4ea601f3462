"""Roundtrip: a rollback round-trip test harness for Alembic migrations on PostgreSQL."""

__version__ = "0.1.0"

__all__ = ["__version__"]
