"""What statements of SQL do, as far as their text tells."""

import pytest

from harness.audit.sql import read_sql
from harness.audit.values import HOLE
from harness.cascade.model import Action


def effects(sql):
    return [(effect.act, effect.kind, effect.name, effect.table) for each in read_sql(sql, 1, is_certain=True)
            for effect in each.effects]


@pytest.mark.parametrize(("sql", "expected"), [
    ("CREATE TABLE shop.users (id int)", ("create", "table", "shop.users", None)),
    ("create table public.users (id int)", ("create", "table", "users", None)),
    ('CREATE TABLE "Users" (id int)', ("create", "table", "Users", None)),
    ("CREATE UNLOGGED TABLE IF NOT EXISTS a (b int)", ("create", "table", "a", None)),
    ("CREATE UNIQUE INDEX CONCURRENTLY ix ON ONLY s.a USING gin (b)", ("create", "index", "s.ix", "s.a")),
    ("CREATE INDEX ON a (b)", ("create", "index", None, "a")),
    ("CREATE OR REPLACE FUNCTION f(a int) RETURNS int AS $$ SELECT ';' $$ LANGUAGE sql",
     ("create", "function", "f", None)),
    ("CREATE TRIGGER t BEFORE UPDATE OF a ON users FOR EACH ROW EXECUTE FUNCTION f()",
     ("create", "trigger", "t", "users")),
    ("CREATE POLICY p ON users USING (true)", ("create", "policy", "p", "users")),
    ("CREATE MATERIALIZED VIEW v AS SELECT 1", ("create", "materialized view", "v", None)),
    ("CREATE RECURSIVE VIEW v (n) AS SELECT 1", ("create", "view", "v", None)),
    ("CREATE TYPE mood AS ENUM ('a', 'b')", ("create", "type", "mood", None)),
    ("CREATE DOMAIN d AS int", ("create", "type", "d", None)),
    ("CREATE EXTENSION IF NOT EXISTS pg_trgm", ("create", "extension", "pg_trgm", None)),
    ("CREATE SCHEMA s", ("create", "schema", "s", None)),
    ("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'c' AFTER 'b'", ("create", "enum label", "c", "mood")),
    ("ALTER TYPE s.mood RENAME TO old", ("rename", "type", "s.mood", None)),
    ("ALTER TABLE ONLY a ADD COLUMN IF NOT EXISTS b int", ("create", "column", "b", "a")),
    ("ALTER TABLE a ADD b int DEFAULT 1", ("create", "column", "b", "a")),
    ("ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0)", ("create", "constraint", "c", "a")),
    ("ALTER TABLE a ADD UNIQUE (b)", ("create", "constraint", None, "a")),
    ("ALTER TABLE a DROP COLUMN IF EXISTS b CASCADE", ("drop", "column", "b", "a")),
    ("ALTER TABLE a DROP b", ("drop", "column", "b", "a")),
    ("ALTER TABLE a DROP CONSTRAINT c", ("drop", "constraint", "c", "a")),
    ("ALTER TABLE a RENAME b TO c", ("rename", "column", "b", "a")),
    ("ALTER TABLE a RENAME CONSTRAINT b TO c", ("rename", "constraint", "b", "a")),
    ("ALTER TABLE a RENAME TO c", ("rename", "table", "a", None)),
    ("ALTER TABLE a ALTER COLUMN b TYPE text USING b::text", ("alter", "column", "b", "a")),
    ("ALTER TABLE a ENABLE ROW LEVEL SECURITY", ("alter", "table", "a", None)),
    ("ALTER INDEX ix RENAME TO iy", ("rename", "index", "ix", None)),
    ("DROP INDEX CONCURRENTLY IF EXISTS ix", ("drop", "index", "ix", None)),
    ("DROP TRIGGER t ON users", ("drop", "trigger", "t", "users")),
    ("DROP FUNCTION f(int, text)", ("drop", "function", "f", None)),
    ("INSERT INTO a VALUES (1)", ("insert", "table", "a", None)),
    ("UPDATE ONLY a SET b = 1", ("update", "table", "a", None)),
    ("DELETE FROM a", ("delete", "table", "a", None)),
    ("TRUNCATE TABLE a CASCADE", ("delete", "table", "a", None)),
    ("COPY a FROM '/x'", ("insert", "table", "a", None)),
    ("WITH x AS (SELECT 1) UPDATE a SET b = 1", ("update", "table", "a", None)),
    ("/* a /* nested */ comment; */ DROP TABLE a -- ; DROP TABLE b", ("drop", "table", "a", None)),
    (f"DROP TABLE {HOLE}", ("drop", "table", None, None)),
    (f"DROP TABLE x_{HOLE}", ("drop", "table", None, None)),
    ("COMMENT ON TABLE a IS 'x'", ("alter", "object", None, None)),
])
def test_a_statement_is_told_by_its_object(sql, expected):
    assert effects(sql) == [expected]


