"""What was timed, and what follows from it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.contenders import ROUNDTRIP_NAME


@dataclass(frozen=True, slots=True)
class Timing:
    """One contender on one history."""

    contender: str
    what: str
    revisions: int
    runs_seconds: tuple[float, ...]

    @property
    def seconds(self) -> float:
        """The median of the runs."""
        return statistics.median(self.runs_seconds)

    @property
    def milliseconds_a_revision(self) -> float:
        """Start and end of the process included."""
        return 1000 * self.seconds / self.revisions


@dataclass(frozen=True, slots=True)
class Ratio:
    """One thing against another, as a number that is compared with a goal."""

    what: str
    value: float
    goal: str


def ratios(timings: Sequence[Timing]) -> tuple[Ratio, ...]:
    """Every ratio for which both sides were timed."""
    known = {(timing.contender, timing.revisions): timing for timing in timings}
    own = {size: timing for (name, size), timing in known.items() if name == ROUNDTRIP_NAME}
    found: list[Ratio] = []
    for size, timing in sorted(own.items()):
        for name, goal in (("pytest-alembic", "at most 1"), ("pytest-alembic-shared", "at most 1")):
            if rival := known.get((name, size)):
                found.append(Ratio(f"roundtrip / {name}, {size} revisions", timing.seconds / rival.seconds,
                                   goal if size == 200 else ""))  # noqa: PLR2004 - the length that the goal names
        if rival := known.get(("pytest-mrt", size)):
            found.append(Ratio(f"pytest-mrt / roundtrip, {size} revisions", rival.seconds / timing.seconds,
                               "at least 20"))
    for (name, _), rival in known.items():
        if name == "shell-loop" and 200 in own:  # noqa: PLR2004 - the same
            found.append(Ratio("shell loop / roundtrip of 200, a revision",
                               rival.milliseconds_a_revision / own[200].milliseconds_a_revision, "at least 40"))
    pairs = (
        ("a revision of 400 / a revision of 100", (ROUNDTRIP_NAME, 400), (ROUNDTRIP_NAME, 100), "at most 1.3"),
        ("one job / two jobs, 400 revisions", ("roundtrip-embedded", 400), ("roundtrip-jobs", 400), "at least 1.5"),
    )
    for what, upper, lower, goal in pairs:
        if upper in known and lower in known:
            value = known[upper].milliseconds_a_revision / known[lower].milliseconds_a_revision
            found.append(Ratio(what, value, goal))
    checks = [timing for timing in timings if timing.contender == "prefect-check"]
    walks = [timing for timing in timings if timing.contender == "prefect-walk"]
    found += [Ratio("check / bare walk of the steps, prefect", check.seconds / walk.seconds, "at most 2")
              for check in checks for walk in walks]
    return tuple(found)
