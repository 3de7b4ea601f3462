"""An env.py that runs in this process reaches one database only, whatever it asks for, and nothing is left of that."""

import textwrap

import asyncpg
import pg8000.dbapi
import psycopg
import psycopg2
import pytest
import sqlalchemy
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.pool import QueuePool

from harness.pytest_plugin.in_process.guard import Guard
from harness.pytest_plugin.in_process.peer import guarded_engine
from harness.worker.protocol import Target
from harness.worker.redirect import NotPostgreSQLError

SYNC = """
    import sqlalchemy
    with sqlalchemy.create_engine({url!r}).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE public.made (id int)")
"""
ASYNC = """
    import asyncio
    from sqlalchemy.ext.asyncio import create_async_engine

    async def migrate():
        async with create_async_engine({url!r}).begin() as connection:
            await connection.exec_driver_sql("CREATE TABLE public.made (id int)")

    asyncio.run(migrate())
"""
PSYCOPG = """
    import psycopg
    with psycopg.Connection.connect({conninfo!r}) as connection:
        connection.execute("CREATE TABLE public.made (id int)")
"""
PSYCOPG2 = """
    import psycopg2
    connection = psycopg2.connect({conninfo!r})
    connection.cursor().execute("CREATE TABLE public.made (id int)")
    connection.commit()
"""
PG8000 = """
    import pg8000.dbapi
    connection = pg8000.dbapi.connect("postgres", host="db.invalid", database="real")
    connection.cursor().execute("CREATE TABLE public.made (id int)")
    connection.commit()
"""
ASYNCPG = """
    import asyncio
    import asyncpg

    async def migrate():
        connection = await asyncpg.connect("postgresql://db.invalid/real")
        await connection.execute("CREATE TABLE public.made (id int)")
        await connection.close()

    asyncio.run(migrate())
"""


@pytest.fixture
def run_env(tmp_path):
    """Run a text as the env.py of a project."""
    def run(text):
        tmp_path.joinpath("versions").mkdir(exist_ok=True)
        tmp_path.joinpath("env.py").write_text(textwrap.dedent(text))
        config = Config()
        config.set_main_option("script_location", str(tmp_path))
        ScriptDirectory.from_config(config).run_env()

    return run


@pytest.fixture
def real(databases):
    """A database that stands for a real one."""
    name = databases.create("real")
    yield name
    databases.drop(name)


def made_in(databases, name):
    with databases.connect(name) as connection:
        return connection.execute("SELECT pg_catalog.to_regclass('public.made') IS NOT NULL").fetchone() == (True,)


@pytest.mark.parametrize(("env", "driver"), [
    (SYNC, "psycopg"), (SYNC, "psycopg2"), (SYNC, "pg8000"), (ASYNC, "psycopg"), (ASYNC, "asyncpg"), (PSYCOPG, ""),
    (PSYCOPG2, ""), (PG8000, ""), (ASYNCPG, ""),
], ids=lambda value: value if isinstance(value, str) and "\n" not in value else "")
def test_env_py_reaches_the_given_database_only(databases, database, real, run_env, env, driver):
    address = databases.server.address
    url = address.url(real).replace("+psycopg:", f"+{driver}:")
    with guarded_engine(address, database):
        run_env(env.format(url=url, conninfo=address.conninfo(real)))
    assert made_in(databases, database)
    assert not made_in(databases, real)


def test_a_connection_that_was_pooled_before_is_not_used_and_is_there_again_afterwards(
    databases, database, real, run_env, monkeypatch
):
    engine = sqlalchemy.create_engine(databases.server.address.url(real), poolclass=QueuePool, pool_size=1,
                                      max_overflow=0)
    where = sqlalchemy.text("SELECT current_database()")
    with engine.connect() as connection:
        assert connection.execute(where).scalar() == real
    monkeypatch.setattr(sqlalchemy, "the_teams_engine", engine, raising=False)
    with guarded_engine(databases.server.address, database):
        run_env("""
            import sqlalchemy
            with sqlalchemy.the_teams_engine.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE public.made (id int)")
        """)
        with engine.connect() as connection:
            assert connection.execute(where).scalar() == real
    assert made_in(databases, database)
    assert not made_in(databases, real)
    with engine.connect() as connection:
        assert connection.execute(where).scalar() == real
    engine.dispose()


def test_another_kind_of_database_is_refused(databases, database, run_env):
    with guarded_engine(databases.server.address, database), pytest.raises(NotPostgreSQLError, match="sqlite"):
        run_env(SYNC.format(url="sqlite://"))


def test_nothing_is_left_of_it_even_where_env_py_raises(databases, database, real, run_env):
    before = (psycopg.connect, psycopg.Connection.connect.__func__, psycopg2.connect, asyncpg.connect,
              pg8000.dbapi.connect, ScriptDirectory.run_env)
    with guarded_engine(databases.server.address, database), pytest.raises(RuntimeError, match="on purpose"):
        run_env("raise RuntimeError('on purpose')")
    assert before == (psycopg.connect, psycopg.Connection.connect.__func__, psycopg2.connect, asyncpg.connect,
                      pg8000.dbapi.connect, ScriptDirectory.run_env)
    run_env(SYNC.format(url=databases.server.address.url(real)))
    assert made_in(databases, real)


def test_a_database_that_is_asked_for_outside_of_env_py_is_given(databases, database, real):
    address = databases.server.address
    target = Target(host=address.host, port=address.port, user=address.user, password=address.password,
                    database=database)
    with Guard(target).installed(), sqlalchemy.create_engine(address.url(real)).connect() as connection:
        assert connection.exec_driver_sql("SELECT current_database()").scalar() == real
