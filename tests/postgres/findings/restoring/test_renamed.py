"""What was renamed gets its name back: nothing is dropped, nothing made again, and what follows needs no statement."""

import re

import pytest

from harness.catalog import capture, diff
from harness.findings.facts import TripFacts
from harness.findings.judge_schema import judge_schema
from harness.findings.restoring import find_renaming, restore
from harness.names import RevisionId
from tests.oracle.doing import run_as_migrations_do

TABLE = ("CREATE TABLE t (id serial CONSTRAINT pk PRIMARY KEY, a text NOT NULL UNIQUE, b int NOT NULL CHECK (b > 0),"
         " n int GENERATED ALWAYS AS IDENTITY, twice int GENERATED ALWAYS AS (b * 2) STORED);"
         "CREATE INDEX i ON t (lower(a)) WHERE b > 1; CREATE STATISTICS st ON a, b FROM t;"
         "CREATE VIEW v AS SELECT x.a, y.b, x.a AS other FROM t x JOIN t y USING (id);"
         "CREATE VIEW w AS SELECT a FROM t;"
         "CREATE TABLE child (t_id int REFERENCES t); CREATE POLICY p ON t USING (a = 'x');"
         "CREATE PUBLICATION pub FOR TABLE t; COMMENT ON COLUMN t.a IS 'u and c';"
         "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
         "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.b > 2) EXECUTE FUNCTION f();")
SCHEMA = ("CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('glad', 'sad'); CREATE TABLE app.t (id serial, m app.mood);"
          "CREATE DOMAIN app.price AS int CONSTRAINT positive CHECK (VALUE > 0); CREATE SEQUENCE app.s;"
          "CREATE TABLE u (m app.mood DEFAULT 'glad', all_of app.mood[], p app.price, n int DEFAULT nextval('app.s'));"
          "CREATE FUNCTION app.f(app.mood) RETURNS int LANGUAGE sql AS 'SELECT 1';"
          "CREATE VIEW v AS SELECT app.f(m) FROM u;")
PARTITIONED = ("CREATE TABLE p (id int NOT NULL, at date) PARTITION BY RANGE (at); CREATE INDEX pi ON p (id);"
               "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');")
RENAMED = {
    "table": (TABLE, "ALTER TABLE t RENAME TO u"),
    "column": (TABLE, "ALTER TABLE t RENAME a TO c"),
    "column of which another is generated": (TABLE, "ALTER TABLE t RENAME b TO c"),
    "index": (TABLE, "ALTER INDEX i RENAME TO j"),
    "constraints": (TABLE, "ALTER TABLE t RENAME CONSTRAINT pk TO other; ALTER TABLE t RENAME CONSTRAINT t_a_key TO u"),
    "trigger, policy and statistics": (
        TABLE, "ALTER TRIGGER tr ON t RENAME TO x; ALTER POLICY p ON t RENAME TO x; ALTER STATISTICS st RENAME TO x"),
    "sequence": (TABLE, "ALTER SEQUENCE t_id_seq RENAME TO ids"),
    "view": (TABLE, "ALTER VIEW w RENAME TO x"),
    "function": (TABLE, "ALTER FUNCTION f RENAME TO g"),
    "table with its parts": (TABLE, ("ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME a TO c;"
                                     "ALTER INDEX i RENAME TO j; ALTER TABLE u RENAME CONSTRAINT pk TO other")),
    "constraints of a table made again": (
        ("CREATE TABLE r (id int CONSTRAINT pk PRIMARY KEY, a int CONSTRAINT uq UNIQUE, b int CHECK (b > 0));"
         "CREATE TABLE s (id int CONSTRAINT fk REFERENCES r)"),
        ("DROP TABLE r, s; CREATE TABLE r (id int PRIMARY KEY, a int UNIQUE, b int CONSTRAINT ck CHECK (b > 0));"
         "CREATE TABLE s (id int REFERENCES r)")),
    "quoted": (TABLE, 'ALTER TABLE t RENAME b TO "Full Name"; ALTER TABLE t RENAME TO "All of it"'),
    "one after another": (TABLE, "ALTER TABLE t RENAME b TO c; ALTER TABLE t RENAME a TO b"),
    "schema": (SCHEMA, "ALTER SCHEMA app RENAME TO other"),
    "schema with its parts": (SCHEMA, ("ALTER SCHEMA app RENAME TO other; ALTER TABLE other.t RENAME TO x;"
                                      "ALTER TABLE other.x RENAME m TO y")),
    "type": (SCHEMA, "ALTER TYPE app.mood RENAME TO feeling"),
    "domain": (SCHEMA, "ALTER DOMAIN app.price RENAME CONSTRAINT positive TO more; ALTER DOMAIN app.price RENAME TO c"),
    "moved table": (SCHEMA, "ALTER TABLE app.t SET SCHEMA public"),
    "moved and renamed": (SCHEMA, ("ALTER TABLE app.t SET SCHEMA public; ALTER TABLE t RENAME TO x;"
                                  "ALTER TYPE app.mood SET SCHEMA public; ALTER FUNCTION app.f SET SCHEMA public")),
    "partitions": (PARTITIONED, ("ALTER TABLE p RENAME id TO number; ALTER TABLE p1 RENAME TO p2;"
                                "ALTER TABLE p RENAME TO q; ALTER INDEX pi RENAME TO qi")),
    "column of parent and child": ("CREATE TABLE a (x int NOT NULL); CREATE TABLE b (y int) INHERITS (a);",
                                   "ALTER TABLE a RENAME x TO z"),
}


