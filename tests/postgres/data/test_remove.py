from __future__ import annotations

import re

import psycopg
import pytest

from harness.data.remove import (
    RowRef,
    fetch_row,
    fewest_referring_first,
    list_row_refs,
    remove_rows,
    restore_rows,
)
from harness.data.rows import list_tables, read_rows
from harness.names import QualifiedName

REFUSED = "CREATE TRIGGER kept BEFORE DELETE ON {t} EXECUTE FUNCTION public.refuse()"
REFUSED_ROW = "CREATE TRIGGER kept BEFORE DELETE ON {t} FOR EACH ROW EXECUTE FUNCTION public.refuse()"


def public(name):
    return QualifiedName("public", name)


def rows(connection, name):
    return read_rows(connection, [public(name)])[public(name)].rows


def ref(connection, name, where):
    """The reference of the one row for which the condition holds."""
    (found,) = [
        row for row in list_row_refs(connection, [public(name)])
        if connection.execute(f"SELECT FROM {row.table.sql} WHERE ctid = '{row.ctid}' AND {where}").rowcount
    ]
    return found


def everything(connection):
    return read_rows(connection, list_tables(connection, exclude=frozenset()))


class TestReferences:
    def test_rows_are_listed_by_table_then_place_and_missing_tables_passed_over(self, connection):
        connection.execute("""
            CREATE TABLE public.b AS SELECT generate_series(1, 3) AS n;
            CREATE TABLE public.a AS SELECT 1 AS n;
            CREATE TABLE public.empty ();
        """)
        refs = list_row_refs(connection, [public("b"), public("nowhere"), public("empty"), public("a")])
        assert refs == (*(RowRef(public("b"), f"(0,{n})") for n in (1, 2, 3)), RowRef(public("a"), "(0,1)"))

    def test_a_row_of_a_partitioned_table_is_referred_to_by_its_partition(self, connection):
        connection.execute("""
            CREATE TABLE public.t (id int) PARTITION BY LIST (id);
            CREATE TABLE public."One %s" PARTITION OF public.t FOR VALUES IN (1);
            CREATE TABLE public.t2 PARTITION OF public.t FOR VALUES IN (2);
            INSERT INTO public.t VALUES (2), (1);
        """)
        refs = list_row_refs(connection, [public("t")])
        assert refs == (RowRef(public("One %s"), "(0,1)"), RowRef(public("t2"), "(0,1)"))
        assert fetch_row(connection, refs[0]) == (("id",), ("1",))

    def test_tables_stand_before_those_that_they_refer_to(self, connection):
        connection.execute("""
            CREATE TABLE public.a (id int PRIMARY KEY);
            CREATE TABLE public.b (id int PRIMARY KEY REFERENCES public.a);
            CREATE TABLE public.c (id int PRIMARY KEY REFERENCES public.b) PARTITION BY LIST (id);
            CREATE TABLE public.c1 PARTITION OF public.c FOR VALUES IN (1);
            CREATE TABLE public.d (id int REFERENCES public.b, c int REFERENCES public.c);
        """)
        order = fewest_referring_first(connection, [public(name) for name in ("a", "b", "c1", "nowhere", "d")])
        assert order == [public(name) for name in ("nowhere", "d", "c1", "b", "a")]

    def test_a_row_is_fetched_with_its_columns(self, connection):
        connection.execute("""CREATE TABLE public.t AS SELECT 1 AS id, 'ab'::char(4) AS "x%s", NULL::int AS n""")
        assert fetch_row(connection, RowRef(public("t"), "(0,1)")) == (("id", "x%s", "n"), ("1", "ab  ", None))

    @pytest.mark.parametrize("missing", [RowRef(public("t"), "(0,9)"), RowRef(public("nowhere"), "(0,1)")])
    def test_a_row_that_is_not_there_is_an_error_that_names_it(self, connection, missing):
        connection.execute("CREATE TABLE public.t (id int)")
        with pytest.raises(LookupError, match=str(missing.table)):
            fetch_row(connection, missing)


