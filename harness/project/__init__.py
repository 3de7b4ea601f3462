"""The revision graph as pure values: no Alembic, no database."""
