"""Other orders turn round pairs of independent revisions, and keep parents first."""

import pytest

from harness.project.orders import OtherOrders

TWO_BRANCHES = {"r": (), "a1": ("r",), "a2": ("a1",), "b1": ("r",), "b2": ("b1",), "m": ("a2", "b2")}
INTERLEAVED = {"r": (), "a1": ("r",), "b1": ("r",), "a2": ("a1",), "b2": ("b1",), "m": ("a2", "b2")}
COMB = {str(number): (f"{number - number % 10}",) if number % 10 else (f"{number - 10}",) if number else ()
        for number in range(40)}

every_graph = pytest.mark.parametrize("parents", [TWO_BRANCHES, INTERLEAVED, COMB], ids=["two", "interleaved", "comb"])


def all_orders(others):
    orders = []
    while (order := others.propose()) is not None:
        orders.append(order)
        others.note(order)
    return orders


@every_graph
def test_every_order_has_all_revisions_with_parents_first(parents):
    orders = all_orders(OtherOrders(list(parents), parents))

    assert orders
    for order in orders:
        assert sorted(order) == sorted(parents)
        assert all(order.index(parent) < order.index(revision) for revision in order for parent in parents[revision])


@every_graph
def test_in_the_end_every_independent_pair_stood_the_other_way_round(parents):
    others = OtherOrders(list(parents), parents)
    orders = all_orders(others)
    walk = list(parents)
    pairs = [(one, other) for place, one in enumerate(walk) for other in walk[place + 1:]
             if others.are_independent(one, other)]

    assert len(pairs) == others.pairs == others.reversed
    assert all(any(order.index(one) > order.index(other) for order in orders) for one, other in pairs)


def test_one_line_has_no_other_order():
    others = OtherOrders("abc", {"b": ("a",), "c": ("b",)})

    assert others.propose() is None
    assert (others.pairs, others.reversed) == (0, 0)


def test_branches_are_taken_the_other_way_round_by_one_order():
    others = OtherOrders(list(TWO_BRANCHES), TWO_BRANCHES)

    assert all_orders(others) == [("r", "b1", "b2", "a1", "a2", "m")]


def test_what_must_stay_is_counted_as_tried_and_proposed_no_more():
    others = OtherOrders(list(TWO_BRANCHES), TWO_BRANCHES)
    others.keep("a1", "b2")
    orders = all_orders(others)

    assert orders
    assert all(order.index("a1") < order.index("b2") for order in orders)
    assert (others.pairs, others.reversed) == (4, 4)


def test_what_cannot_be_tried_any_more_is_not_counted_as_tried():
    others = OtherOrders(list(TWO_BRANCHES), TWO_BRANCHES)
    others.keep("a2", "b1")

    assert others.propose() is None
    assert (others.pairs, others.reversed) == (4, 1)


def test_a_dependency_that_the_order_does_not_hold_does_not_count():
    assert OtherOrders("ab", {"b": ("a", "elsewhere")}).pairs == 0
