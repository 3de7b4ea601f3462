"""The values of every type are taken by the server and stored as they are."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.data.seed import seed_tables
from harness.data.shapes import read_shapes
from harness.data.values import source_of, strategy_of

VECTOR = "public.vector(4)"
TYPES = (
    "smallint", "integer", "bigint", "oid", "numeric", "numeric(8,2)", "numeric(3,0)", "numeric(2,-3)", "numeric(3,5)",
    "real", "double precision", "money", "pg_lsn", "text", "varchar", "varchar(1)", "varchar(12)", "varchar(300)",
    "char(1)", "char(2)", "char(10)", '"char"', "name", "public.citext", "bytea", "bit(1)", "bit(5)", "bit varying",
    "bit varying(3)", "boolean", "date", "timestamp", "timestamp(0)", "timestamptz", "timestamptz(3)", "time",
    "timetz", "interval", "uuid", "json", "jsonb", "jsonpath", "xml", "tsvector", "tsquery", "public.hstore",
    "public.ltree", "inet", "cidr", "macaddr", "macaddr8", "point", "line", "lseg", "box", "path", "polygon", "circle",
    "integer[]", "text[]", "varchar(5)[]", "numeric(6,2)[]", "box[]", "jsonb[]", "timestamptz[]", "public.mood",
    "public.mood[]", "public.address", "public.address[]", "int4range", "int8range", "numrange", "daterange",
    "tsrange", "tstzrange", "int4multirange", "tstzmultirange", "public.text_range", "public.percent",
    "public.percent[]", VECTOR,
)


@pytest.fixture(scope="module")
def typed(databases):
    """A connection to a database with a column of every type, each in a table of its own."""
    name = databases.create("types")
    with databases.connect(name) as connection:
        connection.execute("""
            CREATE EXTENSION citext SCHEMA public; CREATE EXTENSION hstore SCHEMA public;
            CREATE EXTENSION ltree SCHEMA public;
            CREATE TYPE public.mood AS ENUM ('calm', 'very "cross"', 'a,b');
            CREATE TYPE public.address AS (street text, house integer);
            CREATE TYPE public.text_range AS RANGE (subtype = text, collation = "C");
            CREATE DOMAIN public.percent AS integer CHECK (VALUE BETWEEN 0 AND 100);
        """)
        has_vectors = connection.execute("SELECT FROM pg_available_extensions WHERE name = 'vector'").rowcount > 0
        if has_vectors:
            connection.execute("CREATE EXTENSION vector SCHEMA public")
        for number, type_sql in enumerate(TYPES):
            if type_sql == VECTOR and not has_vectors:
                continue
            connection.execute(f"CREATE TABLE public.t{number} (id serial PRIMARY KEY, v {type_sql})".encode())
        yield connection
    databases.drop(name)


@pytest.fixture(autouse=True)
def _skip_what_the_server_was_built_without(request, typed):
    name = TYPES[request.node.callspec.params["number"]]
    if name == VECTOR and not typed.execute("SELECT FROM pg_extension WHERE extname = 'vector'").rowcount:
        pytest.skip("the server has no pgvector")
    if name == "xml":
        try:
            typed.execute("SELECT '<a/>'::xml")
        except psycopg.errors.FeatureNotSupported:
            pytest.skip("the server was built without libxml")


@pytest.fixture(scope="module")
def shapes(typed):
    return {shape.name.name: shape.column("v").type for shape in read_shapes(typed).tables.values()}


def _checked(shape):
    return any(part.checks for part in shape.parts)


def accepts(connection, shape, text):
    """Whether the column would store this text without changing its length."""
    try:
        connection.execute(f"SELECT pg_catalog.format('%%s', %s::text::{shape.base.sql})".encode(), [text])
    except psycopg.Error:
        return False
    return shape.max_length is None or len(text) <= shape.max_length


@pytest.mark.parametrize("number", range(len(TYPES)), ids=TYPES)
class TestEveryType:
    def test_every_edge_and_every_plain_value_is_accepted(self, typed, shapes, number):
        shape = shapes[f"t{number}"]
        source = source_of(shape)
        values = [*source.edges, *(source.ordinary(n) for n in (*range(12), 500, 1_234_567))]
        if _checked(shape):  # the domain's check is not the source's business
            values = [source.ordinary(n) for n in range(5)]
        assert [value for value in values if not accepts(typed, shape, value)] == []

    def test_the_telling_values_are_stored(self, typed, shapes, number):
        table = f"t{number}"
        typed.execute(f"TRUNCATE public.{table}".encode())
        found = read_shapes(typed)
        (outcome,) = seed_tables(typed, found, only=[name for name in found.tables if name.name == table], rows=30,
                                 seed=7)
        assert (outcome.rows, outcome.error) == (30, None)
        shape = shapes[table]
        type_sql = shape.sql
        stored = {text for (text,) in typed.execute(f"SELECT v::text FROM public.{table}".encode()).fetchall()}
        assert None in stored
        for value in source_of(shape).telling:
            row = None
            try:
                row = typed.execute(f"SELECT %s::text::{type_sql}::text".encode(), [value]).fetchone()
            except psycopg.errors.CheckViolation:
                continue
            assert row[0] in stored, value

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_whatever_the_strategy_gives_is_accepted(self, typed, shapes, number, data):
        shape = shapes[f"t{number}"]
        if _checked(shape):
            return
        assert accepts(typed, shape, data.draw(strategy_of(shape)))
