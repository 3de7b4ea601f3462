from __future__ import annotations

import pytest

from harness.data.live import write_live_rows
from harness.data.seed import seed_tables
from harness.data.shapes import read_shapes
from harness.names import QualifiedName

T = QualifiedName("public", "t")

KINDS = [
    # What is there before, the upgrade, the words of a reason, and a condition that holds for the live row alone.
    ("a longer limit", "CREATE TABLE public.t (name varchar(5))", "ALTER TABLE public.t ALTER name TYPE varchar(20)",
     "20 characters in public.t.name (was at most 5)", "length(name) = 20"),
    ("no limit any more", "CREATE TABLE public.t (name varchar(50))", "ALTER TABLE public.t ALTER name TYPE text",
     "300 characters in public.t.name (was at most 50)", "length(name) = 300"),
    ("just over the limit", "CREATE TABLE public.t (name char(3))",
     "ALTER TABLE public.t ALTER name TYPE varchar(9), ADD CHECK (length(name) < 9)",
     "4 characters in public.t.name (was at most 3)", "length(name) = 4"),
    ("more bits", "CREATE TABLE public.t (mask varbit(3))", "ALTER TABLE public.t ALTER mask TYPE varbit(5)",
     "5 bits in public.t.mask (was at most 3)", "length(mask) = 5"),
    ("NULL where it was refused", "CREATE TABLE public.t (name text NOT NULL)",
     "ALTER TABLE public.t ALTER name DROP NOT NULL", "NULL in public.t.name (was NOT NULL)", "name IS NULL"),
    ("NULL that a domain refused",
     "CREATE DOMAIN public.d AS text NOT NULL; CREATE TABLE public.t (name public.d)",
     "ALTER DOMAIN public.d DROP NOT NULL", "NULL in public.t.name (was NOT NULL)", "name IS NULL"),
    ("NULL in a new column", "CREATE TABLE public.t (id serial)", "ALTER TABLE public.t ADD note text",
     "NULL in public.t.note (a new column)", "note IS NULL AND id > 10"),
    ("a duplicate key", "CREATE TABLE public.t (id integer PRIMARY KEY)", "ALTER TABLE public.t DROP CONSTRAINT t_pkey",
     "a duplicate in public.t.id (was unique)", "(SELECT count(*) FROM public.t u WHERE u.id = t.id) > 1"),
    ("a duplicate of several columns", "CREATE TABLE public.t (a integer NOT NULL, b text NOT NULL, UNIQUE (a, b))",
     "ALTER TABLE public.t DROP CONSTRAINT t_a_b_key, ADD UNIQUE (a, b, c)".replace(
         "ADD UNIQUE", "ADD c text NOT NULL DEFAULT 'x', ADD UNIQUE"),
     "a duplicate in public.t.a, public.t.b (was unique)",
     "(SELECT count(*) FROM public.t u WHERE u.a = t.a AND u.b = t.b) > 1"),
    ("a duplicate of an expression",
     "CREATE TABLE public.t (mail text NOT NULL); CREATE UNIQUE INDEX lowered ON public.t (lower(mail))",
     "DROP INDEX public.lowered", "a duplicate in public.t.mail (was unique)",
     "(SELECT count(*) FROM public.t u WHERE lower(u.mail) = lower(t.mail)) > 1"),
    ("a second NULL", "CREATE TABLE public.t (n integer UNIQUE NULLS NOT DISTINCT)",
     "ALTER TABLE public.t DROP CONSTRAINT t_n_key", "a duplicate in public.t.n (was unique)",
     "(SELECT count(*) FROM public.t u WHERE u.n = t.n) > 1"),
    ("an overlap", "CREATE TABLE public.t (r int4range NOT NULL, CONSTRAINT e EXCLUDE USING gist (r WITH &&))",
     "ALTER TABLE public.t DROP CONSTRAINT e", "a duplicate in public.t.r (was excluded)",
     "(SELECT count(*) FROM public.t u WHERE u.r && t.r) > 1"),
    ("an orphan",
     "CREATE TABLE public.p (id serial PRIMARY KEY); CREATE TABLE public.t (p integer REFERENCES public.p)",
     "ALTER TABLE public.t DROP CONSTRAINT t_p_fkey",
     "a reference to no row in public.t.p (had a foreign key to public.p)", "p NOT IN (SELECT id FROM public.p)"),
    ("a value that a check refused", "CREATE TABLE public.t (age integer CONSTRAINT adult CHECK (age >= 18))",
     "ALTER TABLE public.t DROP CONSTRAINT adult", "in public.t.age (refused before by adult)", "age < 18"),
    ("a value that a check takes now",
     "CREATE TABLE public.t (state text NOT NULL CONSTRAINT states CHECK (state IN ('new', 'paid')))",
     "ALTER TABLE public.t DROP CONSTRAINT states, ADD CHECK (state IN ('new', 'paid', 'void'))",
     "'void' in public.t.state (refused before by states)", "state = 'void'"),
    ("a value that a check of two columns refused",
     "CREATE TABLE public.t (a date, b date, CONSTRAINT ordered CHECK (a <= b))",
     "ALTER TABLE public.t DROP CONSTRAINT ordered", "in public.t.a, public.t.b (refused before by ordered)", "a > b"),
    ("a value that a domain refused",
     "CREATE DOMAIN public.d AS integer CONSTRAINT small CHECK (VALUE < 10); CREATE TABLE public.t (n public.d)",
     "ALTER DOMAIN public.d DROP CONSTRAINT small", "in public.t.n (refused before by public.d)", "n >= 10"),
    ("a new label", "CREATE TYPE public.e AS ENUM ('a', 'b'); CREATE TABLE public.t (e public.e NOT NULL)",
     "ALTER TYPE public.e ADD VALUE 'c'", "label 'c' in public.t.e (a new label)", "e = 'c'"),
    ("a new label in an array", "CREATE TYPE public.e AS ENUM ('a'); CREATE TABLE public.t (e public.e[])",
     "ALTER TYPE public.e ADD VALUE 'c'", "label 'c' in public.t.e (a new label)", "'c' = ANY (e)"),
    ("a label of a type that took the old one's place",
     "CREATE TYPE public.e AS ENUM ('a'); CREATE TABLE public.t (e public.e)",
     "CREATE TYPE public.f AS ENUM ('a', 'z'); ALTER TABLE public.t ALTER e TYPE public.f USING e::text::public.f",
     "label 'z' in public.t.e (a new label)", "e = 'z'"),
    ("a number beyond integer", "CREATE TABLE public.t (n integer)", "ALTER TABLE public.t ALTER n TYPE bigint",
     "2147483648 in public.t.n (was integer, at most 2147483647)", "n = 2147483648"),
    ("a number beyond smallint", "CREATE TABLE public.t (n smallint)", "ALTER TABLE public.t ALTER n TYPE integer",
     "32768 in public.t.n (was smallint, at most 32767)", "n = 32768"),
    ("a fraction", "CREATE TABLE public.t (n integer)", "ALTER TABLE public.t ALTER n TYPE numeric(8, 2) USING 0",
     "a fraction in public.t.n (was integer)", "n = 1.5"),
    ("more digits", "CREATE TABLE public.t (n numeric(6, 2))", "ALTER TABLE public.t ALTER n TYPE numeric(8, 2)",
     "10000 in public.t.n (was numeric(6,2))", "n = 10000"),
    ("more decimals", "CREATE TABLE public.t (n numeric(6, 2))", "ALTER TABLE public.t ALTER n TYPE numeric",
     "3 decimals in public.t.n (was numeric(6,2))", "n = 0.001"),
    ("text that is no number", "CREATE TABLE public.t (n integer)",
     "ALTER TABLE public.t ALTER n TYPE varchar(40) USING n::text",
     "text that is no integer in public.t.n (was integer)", "n = 'no such value'"),
    ("a time of day", "CREATE TABLE public.t (d date)", "ALTER TABLE public.t ALTER d TYPE timestamp",
     "a time of day in public.t.d (was date)", "d = '2024-05-06 13:14:15.678901'"),
    ("fractions of a second", "CREATE TABLE public.t (d timestamp(0))", "ALTER TABLE public.t ALTER d TYPE timestamp",
     "fractions of a second in public.t.d (was timestamp(0) without time zone)", "d = '2024-05-06 13:14:15.678901'"),
    ("another zone", "CREATE TABLE public.t (d timestamp)",
     "ALTER TABLE public.t ALTER d TYPE timestamptz USING d AT TIME ZONE 'UTC'",
     "a time of another zone in public.t.d (was without time zone)", "d = '2024-05-06 23:14:15-11'"),
    ("any number for a boolean", "CREATE TABLE public.t (b boolean)",
     "ALTER TABLE public.t ALTER b TYPE integer USING b::int", "2 in public.t.b (was boolean)", "b = 2"),
    ("text that is no address", "CREATE TABLE public.t (a inet)",
     "ALTER TABLE public.t ALTER a TYPE text USING 'x'", "text that is no inet in public.t.a (was inet)",
     "a = 'no such value'"),
    ("what the server says the old type cannot hold", "CREATE TABLE public.t (a integer[])",
     "ALTER TABLE public.t ALTER a TYPE jsonb USING '[]'",
     "in public.t.a (was integer[])", "jsonb_typeof(a) <> 'array'"),
    ("a value of its own", "CREATE TABLE public.t (a integer, b integer GENERATED ALWAYS AS (a % 10) STORED)",
     "ALTER TABLE public.t ALTER b DROP EXPRESSION", "a value of its own in public.t.b (was generated)", "b > 100000"),
]


