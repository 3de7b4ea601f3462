"""Find the few items (rows, mostly) that make something fail, with as few tries as can be: one costs about 100 ms.

Source: https://doi.org/10.1109/32.988498 (Zeller and Hildebrandt, *Simplifying and Isolating Failure-Inducing Input*)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

T = TypeVar("T")

_Indices = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Isolated(Generic[T]):
    """The subsets that were found to fail, and whether all the other items together pass."""

    subsets: tuple[tuple[T, ...], ...]
    """Disjoint, in the order they were found; each fails without the others. When the budget ended with the first, that
    may be larger than it need be."""
    rest_passes: bool
    """False also when the budget was gone before that could be tried."""


class _OutOfBudgetError(Exception):
    """No further try is allowed."""


class _Trial(Generic[T]):
    """Tries subsets, none of them twice, and no more than the budget allows."""

    def __init__(
        self, items: Sequence[T], fails: Callable[[Sequence[T]], bool], budget: int,
        guess: Callable[[Sequence[T]], Collection[T]] = lambda _failing: (),
    ) -> None:
        self.items = tuple(items)
        self._try = fails
        self._guess = guess
        self._left = budget
        self._known: dict[_Indices, bool] = {tuple(range(len(items))): True, (): False}

    def fails(self, indices: _Indices) -> bool:
        """Whether this subset fails alone; nothing never does."""
        if indices not in self._known:
            if self._left <= 0:
                raise _OutOfBudgetError
            self._left -= 1
            self._known[indices] = self._try(self.take(indices))
        return self._known[indices]

    def guess(self, failing: _Indices) -> _Indices:
        """Those of a subset that fails which may well be why; none where nothing is guessed."""
        guessed = set(self._guess(self.take(failing)))
        return tuple(index for index in failing if self.items[index] in guessed)

    def take(self, indices: _Indices) -> tuple[T, ...]:
        return tuple(self.items[index] for index in indices)


def smallest_failing(items: Sequence[T], fails: Callable[[Sequence[T]], bool], *, budget: int) -> tuple[T, ...]:
    """Return a subset of ``items``, in their order, that still fails, as small as ``budget`` calls of ``fails`` find.

    ``items`` as a whole are known to fail, and no items at all are known to pass: neither is tried. Where the budget
    suffices, no single item can be left out of the result without its passing.
    """
    trial = _Trial(items, fails, budget)
    return trial.take(_minimise(trial, tuple(range(len(trial.items))))[0])


def failing_items(
    items: Sequence[T], fails: Callable[[Sequence[T]], bool], *, budget: int,
    guess: Callable[[Sequence[T]], Collection[T]] = lambda _failing: (),
) -> Isolated[T]:
    """Take failing subsets out of ``items`` until the others pass together or ``budget`` calls of ``fails`` are made.

    ``items`` as a whole are known to fail, and no items at all are known to pass: neither is tried. Items that fail on
    their own are found by splitting (about two tries for each halving on the way to each), those that fail only
    together by ``smallest_failing``. What ``guess`` says of a subset that fails is tried before either, and taken as it
    is where it fails.
    """
    trial = _Trial(items, fails, budget, guess)
    found: list[_Indices] = []
    rest: _Indices = tuple(range(len(trial.items)))
    try:
        while trial.fails(rest):
            _split(trial, rest, found)
            rest = _minus(rest, *found)
    except _OutOfBudgetError:
        return Isolated(tuple(map(trial.take, found)), rest_passes=False)
    return Isolated(tuple(map(trial.take, found)), rest_passes=True)


def _split(trial: _Trial[T], failing: _Indices, found: list[_Indices]) -> None:
    """Append to ``found`` the failing items within a subset that fails, at least one of them."""
    if len(failing) == 1:
        found.append(failing)
        return
    guessed = trial.guess(failing)
    if guessed and trial.fails(guessed):
        found.append(guessed)
        return
    halves = [half for half in _chunks(failing, 2) if trial.fails(half)]
    for half in halves:
        _split(trial, half, found)
    if not halves:
        # Both halves pass: only items of both fail together.
        smallest, is_minimal = _minimise(trial, failing)
        if found and not is_minimal:
            raise _OutOfBudgetError
        found.append(smallest)


def _minimise(trial: _Trial[T], failing: _Indices) -> tuple[_Indices, bool]:
    """Delta debugging: of a subset that fails, the smallest found to fail, and whether the budget sufficed for that."""
    parts = 2
    try:
        while len(failing) > 1:
            chunks = _chunks(failing, parts)
            if (chunk := _first_failing(trial, chunks)) is not None:
                failing, parts = chunk, 2
            elif (rest := _first_failing(trial, [_minus(failing, chunk) for chunk in chunks])) is not None:
                failing, parts = rest, max(parts - 1, 2)
            elif parts < len(failing):
                parts = min(parts * 2, len(failing))
            else:
                break
    except _OutOfBudgetError:
        return failing, False
    return failing, True


def _first_failing(trial: _Trial[T], subsets: Iterable[_Indices]) -> _Indices | None:
    return next((subset for subset in subsets if trial.fails(subset)), None)


def _chunks(indices: _Indices, parts: int) -> list[_Indices]:
    """Cut into this many pieces of nearly the same size, none of them empty."""
    bounds = [len(indices) * part // parts for part in range(parts + 1)]
    return [indices[start:end] for start, end in pairwise(bounds)]


def _minus(indices: _Indices, *others: _Indices) -> _Indices:
    taken = {index for other in others for index in other}
    return tuple(index for index in indices if index not in taken)
