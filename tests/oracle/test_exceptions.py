"""Where a snapshot does not follow pg_dump, and why."""

from __future__ import annotations

import psycopg
import pytest

from harness.catalog import diff
from harness.names import QualifiedName


def test_the_order_of_columns_is_no_change(run, look):
    """A column that is dropped and added again stands last: pg_dump prints another text, but nothing is lost."""
    run("CREATE TABLE t (id int, name text, at date)")
    before = look()
    run("ALTER TABLE t DROP name; ALTER TABLE t ADD name text")
    after = look()

    delta = diff(before.snapshot, after.snapshot)

    assert before.text != after.text
    assert before.snapshot == after.snapshot
    assert delta.changes == ()
    assert not delta
    (order,) = delta.column_orders
    assert (order.table, order.before, order.after) == (
        QualifiedName("public", "t"), ("id", "name", "at"), ("id", "at", "name"))


def test_what_follows_from_the_order_of_columns_is_no_change_either(run, look):
    """Extended statistics are printed in the order of the table's columns, however they were written."""
    run("CREATE TABLE t (id int, name text)")
    both = "CREATE STATISTICS s ON id, name FROM t;"
    run(both)
    before = look()
    run("ALTER TABLE t DROP id CASCADE; ALTER TABLE t ADD id int;" + both)
    after = look()

    assert before.text != after.text
    assert before.snapshot == after.snapshot


def test_an_invalid_index_is_a_change(connection, run, look):
    """pg_dump passes over an index whose building failed; but it is there, takes its name, and slows every write."""
    run("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1)")
    before = look()
    with pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("CREATE UNIQUE INDEX CONCURRENTLY i ON public.t (id)")
    after = look()

    assert before.text == after.text
    assert [change.name for change in diff(before.snapshot, after.snapshot).changes] == ["public.i"]


def test_a_missing_public_schema_is_a_change(run, look):
    """pg_dump leaves making ``public`` to initdb, so it cannot say that it is missing."""
    before = look()
    run("DROP SCHEMA public")
    after = look()

    assert before.text == after.text
    (change,) = diff(before.snapshot, after.snapshot).changes
    assert (change.kind, change.name, change.action) == ("schema", "public", "removed")


def test_a_privilege_on_a_language_of_postgresql_is_a_change(run, look):
    """pg_dump prints no language that it does not create, and no privilege on it."""
    before = look()
    run("REVOKE USAGE ON LANGUAGE sql FROM PUBLIC")
    after = look()

    assert before.text == after.text
    assert [change.name for change in diff(before.snapshot, after.snapshot).changes] == ["ON LANGUAGE sql"]


def test_a_password_is_compared_and_never_shown(run, look):
    """pg_dump prints it; a report must not."""
    run("CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
        "CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (name 'a', password 'tr0ub4dor');"
        "CREATE SUBSCRIPTION u CONNECTION 'host=a password=tr0ub4dor' PUBLICATION p WITH (connect = false)")
    seen = look()

    assert "tr0ub4dor" in seen.text
    assert "tr0ub4dor" not in repr(seen.snapshot)