def change(connection, before, upgrade, *, rows=3, seeded=True):
    connection.execute(before)
    earlier = read_shapes(connection)
    if seeded:
        seed_tables(connection, earlier, only=list(earlier.tables), rows=10, seed=1)
    connection.execute(upgrade)
    upgraded = read_shapes(connection)
    outcomes = write_live_rows(connection, earlier, upgraded, tables=list(upgraded.tables), rows=rows, seed=1)
    return {outcome.table: outcome for outcome in outcomes}


def count(connection, where="true", table="public.t"):
    return connection.execute(f"SELECT count(*) FROM {table} AS t WHERE {where}".encode()).fetchone()[0]


@pytest.mark.parametrize(("before", "upgrade", "reason", "condition"), [kind[1:] for kind in KINDS],
                         ids=[kind[0] for kind in KINDS])
class TestOnlyTheNewSchemaAllows:
    def test_it_is_stored_and_told(self, connection, before, upgrade, reason, condition):
        outcome = change(connection, before, upgrade)[T]
        assert any(reason in told for told in outcome.reasons), outcome.reasons
        assert count(connection, condition) > 0

    def test_it_is_told_of_a_table_that_nothing_seeded_too(self, connection, before, upgrade, reason, condition):
        assert any(reason in told for told in change(connection, before, upgrade, seeded=False)[T].reasons)
        assert count(connection, condition.replace("id > 10", "id > 3")) > 0


