from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from harness.data import seed_choices
from harness.data.rows import list_tables, read_rows
from harness.data.seed import fill_columns, seed_tables
from harness.data.seed_draw import Draw
from harness.data.seed_making import RowMaker
from harness.data.seed_store import try_insert
from harness.data.shapes import read_shapes
from harness.names import QualifiedName

# Every table of this schema can hold a row, however hard it makes it.
AWKWARD = (Path(__file__).parents[2] / "projects" / "awkward" / "schema.sql").read_text(encoding="utf-8")


def named(name, schema="public"):
    return QualifiedName(schema, name)


def seed(connection, rows=10, seed=1):
    shapes = read_shapes(connection)
    return {outcome.table: outcome for outcome in
            seed_tables(connection, shapes, only=list(shapes.tables), rows=rows, seed=seed)}


def seed_one(connection, ddl, name="t", rows=10):
    connection.execute(ddl)
    return seed(connection, rows)[named(name)]


def column(connection, name, table="t"):
    return [value for (value,) in connection.execute(
        f'SELECT "{name}"::text FROM public."{table}"'.encode()).fetchall()]


class TestAwkwardSchema:
    @pytest.fixture
    def outcomes(self, connection):
        connection.execute(AWKWARD)
        return seed(connection)

    def test_every_table_that_can_hold_a_row_holds_one(self, outcomes):
        assert {str(table): outcome.error for table, outcome in outcomes.items() if not outcome.rows} == {}

    def test_tables_that_can_hold_all_rows_wanted_do(self, outcomes):
        # Fewer is right where the constraints leave no room: a unique boolean. With one row for each of another, one
        # is left out for revisions that make what is missing.
        few = {str(table): outcome.rows for table, outcome in outcomes.items() if outcome.rows < 10}
        assert few == {"shop.uniques": 2, "shop.one_to_one": 9}

    def test_the_outcome_tells_the_rows_that_the_table_holds(self, connection, outcomes):
        for table, outcome in outcomes.items():
            counted = connection.execute(f"SELECT count(*) FROM {table.sql}".encode()).fetchone()
            assert counted == (outcome.rows,)
            assert outcome.rows_wanted == 10
            assert outcome.error is None

    @pytest.mark.usefixtures("outcomes")
    def test_the_same_seed_gives_the_same_rows(self, connection, databases):
        other_name = databases.create("twin")
        try:
            with databases.connect(other_name) as other:
                other.execute(AWKWARD)
                seed(other)
                tables = list_tables(connection, exclude=frozenset())
                ours, theirs = read_rows(connection, tables), read_rows(other, tables)
                assert {table: rows.rows for table, rows in ours.items()} == {
                    table: rows.rows for table, rows in theirs.items()}
        finally:
            databases.drop(other_name)


class TestRefusal:
    def test_a_check_that_nothing_passes_is_told_in_the_servers_words(self, connection):
        outcome = seed_one(connection, "CREATE TABLE public.t (id integer, CONSTRAINT never CHECK (false))")
        assert (outcome.rows, outcome.error) == (0, 'new row for relation "t" violates check constraint "never"')

    def test_what_a_trigger_raises_is_told(self, connection):
        outcome = seed_one(connection, """
            CREATE TABLE public.t (id integer);
            CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'closed today'; END $$;
            CREATE TRIGGER no BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.no();
        """)
        assert (outcome.rows, outcome.error) == (0, "closed today")

    def test_rows_that_a_trigger_swallows_are_an_error_too(self, connection):
        outcome = seed_one(connection, """
            CREATE TABLE public.t (id integer);
            CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
            CREATE TRIGGER no BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.no();
        """)
        assert outcome.rows == 0
        assert "a trigger or a rule turned them away" in outcome.error

    def test_a_table_that_refers_to_an_unfillable_one_says_so_and_the_others_are_filled(self, connection):
        connection.execute("""
            CREATE TABLE public.parent (id integer PRIMARY KEY, CHECK (false));
            CREATE TABLE public.child (parent integer NOT NULL REFERENCES public.parent);
            CREATE TABLE public.other (id integer);
        """)
        outcomes = seed(connection)
        assert "violates foreign key constraint" in outcomes[named("child")].error
        assert outcomes[named("other")].rows == 10

    def test_nothing_is_left_of_what_was_tried(self, connection):
        seed_one(connection, "CREATE TABLE public.t (id integer CHECK (id > 5))")
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


    def test_a_partitioned_table_without_partitions_says_so(self, connection):
        outcome = seed_one(connection, "CREATE TABLE public.t (id integer) PARTITION BY LIST (id)")
        assert (outcome.rows, outcome.error) == (0, 'no partition of relation "t" found for row')

    def test_only_so_many_rows_are_stored_as_there_are_keys(self, connection):
        outcome = seed_one(connection, "CREATE TABLE public.t (id integer PRIMARY KEY CHECK (id BETWEEN 4 AND 6))")
        assert (outcome.rows, outcome.error) == (3, None)


