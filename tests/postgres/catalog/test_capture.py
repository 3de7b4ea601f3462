"""Reading a real database: what is left out, how it is read, and what it leaves behind."""

from __future__ import annotations

import time

import psycopg
import pytest

from harness.catalog import capture, diff, objects
from harness.names import QualifiedName

VERSIONS = QualifiedName("public", "alembic_version")


@pytest.fixture
def public(connection):
    """Runs statements with ``public`` on the search path, as a migration does."""

    def execute(statements: str) -> None:
        connection.execute("SET search_path = public")
        connection.execute(statements)

    return execute


def test_an_empty_database_has_its_public_schema_and_nothing_else(connection):
    found = [(item.kind, item.title) for item in capture(connection).objects]
    assert found == [("database", "current_database()"), ("schema", "public")]


def test_the_version_table_is_left_out_with_all_that_is_its(connection, public):
    empty = capture(connection)
    public("CREATE TABLE alembic_version (version_num text NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY,"
           " id serial); CREATE INDEX ON alembic_version (id); COMMENT ON TABLE alembic_version IS 'x';"
           "COMMENT ON COLUMN alembic_version.id IS 'x'; GRANT SELECT ON alembic_version TO PUBLIC")
    assert capture(connection, version_tables=frozenset({VERSIONS})) == empty
    assert capture(connection) != empty


def test_a_version_table_in_another_schema_is_told_apart(connection, public):
    public("CREATE SCHEMA app; CREATE TABLE app.alembic_version (id int); CREATE TABLE alembic_version (id int)")
    kept = capture(connection, version_tables=frozenset({VERSIONS}))
    assert [table.title for table in kept.of(objects.Table)] == ["app.alembic_version"]


def test_members_of_an_extension_are_left_out(connection, public):
    public("CREATE EXTENSION hstore; CREATE EXTENSION pg_stat_statements; CREATE EXTENSION file_fdw")
    assert {item.kind for item in capture(connection).objects} == {"database", "schema", "extension"}


def test_a_table_of_its_own_that_uses_an_extension_is_kept(connection, public):
    public("CREATE EXTENSION hstore; CREATE TABLE t (h hstore); CREATE INDEX i ON t USING gist (h)")
    assert {item.title for item in capture(connection).objects} >= {"public.t", "public.t.h", "public.i"}


def test_temporary_objects_are_left_out(connection, public):
    empty = capture(connection)
    public("CREATE TEMP TABLE t (id serial PRIMARY KEY, n int UNIQUE CHECK (n > 0)); CREATE INDEX ON t (n);"
           "CREATE TEMP VIEW v AS SELECT id FROM t; CREATE TEMP SEQUENCE s;"
           "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
           "CREATE TYPE pg_temp.mood AS ENUM ('sad'); CREATE DOMAIN pg_temp.d AS int CHECK (VALUE > 0)")
    assert capture(connection) == empty


def test_names_are_taken_as_they_are(connection):
    connection.execute('CREATE SCHEMA "A b"; CREATE TABLE "A b"."T""x.y" ("C 1" int CONSTRAINT "K.k" UNIQUE)')
    titles = {item.title for item in capture(connection).objects}
    assert titles >= {'"A b"', '"A b"."T""x.y"', '"A b"."T""x.y"."C 1"', '"A b"."T""x.y"."K.k"'}


def test_the_session_is_left_as_it_was(connection):
    connection.execute("SET search_path = pg_catalog, public; SET datestyle = 'SQL, DMY'; SET timezone = 'Asia/Tokyo'")
    settings = "SELECT name, setting FROM pg_catalog.pg_settings WHERE name !~ '^(transaction|in_hot)' ORDER BY name"
    before = connection.execute(settings).fetchall()
    capture(connection)
    assert connection.execute(settings).fetchall() == before
    assert connection.info.transaction_status is psycopg.pq.TransactionStatus.IDLE


def test_what_is_read_does_not_depend_on_the_session(connection, public):
    public("CREATE TABLE t (at timestamptz DEFAULT '2020-02-01 00:00+00', step interval DEFAULT '1 day 2 hours',"
           " raw bytea DEFAULT '\\xff', x float8 DEFAULT 0.1); CREATE VIEW v AS SELECT at FROM t")
    before = capture(connection)
    connection.execute("SET search_path = ''; SET datestyle = 'SQL, DMY'; SET timezone = 'Asia/Tokyo';"
                       "SET intervalstyle = iso_8601; SET bytea_output = escape; SET extra_float_digits = -5;"
                       "SET quote_all_identifiers = on")
    assert capture(connection) == before


def test_a_transaction_that_is_open_elsewhere_is_not_seen(connection, databases, database):
    before = capture(connection)
    with databases.connect(database) as other, other.transaction(force_rollback=True):
        other.execute("CREATE TABLE public.t (id int)")
        assert capture(connection) == before


def test_a_refused_reading_leaves_no_transaction_open(connection, public, databases, database):
    public("CREATE VIEW v AS SELECT 1 AS one")
    before = capture(connection)
    connection.execute("SET lock_timeout = '10ms'")
    with databases.connect(database) as other, other.transaction(force_rollback=True):
        other.execute("ALTER VIEW public.v RENAME TO w")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            capture(connection)
    assert connection.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
    assert capture(connection) == before


def test_a_role_without_privileges_reads_the_same_objects(connection, public):
    public("CREATE TABLE t (id serial PRIMARY KEY); CREATE VIEW v AS SELECT id FROM t; ALTER TABLE t ADD n int")
    before = capture(connection)
    connection.execute("SET ROLE pg_monitor")
    assert capture(connection) == before


def test_the_number_of_round_trips_does_not_grow_with_the_objects(connection, public, tmp_path):
    def round_trips() -> int:
        with (tmp_path / "trace").open("w+") as trace:
            connection.pgconn.trace(trace.fileno())
            capture(connection)
            connection.pgconn.untrace()
            trace.seek(0)
            # Each Sync is one wait for the server: https://www.postgresql.org/docs/current/protocol-flow.html
            return sum("\tSync" in line or "\tQuery" in line for line in trace)

    capture(connection)
    few = round_trips()
    public("".join(f"CREATE TABLE t{n} (id serial PRIMARY KEY, name text UNIQUE);" for n in range(50)))
    assert 0 < round_trips() <= few <= 3


def test_a_small_database_is_read_in_a_moment(connection, public):
    """The target is 15 ms; the limit leaves room for a machine that does other things too."""
    public("".join(f"CREATE TABLE t{n} (id serial PRIMARY KEY, name text UNIQUE);" for n in range(20)))
    capture(connection)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        capture(connection)
        times.append(time.perf_counter() - started)
    assert min(times) < 0.05


def test_two_readings_are_equal(connection, public):
    public("CREATE TABLE t (id serial PRIMARY KEY, name text UNIQUE); CREATE VIEW v AS SELECT id FROM t")
    first, second = capture(connection), capture(connection)
    assert first == second
    assert not diff(first, second)