class TestLiveRows:
    def test_the_rows_told_are_the_rows_written(self, connection):
        outcome = change(connection, "CREATE TABLE public.t (id serial PRIMARY KEY, name varchar(5) NOT NULL)",
                         "ALTER TABLE public.t ALTER name TYPE text, ALTER name DROP NOT NULL")[T]
        assert outcome.rows == 3 + len(outcome.reasons) == count(connection) - 10
        assert len(outcome.reasons) == 3

    def test_a_table_that_did_not_change_gets_plain_rows_alone(self, connection):
        outcome = change(connection, "CREATE TABLE public.t (id serial PRIMARY KEY, name text UNIQUE)", "SELECT")[T]
        assert (outcome.rows, outcome.reasons, outcome.error) == (3, (), None)

    def test_a_new_table_gets_plain_rows(self, connection):
        outcome = change(connection, "SELECT", "CREATE TABLE public.t (id serial PRIMARY KEY, name text)")[T]
        assert (outcome.rows, outcome.reasons) == (3, ())

    def test_a_renamed_table_and_column_are_followed(self, connection):
        outcomes = change(connection, "CREATE TABLE public.u (a varchar(5))",
                          "ALTER TABLE public.u RENAME TO t; ALTER TABLE public.t RENAME a TO b; "
                          "ALTER TABLE public.t ALTER b TYPE varchar(10)")
        assert "10 characters in public.t.b (was at most 5)" in outcomes[T].reasons

    def test_a_table_made_anew_under_its_name_is_compared_by_name(self, connection):
        outcomes = change(connection, "CREATE TABLE public.t (a varchar(5))",
                          "DROP TABLE public.t; CREATE TABLE public.t (a varchar(10))")
        assert "10 characters in public.t.a (was at most 5)" in outcomes[T].reasons

    def test_one_refusal_loses_nothing_else(self, connection):
        outcome = change(connection, "CREATE TABLE public.t (id integer PRIMARY KEY, a varchar(5) NOT NULL)",
                         """ALTER TABLE public.t ALTER a TYPE varchar(9), ALTER a DROP NOT NULL;
                         CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS $$
                         BEGIN IF new.a IS NULL THEN RAISE 'no'; END IF; RETURN new; END $$;
                         CREATE TRIGGER no BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.no();""")[T]
        assert "9 characters in public.t.a (was at most 5)" in outcome.reasons
        assert not any(reason.startswith("NULL") for reason in outcome.reasons)
        assert outcome.rows == 5

    def test_keys_widened_together_keep_referring(self, connection):
        outcomes = change(connection, """
            CREATE TABLE public.p (id serial PRIMARY KEY);
            CREATE TABLE public.t (p integer NOT NULL REFERENCES public.p);
        """, "ALTER TABLE public.p ALTER id TYPE bigint; ALTER TABLE public.t ALTER p TYPE bigint")
        assert any("2147483648 in public.t.p" in reason for reason in outcomes[T].reasons)
        assert count(connection, "p = 2147483648") == 1

    def test_a_table_that_takes_nothing_says_why(self, connection):
        outcome = change(connection, "CREATE TABLE public.t (id integer)",
                         "ALTER TABLE public.t ADD CONSTRAINT never CHECK (false) NOT VALID")[T]
        assert (outcome.rows, outcome.reasons) == (0, ())
        assert outcome.error == 'new row for relation "t" violates check constraint "never"'

    def test_a_table_with_one_row_for_each_of_another_gets_others_to_refer_to(self, connection):
        outcomes = self.one_to_one(connection, "ALTER TABLE public.t ADD note text")
        assert (outcomes[T].rows, outcomes[T].error) == (3 + len(outcomes[T].reasons), None)
        assert outcomes[QualifiedName("public", "person")].rows == 3
        assert count(connection, table="public.country") == 10

    def test_what_was_written_for_that_is_not_told_where_it_is_none(self, connection):
        outcomes = self.one_to_one(connection, """ALTER TABLE public.t ADD note text;
            ALTER TABLE public.person ADD CONSTRAINT never CHECK (false) NOT VALID""")
        assert list(outcomes) == [T]
        assert outcomes[T].rows == 0
        assert "duplicate key value violates unique constraint" in outcomes[T].error

    def one_to_one(self, connection, upgrade):
        connection.execute("""
            CREATE TABLE public.country (id serial PRIMARY KEY);
            CREATE TABLE public.person (id serial PRIMARY KEY, country integer REFERENCES public.country);
            CREATE TABLE public.t (person integer PRIMARY KEY REFERENCES public.person);
        """)
        earlier = read_shapes(connection)
        seed_tables(connection, earlier, only=list(earlier.tables), rows=10, seed=1)
        connection.execute(upgrade)
        outcomes = write_live_rows(connection, earlier, read_shapes(connection), tables=[T], rows=3, seed=1)
        return {outcome.table: outcome for outcome in outcomes}

    def test_the_same_seed_writes_the_same_rows(self, connection):
        before, upgrade = KINDS[0][1], KINDS[0][2]

        def written():
            change(connection, before, upgrade)
            rows = connection.execute("SELECT * FROM public.t").fetchall()
            connection.execute("DROP TABLE public.t")
            return rows

        assert written() == written()

    def test_triggers_find_what_they_name_without_its_schema(self, connection):
        outcome = change(connection, """
            CREATE TABLE public.journal (id serial PRIMARY KEY, what integer NOT NULL);
            CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN INSERT INTO journal (what) VALUES (NEW.id); RETURN NEW; END';
            CREATE TABLE public.t (id integer PRIMARY KEY);
        """, """
            CREATE TRIGGER noted BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.note();
        """)[T]
        assert (outcome.rows, outcome.error) == (3, None)


