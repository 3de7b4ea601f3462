"""Rows are compared wherever they lie, and what is not compared is said."""

from dataclasses import replace

import psycopg
import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.errors import ServerUnavailableError
from harness.report import render_revision
from tests.bad_history import sql
from tests.small_history import write_history

TABLES = sql(
    "SELECT lo_from_bytea(7001, 'one'), lo_from_bytea(7002, decode(repeat('ab', 5000), 'hex')), lo_create(7003)",
    "CREATE UNLOGGED TABLE cache (id int PRIMARY KEY, what text)",
    "CREATE TABLE parts (id int, at date, what text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
    "CREATE TABLE parts_old PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2024-01-01')",
    "CREATE TABLE parts_new PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2030-01-01')",
    "INSERT INTO parts SELECT n, date '2023-12-25' + n, 'part ' || n FROM generate_series(1, 14) AS n",
    "CREATE TABLE parent (id int PRIMARY KEY, what text)",
    "CREATE TABLE child (more text, PRIMARY KEY (id)) INHERITS (parent)",
    "CREATE TABLE secret (id int PRIMARY KEY, what text NOT NULL)",
    "ALTER TABLE secret ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE secret FORCE ROW LEVEL SECURITY",
    "CREATE TABLE heap (a int, b text)",
    "INSERT INTO heap VALUES (1, 'twice'), (1, 'twice'), (2, 'once')",
    "CREATE TABLE prices (id int PRIMARY KEY, amount numeric NOT NULL)",
    "INSERT INTO prices VALUES (1, 10.2), (2, 10.255), (3, 10.00), (4, 'NaN'), (5, 'Infinity')",
    "CREATE FOREIGN DATA WRAPPER nowhere",
    "CREATE SERVER far FOREIGN DATA WRAPPER nowhere",
    "CREATE FOREIGN TABLE remote (id int) SERVER far",
)
LARGE = "pg_catalog.pg_largeobject"
# What a revision does up and down, what is found of it, and of how many rows.
KINDS = {
    "unlinked": (sql("SELECT lo_unlink(7001)"), sql("SELECT 1"), {("RT101", LARGE, 1, 3), ("RT306", None, None, None)}),
    "unlinked_below": (sql("CREATE INDEX i ON heap (a)"), sql("DROP INDEX i", "SELECT lo_unlink(7003)"),
                       {("RT101", LARGE, 1, 3)}),
    "rewritten": (sql("CREATE INDEX i ON heap (a)"), sql("DROP INDEX i", "SELECT lo_put(7002, 4000, 'x')"),
                  {("RT102", LARGE, 1, 3)}),
    "left": (sql("SELECT lo_from_bytea(7009, 'new')", "CREATE INDEX i ON heap (a)"), sql("DROP INDEX i"),
             {("RT103", LARGE, 1, 4), ("RT304", None, None, None)}),
    "large_and_right": (sql("SELECT lo_from_bytea(7009, 'new')", "SELECT lo_put(7001, 0, 'ONE')"),
                        sql("SELECT lo_unlink(7009)", "SELECT lo_put(7001, 0, 'one')"), set()),
    "unlogged": (sql("CREATE INDEX i ON heap (a)"), sql("DROP INDEX i", "DELETE FROM cache"),
                 {("RT101", "public.cache", 10, 10)}),
    "part": (sql("CREATE INDEX i ON heap (a)"), sql("DROP INDEX i", "DELETE FROM parts_old"),
             {("RT101", "public.parts", 6, 14)}),
    "part_truncated": (sql("CREATE INDEX i ON heap (a)"), sql("DROP INDEX i", "TRUNCATE parts_new"),
                       {("RT101", "public.parts", 8, 14)}),
    "part_right": (sql("ALTER TABLE parts DETACH PARTITION parts_old"),
                   sql("ALTER TABLE parts ATTACH PARTITION parts_old FOR VALUES FROM ('2020-01-01') TO ('2024-01-01')"),
                   set()),
    "child": (sql("CREATE INDEX i ON heap (a)"), sql("DROP INDEX i", "UPDATE parent SET what = 'x'"),
              {("RT102", "public.child.what", 10, 10), ("RT102", "public.parent.what", 10, 10)}),
    "only_child": (sql("CREATE INDEX i ON heap (a)"), sql("DROP INDEX i", "DELETE FROM child"),
                   {("RT101", "public.child", 10, 10)}),
    "secret": (sql("CREATE INDEX i ON heap (a)"), sql("DROP INDEX i", "UPDATE secret SET what = what || '!'"),
               {("RT102", "public.secret.what", 10, 10)}),
    "heap": (sql("CREATE TABLE kept AS SELECT DISTINCT * FROM heap", "TRUNCATE heap", "INSERT INTO heap TABLE kept"),
             sql("DROP TABLE kept"), {("RT101", "public.heap", 1, 3)}),
    "zeros": (sql("UPDATE prices SET amount = amount * 1.00"), sql("UPDATE prices SET amount = amount / 1.00"), set()),
    "digits": (sql("CREATE INDEX i ON heap (a)"), sql("DROP INDEX i", "UPDATE prices SET amount = round(amount, 2)"),
               {("RT102", "public.prices.amount", 1, 5)}),
    "temporary": (sql("CREATE TEMP TABLE t AS TABLE heap", "CREATE INDEX i ON heap (a)"),
                  sql("DROP TABLE IF EXISTS t", "DROP INDEX i"), set()),
}


