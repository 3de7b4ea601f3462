"""What a driver raises is described by the driver's own class and the server's own words, whoever wraps it."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from harness.worker.failures import describe

DUPLICATE = "CREATE TABLE t (id int UNIQUE); INSERT INTO t VALUES (7), (7)"
TWO_ROWS = "SELECT (SELECT 1 UNION ALL SELECT 2)"


async def run_with_asyncpg(url, statements):
    engine = create_async_engine(url.replace("+psycopg", "+asyncpg"))
    try:
        async with engine.connect() as connection:
            for statement in statements.split(";"):
                await connection.execute(sa.text(statement))
    finally:
        await engine.dispose()


def run(url, driver, statements):
    if driver == "asyncpg":
        asyncio.run(run_with_asyncpg(url, statements))
    else:
        engine = sa.create_engine(url.replace("+psycopg", f"+{driver}"))
        with engine.connect() as connection:
            for statement in statements.split(";"):
                connection.execute(sa.text(statement))


@pytest.mark.parametrize(("driver", "statements", "told"), [
    ("psycopg", DUPLICATE, "UniqueViolation"),
    ("psycopg2", DUPLICATE, "UniqueViolation"),
    ("asyncpg", DUPLICATE, "UniqueViolationError"),
    ("psycopg", TWO_ROWS, "CardinalityViolation"),
    ("asyncpg", TWO_ROWS, "CardinalityViolationError"),
])
def test_an_error_is_named_as_its_driver_does(server, database, driver, statements, told):
    with pytest.raises(sa.exc.DBAPIError) as caught:
        run(server.address.url(database), driver, statements)
    failure = describe(caught.value)
    assert failure.type_name == told
    assert failure.sqlstate == {DUPLICATE: "23505", TWO_ROWS: "21000"}[statements]
    assert failure.message == {
        DUPLICATE: 'duplicate key value violates unique constraint "t_id_key"; Key (id)=(7) already exists.',
        TWO_ROWS: "more than one row returned by a subquery used as an expression",
    }[statements]


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg"])
def test_a_percent_sign_is_shown_as_it_was_written(server, database, driver):
    statement = "SELECT 1 / 0, '50%' WHERE 7 % 2 = 1"
    with pytest.raises(sa.exc.DBAPIError) as caught:
        run(server.address.url(database), driver, statement)
    assert describe(caught.value).statement == statement


def run_and_rename(url):
    try:
        run(url, "psycopg", TWO_ROWS)
    except sa.exc.DBAPIError as error:
        raise RuntimeError("two rows") from error


def test_what_a_revision_raises_over_a_driver_s_error_keeps_its_own_name(server, database):
    with pytest.raises(RuntimeError) as caught:
        run_and_rename(server.address.url(database))
    failure = describe(caught.value)
    assert (failure.type_name, failure.message, failure.sqlstate) == ("RuntimeError", "two rows", "21000")