class TestRemoving:
    def test_rows_that_reference_a_removed_row_go_with_it_all_the_way(self, connection):
        connection.execute("""
            CREATE TABLE public.users (id int PRIMARY KEY, name text UNIQUE);
            CREATE TABLE public.posts (
                id int PRIMARY KEY,
                author text REFERENCES public.users (name) ON DELETE SET NULL
            );
            CREATE TABLE public.likes (post int REFERENCES public.posts ON DELETE RESTRICT);
            INSERT INTO public.users VALUES (1, 'Ada'), (2, 'Bo');
            INSERT INTO public.posts VALUES (10, 'Ada'), (11, 'Ada'), (20, 'Bo'), (30, NULL);
            INSERT INTO public.likes VALUES (10), (10), (20), (NULL);
        """)
        assert remove_rows(connection, [ref(connection, "users", "id = 1")]) == 5
        assert rows(connection, "users") == (("2", "Bo"),)
        assert rows(connection, "posts") == (("20", "Bo"), ("30", None))
        assert rows(connection, "likes") == (("20",), (None,))

    def test_cycles_and_references_to_oneself_end(self, connection):
        connection.execute("""
            CREATE TABLE public.t (id int PRIMARY KEY, boss int REFERENCES public.t, pet int);
            CREATE TABLE public.pets (id int PRIMARY KEY, owner int REFERENCES public.t);
            INSERT INTO public.t VALUES (1, 1, 7), (2, 1, NULL), (3, 2, NULL), (4, NULL, NULL);
            INSERT INTO public.pets VALUES (7, 3), (8, 4);
            ALTER TABLE public.t ADD FOREIGN KEY (pet) REFERENCES public.pets;
        """)
        assert remove_rows(connection, [ref(connection, "pets", "id = 7")]) == 4
        assert (rows(connection, "t"), rows(connection, "pets")) == ((("4", None, None),), (("8", "4"),))

    def test_spared_rows_stay_with_nothing_to_refer_to_and_so_does_what_references_them(self, connection):
        connection.execute("""
            CREATE TABLE public.t (id int PRIMARY KEY, boss int REFERENCES public.t);
            CREATE TABLE public.pets (id int PRIMARY KEY, owner int REFERENCES public.t);
            INSERT INTO public.t VALUES (1, 3), (2, 1), (3, 2), (4, 3);
            INSERT INTO public.pets VALUES (7, 2), (8, 1);
        """)
        first, second = (ref(connection, "t", f"id = {number}") for number in (1, 2))
        assert remove_rows(connection, [first], spared=[second]) == 2
        assert (rows(connection, "t"), rows(connection, "pets")) == (
            (("2", "1"), ("3", "2"), ("4", "3")), (("7", "2"),))

    def test_composite_keys_match_as_a_whole_and_null_matches_nothing(self, connection):
        connection.execute("""
            CREATE TABLE public.p (a int, "B %s" text, PRIMARY KEY (a, "B %s"));
            CREATE TABLE public.c (n int, y text, x int, FOREIGN KEY (x, y) REFERENCES public.p);
            INSERT INTO public.p VALUES (1, 'x'), (1, 'y');
            INSERT INTO public.c VALUES (1, 'x', 1), (2, 'y', 1), (3, NULL, 1), (4, 'x', NULL);
        """)
        assert remove_rows(connection, [ref(connection, "p", "\"B %s\" = 'x'")]) == 2
        assert [row[0] for row in rows(connection, "c")] == ["2", "3", "4"]

    def test_a_reference_matches_by_the_types_own_equality(self, connection):
        connection.execute("""
            CREATE EXTENSION citext SCHEMA public;
            CREATE TABLE public.p (v public.citext PRIMARY KEY);
            CREATE TABLE public.c (v public.citext REFERENCES public.p);
            CREATE TABLE public.n (v numeric PRIMARY KEY);
            CREATE TABLE public.i (v int REFERENCES public.n);
            INSERT INTO public.p VALUES ('Ada'); INSERT INTO public.c VALUES ('ADA');
            INSERT INTO public.n VALUES (1.00); INSERT INTO public.i VALUES (1);
        """)
        assert remove_rows(connection, list_row_refs(connection, [public("p"), public("n")])) == 4

    def test_columns_of_different_collations_can_be_joined(self, connection):
        connection.execute("""
            CREATE TABLE public.p (v text COLLATE "C" PRIMARY KEY);
            CREATE TABLE public.c (v text COLLATE "POSIX" REFERENCES public.p);
            INSERT INTO public.p VALUES ('a'); INSERT INTO public.c VALUES ('a');
        """)
        assert remove_rows(connection, list_row_refs(connection, [public("p")])) == 2

    def test_partitions_on_either_side_are_followed(self, connection):
        connection.execute("""
            CREATE TABLE public.p (id int PRIMARY KEY) PARTITION BY RANGE (id);
            CREATE TABLE public.p_low PARTITION OF public.p FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (id);
            CREATE TABLE public.p_lowest PARTITION OF public.p_low FOR VALUES FROM (0) TO (5);
            CREATE TABLE public.p_rest PARTITION OF public.p DEFAULT;
            CREATE TABLE public.c (id int, p int REFERENCES public.p) PARTITION BY LIST (id);
            CREATE TABLE public.c1 PARTITION OF public.c FOR VALUES IN (1);
            CREATE TABLE public.c2 PARTITION OF public.c FOR VALUES IN (2);
            CREATE TABLE public.only_low (p int REFERENCES public.p_lowest);
            INSERT INTO public.p VALUES (1), (50);
            INSERT INTO public.c VALUES (1, 1), (2, 1), (2, 50);
            INSERT INTO public.only_low VALUES (1);
        """)
        assert remove_rows(connection, [ref(connection, "p", "id = 1")]) == 4
        assert (rows(connection, "p"), rows(connection, "c")) == ((("50",),), (("2", "50"),))
        assert rows(connection, "only_low") == ()

    def test_inheritance_children_are_no_part_of_their_parents_foreign_keys(self, connection):
        connection.execute("""
            CREATE TABLE public.p (id int PRIMARY KEY);
            CREATE TABLE public.p_child () INHERITS (public.p);
            CREATE TABLE public.c (p int REFERENCES public.p);
            INSERT INTO public.p VALUES (1);
            INSERT INTO public.p_child VALUES (1);
            INSERT INTO public.c VALUES (1);
        """)
        assert remove_rows(connection, [ref(connection, "p_child", "true")]) == 1
        assert rows(connection, "c") == (("1",),)

    def test_triggers_rules_and_row_security_have_no_say_and_are_back_afterwards(self, connection):
        connection.execute("""
            CREATE TABLE public.log (what text);
            CREATE TABLE public.t (id int PRIMARY KEY);
            CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO public.log VALUES (tg_op); RETURN NULL; END $$;
            CREATE TRIGGER note BEFORE DELETE ON public.t FOR EACH ROW EXECUTE FUNCTION public.note();
            CREATE TRIGGER note_statement AFTER DELETE ON public.t FOR EACH STATEMENT EXECUTE FUNCTION public.note();
            ALTER TABLE public.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            INSERT INTO public.t VALUES (1), (2);
        """)
        assert remove_rows(connection, [ref(connection, "t", "id = 1")]) == 1
        assert (rows(connection, "t"), rows(connection, "log")) == ((("2",),), ())
        assert connection.execute("SHOW session_replication_role").fetchone() == ("origin",)
        connection.execute("DELETE FROM public.t")
        assert rows(connection, "log") == (("DELETE",), ("DELETE",))

    @pytest.mark.parametrize(("obstacle", "put_back"), [
        ("CREATE PUBLICATION p FOR TABLE {t}", "tttt"),
        ("CREATE PUBLICATION p FOR ALL TABLES; ALTER TABLE {t} REPLICA IDENTITY NOTHING", "tttt"),
        ("CREATE PUBLICATION p FOR ALL TABLES WITH (publish = 'delete')", "fftf"),
        ("""ALTER TABLE {t} ADD PRIMARY KEY (id), ADD note text;
            CREATE PUBLICATION p FOR TABLE {t} WHERE (note = 'x') WITH (publish = 'insert, delete')""", "tftf"),
        ("ALTER TABLE {t} ADD note text, REPLICA IDENTITY FULL; CREATE PUBLICATION p FOR TABLE {t} (id)", "tttt"),
        ("""ALTER TABLE {t} ADD twice int GENERATED ALWAYS AS (id * 2) STORED, REPLICA IDENTITY FULL;
            CREATE PUBLICATION p FOR ALL TABLES""", "tttt"),
        (f"{REFUSED_ROW}; ALTER TABLE {{t}} ENABLE ALWAYS TRIGGER kept", "A"),
        (f"{REFUSED}; ALTER TABLE {{t}} ENABLE REPLICA TRIGGER kept", "R"),
        ("CREATE RULE kept AS ON DELETE TO {t} DO INSTEAD NOTHING; ALTER TABLE {t} ENABLE ALWAYS RULE kept", "A"),
    ])
    def test_what_keeps_rows_from_being_deleted_is_away_meanwhile(self, connection, obstacle, put_back):
        if connection.info.server_version < 150000 and re.search(r"PUBLICATION .*\{t\} (WHERE|\()", obstacle):
            pytest.skip("PostgreSQL 14 publishes whole tables only")
        connection.execute("""
            CREATE TABLE public."a %s" AS SELECT generate_series(1, 3) AS id;
            CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'append only'; END $$;
        """)
        connection.execute(obstacle.replace("{t}", 'public."a %s"').encode())
        assert remove_rows(connection, [ref(connection, "a %s", "id = 2")]) == 1
        assert [row[0] for row in rows(connection, "a %s")] == ["1", "3"]
        state = """
            SELECT concat(pubinsert, pubupdate, pubdelete, pubtruncate) FROM pg_publication
            UNION ALL SELECT tgenabled::text FROM pg_trigger WHERE tgname = 'kept'
            UNION ALL SELECT ev_enabled::text FROM pg_rewrite WHERE rulename = 'kept'
        """
        assert connection.execute(state.encode()).fetchall() == [(put_back,)]

    def test_orphans_of_other_rows_stay(self, connection):
        connection.execute("""
            CREATE TABLE public.p (id int PRIMARY KEY);
            CREATE TABLE public.c (p int);
            INSERT INTO public.p VALUES (1);
            INSERT INTO public.c VALUES (1), (99);
            ALTER TABLE public.c ADD FOREIGN KEY (p) REFERENCES public.p NOT VALID;
        """)
        assert remove_rows(connection, list_row_refs(connection, [public("p")])) == 2
        assert rows(connection, "c") == (("99",),)

    def test_a_foreign_key_that_is_not_enforced_takes_nothing_along(self, connection):
        if connection.info.server_version < 180000:
            pytest.skip("NOT ENFORCED foreign keys came with PostgreSQL 18")
        connection.execute("""
            CREATE TABLE public.p (id int PRIMARY KEY);
            CREATE TABLE public.c (p int REFERENCES public.p NOT ENFORCED);
            INSERT INTO public.p VALUES (1);
            INSERT INTO public.c VALUES (1);
        """)
        assert remove_rows(connection, list_row_refs(connection, [public("p")])) == 1

    def test_a_period_that_a_removed_one_covers_in_part_goes_with_it(self, connection):
        if connection.info.server_version < 180000:
            pytest.skip("PERIOD in foreign keys came with PostgreSQL 18")
        connection.execute("""
            CREATE TABLE public.p (id int4range, during int4range, PRIMARY KEY (id, during WITHOUT OVERLAPS));
            CREATE TABLE public.c (n int, p int4range, during int4range,
                                   FOREIGN KEY (p, PERIOD during) REFERENCES public.p (id, PERIOD during));
            INSERT INTO public.p VALUES ('[1,1]', '[1,5)'), ('[1,1]', '[5,9)');
            INSERT INTO public.c VALUES (1, '[1,1]', '[2,3)'), (2, '[1,1]', '[4,7)'), (3, '[1,1]', '[6,7)');
        """)
        assert remove_rows(connection, [ref(connection, "p", "during @> 4")]) == 3
        assert [row[0] for row in rows(connection, "c")] == ["3"]

    def test_rows_that_are_gone_are_passed_over(self, connection):
        connection.execute("CREATE TABLE public.t AS SELECT 1 AS id")
        refs = [*list_row_refs(connection, [public("t")]), RowRef(public("nowhere"), "(0,1)")]
        assert remove_rows(connection, refs) == 1
        assert remove_rows(connection, refs) == 0
        assert remove_rows(connection, []) == 0

    def test_references_hold_in_every_clone_of_a_database(self, connection, database):
        admin_dsn = psycopg.conninfo.make_conninfo(
            connection.info.dsn, password=connection.info.password, dbname="postgres"
        )
        connection.execute("""
            CREATE TABLE public.p (id int PRIMARY KEY, pad text);
            CREATE TABLE public.c (id int, p int REFERENCES public.p);
            INSERT INTO public.p SELECT n, repeat('x', 500) FROM generate_series(1, 100) AS n;
            INSERT INTO public.c SELECT n, n FROM generate_series(1, 100) AS n;
            UPDATE public.p SET pad = 'moved' WHERE id % 3 = 0;
            DELETE FROM public.c WHERE id % 2 = 0;
        """)
        refs = list_row_refs(connection, [public("p"), public("c")])
        shown = {row: fetch_row(connection, row)[1] for row in refs[::7]}
        chosen = [row for row, values in shown.items() if row.table == public("p")]
        expected = everything(connection)
        connection.close()
        clones = [f"{database}_clone{n}" for n in (1, 2)]
        with psycopg.connect(admin_dsn, autocommit=True) as admin:
            for clone in clones:
                admin.execute(f'CREATE DATABASE "{clone}" TEMPLATE "{database}"')
            try:
                for clone in clones:
                    with psycopg.connect(admin_dsn, dbname=clone, autocommit=True) as copy:
                        assert list_row_refs(copy, [public("p"), public("c")]) == refs
                        assert {row: fetch_row(copy, row)[1] for row in shown} == shown
                        assert remove_rows(copy, chosen) > len(chosen)
                        gone = {shown[row][0] for row in chosen}
                        kept = tuple(row for row in expected[public("p")].rows if row[0] not in gone)
                        assert rows(copy, "p") == kept
                        assert not gone & {row[1] for row in rows(copy, "c")}
            finally:
                for clone in clones:
                    admin.execute(f'DROP DATABASE IF EXISTS "{clone}" WITH (FORCE)')


