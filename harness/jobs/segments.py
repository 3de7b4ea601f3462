"""Cut the selected revisions of a history into segments that take about the same time."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence

from harness.names import RevisionId

FEWEST_REVISIONS = 50
"""In a segment, unless more jobs are asked for: a job costs about a second before its first trip."""
MOST_JOBS = 4
"""The same: each has a server in memory."""
STARTING_COST = 12.0
"""What a job costs whoever starts it before its first trip, with a whole trip as the unit."""
_PASSING_COST = 0.25
"""What passing over a revision costs, with a whole trip as the unit: one step of five, and filling what it brings."""
_HEAD_COST = 2.0
"""What is looked at once the last revision lies behind: models and deletes, and…"""
_PASSING_AT_ONCE_COST = 0.04
"""…one upgrade to the heads, of each revision."""
_ROUNDS = 40
"""Halvings of the limit; after so many it is exact to a billionth."""


def usable_processors() -> int:
    """How many processors this process may use, as far as the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def suitable_jobs(revisions: int, processors: int) -> int:
    """How many jobs to walk so many revisions in."""
    return max(1, min(MOST_JOBS, processors, revisions // FEWEST_REVISIONS))


def cut(
    order: Sequence[RevisionId], selected: Collection[RevisionId], parts: int, *, starting_cost: float = 0.0
) -> tuple[tuple[RevisionId, ...], ...]:
    """Return ``parts`` segments of the selected revisions, in order; the last ones are empty when there are too few.

    Whoever walks a segment passes over everything before it, so that later segments hold fewer revisions; all but the
    first begin so much later. The same arguments give the same segments, on whatever machine.
    """
    if parts == 1:
        return (tuple(revision for revision in order if revision in selected),)
    low, high = 0.0, len(order) + starting_cost
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        if len(_cut_at(order, selected, middle, starting_cost)) <= parts:
            high = middle
        else:
            low = middle
    segments = _cut_at(order, selected, high, starting_cost)
    return (*segments, *((),) * (parts - len(segments)))


def _cut_at(
    order: Sequence[RevisionId], selected: Collection[RevisionId], limit: float, starting_cost: float
) -> list[tuple[RevisionId, ...]]:
    """As few segments as can be, none of which costs more than ``limit`` unless it holds one revision alone."""
    segments: list[tuple[RevisionId, ...]] = []
    segment: list[RevisionId] = []
    cost = 0.0
    for position, revision in enumerate(order):
        if revision not in selected:
            cost += _PASSING_COST
            continue
        is_last = position == len(order) - 1
        own = 1 + (_HEAD_COST + len(order) * _PASSING_AT_ONCE_COST if is_last else 0)
        if segment and cost + own > limit:
            segments.append(tuple(segment))
            segment, cost = [], starting_cost + position * _PASSING_COST
        segment.append(revision)
        cost += own
    return [*segments, tuple(segment)] if segment else segments
