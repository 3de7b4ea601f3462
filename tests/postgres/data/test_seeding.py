from __future__ import annotations

import psycopg
import pytest

from harness.data.rows import list_tables, read_rows
from harness.data.seed import fill_columns, seed_tables
from harness.data.seed_choices import Draw
from harness.data.seed_making import RowMaker
from harness.data.seed_store import try_insert
from harness.data.shapes import read_shapes
from harness.names import QualifiedName

# Every table of this schema can hold a row, however hard it makes it.
AWKWARD = """
    CREATE SCHEMA shop;
    CREATE TYPE shop.mood AS ENUM ('calm', 'cross', 'very "cross"');
    CREATE DOMAIN shop.positive AS integer CHECK (VALUE > 0);
    CREATE DOMAIN shop.percent AS shop.positive NOT NULL CHECK (VALUE <= 100);
    CREATE DOMAIN shop.code AS varchar(8) CHECK (VALUE ~ '^[A-Z]{2}-[0-9]{3}$');
    CREATE TYPE shop.address AS (street text, house integer);

    CREATE TABLE shop.checks_of_one (
        age integer NOT NULL CHECK (age BETWEEN 18 AND 120), rate numeric(5, 2) NOT NULL CHECK (rate > 99.5),
        state text NOT NULL CHECK (state IN ('new', 'paid')), pin text NOT NULL CHECK (length(pin) = 4),
        mail text NOT NULL CHECK (mail LIKE '%@%.%'), upper_name text NOT NULL CHECK (upper_name = upper(upper_name)),
        pattern text NOT NULL CHECK (pattern ~ '^(ab|cd)+x{2,3}[^0-9]$'), sku varchar(5) CHECK (sku <> ''),
        meta jsonb NOT NULL CHECK (meta ? 'kind' AND jsonb_typeof(meta -> 'kind') = 'string'),
        tags text[] NOT NULL CHECK (cardinality(tags) >= 2), birth date NOT NULL CHECK (birth > '2100-01-01'),
        odd integer NOT NULL CHECK (odd % 2 = 1), shout text NOT NULL CHECK (shout ~ '!$')
    );
    CREATE TABLE shop.checks_of_several (
        low integer NOT NULL, high integer NOT NULL, kind text NOT NULL, amount numeric, starts date NOT NULL,
        ends date NOT NULL,
        CHECK (low < high), CHECK (kind = 'free' AND amount IS NULL OR kind = 'paid' AND amount > 10),
        CHECK (ends > starts), CHECK (high - low > 100)
    );
    CREATE TABLE shop.domains (share shop.percent, code shop.code NOT NULL, many shop.positive[] NOT NULL);
    CREATE TABLE shop.types_of_its_own (
        mood shop.mood NOT NULL, moods shop.mood[] NOT NULL, home shop.address NOT NULL, spans int4multirange NOT NULL
    );
    CREATE TABLE shop.numbered (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, twice integer
        GENERATED ALWAYS AS (2) STORED);
    CREATE TABLE shop.only_a_number (id serial PRIMARY KEY);
    CREATE TABLE shop.no_columns ();

    CREATE TABLE shop.self_nullable (id serial PRIMARY KEY, parent integer REFERENCES shop.self_nullable);
    CREATE TABLE shop.self_required (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        parent bigint NOT NULL REFERENCES shop.self_required);
    CREATE TABLE shop.circle_a (id serial PRIMARY KEY, b integer NOT NULL);
    CREATE TABLE shop.circle_b (id uuid PRIMARY KEY, number integer NOT NULL UNIQUE, a integer NOT NULL
        REFERENCES shop.circle_a);
    ALTER TABLE shop.circle_a ADD FOREIGN KEY (b) REFERENCES shop.circle_b (number);
    CREATE TABLE shop.loose_a (id integer PRIMARY KEY, b integer);
    CREATE TABLE shop.loose_b (id integer PRIMARY KEY, a integer NOT NULL REFERENCES shop.loose_a);
    ALTER TABLE shop.loose_a ADD FOREIGN KEY (b) REFERENCES shop.loose_b;
    CREATE TABLE shop.deferred_a (id integer PRIMARY KEY, b integer NOT NULL);
    CREATE TABLE shop.deferred_b (id integer PRIMARY KEY,
        a integer NOT NULL REFERENCES shop.deferred_a DEFERRABLE INITIALLY DEFERRED);
    ALTER TABLE shop.deferred_a ADD FOREIGN KEY (b) REFERENCES shop.deferred_b DEFERRABLE;
    CREATE TABLE shop.after_circle (a integer NOT NULL REFERENCES shop.circle_a);

    CREATE TABLE shop.tenants (id integer PRIMARY KEY);
    CREATE TABLE shop.members (tenant integer NOT NULL REFERENCES shop.tenants, number integer NOT NULL,
        PRIMARY KEY (tenant, number));
    CREATE TABLE shop.seats (tenant integer NOT NULL REFERENCES shop.tenants, member integer NOT NULL,
        seat text NOT NULL,
        FOREIGN KEY (tenant, member) REFERENCES shop.members (tenant, number) MATCH FULL, UNIQUE (tenant, seat));
    CREATE TABLE shop.one_to_one (tenant integer PRIMARY KEY REFERENCES shop.tenants);
    CREATE TABLE shop.many_to_many (tenant integer REFERENCES shop.tenants, other integer REFERENCES shop.tenants,
        PRIMARY KEY (tenant, other), CHECK (tenant <> other));

    CREATE TABLE shop.uniques (mail text NOT NULL, area text, number integer, live boolean NOT NULL,
        flag boolean NOT NULL UNIQUE);
    CREATE UNIQUE INDEX ON shop.uniques (lower(mail));
    CREATE UNIQUE INDEX ON shop.uniques (area) WHERE live;
    CREATE UNIQUE INDEX ON shop.uniques (number) NULLS NOT DISTINCT;
    CREATE EXTENSION btree_gist SCHEMA public;
    CREATE TABLE shop.bookings (room integer NOT NULL, during tstzrange NOT NULL,
        EXCLUDE USING gist (room WITH OPERATOR(pg_catalog.=), during WITH &&));
    CREATE TABLE shop.shifts (starts timestamp NOT NULL, ends timestamp NOT NULL, CHECK (starts < ends),
        EXCLUDE USING gist (tsrange(starts, ends) WITH &&));

    CREATE TABLE shop.by_list (region text NOT NULL, id integer) PARTITION BY LIST (region);
    CREATE TABLE shop.by_list_eu PARTITION OF shop.by_list FOR VALUES IN ('de', 'fr');
    CREATE TABLE shop.by_list_us PARTITION OF shop.by_list FOR VALUES IN ('us') PARTITION BY RANGE (id);
    CREATE TABLE shop.by_list_us_1 PARTITION OF shop.by_list_us FOR VALUES FROM (5000) TO (5010);
    CREATE TABLE shop.by_day (day date NOT NULL, id serial, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
    CREATE TABLE shop.by_day_1 PARTITION OF shop.by_day FOR VALUES FROM ('2031-05-01') TO ('2031-06-01');
    CREATE TABLE shop.by_hash (id integer PRIMARY KEY) PARTITION BY HASH (id);
    CREATE TABLE shop.by_hash_0 PARTITION OF shop.by_hash FOR VALUES WITH (MODULUS 3, REMAINDER 1);
    CREATE TABLE shop.to_partitioned (day date NOT NULL, id integer NOT NULL,
        FOREIGN KEY (day, id) REFERENCES shop.by_day);

    CREATE TABLE shop.ancestor (id integer NOT NULL, CHECK (id > 7000));
    CREATE TABLE shop.heir (extra text NOT NULL) INHERITS (shop.ancestor);
    CREATE TABLE shop.sire (id serial PRIMARY KEY);
    CREATE TABLE shop.foal () INHERITS (shop.sire);
    CREATE TABLE shop.to_sire (sire integer NOT NULL REFERENCES shop.sire);
    CREATE TABLE shop.unknown_types (a tid NOT NULL, b regtype NOT NULL, c xid NOT NULL, d pg_snapshot NOT NULL);
    CREATE TABLE shop.guarded (name text NOT NULL, size integer);
    CREATE FUNCTION shop.guard() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF new.size IS NOT NULL AND new.size < 0 THEN RAISE 'no negative size'; END IF;
        new.name := upper(new.name); RETURN new; END $$;
    CREATE TRIGGER guard BEFORE INSERT ON shop.guarded FOR EACH ROW EXECUTE FUNCTION shop.guard();
    CREATE TABLE shop.secured (id integer PRIMARY KEY);
    ALTER TABLE shop.secured ENABLE ROW LEVEL SECURITY;
    ALTER TABLE shop.secured FORCE ROW LEVEL SECURITY;
    CREATE TABLE shop."Odd %s ""na""me" ("a %s b" integer NOT NULL CHECK ("a %s b" > 41), "select" text);
"""


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
        # Fewer is right where the constraints leave no room: a unique boolean.
        few = {str(table): outcome.rows for table, outcome in outcomes.items() if outcome.rows < 10}
        assert few == {"shop.uniques": 2}

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
