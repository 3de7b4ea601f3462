import pytest

from harness.cascade.chains import below, by_parent, find_roots
from tests.unit.cascade.foreign_keys_by_hand import keys, table


@pytest.mark.parametrize(("given", "roots"), [
    ((), ()),
    (("users > orders", "orders > lines"), ("users",)),
    (("users > orders", "shops > orders"), ("shops", "users")),
    (("users - orders",), ()),
    (("users - orders", "orders > lines"), ("orders",)),
    (("nodes > nodes",), ("nodes",)),
    (("a > b", "b > a"), ("a",)),
    (("a > b", "b > c", "c > b"), ("a",)),
    (("z > y", "y > z", "z > a", "a > b"), ("y",)),
    (("b > a", "a > b", "b > c", "c > d", "d > c", "e > d"), ("a", "e")),
])
def test_the_roots_are_the_fewest_tables_from_which_all_is_reached(given, roots):
    found = find_roots(keys(*given))
    assert [root.name for root in found] == list(roots)
    children = by_parent(key for key in keys(*given) if key.cascades)
    assert {name for root in found for name in below(children, root)} >= children.keys()


def test_what_is_below_a_table_is_told_once_and_the_nearest_first():
    children = by_parent(keys("a > c", "a > b", "b > d", "c > d", "d > a", "d - e"))
    assert [name.name for name in below(children, table("a"))] == ["a", "c", "b", "d"]


def test_a_chain_of_a_thousand_tables_has_one_root():
    chain = keys(*(f"t{number} > t{number + 1}" for number in range(1000)))
    assert find_roots(chain) == (table("t0"),)