def test_several_statements_and_actions_are_told_apart():
    assert effects("DROP TABLE a, b; ALTER TABLE c DROP d, ADD e int;") == [
        ("drop", "table", "a", None), ("drop", "table", "b", None), ("drop", "column", "d", "c"),
        ("create", "column", "e", "c")]


def test_a_semicolon_in_a_function_body_ends_nothing():
    sql = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END; DROP TABLE a"
    assert [each[:3] for each in effects(sql)] == [("create", "function", "f"), ("drop", "table", "a")]


@pytest.mark.parametrize("sql", [
    "SELECT * FROM a", "SELECT setval('s', 1)", "SET lock_timeout = '1s'", "LOCK TABLE a", "ANALYZE a", "COMMIT",
    "CREATE TEMP TABLE x AS SELECT 1", "REFRESH MATERIALIZED VIEW v", "VALUES (1)",
])
def test_what_leaves_nothing_behind_has_no_effect(sql):
    (statement,) = read_sql(sql, 1, is_certain=True)
    assert statement.is_read
    assert statement.effects == ()


@pytest.mark.parametrize("sql", [
    "DO $$ BEGIN EXECUTE 'DROP TABLE a'; END $$", "CALL rebuild()", "SELECT drop_everything()", "EXECUTE stored",
    "CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION f()", "FROBNICATE a", f"{HOLE} TABLE a",
])
def test_what_may_do_anything_is_not_read(sql):
    (statement,) = read_sql(sql, 1, is_certain=True)
    assert not statement.is_read


@pytest.mark.parametrize("sql", [
    "CREATE TABLE IF NOT EXISTS a (b int)", "ALTER TABLE IF EXISTS a DROP b", "CREATE OR REPLACE VIEW v AS SELECT 1",
    "INSERT INTO a SELECT 1", "INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING", "UPDATE a SET b = 1", "DELETE FROM a",
    "ALTER TABLE a ADD COLUMN IF NOT EXISTS b int",
])
def test_what_depends_on_what_is_there_is_not_certain(sql):
    (statement,) = read_sql(sql, 1, is_certain=True)
    assert [effect.is_certain for effect in statement.effects] == [False]


@pytest.mark.parametrize("sql", [
    "DROP TABLE IF EXISTS a", "DROP INDEX CONCURRENTLY IF EXISTS a", "ALTER TABLE a DROP COLUMN IF EXISTS b"])
def test_a_drop_if_exists_is_certain_of_the_end_alone(sql):
    (statement,) = read_sql(sql, 1, is_certain=True)
    assert [(effect.is_certain, effect.if_exists) for effect in statement.effects] == [(True, True)]


@pytest.mark.parametrize(("sql", "columns", "parent", "action", "name"), [
    ("CREATE TABLE a (b int REFERENCES c ON DELETE CASCADE, d int)", ("b",), "c", Action.CASCADE, None),
    ("CREATE TABLE a (CONSTRAINT k FOREIGN KEY (b, d) REFERENCES s.c (x, y) ON UPDATE CASCADE ON DELETE SET NULL)",
     ("b", "d"), "s.c", Action.SET_NULL, "k"),
    ("ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES c (id) ON DELETE RESTRICT", ("b",), "c",
     Action.RESTRICT, "k"),
    ("ALTER TABLE a ADD COLUMN b int REFERENCES public.c ON DELETE SET DEFAULT", ("b",), "c", Action.SET_DEFAULT,
     None),
    ("ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c", ("b",), "c", Action.NO_ACTION, None),
])
def test_a_foreign_key_is_read_with_its_action(sql, columns, parent, action, name):
    ((key,),) = [effect.foreign_keys for each in read_sql(sql, 1, is_certain=True) for effect in each.effects]
    assert (key.table, key.columns, key.parent, key.on_delete, key.name) == ("a", columns, parent, action, name)


def test_a_statement_has_the_line_at_which_it_begins():
    assert [each.line for each in read_sql("\n  DROP TABLE a;\n-- no\n  DROP TABLE b", 10, is_certain=True)] == [11, 13]


def test_a_computed_part_is_shown_as_such():
    (statement,) = read_sql(f"UPDATE a SET b = '{HOLE}'", 1, is_certain=True)
    assert statement.shown == "UPDATE a SET b = '…'"
