from __future__ import annotations

import psycopg
import pytest

from harness.data.rows import STATEMENTS_AT_ONCE, TableRows, list_tables, read_rows
from harness.names import QualifiedName


def public(name):
    return QualifiedName("public", name)


def read(connection, name, schema="public"):
    table = QualifiedName(schema, name)
    return read_rows(connection, [table])[table]


class TestListing:
    def test_tables_that_hold_rows_of_their_own_are_listed_once(self, connection):
        connection.execute("""
            CREATE SCHEMA "Odd ""schema";
            CREATE TABLE "Odd ""schema"."T%s" (id int);
            CREATE TABLE public.plain (id int);
            CREATE UNLOGGED TABLE public.unlogged (id int);
            CREATE TABLE public.parent (id int);
            CREATE TABLE public.child () INHERITS (public.parent);
            CREATE TABLE public.parted (id int) PARTITION BY LIST (id);
            CREATE TABLE public.parted_1 PARTITION OF public.parted FOR VALUES IN (1) PARTITION BY LIST (id);
            CREATE TABLE public.parted_1a PARTITION OF public.parted_1 FOR VALUES IN (1);
            CREATE VIEW public.a_view AS SELECT 1 AS one;
            CREATE MATERIALIZED VIEW public.a_matview AS SELECT 1 AS one;
            CREATE TEMPORARY TABLE a_temp (id int);
            CREATE SEQUENCE public.a_sequence;
        """)
        names = [public(name) for name in ("child", "parent", "parted", "plain", "unlogged")]
        assert tuple(list_tables(connection, exclude=frozenset())) == (QualifiedName('Odd "schema', "T%s"), *names)
        assert public("plain") not in list_tables(connection, exclude=frozenset({public("plain")}))

    def test_what_an_extension_owns_and_foreign_tables_are_left_out(self, connection):
        connection.execute("""
            CREATE TABLE public.mine (id int);
            CREATE TABLE public.adopted (id int);
            CREATE FOREIGN DATA WRAPPER nothing;
            CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing;
            CREATE FOREIGN TABLE public.remote (id int) SERVER elsewhere;
            ALTER EXTENSION plpgsql ADD TABLE public.adopted;
        """)
        assert tuple(list_tables(connection, exclude=frozenset())) == (public("mine"),)