@pytest.mark.parametrize(("column", "before", "after", "values"), [
    ("kind smallint", "kind IN (1, 2)", "kind IN (1, 2, 3, 7)", ["3", "7"]),
    ("kind text NOT NULL", "kind IN ('new', 'paid')", "kind IN ('new', 'paid', 'it''s void', 'gone')",
     ["it's void", "gone"]),
    ("kind varchar(9)", "kind = 'a' OR kind = 'b'", "kind IN ('a', 'b') OR kind = 'c' OR kind = 'd'", ["c", "d"]),
    ("kind integer", "kind BETWEEN 0 AND 100", "kind BETWEEN -5 AND 200", ["-5", "200"]),
    ("kind numeric(5,2)", "kind < 10", "kind <= 10.5", ["10.5"]),
])
def test_each_value_that_a_wider_check_names_is_stored(connection, column, before, after, values):
    outcome = change(connection, f"CREATE TABLE public.t ({column} CONSTRAINT kinds CHECK ({before}))",
                     f"ALTER TABLE public.t DROP CONSTRAINT kinds, ADD CONSTRAINT kinds CHECK ({after})")[T]
    told = {f"{value!r} in public.t.kind (refused before by kinds)" for value in values}
    assert told <= set(outcome.reasons)
    assert all(count(connection, f"kind = $v${value}$v$") for value in values)


