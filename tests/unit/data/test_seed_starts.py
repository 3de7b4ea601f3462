"""With which number the plain values of a column begin."""

from dataclasses import replace

from harness.data.seed_starts import start_of
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


def starts(table, *bound):
    return {item.name: start_of(table, item, bound={item.name, *bound}) for item in table.columns}


def test_columns_alike_begin_one_after_the_other():
    text = replace(column("name"), type=type_shape("text", "S"))
    table = shape("items", column("low"), text, column("high"))
    assert starts(table) == {"low": 0, "name": 0, "high": 1}


def test_columns_that_are_chosen_together_begin_together():
    table = shape("items", column("other"), column("low"), column("high"))
    assert starts(table, "low", "high") == {"other": 0, "low": 1, "high": 1}


def test_a_key_of_numbers_begins_as_a_sequence_does():
    table = shape("items", column("size"), column("id"), column("weight"), key=("id",))
    assert starts(table) == {"size": 0, "id": 0, "weight": 1}


def test_no_two_tables_have_the_same_uuids():
    one, other = (shape(name, uuid("id"), key=("id",)) for name in ("customers", "leads"))
    assert starts(one) != starts(other)


def test_what_is_called_after_a_key_holds_values_of_it():
    for name in ("users", "user", "companies", "boxes", "address"):
        singular = {"users": "user", "companies": "company", "boxes": "boxe"}.get(name, name)
        key = starts(shape(name, uuid("id"), key=("id",)))["id"]
        assert starts(shape("orders", uuid(f"{singular}_id")))[f"{singular}_id"] == key
    assert starts(shape("users", uuid("user_id"), key=("user_id",))) == starts(shape("orders", uuid("user_id")))
