"""Which values are drawn, such that the same seed draws the same."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Whose values are chosen and how many are needed."""

    seed: int
    first: int
    """The number of the first row: rows added to a table later start higher and so do not repeat its keys."""
    rows: int
    held: int = 0
    """How many of them the table holds already."""
    tame: bool = False
    """Only plain values, and what a check names."""


def randomness(seed: int, *parts: object) -> random.Random:
    """A source of choices that is the same wherever the seed and the parts are."""
    return random.Random(":".join([str(seed), *map(str, parts)]))  # noqa: S311 - choices, no secrets
