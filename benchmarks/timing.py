"""What was timed, and what follows from it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.contenders import AS_IT_COMES, ROUNDTRIP_NAME
from benchmarks.meter import Cost

_GOALS = {200: "at most 1"}
"""By the length of the history: what a check may take, compared with pytest-alembic."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One contender on one history."""

    contender: str
    what: str
    revisions: int
    runs: tuple[Cost, ...]

    @property
    def seconds(self) -> float:
        """The median of the runs."""
        return statistics.median(cost.seconds for cost in self.runs)

    @property
    def cpu_seconds(self) -> float | None:
        """The median of the runs."""
        known = [cost.cpu_seconds for cost in self.runs if cost.cpu_seconds is not None]
        return statistics.median(known) if known else None

    @property
    def milliseconds_a_revision(self) -> float:
        """Start and end of the process included."""
        return 1000 * self.seconds / self.revisions


@dataclass(frozen=True, slots=True)
class Ratio:
    """One thing against another, as a number that is compared with a goal."""

    what: str
    value: float
    cpu_value: float | None
    """The same by the processors' time."""
    goal: str


def _ratio(what: str, upper: Timing, lower: Timing, goal: str) -> Ratio:
    """``upper`` over ``lower``, for each revision."""
    scale = lower.revisions / upper.revisions
    cpu = None
    if upper.cpu_seconds is not None and lower.cpu_seconds:
        cpu = scale * upper.cpu_seconds / lower.cpu_seconds
    return Ratio(what, scale * upper.seconds / lower.seconds, cpu, goal)


def ratios(timings: Sequence[Timing]) -> tuple[Ratio, ...]:
    """Every ratio for which both sides were timed."""
    known = {(timing.contender, timing.revisions): timing for timing in timings}
    of_prefect = max((timing.revisions for timing in timings if timing.contender == "prefect-walk"), default=0)
    lengths = sorted(size for name, size in known if name == ROUNDTRIP_NAME)
    pairs = [
        *((f"roundtrip / {name}, {size} revisions", (ROUNDTRIP_NAME, size), (name, size), _GOALS.get(size, ""))
          for size in lengths for name in ("pytest-alembic", "pytest-alembic-shared")),
        *((f"roundtrip as it comes / pytest-alembic, {size} revisions", (AS_IT_COMES, size), ("pytest-alembic", size),
           _GOALS.get(size, "")) for size in lengths),
        ("pytest-mrt / roundtrip, 50 revisions", ("pytest-mrt", 50), (ROUNDTRIP_NAME, 50), "at least 20"),
        ("shell loop / roundtrip of 200, a revision", ("shell-loop", 10), (ROUNDTRIP_NAME, 200), "at least 40"),
        ("a revision of 400 / a revision of 100", (ROUNDTRIP_NAME, 400), (ROUNDTRIP_NAME, 100), "at most 1.3"),
        ("one job / as it comes, 400 revisions", ("roundtrip-one", 400), (AS_IT_COMES, 400), "at least 1.5"),
        ("check / bare walk of the steps, prefect", ("prefect-check", of_prefect), ("prefect-walk", of_prefect),
         "at most 2"),
        ("check as it comes / bare walk, prefect", ("prefect-own", of_prefect), ("prefect-walk", of_prefect),
         "at most 2"),
    ]
    return tuple(_ratio(what, known[upper], known[lower], goal) for what, upper, lower, goal in pairs
                 if upper in known and lower in known)
