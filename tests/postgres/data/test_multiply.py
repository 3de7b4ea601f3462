"""Rows that are made on the server out of few obey what the tables demand, and are as many as they allow."""

import pytest

from harness.data.multiply import multiply_rows
from harness.data.seed import seed_tables
from harness.data.shapes import read_shapes
from harness.names import QualifiedName

USERS = "CREATE TABLE public.users (id serial PRIMARY KEY, name text); "
TABLES = {
    "serial key": ("CREATE TABLE public.t (id serial PRIMARY KEY, a text)", 500),
    "identity alone": ("CREATE TABLE public.t (id int GENERATED ALWAYS AS IDENTITY)", 500),
    "uuid key": ("CREATE TABLE public.t (id uuid PRIMARY KEY, a text)", 500),
    "text key with a check": (
        "CREATE TABLE public.t (code text PRIMARY KEY CHECK (code ~ '^[A-Z]{3}-[0-9]{4}$'), a int)", 500),
    "short text key": ("CREATE TABLE public.t (code varchar(3) PRIMARY KEY)", 500),
    "domain key": (("CREATE DOMAIN public.mail AS text CHECK (VALUE LIKE '%@%'); "
                   "CREATE TABLE public.t (mail public.mail PRIMARY KEY)"), 500),
    "numeric key": ("CREATE TABLE public.t (n numeric(6, 2) PRIMARY KEY)", 500),
    "date key": ("CREATE TABLE public.t (d date PRIMARY KEY)", 500),
    "range that must not overlap": ("CREATE TABLE public.t (during tsrange, EXCLUDE USING gist (during WITH &&))", 500),
    "no key": ("CREATE TABLE public.t (a int, b text)", 500),
    "no column": ("CREATE TABLE public.t ()", 500),
    "generated column": (
        "CREATE TABLE public.t (id int PRIMARY KEY, twice bigint GENERATED ALWAYS AS (id::bigint * 2) STORED)", 500),
    "expression": ("CREATE TABLE public.t (a text); CREATE UNIQUE INDEX ON public.t (lower(a))", 500),
    "deferrable": ("CREATE TABLE public.t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)", 500),
    "columns named as ours": ("CREATE TABLE public.t (n text PRIMARY KEY, old text, number int UNIQUE)", 500),
    "several columns in a check": (
        "CREATE TABLE public.t (id serial PRIMARY KEY, a date NOT NULL, b date NOT NULL, CHECK (a < b))", 500),
    "foreign key": (USERS + "CREATE TABLE public.t (user_id int NOT NULL REFERENCES public.users)", 500),
    "one to one": (USERS + "CREATE TABLE public.t (user_id int PRIMARY KEY REFERENCES public.users)", 500),
    "many to many": (USERS + "CREATE TABLE public.tags (id int PRIMARY KEY); CREATE TABLE public.t (user_id int "
                     "REFERENCES public.users, tag_id int REFERENCES public.tags, PRIMARY KEY (user_id, tag_id))", 500),
    "unique among few": (USERS + "CREATE TYPE public.kind AS ENUM ('a', 'b', 'c'); CREATE TABLE public.t (user_id int "
                         "REFERENCES public.users, kind public.kind, UNIQUE (user_id, kind))", 500),
    "composite foreign key": (
        ("CREATE TABLE public.p (a int, b text, PRIMARY KEY (a, b)); "
        "CREATE TABLE public.t (id serial PRIMARY KEY, a int, b text, FOREIGN KEY (a, b) REFERENCES public.p)"), 500),
    "tree": ("CREATE TABLE public.t (id serial PRIMARY KEY, parent_id int NOT NULL REFERENCES public.t, p text UNIQUE)",
             500),
    "range partitions": (
        ("CREATE TABLE public.t (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at); "
        "CREATE TABLE public.t1 PARTITION OF public.t FOR VALUES FROM ('2024-01-01') TO ('2024-02-01'); "
        "CREATE TABLE public.t2 PARTITION OF public.t FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')"), 500),
    "partitions by their key": (
        ("CREATE TABLE public.t (id int PRIMARY KEY) PARTITION BY RANGE (id); "
        "CREATE TABLE public.t1 PARTITION OF public.t FOR VALUES FROM (0) TO (300); "
        "CREATE TABLE public.t2 PARTITION OF public.t FOR VALUES FROM (300) TO (100000000)"), 500),
    "inheritance": (("CREATE TABLE public.parent (id serial PRIMARY KEY, a text); "
                    "CREATE TABLE public.t (PRIMARY KEY (id)) INHERITS (public.parent)"), 500),
    "nullable and of two values": ("CREATE TABLE public.t (a boolean UNIQUE)", 500),
    "forced row security": (("CREATE TABLE public.t (id serial PRIMARY KEY); ALTER TABLE public.t ENABLE ROW LEVEL "
                            "SECURITY; ALTER TABLE public.t FORCE ROW LEVEL SECURITY"), 500),
    "few of each of three": (
        ("CREATE TABLE public.sizes (s boolean PRIMARY KEY); CREATE TABLE public.colours (c bit(3) PRIMARY KEY); "
        "CREATE TABLE public.kinds (k bit(4) PRIMARY KEY); CREATE TABLE public.t (s boolean REFERENCES public.sizes, "
        "c bit(3) REFERENCES public.colours, k bit(4) REFERENCES public.kinds, PRIMARY KEY (s, c, k))"), 256),
    "two values": ("CREATE TABLE public.t (a boolean PRIMARY KEY)", 2),
    "few bits": ("CREATE TABLE public.t (a bit(4) PRIMARY KEY)", 16),
    "a number among few": ("CREATE TABLE public.t (a int PRIMARY KEY CHECK (a BETWEEN 1 AND 50))", 50),
}
INVALID_SQL = """
    SELECT conrelid::regclass::text, conname FROM pg_constraint
    WHERE contype IN ('c', 'f') AND conparentid = 0 AND conrelid <> 0
"""


