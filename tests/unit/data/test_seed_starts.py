"""Which plain values a column holds."""

from dataclasses import replace

from harness.data.seed_starts import Series, series_of
from harness.data.shapes import TableShape, Unique
from harness.names import QualifiedName
from tests.unit.data.shapes_by_hand import column, type_shape


def shape(name, *columns, key=()):
    primary = Unique(name=f"{name}_pkey", primary=True, columns=key, expressions_sql=None, predicate_sql=None,
                     nulls_not_distinct=False, reads=key, without_overlaps=False)
    return TableShape(name=QualifiedName("public", name), oid=1, kind="r", columns=columns,
                      uniques=(primary,) if key else ())


def uuid(name):
    return replace(column(name), type=type_shape("uuid", "U"))


def series(table, *bound):
    return {item.name: series_of(table, item, bound={item.name, *bound}) for item in table.columns}


def numbers(table, name, rows=10):
    return {series(table)[name].at(place) for place in range(rows)}


def test_columns_alike_begin_one_after_the_other():
    text = replace(column("name"), type=type_shape("text", "S"))
    table = shape("items", column("low"), text, column("high"))
    assert series(table) == {"low": Series(0, 1), "name": Series(0, 1), "high": Series(1, 1)}


def test_columns_that_are_chosen_together_begin_together():
    table = shape("items", column("other"), column("low"), column("high"))
    assert series(table, "low", "high") == {"other": Series(0, 1), "low": Series(1, 1), "high": Series(1, 1)}


def test_a_key_of_numbers_begins_as_a_sequence_does():
    table = shape("items", column("size"), column("id"), column("weight"), key=("id",))
    assert series(table) == {"size": Series(0, 1), "id": Series(0, 1), "weight": Series(1, 1)}


def test_tables_have_uuids_of_their_own_and_what_may_refer_to_them_has_some_of_each():
    tables = [shape(f"table_{number}", uuid("id"), key=("id",)) for number in range(20)]
    kinds = {frozenset(numbers(table, "id")) for table in tables}
    assert len(kinds) == 4
    assert sum(map(len, kinds)) == len(frozenset().union(*kinds))
    referring = numbers(shape("orders", uuid("latest_id")), "latest_id")
    assert all(len(kind & referring) > 1 for kind in kinds)