class TestRestoring:
    @pytest.fixture
    def wanted(self, connection):
        connection.execute("""
            CREATE TABLE public.users (id int PRIMARY KEY, name text);
            CREATE TABLE public.posts (author int REFERENCES public.users, "Note %s" text);
            CREATE TABLE public.parted (id int, v text) PARTITION BY LIST (id);
            CREATE TABLE public.parted_1 PARTITION OF public.parted FOR VALUES IN (1);
            CREATE TABLE public.parted_2 PARTITION OF public.parted FOR VALUES IN (2);
            CREATE TABLE public.bare ();
            INSERT INTO public.bare DEFAULT VALUES;
            INSERT INTO public.users VALUES (1, 'Ada'), (2, NULL);
            INSERT INTO public.posts VALUES (1, 'same'), (1, 'same');
            INSERT INTO public.parted VALUES (1, 'x'), (2, 'x');
        """)
        return everything(connection)

    def test_nothing_is_touched_where_nothing_differs(self, connection, wanted):
        before = list_row_refs(connection, wanted)
        transaction = connection.execute("SELECT pg_current_xact_id_if_assigned()")
        assert restore_rows(connection, wanted, read_rows(connection, wanted)) == ()
        assert list_row_refs(connection, wanted) == before
        assert transaction.fetchone() == (None,)

    def test_new_rows_are_deleted_duplicates_and_partitions_included(self, connection, wanted):
        before = list_row_refs(connection, wanted)
        connection.execute("""
            INSERT INTO public.users VALUES (3, 'live');
            INSERT INTO public.posts VALUES (3, NULL), (1, 'same'), (1, 'same'), (1, 'other');
            INSERT INTO public.parted VALUES (1, 'x'), (2, 'y');
            INSERT INTO public.bare DEFAULT VALUES;
        """)
        assert restore_rows(connection, wanted, read_rows(connection, wanted)) == ()
        assert everything(connection) == wanted
        assert list_row_refs(connection, wanted) == before

    def test_rows_that_are_missing_or_changed_are_told_and_nothing_is_deleted(self, connection, wanted):
        connection.execute("""
            DELETE FROM public.posts WHERE ctid = '(0,1)';
            UPDATE public.users SET name = 'Ida' WHERE id = 1;
            INSERT INTO public.users VALUES (3, 'live');
        """)
        now = everything(connection)
        assert restore_rows(connection, wanted, read_rows(connection, wanted)) == (
            "public.posts no longer holds 1 of its 2 rows as they were, for example (author=1, \"Note %s\"='same')",
            "public.users no longer holds 1 of its 2 rows as they were, for example (id=1, name='Ada')",
        )
        assert everything(connection) == now

    def test_a_table_that_is_gone_or_has_other_columns_is_told(self, connection, wanted):
        connection.execute("DROP TABLE public.posts; ALTER TABLE public.users RENAME name TO nom")
        assert restore_rows(connection, wanted, read_rows(connection, wanted)) == (
            "public.posts is gone",
            "public.users has other columns than it had",
        )

    def test_columns_may_have_changed_their_order(self, connection, wanted):
        connection.execute("""
            ALTER TABLE public.users ADD COLUMN moved int;
            UPDATE public.users SET moved = id;
            ALTER TABLE public.users DROP COLUMN id CASCADE;
            ALTER TABLE public.users RENAME moved TO id;
            INSERT INTO public.users VALUES ('live', 7);
        """)
        assert restore_rows(connection, wanted, read_rows(connection, wanted)) == ()
        assert set(rows(connection, "users")) == {("Ada", "1"), (None, "2")}