class TestKeys:
    """Keys are kept apart before the server is asked, so that one statement stores all rows."""

    @pytest.mark.parametrize("ddl", [
        "id integer PRIMARY KEY, code varchar(2) UNIQUE NOT NULL",
        "a boolean NOT NULL, b integer NOT NULL CHECK (b IN (1, 2, 3, 4, 5)), UNIQUE (a, b)",
        "a integer UNIQUE NULLS NOT DISTINCT, b uuid UNIQUE",
        "during int4range NOT NULL, EXCLUDE USING gist (during WITH &&)",
    ])
    def test_the_first_statement_is_taken(self, connection, ddl):
        connection.execute(f"CREATE TABLE public.t ({ddl})".encode())
        shape = read_shapes(connection).tables[named("t")]
        rows = RowMaker(connection, shape, Draw(seed=1, first=0, rows=10), {}).rows()
        assert len(rows) == 10
        assert try_insert(connection, shape, rows) is None

    def test_keys_that_the_table_holds_are_not_made_again(self, connection):
        seed_one(connection, "CREATE TABLE public.t (id integer PRIMARY KEY)")
        shape = read_shapes(connection).tables[named("t")]
        maker = RowMaker(connection, shape, Draw(seed=1, first=0, rows=2), {})
        assert try_insert(connection, shape, maker.rows()).columns == {"id"}
        maker.remember(connection)
        assert maker.rows() == []

    @pytest.mark.parametrize("check", ["public.fits(n)", "n OPERATOR(public.<~>) 0"])
    def test_values_are_chosen_anew_where_a_function_of_the_users_says_which(self, connection, check):
        connection.execute(f"""
            CREATE FUNCTION public.fits(n integer) RETURNS boolean RETURN n > 100;
            CREATE FUNCTION public.fits(n integer, m integer) RETURNS boolean RETURN public.fits(n);
            CREATE OPERATOR public.<~> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = public.fits);
            CREATE TABLE public.t (n integer NOT NULL CHECK ({check}));
        """)
        assert seed(connection)[named("t")].rows == 10
        assert all(int(value) > 100 for value in column(connection, "n"))
        connection.execute("""
            TRUNCATE public.t;
            CREATE OR REPLACE FUNCTION public.fits(n integer) RETURNS boolean RETURN n < -100;
        """)
        assert seed(connection)[named("t")].rows == 10
        assert all(int(value) < -100 for value in column(connection, "n"))

    def test_what_was_chosen_is_asked_for_once_and_is_the_same_again(self, connection, monkeypatch):
        seed_one(connection, "CREATE TABLE public.t (id integer PRIMARY KEY, n integer CHECK (n > 7), s text)")
        first = [column(connection, name) for name in ("id", "n", "s")]
        connection.execute("TRUNCATE public.t; ALTER TABLE public.t ADD more integer CHECK (more > 8)")
        asked = []
        monkeypatch.setattr(seed_choices, "passing",
                            lambda *given, ask=seed_choices.passing: asked.append(given[1]) or ask(*given))
        assert seed(connection)[named("t")].rows == 10
        assert [[item.name for item in columns] for columns in asked] == [["more"]]
        assert [column(connection, name) for name in ("id", "n", "s")] == first

    def test_a_period_comes_once_where_keys_must_not_overlap(self, connection):
        if connection.info.server_version < 180000:
            pytest.skip("WITHOUT OVERLAPS came with PostgreSQL 18")
        connection.execute("""
            CREATE EXTENSION btree_gist SCHEMA public;
            CREATE TABLE public.p (id integer, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
            CREATE TABLE public.t (id integer, during daterange NOT NULL,
                FOREIGN KEY (id, PERIOD during) REFERENCES public.p (id, PERIOD during));
        """)
        assert {str(table): outcome.rows for table, outcome in seed(connection).items()} == {
            "public.p": 10, "public.t": 10}


