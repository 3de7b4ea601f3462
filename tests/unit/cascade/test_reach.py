from harness.cascade.reach import MOST_STEPS, Links, order_by_reach
from tests.unit.cascade.foreign_keys_by_hand import key


def row(table, number):
    return str(table), f"(0,{number})"


def links(*given):
    return Links.of((key(text), [(row(*parent), row(*child)) for parent, child in pairs]) for text, pairs in given)


def test_the_row_with_the_most_below_it_comes_first():
    found = links(("users > orders", [((1, 1), (2, 1)), ((1, 2), (2, 2)), ((1, 2), (2, 3))]),
                  ("orders > lines", [((2, 1), (3, number)) for number in range(5)]))
    assert order_by_reach(found, [row(1, 1), row(1, 2), row(1, 3)]) == [row(1, 1), row(1, 2), row(1, 3)]


def test_a_row_that_is_reached_in_two_ways_counts_once():
    found = links(("users > orders", [((1, 1), (2, 1)), ((1, 1), (2, 2)), ((1, 2), (2, 3)), ((1, 2), (2, 4))]),
                  ("orders > lines", [((2, 1), (3, 1)), ((2, 2), (3, 1)), ((2, 3), (3, 2)), ((2, 4), (3, 3))]))
    assert order_by_reach(found, [row(1, 1), row(1, 2)])[0] == row(1, 2)


def test_rows_that_would_be_deleted_count_before_those_that_would_be_changed():
    found = links(("users > orders", [((1, 2), (2, 1))]),
                  ("users - visits", [((1, 1), (3, number)) for number in range(9)]))
    assert order_by_reach(found, [row(1, 1), row(1, 2)])[0] == row(1, 2)


def test_a_circle_of_rows_ends():
    found = links(("nodes > nodes", [((1, 1), (1, 2)), ((1, 2), (1, 1))]))
    assert order_by_reach(found, [row(1, 1), row(1, 2)]) == [row(1, 1), row(1, 2)]


def test_of_equals_the_first_on_disk_comes_first_whatever_the_digits():
    assert order_by_reach(links(), [row(1, 10), row(1, 2)]) == [row(1, 2), row(1, 10)]


def test_where_rows_are_too_many_those_with_the_most_next_to_them_are_looked_at():
    wide = [((1, 7), (2, number)) for number in range(MOST_STEPS)]
    found = links(("users > orders", [*wide, ((1, 1), (2, MOST_STEPS))]))
    assert order_by_reach(found, [row(1, 1), row(1, 7)]) == [row(1, 7)]
