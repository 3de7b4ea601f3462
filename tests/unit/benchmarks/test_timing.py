"""What follows from times."""

import pytest

from benchmarks.meter import Cost
from benchmarks.timing import Timing, ratios


def _timing(contender, revisions, *seconds):
    return Timing(contender, contender, revisions, tuple(Cost(each, each / 2) for each in seconds))


def _values(*timings):
    return {ratio.what: ratio.value for ratio in ratios(timings)}


def test_the_median_of_the_runs_counts():
    timing = _timing("roundtrip", 50, 9.0, 1.0, 2.0)
    assert timing.seconds == 2.0
    assert timing.cpu_seconds == 1.0
    assert timing.milliseconds_a_revision == 40.0


def test_nothing_is_compared_with_what_was_not_timed():
    assert _values(_timing("roundtrip", 50, 1.0), _timing("pytest-alembic", 200, 1.0)) == {}


def test_each_rival_is_compared_on_the_same_history():
    values = _values(_timing("roundtrip", 50, 2.0), _timing("roundtrip", 200, 6.0), _timing("pytest-alembic", 200, 3.0),
                     _timing("pytest-mrt", 50, 50.0))
    assert values == {"roundtrip / pytest-alembic, 200 revisions": 2.0, "pytest-mrt / roundtrip, 50 revisions": 25.0}


@pytest.mark.parametrize(("timings", "what", "value"), [
    ([("roundtrip", 400, 24.0), ("roundtrip", 100, 5.0)], "a revision of 400 / a revision of 100", 1.2),
    ([("roundtrip", 200, 10.0), ("shell-loop", 10, 25.0)], "shell loop / roundtrip of 200, a revision", 50.0),
    ([("roundtrip-one", 400, 30.0), ("roundtrip-own", 400, 20.0)], "one job / as it comes, 400 revisions", 1.5),
    ([("prefect-check", 118, 9.0), ("prefect-walk", 118, 6.0)], "check / bare walk of the steps, prefect", 1.5),
])
def test_a_goal_has_its_ratio(timings, what, value):
    assert _values(*(_timing(*timing) for timing in timings))[what] == pytest.approx(value)