class TestReading:
    @pytest.mark.parametrize(
        ("type_sql", "value_sql", "text"),
        [
            ("boolean", "true", "t"),
            ("char(5)", "'ab'", "ab   "),
            ('"char"', "'x'", "x"),
            ("text", "''", ""),
            ("text", "NULL", None),
            ("text", "E'tab\\tline\\nback\\\\slash \u0130\U0001f980'", "tab\tline\nback\\slash \u0130\U0001f980"),
            ("text", "repeat('x', 300000)", "x" * 300000),
            ("bytea", r"'\xdeadbeef'", r"\xdeadbeef"),
            ("bytea", "''", r"\x"),
            ("numeric", "1.500", "1.500"),
            ("numeric", "'NaN'", "NaN"),
            ("float8", "'-Infinity'", "-Infinity"),
            ("float8", "0.1::float8 + 0.2", "0.30000000000000004"),
            ("float8", "'-0'", "-0"),
            ("date", "'4713-01-01 BC'", "4713-01-01 BC"),
            ("timestamptz", "'infinity'", "infinity"),
            ("json", """'{"a": 1, "a":  2}'""", """{"a": 1, "a":  2}"""),
            ("int[]", "'[0:1]={1,NULL}'", "[0:1]={1,NULL}"),
            ("oid", "4294967295", "4294967295"),
            ("name", "'n'", "n"),
        ],
    )
    def test_a_value_is_what_the_output_function_writes(self, connection, type_sql, value_sql, text):
        connection.execute(f"CREATE TABLE public.t AS SELECT {value_sql}::{type_sql} AS v")
        assert read(connection, "t").rows == ((text,),)

    def test_values_do_not_pass_through_the_loaders_of_the_connection(self, connection):
        connection.execute("CREATE TABLE public.t AS SELECT timestamptz '294276-12-31 23:59:59.999999+00' AS v")
        with pytest.raises(psycopg.DataError):
            connection.execute("SELECT v FROM public.t").fetchone()
        assert read(connection, "t").rows[0][0].startswith("294277-01-01")

    def test_dropped_and_virtual_columns_are_left_out_and_stored_ones_read(self, connection):
        connection.execute("""
            CREATE TABLE public.t (gone int, "b""%s" int, twice int GENERATED ALWAYS AS ("b""%s" * 2) STORED, a int);
            INSERT INTO public.t ("b""%s") VALUES (4);
            ALTER TABLE public.t DROP COLUMN gone;
        """)
        state = read(connection, "t")
        assert (state.columns, state.attnums, state.rows) == (('b"%s', "twice", "a"), (2, 3, 4), (("4", "8", None),))

    def test_a_virtual_column_whose_expression_fails_does_not_stop_the_reading(self, connection):
        if connection.info.server_version < 180000:
            pytest.skip("virtual generated columns came with PostgreSQL 18")
        connection.execute("""
            CREATE TABLE public.t (a int, inverse int GENERATED ALWAYS AS (1 / a) VIRTUAL);
            INSERT INTO public.t VALUES (0);
        """)
        assert read(connection, "t").rows == (("0",),)

    def test_the_key_is_the_primary_key_in_its_own_order_without_included_columns(self, connection):
        connection.execute("CREATE TABLE public.t (a int, b int, c int, UNIQUE (c), PRIMARY KEY (b, a) INCLUDE (c))")
        assert read(connection, "t").key == ("b", "a")

    def test_a_table_without_primary_key_has_none(self, connection):
        connection.execute("CREATE TABLE public.t (a int UNIQUE NOT NULL)")
        assert read(connection, "t").key == ()

    def test_rows_come_in_order_of_the_key_whole_numbers_by_value(self, connection):
        connection.execute("""
            CREATE TABLE public.t (note text, id int PRIMARY KEY);
            INSERT INTO public.t VALUES ('a', 10), ('b', 9), ('c', -1), ('d', 100);
        """)
        assert [row[1] for row in read(connection, "t").rows] == ["-1", "9", "10", "100"]

    def test_rows_without_a_key_come_in_order_of_all_values(self, connection):
        connection.execute("""
            CREATE TABLE public.t (a text, b text);
            INSERT INTO public.t VALUES ('x', NULL), (NULL, '1'), ('x', '2'), ('x', '2'), ('', '3');
        """)
        assert read(connection, "t").rows == (("", "3"), ("x", "2"), ("x", "2"), ("x", None), (None, "1"))

    def test_a_table_without_columns_still_has_rows(self, connection):
        connection.execute("CREATE TABLE public.t (); INSERT INTO public.t DEFAULT VALUES")
        connection.execute("INSERT INTO public.t DEFAULT VALUES")
        state = read(connection, "t")
        assert (state.columns, state.key, state.rows) == ((), (), ((), ()))

    def test_it_is_told_which_columns_are_numeric_through_domains_and_without_rows(self, connection):
        connection.execute("""
            CREATE DOMAIN public.amount AS numeric(10, 2);
            CREATE DOMAIN public.price AS public.amount CHECK (VALUE > 0);
            CREATE TABLE public.t (a int, b numeric, c public.price, d numeric[], e text, f float8, g numeric(5, 0));
        """)
        state = read(connection, "t")
        assert (state.rows, state.numbers) == ((), {"b", "c", "g"})

    def test_an_empty_table_has_no_rows(self, connection):
        connection.execute("CREATE TABLE public.t (id int PRIMARY KEY, v text)")
        oid = connection.execute("SELECT 'public.t'::regclass::oid").fetchone()[0]
        assert read(connection, "t") == TableRows(public("t"), oid, ("id", "v"), (1, 2), ("id",), ())

    def test_a_partitioned_table_is_read_through_its_root(self, connection):
        connection.execute("""
            CREATE TABLE public.t (id int PRIMARY KEY) PARTITION BY RANGE (id);
            CREATE TABLE public.t_low PARTITION OF public.t FOR VALUES FROM (0) TO (10);
            CREATE TABLE public.t_rest PARTITION OF public.t DEFAULT;
            INSERT INTO public.t VALUES (50), (5);
        """)
        assert read(connection, "t").rows == (("5",), ("50",))
        assert read(connection, "t_low").rows == (("5",),)

    def test_an_inheritance_parent_is_read_without_its_children(self, connection):
        connection.execute("""
            CREATE TABLE public.parent (id int);
            CREATE TABLE public.child (extra int) INHERITS (public.parent);
            INSERT INTO public.parent VALUES (1);
            INSERT INTO public.child VALUES (2, 3);
        """)
        assert read(connection, "parent").rows == (("1",),)
        assert read(connection, "child").rows == (("2", "3"),)

    def test_missing_tables_views_and_materialized_views_are_left_out(self, connection):
        connection.execute("""
            CREATE MATERIALIZED VIEW public.m AS SELECT 1 AS one;
            CREATE VIEW public.v AS SELECT 1 AS one;
        """)
        assert read_rows(connection, [public("m"), public("v"), public("nowhere")]) == {}
        assert read_rows(connection, []) == {}

    def test_names_that_need_quotes_or_hold_a_percent_sign_are_read(self, connection):
        connection.execute("""
            CREATE SCHEMA "S ""%s";
            CREATE TABLE "S ""%s"."select" ("%(x)s" int PRIMARY KEY);
            INSERT INTO "S ""%s"."select" VALUES (1);
        """)
        state = read(connection, "select", schema='S "%s')
        assert (state.key, state.rows) == (("%(x)s",), (("1",),))

    def test_more_tables_than_one_batch_come_in_the_order_asked_for(self, connection):
        count = STATEMENTS_AT_ONCE + 5
        connection.execute(
            f"DO $$ BEGIN FOR n IN 1..{count} LOOP EXECUTE format('CREATE TABLE public.t%s AS SELECT %s AS n', n, n);"
            "END LOOP; END $$"
        )
        asked = [public(f"t{n}") for n in range(count, 0, -1)]
        states = read_rows(connection, asked)
        assert list(states) == asked
        assert [state.rows for state in states.values()] == [((str(n),),) for n in range(count, 0, -1)]

    def test_a_column_retyped_by_another_session_between_two_readings_does_not_fail(self, connection):
        connection.execute("CREATE TABLE public.t AS SELECT 1 AS v")
        with psycopg.connect(connection.info.dsn, password=connection.info.password, autocommit=True) as other:
            for type_sql, text in (("text", "1"), ("numeric(5,2)", "1.00"), ("money", "$1.00")) * 3:
                via = "v::text::money::numeric::int"
                other.execute(f"ALTER TABLE public.t ALTER v TYPE {type_sql} USING {via}::{type_sql}")
                assert read(connection, "t").rows == ((text,),)

    def test_another_session_can_change_the_tables_right_after(self, connection):
        connection.execute("CREATE TABLE public.t AS SELECT 1 AS v")
        read(connection, "t")
        with psycopg.connect(connection.info.dsn, password=connection.info.password, autocommit=True) as other:
            other.execute("SET lock_timeout = '1s'")
            other.execute("DROP TABLE public.t")
