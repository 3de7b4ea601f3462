"""What compares texts with a list comes back as it was printed: PostgreSQL reads a cast of an array in another way."""

import pytest

from harness.findings.restoring.code import as_printed

TABLE = "CREATE TABLE t (id int PRIMARY KEY, st varchar(20), n int);"
FUNCTION = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
DROPPED = {
    "index": ("CREATE INDEX i ON t (n) WHERE st IN ('a', 'b')", "DROP INDEX i"),
    "view": ("CREATE VIEW v AS SELECT id FROM t WHERE st IN ('it''s [', '::x, ') AND n NOT IN (1, 2)", "DROP VIEW v"),
    "policy": ("CREATE POLICY p ON t USING (st IN ('a', 'b')) WITH CHECK (st NOT IN ('c', 'd'))", "DROP POLICY p ON t"),
    "generated column": ("ALTER TABLE t ADD g bool GENERATED ALWAYS AS (st IN ('a', 'b')) STORED",
                         "ALTER TABLE t DROP g"),
    "check": ("ALTER TABLE t ADD CONSTRAINT c CHECK (st IN ('a', 'b') OR st IN ('c', lower(st)))",
              "ALTER TABLE t DROP CONSTRAINT c"),
    "trigger": ((f"{FUNCTION}; CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.st IN ('a', 'b'))"
                "EXECUTE FUNCTION f()"), "DROP TRIGGER tr ON t"),
    "table": ("CREATE TABLE u (id int PRIMARY KEY, st varchar(9) CHECK (st IN ('a', 'b')))", "DROP TABLE u"),
    "domain": ("CREATE DOMAIN d AS varchar(5) CHECK (VALUE IN ('a', 'b'))", "DROP DOMAIN d"),
    "statistics": ("CREATE STATISTICS s ON (st IN ('a', 'b')), n FROM t", "DROP STATISTICS s"),
    "function": ("CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM t WHERE st IN ('a', 'b'); END",
                 "DROP FUNCTION f"),
    "default": ("ALTER TABLE t ADD q bool DEFAULT ('a'::varchar IN ('a', 'b'))", "ALTER TABLE t ALTER q DROP DEFAULT"),
}


@pytest.mark.parametrize(("made", "change"), DROPPED.values(), ids=DROPPED)
def test_it_comes_back_as_it_was(undo, made, change):
    undone = undo(TABLE + made, change)
    assert not undone.left, undone.what_is_left


@pytest.mark.parametrize("text", [
    "SELECT '(ARRAY[''a''::character varying])::text[]'",
    "AS $x$ SELECT (ARRAY['a'::character varying])::text[] $x$",
    "SELECT ARRAY['a'::text, 'b'::text]",
])
def test_what_is_no_cast_of_an_array_stays(text):
    assert as_printed(text) == text
