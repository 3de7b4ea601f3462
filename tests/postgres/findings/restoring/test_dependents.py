"""What needs an object that is made again is dropped before and made after, or nothing is dropped at all."""

import pytest

from harness.catalog import capture, diff
from harness.findings.restoring import restore
from tests.oracle.doing import run_as_migrations_do

VIEWS = ("CREATE TABLE t (id int PRIMARY KEY, a text);"
         "CREATE VIEW v WITH (security_barrier = true) AS SELECT id, a FROM t;"
         "CREATE VIEW w AS SELECT id FROM v; CREATE MATERIALIZED VIEW m AS SELECT id FROM w; CREATE INDEX mi ON m (id);"
         "COMMENT ON VIEW w IS 'ours'; GRANT SELECT ON w TO PUBLIC;")
FUNCTION = ("CREATE FUNCTION f(a int, b text DEFAULT 'x, y)') RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';"
            "CREATE TABLE t (id int DEFAULT f(1), n int CHECK (f(n) > 0)); CREATE INDEX i ON t (f(n));"
            "CREATE VIEW v AS SELECT f(2) AS two;")
ENUM = ("CREATE TYPE mood AS ENUM ('glad', 'sad');"
        "CREATE TABLE t (id int PRIMARY KEY, m mood DEFAULT 'glad', g mood[]);")
LABEL = "ALTER TYPE mood ADD VALUE 'calm'"
GENERATED = "CREATE TABLE t (id int PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a * 2) STORED, c text);"
EXPRESSION = "ALTER TABLE t ALTER b DROP EXPRESSION"
ALTERED = {
    "view with another condition": (VIEWS, "CREATE OR REPLACE VIEW v AS SELECT id, a FROM t WHERE id > 1"),
    "view with another column": (VIEWS, "CREATE OR REPLACE VIEW v AS SELECT id, a, 1 AS one FROM t"),
    "column of a view": (VIEWS, "ALTER VIEW v RENAME a TO b"),
    "materialized view and its index": (VIEWS, ("DROP MATERIALIZED VIEW m;"
                                                "CREATE MATERIALIZED VIEW m AS SELECT 1 AS id")),
    "body of a function": (FUNCTION, ("CREATE OR REPLACE FUNCTION f(a int, b text DEFAULT 'x, z)') RETURNS int"
                                     " LANGUAGE sql IMMUTABLE AS 'SELECT 2'")),
    "function with another argument": (
        ("CREATE FUNCTION g(x int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
         "CREATE TABLE u (id int DEFAULT g(1)); CREATE VIEW gv AS SELECT g(1) AS one"),
        ("DROP FUNCTION g CASCADE; CREATE FUNCTION g(y int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
        "ALTER TABLE u ALTER id SET DEFAULT g(1); CREATE VIEW gv AS SELECT g(1) AS one")),
    "function with more defaults": (FUNCTION, ("CREATE OR REPLACE FUNCTION f(a int DEFAULT 4, b text DEFAULT 'x, y)')"
                                              " RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'")),
    "enum of a partial index": (f"{ENUM} CREATE INDEX i ON t (id) WHERE m = 'sad'", LABEL),
    "enum of a check": (f"{ENUM} ALTER TABLE t ADD CHECK (m <> 'sad' OR id > 0)", LABEL),
    "enum of views": (f"{ENUM} CREATE VIEW v AS SELECT m FROM t; CREATE VIEW w AS SELECT m AS x FROM v", LABEL),
    "enum of functions": ((f"{ENUM} CREATE FUNCTION f(mood) RETURNS mood LANGUAGE sql AS 'SELECT $1';"
                          "CREATE TABLE u (x text DEFAULT f('sad')::text)"), LABEL),
    "enum of a policy and a trigger": (
        (f"{ENUM} CREATE POLICY p ON t USING (m = 'sad'); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
         " 'BEGIN RETURN NEW; END'; CREATE TRIGGER tr BEFORE UPDATE OF m ON t FOR EACH ROW EXECUTE FUNCTION f()"),
        LABEL),
    "enum of keys": (("CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE TABLE t (m mood PRIMARY KEY);"
                     "CREATE TABLE u (m mood REFERENCES t)"), LABEL),
    "generated column with an index": (f"{GENERATED} CREATE INDEX i ON t (b)", EXPRESSION),
    "generated column with much on it": (
        (f"{GENERATED} ALTER TABLE t ADD UNIQUE (b), ADD CHECK (b > 0); CREATE INDEX i ON t (lower(c), b);"
         "CREATE VIEW v AS SELECT b FROM t; CREATE STATISTICS s ON a, b FROM t;"
         "CREATE TABLE u (b int REFERENCES t (b))"),
        EXPRESSION),
}


@pytest.mark.parametrize(("setup", "change"), ALTERED.values(), ids=ALTERED)
def test_it_is_as_it_was_with_all_that_needs_it(undo, setup, change):
    undone = undo(setup, change)
    assert not undone.left, undone.what_is_left


def test_a_view_with_the_same_columns_is_replaced(undo):
    undone = undo(VIEWS, "CREATE OR REPLACE VIEW v AS SELECT id, a FROM t WHERE id > 1")
    assert "DROP VIEW" not in undone.statements


def test_nothing_is_told_of_an_enum_that_a_domain_is_made_of(connection):
    run_as_migrations_do(connection, f"{ENUM} CREATE DOMAIN d AS mood")
    before = capture(connection)
    run_as_migrations_do(connection, LABEL)
    delta = diff(before, capture(connection))
    (change,) = delta.changes
    assert restore(change, delta) is None
