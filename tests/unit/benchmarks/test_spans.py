"""The parts of a profile add up, and each names code that exists."""

import itertools

import pytest

from benchmarks import spans
from benchmarks.spans import TARGETS, Spans, find


@pytest.fixture
def ticking(monkeypatch):
    """Every look at the clock is one second after the one before."""
    ticks = itertools.count()
    monkeypatch.setattr(spans.time, "perf_counter", lambda: float(next(ticks)))


@pytest.mark.usefixtures("ticking")
def test_a_part_is_not_charged_for_what_another_part_inside_it_is_charged_for():
    measured = Spans()
    with measured.span("outer"):  # 0 to 5
        with measured.span("inner"):  # 1 to 2
            pass
        with measured.span("inner"):  # 3 to 4
            pass
    assert dict(measured.seconds) == {"outer": 3.0, "inner": 2.0}
    assert dict(measured.calls) == {"outer": 1, "inner": 2}


@pytest.mark.usefixtures("ticking")
def test_parts_within_themselves_are_charged_once():
    measured = Spans()
    with measured.span("same"), measured.span("same"):
        pass
    assert dict(measured.seconds) == {"same": 3.0}


@pytest.mark.usefixtures("ticking")
def test_a_part_that_raises_is_charged_all_the_same():
    measured = Spans()
    with measured.span("outer"), pytest.raises(ValueError, match="mine"), measured.span("inner"):
        raise ValueError("mine")
    assert dict(measured.seconds) == {"outer": 2.0, "inner": 1.0}


@pytest.mark.parametrize(("part", "target"), TARGETS)
def test_every_part_names_functions_of_the_harness(part, target):
    found = find(target)
    assert found, part
    assert all(callable(function) for _holder, _name, function in found)
