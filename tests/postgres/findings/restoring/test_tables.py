"""Whole tables and schemas come back with what is their own, and go where they need one another."""

import pytest

from harness.catalog import capture, diff
from harness.findings.facts import TripFacts
from harness.findings.judge_schema import judge_schema
from harness.names import RevisionId
from tests.oracle.doing import run_as_migrations_do

PARTS = ("CREATE TABLE p (id int DEFAULT 3, at date NOT NULL, r text, UNIQUE (id, at)) PARTITION BY RANGE (at);"
         "CREATE TABLE p1 PARTITION OF p (id NOT NULL DEFAULT 4, r DEFAULT 'x', CONSTRAINT c CHECK (id > 0),"
         " CONSTRAINT u UNIQUE (id)) FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (id);"
         "CREATE TABLE p11 PARTITION OF p1 DEFAULT; ALTER TABLE p11 ALTER id DROP DEFAULT;"
         "CREATE INDEX pi ON p (r); CREATE INDEX own ON p11 (at); GRANT SELECT ON p11 TO PUBLIC;")
ATTACHED = ("CREATE TABLE p (id int, at date NOT NULL, UNIQUE (at)) PARTITION BY RANGE (at);"
            "CREATE TABLE p1 PARTITION OF p DEFAULT; CREATE INDEX pi ON p (id); ALTER INDEX p1_id_idx RENAME TO mine;")
FOREIGN = ("CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE f"
           " (a text OPTIONS (column_name 'A', other 'it''s') COLLATE \"C\" DEFAULT 'x' NOT NULL, b int) SERVER s;")
SCHEMA = ("CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO PUBLIC; COMMENT ON SCHEMA app IS 'ours';"
          "CREATE TYPE app.z AS ENUM ('a'); CREATE DOMAIN app.d AS int CHECK (VALUE > 0); CREATE SEQUENCE app.s;"
          "CREATE FUNCTION app.y(app.z) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';"
          "CREATE TABLE app.t (id serial PRIMARY KEY, z app.z CHECK (app.y(z)), d app.d); CREATE INDEX i ON app.t (d);"
          "CREATE TABLE app.a (id int DEFAULT nextval('app.s') REFERENCES app.t, n int NOT NULL);"
          "CREATE VIEW app.v AS SELECT id FROM app.t; CREATE VIEW app.first AS SELECT id FROM app.v;"
          "CREATE TABLE app.p (id int) PARTITION BY LIST (id); CREATE TABLE app.o PARTITION OF app.p DEFAULT;")
LEFT = ("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);"
        "CREATE TABLE c (id int PRIMARY KEY, b int REFERENCES b); ALTER TABLE a ADD c int REFERENCES c")
ALTERED = {
    "partitions with their parent": (PARTS.replace(", CONSTRAINT u UNIQUE (id)", ""), "DROP TABLE p"),
    "partition": (PARTS.replace(" PARTITION BY LIST (id);", ";").replace(
        "CREATE TABLE p11 PARTITION OF p1 DEFAULT", "CREATE TABLE p11 PARTITION OF p DEFAULT"), "DROP TABLE p1"),
    "child with another default": (
        ("CREATE TABLE a (x int DEFAULT 3, y int); CREATE TABLE b (CHECK (x > 0)) INHERITS (a);"
         "ALTER TABLE b ALTER x SET DEFAULT 9; ALTER TABLE b ALTER y SET NOT NULL"), "DROP TABLE b"),
    "foreign table": (FOREIGN, "DROP FOREIGN TABLE f"),
    "foreign column": (FOREIGN, "ALTER FOREIGN TABLE f DROP a"),
    "schema": (SCHEMA, "DROP SCHEMA app CASCADE"),
    "index of a partition detached": (ATTACHED, ("ALTER TABLE p DETACH PARTITION p1; DROP INDEX mine;"
                                                "ALTER TABLE p1 DROP CONSTRAINT p1_at_key")),
    "tables that refer to each other in a ring": ("", LEFT),
    "tables that are missing and did so": (LEFT, "DROP TABLE a, b, c"),
}


@pytest.mark.parametrize(("setup", "change"), ALTERED.values(), ids=ALTERED)
def test_it_is_as_it_was(undo, setup, change):
    undone = undo(setup, change)
    assert not undone.left, undone.what_is_left


def test_what_goes_with_a_column_is_not_dropped_before_it_or_after(undo):
    undone = undo("CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE t (id int);",
                  "ALTER TABLE t ADD a int UNIQUE, ADD b int REFERENCES o, ADD CHECK (b > id);"
                  "CREATE INDEX i ON t (id, a); CREATE INDEX j ON t (id)")
    assert not undone.left, undone.what_is_left
    statements = [line for line in undone.statements.splitlines() if not line.startswith("#")]
    assert sorted(statements) == ["op.drop_column('t', 'a')", "op.drop_column('t', 'b')",
                                  "op.drop_index('j', table_name='t')"]


def test_what_cannot_be_told_is_listed(connection):
    run_as_migrations_do(connection, "CREATE TYPE pair AS (a int, b text); CREATE TABLE t OF pair")
    before = capture(connection)
    run_as_migrations_do(connection, "DROP TABLE t")
    facts = TripFacts(revision=RevisionId("1"), path="1.py", steps=(), tables={},
                      downgrade_schema=diff(before, capture(connection)))
    (finding,) = judge_schema(facts, did_nothing=False)
    first, *rest = finding.remedy.splitlines()
    assert first == "make it again in downgrade() as it was before:"
    assert rest
    assert all(line.startswith("# ") for line in rest)
    assert "# CREATE TABLE public.t (" in rest