def test_it_is_stored_where_other_columns_must_go_with_it(connection):
    """Tables of principals: which reference is set depends on the kind, also of the kind that is new."""
    arc = "CONSTRAINT of_{0} CHECK (kind <> {0} OR {1} IS NOT NULL AND num_nonnulls({2}) = 1)"
    names = ["user_id", "group_id", "team_id", "mail", "network_id", "form_id"]
    now = [*names, "role_id"]
    columns = ", ".join(f"{name} {'text' if name == 'mail' else 'integer'}" for name in names)
    checks = ", ".join(arc.format(number, name, ", ".join(names)) for number, name in enumerate(names, 1))
    again = ", ".join(f"ADD {arc.format(number, name, ', '.join(now))}" for number, name in enumerate(now, 1))
    drops = ", ".join(f"DROP CONSTRAINT of_{number}" for number, _ in enumerate(names, 1))
    tables = [f"public.t{number}" for number in range(4)]
    outcomes = change(
        connection,
        "CREATE TABLE public.roles (id serial PRIMARY KEY, name text); " + "; ".join(
            f"CREATE TABLE {table} (id serial PRIMARY KEY, kind smallint NOT NULL, {columns}, {checks}, "
            "CONSTRAINT kinds CHECK (kind IN (1, 2, 3, 4, 5, 6)))" for table in tables),
        "; ".join(
            f"ALTER TABLE {table} DROP CONSTRAINT kinds, {drops}; "
            f"ALTER TABLE {table} ADD role_id integer REFERENCES public.roles, {again}, "
            "ADD CONSTRAINT kinds CHECK (kind IN (1, 2, 3, 4, 5, 6, 7))" for table in tables))
    told = {f"'7' in {name}.kind (refused before by kinds)" for name in tables}
    assert told <= {reason for outcome in outcomes.values() for reason in outcome.reasons}
    assert all(count(connection, "kind = 7 AND role_id IS NOT NULL", table) for table in tables)
