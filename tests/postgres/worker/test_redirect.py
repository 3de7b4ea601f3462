"""Whatever address the user's code names, and through whichever driver, it reaches the database under test."""

import pytest

from harness.config import load_settings
from harness.names import Direction, RevisionId
from harness.walk.stepper import Stepper

ENV = """
from alembic import context
from sqlalchemy import create_engine
engine = create_engine({url!r})
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

REVISION = """
revision = "r1"
down_revision = None

def upgrade():
{body}
"""

DIRECT = {
    "psycopg2": "connection = __import__('psycopg2').connect('postgresql://me:hushhush@prod.example/app')",
    "psycopg2 by keywords": "connection = __import__('psycopg2').connect(host='prod.example', dbname='app', user='me')",
    "psycopg": "connection = __import__('psycopg').connect('postgresql://me:hushhush@prod.example:6543/app')",
    "psycopg by class": "connection = __import__('psycopg').Connection.connect('host=prod.example dbname=app')",
    "pg8000": "connection = __import__('pg8000.dbapi').dbapi.connect(user='me', host='prod.example', database='app')",
    "sqlalchemy": "connection = __import__('sqlalchemy').create_engine("
                  "'postgresql+psycopg2://me:hushhush@prod.example/app').raw_connection()",
    "creator": "connection = __import__('sqlalchemy').create_engine('postgresql+psycopg2://', creator=lambda: "
               "__import__('psycopg2').connect('postgresql://me:hushhush@prod.example/app')).raw_connection()",
}
IN_ASYNCPG = """
    import asyncio, asyncpg, threading
    async def work():
        connection = await asyncpg.connect('postgresql://me:hushhush@prod.example/app')
        await connection.execute('CREATE TABLE public.made_elsewhere ()')
        await connection.close()
    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    thread.join()
"""


@pytest.fixture
def walk(tmp_path, server, database):
    """Write a project of one revision and run it; returns the redirects that were reported."""
    reported = []

    def run(body, url="postgresql+psycopg://me:hushhush@db.example:5555/shop"):
        (tmp_path / "versions").mkdir()
        (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
        (tmp_path / "env.py").write_text(ENV.format(url=url))
        (tmp_path / "versions" / "r1.py").write_text(REVISION.format(body=body))
        settings = load_settings({"alembic_ini": str(tmp_path / "alembic.ini")}, start=tmp_path, environ={})
        stepper = Stepper(settings, reported.append)
        try:
            stepper.load()
            stepper.use(server)
            stepper.prepare(database)
            result = stepper.step(database, Direction.UPGRADE, RevisionId("r1"))
        finally:
            stepper.close()
        assert result.ok, result
        return reported

    return run


@pytest.mark.parametrize("how", DIRECT)
def test_a_driver_used_directly_is_caught(how, walk, connection):
    walk(f"    {DIRECT[how]}\n    cursor = connection.cursor()\n"
         "    cursor.execute('CREATE TABLE public.made_elsewhere ()')\n    connection.commit()\n    connection.close()")
    assert connection.execute("SELECT to_regclass('public.made_elsewhere')").fetchone() != (None,)


def test_asyncpg_used_directly_is_caught(walk, connection):
    walk(IN_ASYNCPG)
    assert connection.execute("SELECT to_regclass('public.made_elsewhere')").fetchone() != (None,)


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000"])
def test_an_address_in_code_is_reported_once_without_its_password(driver, walk):
    reported = walk("    pass", f"postgresql+{driver}://me:hushhush@db.example:5555/shop")
    assert reported == ["db.example:5555/shop"]


def test_another_address_in_a_revision_is_reported_too(walk):
    body = f"    {DIRECT['psycopg2']}\n    connection.close()"
    assert walk(body) == ["db.example:5555/shop", "prod.example:5432/app"]