@pytest.mark.parametrize(("setup", "change"), RENAMED.values(), ids=RENAMED)
def test_it_gets_its_name_back(undo, setup, change):
    undone = undo(setup, change)
    assert not undone.left, undone.what_is_left
    statements = [line for line in undone.statements.splitlines() if not line.startswith("#")]
    assert all(re.search(r"rename_table|new_column_name| RENAME | SET SCHEMA ", line) for line in statements)


def test_what_else_was_done_to_it_is_undone_too(undo):
    undone = undo(TABLE, "ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME a TO c;"
                         "ALTER TABLE u ALTER c SET DEFAULT 'x'; ALTER TABLE u ADD more int;"
                         "CREATE INDEX j ON u (more); ALTER TABLE u DROP n;"
                         "ALTER TABLE u ENABLE ROW LEVEL SECURITY; DROP POLICY p ON u")
    assert not undone.left, undone.what_is_left
    assert undone.remedies["removed public.t"][0] == "op.rename_table('u', 't')"
    assert "drop_table" not in undone.statements


def test_of_two_constraints_that_say_the_same_none_is_taken_for_the_other(undo):
    undone = undo("CREATE TABLE r (a int CONSTRAINT one CHECK (a > 0) CONSTRAINT two CHECK (a > 0))",
                  "DROP TABLE r; CREATE TABLE r (a int CONSTRAINT three CHECK (a > 0))")
    assert not undone.left, undone.what_is_left
    assert "RENAME" not in undone.statements


def test_what_only_follows_is_no_change_of_its_own(connection):
    run_as_migrations_do(connection, TABLE)
    before = capture(connection)
    run_as_migrations_do(connection, "ALTER TABLE t RENAME TO u; CREATE INDEX j ON child (t_id)")
    delta = diff(before, capture(connection))
    renaming = find_renaming(delta)
    assert {change.name for change in delta.changes} > {"public.w", "public.child.child_t_id_fkey"}
    assert {change.name for change in delta.changes if not renaming.follows(change)} == {"public.t", "public.j"}


def test_a_table_whose_name_another_has_taken_is_not_dropped(connection):
    run_as_migrations_do(connection, "CREATE TABLE t (id int)")
    before = capture(connection)
    run_as_migrations_do(connection, "ALTER TABLE t RENAME TO t_old; CREATE TABLE t (id int)")
    delta = diff(before, capture(connection))
    (change,) = delta.changes
    assert find_renaming(delta).displaced[change].title == "public.t"
    assert restore(change, delta) is None


def test_the_finding_says_what_was_renamed(connection):
    run_as_migrations_do(connection, "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t")
    before = capture(connection)
    run_as_migrations_do(connection, "ALTER TABLE t RENAME TO u")
    facts = TripFacts(revision=RevisionId("1"), path="1.py", steps=(), tables={},
                      downgrade_schema=diff(before, capture(connection)))
    (finding,) = judge_schema(facts, did_nothing=False)
    assert finding.message == "after the downgrade table public.t is renamed to public.u"
    assert finding.remedy == "give it its name back in downgrade():\nop.rename_table('u', 't')"
