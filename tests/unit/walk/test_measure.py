"""What a trip compares, and which tables a change is about."""

import pytest

from harness.catalog import Action, CatalogDelta, Change
from harness.data.rows import TableRows
from harness.findings.facts import Discarded
from harness.names import QualifiedName
from harness.walk.measure import columns_gone, compare_tables, same_rows, tables_named

USERS = QualifiedName("public", "users")


def rows(table=USERS, *, oid=1, columns=("id", "name"), attnums=(1, 2), values=(("1", "Ada"), ("2", None))):
    return TableRows(table=table, oid=oid, columns=columns, attnums=attnums, key=("id",), rows=values)


def change(name, definition=None, kind="index"):
    return CatalogDelta(changes=(Change(kind=kind, name=name, action=Action.ADDED, attributes=(),
                                        definition=definition),), column_orders=())


@pytest.mark.parametrize(("delta", "named"), [
    (change("public.ix", "CREATE INDEX ix ON public.users USING btree (name)"), True),
    (change("public.users.email", kind="column"), True),
    (change("public.users_old", kind="table"), False),
    (change("public.ix", "CREATE INDEX ix ON other.public.users2 USING btree (name)"), False),
])
def test_a_change_is_about_the_tables_that_its_name_or_definition_has(delta, named):
    assert tables_named(delta, {USERS: rows()}) == ({USERS} if named else set())


def test_a_table_that_is_gone_is_told_with_its_rows_unless_it_was_empty():
    assert columns_gone({USERS: rows()}, {}) == (Discarded(table=USERS, column=None, rows=2),)
    assert columns_gone({USERS: rows(values=())}, {}) == ()


def test_a_column_that_is_gone_is_told_with_its_values():
    after = rows(columns=("id",), attnums=(1,), values=(("1",), ("2",)))
    assert columns_gone({USERS: rows()}, {USERS: after}) == (Discarded(table=USERS, column="name", rows=1),)


def test_what_only_has_another_name_is_not_gone():
    people = QualifiedName("public", "people")
    renamed = rows(people, columns=("id", "called"))
    assert columns_gone({USERS: rows()}, {people: renamed}) == ()


def test_equal_states_have_no_delta_whatever_their_oids():
    assert compare_tables({USERS: rows()}, {USERS: rows(oid=7)}) == ()
    assert same_rows({USERS: rows()}, {USERS: rows(oid=7)})
    assert not same_rows({USERS: rows()}, {USERS: rows(values=(("1", "Ada"),))})
    assert not same_rows({USERS: rows()}, {})