class TestAdversity:
    def test_the_first_two_rows_are_plain_and_odd_ones_follow(self, connection):
        seed_one(connection, "CREATE TABLE public.t (id serial PRIMARY KEY, name varchar(50))")
        names = column(connection, "name")
        assert names[:2] == ["Ada Lovelace", "Grace Hopper"]
        assert {None, "", "ada lovelace", "Ada  Lovelace Byron"} <= set(names)
        assert max(len(name or "") for name in names) == 50

    def test_values_come_twice_where_no_unique_forbids_it(self, connection):
        seed_one(connection, "CREATE TABLE public.t (name text NOT NULL, code text NOT NULL UNIQUE)")
        assert column(connection, "name").count("Ada Lovelace") == 2
        assert len(set(column(connection, "code"))) == 10

    @pytest.mark.parametrize("keys", ["", ", UNIQUE (chat, code)", ", UNIQUE (code)"])
    def test_pairs_of_values_come_twice_where_no_unique_forbids_it(self, connection, keys):
        seed_one(connection, f"""
            CREATE TABLE public.t (id serial PRIMARY KEY, chat bigint NOT NULL, message bigint NOT NULL, at timestamp,
                code text NOT NULL{keys})
        """)
        pairs = connection.execute("SELECT chat, message FROM public.t GROUP BY 1, 2 HAVING count(*) > 1").fetchall()
        assert len(pairs) >= 1

    @pytest.mark.parametrize(("key", "twins"), [
        ("UNIQUE (name, p)", 1), ("UNIQUE (name, p), UNIQUE (name)", 0),
        ("UNIQUE NULLS NOT DISTINCT (name, p)", 0),
    ])
    def test_a_key_comes_twice_where_a_null_in_it_tells_the_rows_apart(self, connection, key, twins):
        if "NULLS" in key and connection.info.server_version < 150000:
            pytest.skip("PostgreSQL knows it from 15 on")
        connection.execute(f"""
            CREATE TABLE public.p (id serial PRIMARY KEY);
            CREATE TABLE public.t (id serial PRIMARY KEY, name text NOT NULL, p int REFERENCES public.p, {key});
        """)
        assert {outcome.rows for outcome in seed(connection).values()} == {10}
        found = connection.execute("SELECT name, p FROM public.t GROUP BY 1, 2 HAVING count(*) > 1").fetchall()
        assert len(found) == twins
        assert all(p is None for _, p in found)

    def test_every_label_of_an_enum_is_stored(self, connection):
        seed_one(connection, """
            CREATE TYPE public.e AS ENUM ('a', 'b', 'c', 'd', 'e');
            CREATE TABLE public.t (e public.e NOT NULL);
        """)
        assert set(column(connection, "e")) == set("abcde")

    def test_a_sequence_stays_ahead_of_its_keys(self, connection):
        seed_one(connection, "CREATE TABLE public.t (id serial PRIMARY KEY, name text)")
        connection.execute("INSERT INTO public.t (name) VALUES ('next')")
        assert [int(value) for value in column(connection, "id")] == list(range(1, 12))

    def test_foreign_keys_point_at_several_rows_and_at_none(self, connection):
        connection.execute("""
            CREATE TABLE public.p (id serial PRIMARY KEY);
            CREATE TABLE public.t (p integer REFERENCES public.p);
        """)
        seed(connection)
        found = column(connection, "p")
        assert None in found
        assert len(set(found)) > 3

    def test_rows_of_one_table_refer_to_each_other(self, connection):
        seed_one(connection, "CREATE TABLE public.t (id serial PRIMARY KEY, t integer REFERENCES public.t)")
        assert len(set(column(connection, "t"))) > 3

    def test_another_seed_gives_other_rows(self, connection):
        connection.execute("CREATE TABLE public.t (name text, amount numeric)")
        seed(connection, seed=1)
        first = column(connection, "name")
        connection.execute("TRUNCATE public.t")
        seed(connection, seed=2)
        assert column(connection, "name") != first


