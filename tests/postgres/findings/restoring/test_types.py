"""What was done to an enum or a composite type is undone where statements can."""

import pytest

from harness.catalog import capture, diff
from harness.findings.restoring import restore

MOVED = "ALTER TYPE address DROP ATTRIBUTE city; ALTER TYPE address ADD ATTRIBUTE city text"
TYPE = "CREATE TYPE address AS (street text, city text, zip text);"
ALTERED = {
    "renamed": (TYPE, "ALTER TYPE address RENAME ATTRIBUTE city TO town"),
    "renamed while used": (f"{TYPE} CREATE TABLE t (a address)", "ALTER TYPE address RENAME ATTRIBUTE city TO town"),
    "another order": (TYPE, MOVED),
    "names exchanged": (TYPE, ("ALTER TYPE address RENAME ATTRIBUTE city TO c; ALTER TYPE address RENAME ATTRIBUTE zip "
                               "TO city; ALTER TYPE address RENAME ATTRIBUTE c TO zip")),
    "names passed on": (TYPE, ("ALTER TYPE address RENAME ATTRIBUTE zip TO code; ALTER TYPE address RENAME ATTRIBUTE "
                               "city TO zip")),
    "first labels gone": ("CREATE TYPE mood AS ENUM ('sad', 'calm', 'glad')",
                          "DROP TYPE mood; CREATE TYPE mood AS ENUM ('glad')"),
    "only label gone": ("CREATE TYPE mood AS ENUM ('calm')", "DROP TYPE mood; CREATE TYPE mood AS ENUM ()"),
    "all labels gone": ("CREATE TYPE mood AS ENUM ('sad', 'calm')", "DROP TYPE mood; CREATE TYPE mood AS ENUM ()"),
}


@pytest.mark.parametrize(("setup", "change"), ALTERED.values(), ids=ALTERED)
def test_it_is_as_it_was(undo, setup, change):
    undone = undo(setup, change)
    assert not undone.left, undone.what_is_left


def test_values_are_not_moved_from_one_attribute_to_another(connection):
    """Names that are exchanged would do that; and the type cannot be made again while a column is of it."""
    connection.execute(f"SET search_path = public; {TYPE} CREATE TABLE t (a address)")
    before = capture(connection)
    connection.execute(MOVED)
    delta = diff(before, capture(connection))
    assert [restore(change, delta) for change in delta.changes] == [None]


def test_values_of_an_enum_that_had_no_label_become_null(undo):
    undone = undo("CREATE TYPE mood AS ENUM (); CREATE TABLE t (id int, m mood, g mood[])",
                  "ALTER TYPE mood ADD VALUE 'calm'; COMMIT; INSERT INTO t VALUES (1, 'calm', '{calm}')")
    assert not undone.left, undone.what_is_left
    assert "another label" not in undone.statements


def test_rows_go_that_can_hold_no_label_any_more(undo):
    undone = undo("CREATE TYPE mood AS ENUM (); CREATE TABLE t (id int, m mood NOT NULL)",
                  "ALTER TYPE mood ADD VALUE 'calm'")
    assert not undone.left, undone.what_is_left
    assert "# first delete the rows of public.t: m is NOT NULL, and no label is left for it" in undone.statements
