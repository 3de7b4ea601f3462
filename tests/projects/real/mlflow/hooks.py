"""What the package does before its first revision: `mlflow server` creates these tables, then runs Alembic."""

from mlflow.store.tracking.dbmodels.initial_models import Base


def create_initial_tables(connection):
    Base.metadata.create_all(connection)
