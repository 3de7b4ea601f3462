"""What a driver raises is described by the driver's own class and the server's own words, whoever wraps it."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from harness.config import load_settings
from harness.names import Direction, RevisionId
from harness.walk.stepper import Stepper
from harness.worker.failures import describe
from tests.postgres.worker.test_touching import ENVS

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


class WrappedError(Exception):
    def __init__(self, inner):
        super().__init__(str(inner))
        self.inner = inner


def test_a_library_s_own_error_in_the_place_of_the_driver_s_hides_neither_its_class_nor_its_statement(server, database):
    engine = sa.create_engine(server.address.url(database))

    @sa.event.listens_for(engine, "handle_error")
    def wrap(context):
        return WrappedError(context.sqlalchemy_exception)

    with pytest.raises(WrappedError) as caught, engine.connect() as connection:
        connection.execute(sa.text("SELECT 1 / :number"), {"number": 0})
    failure = describe(caught.value)
    assert (failure.type_name, failure.message, failure.sqlstate) == ("DivisionByZero", "division by zero", "22012")
    assert failure.statement == "SELECT 1 / %(number)s"


def run_revision(server, database, folder, packages, kind="sync", driver="psycopg"):
    """The failure of a revision in an installed package, beside others, each a name and the source of its module."""
    versions = folder / "lib" / "site-packages" / "history"
    versions.mkdir(parents=True)
    for name, source in packages.items():
        (versions.parent / name).parent.mkdir(exist_ok=True)
        (versions.parent / name).write_text(source)
    (folder / "alembic.ini").write_text(
        f"[alembic]\nscript_location = %(here)s\nversion_locations = {versions}\npath_separator = os\n"
        f"prepend_sys_path = {versions.parent}\n")
    (folder / "env.py").write_text(ENVS[kind].format(driver=driver, before="", after=""))
    stepper = Stepper(load_settings({"alembic_ini": str(folder / "alembic.ini")}, start=folder, environ={}), print)
    try:
        stepper.load()
        stepper.use(server)
        stepper.prepare(database)
        return stepper.step(database, Direction.UPGRADE, RevisionId("r1")).failure
    finally:
        stepper.close()


REVISION = "{imports}\nrevision = 'r1'\ndown_revision = None\ndef upgrade():\n    {body}\ndef downgrade():\n    pass\n"


def test_a_failing_revision_is_where_a_failure_is_though_it_is_installed_and_env_py_is_not(tmp_path, server, database):
    failure = run_revision(server, database, tmp_path, {
        "history/r1.py": REVISION.format(imports="from alembic import op", body="op.execute('SELECT 1/0')")})
    assert failure is not None
    assert failure.location is not None
    assert failure.location.endswith("site-packages/history/r1.py:5")


def test_a_failure_is_not_in_another_installed_package_that_an_installed_revision_calls(tmp_path, server, database):
    failure = run_revision(server, database, tmp_path, {
        "elsewhere.py": "def look_up():\n    return {}['name']\n",
        "history/helpers.py": "import elsewhere\n\ndef ask():\n    return elsewhere.look_up()\n",
        "history/r1.py": REVISION.format(imports="from history import helpers", body="helpers.ask()")})
    assert failure is not None
    assert failure.type_name == "KeyError"
    assert failure.location is not None
    assert failure.location.endswith("site-packages/history/helpers.py:4")


CAUGHT = """try:
        op.execute('SELECT 1 / 0')
    except Exception:
        pass"""


@pytest.mark.parametrize(("kind", "driver"), [
    ("sync", "psycopg"), ("sync", "psycopg2"), ("sync", "pg8000"), ("async", "asyncpg"), ("async", "psycopg")])
def test_an_error_that_a_revision_catches_is_told_in_the_place_of_what_follows(
    tmp_path, server, database, kind, driver
):
    failure = run_revision(server, database, tmp_path, {
        "history/r1.py": REVISION.format(imports="from alembic import op", body=CAUGHT)}, kind, driver)
    assert failure is not None
    assert (failure.sqlstate, failure.message, failure.statement) == ("22012", "division by zero", "SELECT 1 / 0")
    assert failure.caught
    assert failure.location is not None
    assert failure.location.endswith("history/r1.py:6")


def test_where_an_object_lies_in_memory_is_not_told_as_it_is_elsewhere_each_time():
    assert describe(RuntimeError(f"cannot drop {object()}")).message == "cannot drop <object object>"


def test_a_bare_assertion_is_told_by_its_line(tmp_path, server, database):
    failure = run_revision(server, database, tmp_path, {
        "history/r1.py": REVISION.format(imports="url = None", body="assert url")})
    assert failure is not None
    assert str(failure) == "AssertionError: assert url"


def test_what_a_validator_has_against_a_value_is_told_without_the_value():
    error = ValueError("2 validation errors for Settings\nurl\n  Value error, only mysql is supported "
                       "[type=value_error, input_value='s3cret', input_type=str]\n    For further information visit "
                       "https://example.org\nkey\n  Field required [type=missing, input_value={}, input_type=dict]\n")
    assert describe(error).message == (
        "2 validation errors for Settings; url; Value error, only mysql is supported; key")