@pytest.mark.parametrize("name", TABLES)
def test_a_table_gets_as_many_rows_as_it_allows(connection, name):
    statements, expected = TABLES[name]
    connection.execute(statements)
    shapes = read_shapes(connection)
    seed_tables(connection, shapes, only=list(shapes.tables), rows=12, seed=0)
    made = {item.table: item for item in multiply_rows(connection, shapes, rows=500)}
    table = made[QualifiedName("public", "t")]
    ((count,),) = connection.execute("SELECT count(*) FROM public.t").fetchall()
    assert (table.rows, count) == (expected, expected)
    assert (table.why_fewer is None) == (expected == 500)
    assert revalidated(connection)


def revalidated(connection):
    """Have the server look at every CHECK and FOREIGN KEY once more: foreign keys were not, when the rows came."""
    for table, constraint in connection.execute(INVALID_SQL).fetchall():
        ((definition,),) = connection.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass",
            [constraint, table]).fetchall()
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT once_more {definition}")
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT once_more")
    return True


def test_foreign_keys_are_spread_over_all_rows_they_may_refer_to(connection):
    connection.execute(TABLES["foreign key"][0])
    shapes = read_shapes(connection)
    seed_tables(connection, shapes, only=list(shapes.tables), rows=12, seed=0)
    multiply_rows(connection, shapes, rows=500)
    ((users,),) = connection.execute("SELECT count(DISTINCT user_id) FROM public.t").fetchall()
    assert users > 400


def test_sequences_stay_ahead_of_the_keys(connection):
    connection.execute(TABLES["serial key"][0])
    shapes = read_shapes(connection)
    seed_tables(connection, shapes, only=list(shapes.tables), rows=12, seed=0)
    multiply_rows(connection, shapes, rows=500)
    connection.execute("INSERT INTO public.t (a) VALUES ('one more')")


def test_the_same_rows_give_the_same_copies(connection):
    connection.execute(TABLES["many to many"][0].replace("serial", "int"))  # a sequence is not rolled back
    shapes = read_shapes(connection)
    seed_tables(connection, shapes, only=list(shapes.tables), rows=12, seed=0)
    connection.execute("BEGIN")
    multiply_rows(connection, shapes, rows=300)
    first = connection.execute("SELECT * FROM public.t ORDER BY 1, 2").fetchall()
    connection.execute("ROLLBACK")
    multiply_rows(connection, shapes, rows=300)
    assert connection.execute("SELECT * FROM public.t ORDER BY 1, 2").fetchall() == first


def test_an_empty_table_stays_empty_and_a_full_one_as_it_is(connection):
    connection.execute("CREATE TABLE public.a (id int); CREATE TABLE public.b AS SELECT generate_series(1, 600) AS id")
    made = multiply_rows(connection, read_shapes(connection), rows=500)
    assert [(item.rows, item.why_fewer) for item in made] == [(0, None), (600, None)]


def test_triggers_do_not_fire(connection):
    connection.execute("""
        CREATE TABLE public.t (id serial PRIMARY KEY, a text);
        CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
        INSERT INTO public.t (a) VALUES ('x');
        CREATE TRIGGER refuse BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.refuse();
    """)
    (made,) = multiply_rows(connection, read_shapes(connection), rows=500)
    assert made.rows == 500
