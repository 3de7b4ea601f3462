"""However a history is cut, its segments are the selected revisions, once each and in order, and well balanced."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.jobs.segments import cut, suitable_jobs

ORDERS = st.integers(0, 120).map(lambda count: tuple(f"r{number}" for number in range(count)))


def seconds_of(segment, order):
    """What a segment takes: a trip a second, passing over a revision a quarter, and the last one the heads, too."""
    if not segment:
        return 0.0
    of_heads = 2 + 0.04 * len(order) if segment[-1] == order[-1] else 0
    return len(segment) + 0.25 * (order.index(segment[-1]) + 1 - len(segment)) + of_heads


@given(ORDERS, st.integers(1, 9), st.data())
def test_the_segments_together_are_the_selected_revisions_in_order(order, parts, data):
    selected = data.draw(st.frozensets(st.sampled_from(order))) if order else frozenset()
    segments = cut(order, selected, parts)
    assert len(segments) == parts
    assert [revision for segment in segments for revision in segment] == [r for r in order if r in selected]


@settings(deadline=None)
@given(st.integers(20, 400), st.integers(2, 8))
def test_no_segment_takes_much_longer_than_another(count, parts):
    order = tuple(f"r{number}" for number in range(count))
    segments = [segment for segment in cut(order, order, parts) if segment]
    times = [seconds_of(segment, order) for segment in segments]
    assert max(times[:-1]) - min(times[:-1]) <= 1.3
    assert times[-1] <= max(times[:-1]) + 1 or len(segments[-1]) == 1


def test_two_segments_of_four_hundred_halve_the_time_but_for_what_is_passed_over():
    order = tuple(f"r{number}" for number in range(400))
    first, second = cut(order, order, 2)
    assert len(first) > len(second) > 0
    assert max(seconds_of(first, order), seconds_of(second, order)) < 418 / 1.7


def test_a_segment_that_begins_later_holds_fewer_revisions():
    order = tuple(f"r{number}" for number in range(400))
    (_, second), (_, later) = cut(order, order, 2), cut(order, order, 2, starting_cost=24.0)
    assert len(second) - 24 < len(later) < len(second)
    assert cut(order, order, 1, starting_cost=24.0) == (order,)


def test_a_part_for_each_revision_and_more():
    assert cut(("a", "b"), {"a", "b"}, 4) == (("a",), ("b",), (), ())


def test_nothing_selected():
    assert cut(("a", "b"), frozenset(), 3) == ((), (), ())


@pytest.mark.parametrize(("revisions", "processors", "jobs"), [
    (0, 8, 1), (99, 8, 1), (100, 8, 2), (100, 1, 1), (1000, 2, 2), (1000, 64, 4),
])
def test_a_short_history_and_a_small_machine_get_one_job(revisions, processors, jobs):
    assert suitable_jobs(revisions, processors) == jobs
