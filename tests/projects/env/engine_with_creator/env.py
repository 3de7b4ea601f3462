import psycopg2
from alembic import context
from sqlalchemy import create_engine


def connect():
    return psycopg2.connect("host=db.shop.example dbname=shop user=shop password=change_me application_name=migrations")


with create_engine("postgresql+psycopg2://", creator=connect).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
