from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.halving import Isolated, failing_items, smallest_failing

PLENTY = 100_000


class Oracle:
    """Fails when a subset holds one of the culprits (each a set of items) whole; counts its calls."""

    def __init__(self, *culprits):
        self.culprits = [frozenset(culprit) for culprit in culprits]
        self.calls = []

    def __call__(self, subset):
        self.calls.append(tuple(subset))
        return self.would_fail(subset)

    def would_fail(self, subset):
        return any(culprit <= set(subset) for culprit in self.culprits)


@st.composite
def failing_inputs(draw):
    size = draw(st.integers(1, 40))
    culprit = st.sets(st.integers(0, size - 1), min_size=1, max_size=4)
    return list(range(size)), draw(st.lists(culprit, min_size=1, max_size=5))


@given(failing_inputs(), st.integers(0, 60))
def test_the_smallest_subset_fails_keeps_the_order_and_stays_within_the_budget(given_input, budget):
    items, culprits = given_input
    fails = Oracle(*culprits)
    smallest = smallest_failing(items, fails, budget=budget)
    assert fails.would_fail(smallest)
    assert list(smallest) == sorted(smallest)
    assert len(fails.calls) <= budget


@given(failing_inputs())
def test_with_budget_enough_no_item_can_be_left_out(given_input):
    items, culprits = given_input
    fails = Oracle(*culprits)
    smallest = smallest_failing(items, fails, budget=PLENTY)
    for left_out in smallest:
        assert not fails.would_fail([item for item in smallest if item != left_out])


@given(failing_inputs(), st.integers(0, 80))
def test_no_subset_is_tried_twice_and_neither_all_nor_nothing(given_input, budget):
    items, culprits = given_input
    for search in (smallest_failing, failing_items):
        fails = Oracle(*culprits)
        search(items, fails, budget=budget)
        assert len(set(fails.calls)) == len(fails.calls)
        assert () not in fails.calls
        assert tuple(items) not in fails.calls


@given(failing_inputs(), st.integers(0, 80))
def test_isolated_subsets_fail_are_disjoint_and_stay_within_the_budget(given_input, budget):
    items, culprits = given_input
    fails = Oracle(*culprits)
    isolated = failing_items(items, fails, budget=budget)
    assert len(fails.calls) <= budget
    assert all(fails.would_fail(subset) for subset in isolated.subsets)
    taken = [item for subset in isolated.subsets for item in subset]
    assert len(set(taken)) == len(taken)
    rest = [item for item in items if item not in taken]
    assert not (isolated.rest_passes and fails.would_fail(rest))


@given(failing_inputs())
def test_with_budget_enough_the_rest_passes_and_every_subset_is_smallest(given_input):
    items, culprits = given_input
    fails = Oracle(*culprits)
    isolated = failing_items(items, fails, budget=PLENTY)
    assert isolated.rest_passes
    for subset in isolated.subsets:
        for left_out in subset:
            assert not fails.would_fail([item for item in subset if item != left_out])


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(0, 100), st.randoms(use_true_random=False))
def test_an_answer_that_follows_no_rule_ends_within_the_budget(items, budget, random):
    calls = []

    def fails(subset):
        calls.append(subset)
        return random.random() < 0.5

    smallest_failing(items, fails, budget=budget)
    assert len(calls) <= budget
    calls.clear()
    failing_items(items, fails, budget=budget)
    assert len(calls) <= budget


@pytest.mark.parametrize("culprit", [0, 1, 499, 500, 998, 999])
def test_one_item_among_a_thousand_is_found_in_about_two_tries_a_halving(culprit):
    fails = Oracle({culprit})
    assert failing_items(range(1000), fails, budget=PLENTY) == Isolated(((culprit,),), rest_passes=True)
    assert len(fails.calls) <= 2 * math.ceil(math.log2(1000)) + 1


def test_many_items_cost_far_less_than_finding_each_anew():
    culprits = range(0, 200, 10)
    fails = Oracle(*({culprit} for culprit in culprits))
    assert failing_items(range(200), fails, budget=PLENTY).subsets == tuple((culprit,) for culprit in culprits)
    assert len(fails.calls) <= 20 * 2 * (math.ceil(math.log2(200 / 20)) + 1)


def test_when_every_item_fails_each_costs_two_tries_at_most():
    fails = Oracle(*({item} for item in range(64)))
    isolated = failing_items(range(64), fails, budget=PLENTY)
    assert isolated == Isolated(tuple((item,) for item in range(64)), rest_passes=True)
    assert len(fails.calls) <= 2 * 64


def test_items_that_fail_only_together_are_one_subset():
    fails = Oracle({3, 60}, {17})
    assert failing_items(range(64), fails, budget=PLENTY) == Isolated(((17,), (3, 60)), rest_passes=True)


def test_what_was_found_before_the_budget_ended_is_kept():
    fails = Oracle({0}, {63})
    assert failing_items(range(64), fails, budget=13) == Isolated(((0,),), rest_passes=False)


@pytest.mark.parametrize("budget", range(12, 40))
def test_what_could_not_be_made_smaller_any_more_is_left_out_beside_what_could(budget):
    fails = Oracle({3}, {17, 60})
    found = failing_items(range(64), fails, budget=budget).subsets
    assert found in {((3,),), ((3,), (17, 60))}


def test_equal_items_are_told_apart():
    assert smallest_failing(["x", "y", "x"], lambda subset: subset.count("x") == 2, budget=PLENTY) == ("x", "x")


def test_nothing_to_search_is_nothing_found():
    fails = Oracle({0})
    assert smallest_failing([], fails, budget=PLENTY) == ()
    assert failing_items([], fails, budget=PLENTY) == Isolated((), rest_passes=True)
    assert fails.calls == []


@given(failing_inputs())
def test_what_is_rightly_guessed_is_taken_with_one_try_for_each(given_input):
    items, culprits = given_input
    apart = [culprit for number, culprit in enumerate(culprits)
             if not any(culprit & other for other in culprits[:number])]
    fails = Oracle(*apart)
    found = failing_items(items, fails, budget=PLENTY,
                          guess=lambda failing: next(culprit for culprit in apart if culprit <= set(failing)))
    assert found.rest_passes
    assert sorted(map(set, found.subsets), key=sorted) == sorted(map(set, apart), key=sorted)
    assert len(fails.calls) <= 2 * len(apart)


@given(failing_inputs())
def test_what_is_wrongly_guessed_does_no_harm(given_input):
    items, culprits = given_input
    found = failing_items(items, Oracle(*culprits), budget=PLENTY, guess=lambda failing: failing[:1])
    assert found.rest_passes