@pytest.fixture(scope="module")
def results(server, tmp_path_factory):
    # After each kind everything is put back as it was, by a revision that gets no trip.
    revisions = {"first": (None, TABLES, sql("SELECT 1"))}
    parent = "first"
    for name, (upgrade, downgrade, _) in KINDS.items():
        revisions[name] = (parent, upgrade, downgrade)
        parent = f"after_{name}"
        undo = sql("SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid BETWEEN 7000 AND 7010",
                   "SELECT lo_from_bytea(7001, 'one'), lo_from_bytea(7002, decode(repeat('ab', 5000), 'hex')), "
                   "lo_create(7003)", "DROP INDEX IF EXISTS i", "DROP TABLE IF EXISTS kept", "TRUNCATE heap",
                   "INSERT INTO heap VALUES (1, 'twice'), (1, 'twice'), (2, 'once')")
        if name == "part_right":
            undo += "\n" + sql("ALTER TABLE parts ATTACH PARTITION parts_old FOR VALUES FROM ('2020-01-01') "
                               "TO ('2024-01-01')")
        revisions[parent] = (name, undo, sql("SELECT 1"))
    ini = write_history(tmp_path_factory.mktemp("kinds") / "project", revisions)
    settings = load_settings({"alembic_ini": str(ini), "revisions": list(KINDS)}, start=ini.parent, environ={})
    with open_run(settings, server=server) as run:
        for _result in run.results():
            pass
        return {entry.revision: entry for entry in run.result().revisions}


@pytest.mark.parametrize("kind", KINDS)
def test_what_happens_to_rows_of_every_kind_is_found(results, kind):
    _, _, expected = KINDS[kind]
    found = {(item.rule, item.object if item.evidence.rows else None, item.evidence.rows, item.evidence.rows_total)
             for item in results[kind].findings if item.severity == "error"}
    assert found == expected


@pytest.mark.parametrize(("kind", "statement"), [
    ("unlinked", "SELECT lo_unlink(7001)"), ("unlinked_below", "SELECT lo_unlink(7003)"),
    ("rewritten", "SELECT lo_put(7002, 4000, 'x')"), ("left", "SELECT lo_from_bytea(7009, 'new')"),
])
def test_the_statement_that_touched_a_large_object_is_named(results, kind, statement):
    (finding,) = (item for item in results[kind].findings if item.object == LARGE)
    assert finding.evidence.statement == statement
    assert "large object" in render_revision(results[kind])


def test_a_foreign_table_is_said_not_to_be_compared(results):
    record = results["heap"].tables["public.remote"]
    assert (record.rows, record.error) == (0, "a foreign table: its rows lie elsewhere and are not compared")
    assert not [item for item in results["heap"].findings if item.rule == "RT108"]


def test_large_objects_are_listed_where_there_are_any(results):
    assert results["unlinked"].tables[LARGE].rows == 3


def test_rows_that_a_policy_keeps_from_the_user_end_the_walk_in_one_line(server, tmp_path):
    if server.version_number < 150000:
        pytest.skip("before PostgreSQL 15 only a superuser may take rows out past their triggers")
    upgrade = sql("CREATE TABLE t (id int)", "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                  "ALTER TABLE t FORCE ROW LEVEL SECURITY")
    ini = write_history(tmp_path / "project", {"one": (None, upgrade, sql("SELECT 1")),
                                               "two": ("one", sql("SELECT 1"), sql("SELECT 1"))})
    settings = load_settings({"alembic_ini": str(ini)}, start=ini.parent, environ={})
    with psycopg.connect(server.address.conninfo(server.maintenance_database), autocommit=True) as connection:
        connection.execute("CREATE ROLE roundtrip_plain LOGIN CREATEDB")
        connection.execute("GRANT SET ON PARAMETER session_replication_role TO roundtrip_plain")
        try:
            plain = replace(server, provider="url", address=replace(server.address, user="roundtrip_plain"))
            with (pytest.raises(ServerUnavailableError, match='for table "t"; name a superuser, or ALTER ROLE'),
                  open_run(settings, server=plain) as run):
                list(run.results())
        finally:
            connection.execute("REVOKE SET ON PARAMETER session_replication_role FROM roundtrip_plain")
            connection.execute("DROP ROLE roundtrip_plain")
