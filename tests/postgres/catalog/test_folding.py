"""One thing done is one change told."""

from __future__ import annotations

import pytest

from harness.catalog import Action, capture, diff

PARTITIONED = (
    "CREATE TABLE p (id int NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);"
    "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (id);"
    "CREATE TABLE p11 PARTITION OF p1 FOR VALUES IN (1);"
    "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');"
)
PLAIN = ("CREATE SCHEMA app; CREATE TABLE app.t (id serial PRIMARY KEY, name text UNIQUE);"
         "CREATE INDEX i ON app.t (name);")
OTHER = "CREATE TABLE o (id int PRIMARY KEY);"

DONE = {
    "a column of a partitioned table": (
        PARTITIONED, "ALTER TABLE p ADD note text DEFAULT 'x'", ["column public.p.note"]),
    "a column of a partitioned table made nullable": (
        PARTITIONED, "ALTER TABLE p ALTER day DROP NOT NULL", ["column public.p.day"]),
    "a default of a partitioned table": (PARTITIONED, "ALTER TABLE p ALTER id SET DEFAULT 1", ["column public.p.id"]),
    "a default of one partition": (PARTITIONED, "ALTER TABLE p2 ALTER id SET DEFAULT 1", ["column public.p2.id"]),
    "an index on a partitioned table": (PARTITIONED, "CREATE INDEX i ON p (id)", ["index public.i"]),
    "a key of a partitioned table": (
        PARTITIONED, "ALTER TABLE p ADD CONSTRAINT k PRIMARY KEY (id, day)", ["primary key constraint public.p.k"]),
    "a check of a partitioned table": (
        PARTITIONED, "ALTER TABLE p ADD CONSTRAINT c CHECK (id > 0)", ["check constraint public.p.c"]),
    "a check of one partition": (
        PARTITIONED, "ALTER TABLE p2 ADD CONSTRAINT c CHECK (id > 0)", ["check constraint public.p2.c"]),
    "a foreign key of a partitioned table": (
        PARTITIONED + OTHER, "ALTER TABLE p ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES o",
        ["foreign key constraint public.p.f"]),
    "a table": (PLAIN, "DROP TABLE app.t", ["table app.t"]),
    "a schema": (PLAIN, "DROP SCHEMA app CASCADE", ["schema app"]),
    "a serial column": (PLAIN + "CREATE TABLE s (n int); ALTER TABLE s ADD id serial", "ALTER TABLE s DROP id",
                        ["column public.s.id"]),
    "an identity": (
        OTHER, "ALTER TABLE o ALTER id ADD GENERATED ALWAYS AS IDENTITY", ["column public.o.id"]),
    "an identity column": (PLAIN, "ALTER TABLE app.t ADD n int GENERATED ALWAYS AS IDENTITY", ["column app.t.n"]),
    "a privilege": (PLAIN, "GRANT SELECT ON app.t TO PUBLIC", ["table app.t"]),
    "a column with a key": (
        PLAIN, "ALTER TABLE app.t DROP name", [
            "column app.t.name", "index app.i", "unique constraint app.t.t_name_key"]),
}


@pytest.mark.parametrize(("setup", "change", "told"), DONE.values(), ids=DONE)
def test_one_thing_done_is_told_once(connection, setup, change, told):
    connection.execute(f"SET search_path = public; {setup}")
    before = capture(connection)
    connection.execute(change)
    after = capture(connection)

    assert [f"{item.kind} {item.name}" for item in diff(before, after).changes] == told
    # And the other way round, as a downgrade that does too much.
    assert [f"{item.kind} {item.name}" for item in diff(after, before).changes] == told


def test_a_privilege_is_told_in_words(connection):
    connection.execute("CREATE TABLE public.t (id int)")
    before = capture(connection)
    connection.execute("GRANT SELECT, UPDATE ON public.t TO PUBLIC")
    (change,) = diff(before, capture(connection)).changes
    assert change.action is Action.ALTERED
    assert [(item.attribute, item.before, item.after) for item in change.attributes] == [
        ("privileges", None, "SELECT, UPDATE to PUBLIC")]