class TestFillColumns:
    def fill(self, connection, *names, seed=1):
        shapes = read_shapes(connection)
        return fill_columns(connection, shapes, {named("t"): names}, seed=seed)

    def test_a_new_column_gets_odd_values(self, connection):
        seed_one(connection, "CREATE TABLE public.t (id serial PRIMARY KEY)")
        connection.execute("ALTER TABLE public.t ADD note varchar(20)")
        (outcome,) = self.fill(connection, "note")
        assert (outcome.rows, outcome.error) == (10, None)
        assert {"Ada Lovelace", "", None} <= set(column(connection, "note"))

    def test_nothing_is_said_where_all_values_are_refused(self, connection, caplog):
        seed_one(connection, "CREATE TABLE public.t (number int); CREATE PUBLICATION p FOR TABLE public.t")
        connection.execute("ALTER TABLE public.t ADD note varchar(20)")
        self.fill(connection, "note")
        assert set(column(connection, "note")) == {None}
        assert caplog.records == []

    def test_the_values_do_not_depend_on_where_the_rows_lie(self, connection):
        def filled():
            connection.execute("ALTER TABLE public.t ADD note text")
            self.fill(connection, "note")
            rows = set(connection.execute("SELECT id, note FROM public.t").fetchall())
            connection.execute("ALTER TABLE public.t DROP note")
            return rows

        seed_one(connection, "CREATE TABLE public.t (id integer PRIMARY KEY, name text)")
        before = filled()
        connection.execute("UPDATE public.t SET name = name WHERE id % 2 = 0")
        assert filled() == before

    def test_unique_columns_keys_and_checks_are_respected(self, connection):
        connection.execute("CREATE TABLE public.p (id serial PRIMARY KEY)")
        seed_one(connection, "CREATE TABLE public.t (id serial PRIMARY KEY)")
        connection.execute("""
            ALTER TABLE public.t ADD p integer REFERENCES public.p, ADD code text UNIQUE,
                ADD at integer CHECK (at > 900),
                ADD twice integer GENERATED ALWAYS AS (1) STORED;
        """)
        self.fill(connection, "p", "code", "at", "twice")
        assert len(set(column(connection, "p"))) > 3
        assert len(set(column(connection, "code"))) == 10
        assert min(int(value) for value in column(connection, "at") if value) > 900

    def test_a_value_that_is_refused_leaves_the_row_as_it_is(self, connection):
        seed_one(connection, "CREATE TABLE public.t (id integer)")
        connection.execute("""
            ALTER TABLE public.t ADD flag integer DEFAULT 5;
            CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'closed'; END $$;
            CREATE TRIGGER no BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.no();
        """)
        (outcome,) = self.fill(connection, "flag")
        assert outcome.rows == 10
        assert set(column(connection, "flag")) == {"5"}

    def test_rows_of_partitions_are_filled(self, connection):
        seed_one(connection, """
            CREATE TABLE public.t (id integer NOT NULL) PARTITION BY LIST (id);
            CREATE TABLE public.t_1 PARTITION OF public.t FOR VALUES IN (1);
            CREATE TABLE public.t_2 PARTITION OF public.t FOR VALUES IN (2);
        """)
        connection.execute("ALTER TABLE public.t ADD note text")
        self.fill(connection, "note")
        assert len(set(column(connection, "note"))) > 5


LOGGED = """
    CREATE TABLE public.journal (id serial PRIMARY KEY, what integer NOT NULL);
    CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO journal (what) VALUES (NEW.id); RETURN NEW; END';
    CREATE TABLE public.t (id integer PRIMARY KEY);
    CREATE TRIGGER noted BEFORE INSERT OR UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.note();
"""


class TestFunctionsThatNameTablesWithoutTheirSchema:
    def test_a_table_whose_trigger_does_is_filled(self, connection):
        assert seed_one(connection, LOGGED).error is None
        assert len(column(connection, "id")) == 10

    def test_a_new_column_of_such_a_table_is_filled(self, connection):
        seed_one(connection, LOGGED)
        connection.execute("ALTER TABLE public.t ADD note text")
        fill_columns(connection, read_shapes(connection), {named("t"): ("note",)}, seed=1)
        assert any(column(connection, "note"))

    def test_the_session_reads_on_with_qualified_names_within_a_transaction_of_the_caller_too(self, connection):
        with connection.transaction():
            seed_one(connection, LOGGED)
            assert connection.execute("SELECT current_setting('search_path')").fetchone() in {("",), ('""',)}
