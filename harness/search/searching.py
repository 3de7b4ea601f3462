"""Have Hypothesis look for examples, shrink what it finds, and look on for others."""

from __future__ import annotations

import contextlib
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import NoSuchExample, Unsatisfiable

from harness.search.examples import Example, NewRow

FINDS_AT_MOST = 5
"""Differing finds that are looked for in one revision."""
_TRIES_TO_SHRINK = 300
"""Tries after which what was found is taken as it is."""

Violation = tuple[str, str]
"""A rule's code and what it is broken for."""


class RefusedError(Exception):
    """The server refused the rows of an example: it is none."""


@dataclass(frozen=True, slots=True)
class Find:
    """The smallest example that was found of one violation."""

    violation: Violation
    example: Example


class Search:
    """One search. ``tried`` and ``refused`` count examples as it goes on."""

    def __init__(
        self, strategy: st.SearchStrategy[Example], attempt: Callable[[Example], frozenset[Violation]], *,
        examples: int, seed: str,
    ) -> None:
        """``attempt`` tries one example, and raises RefusedError where that is none.

        About ``examples`` are tried before each find; the same ``seed`` tries the same.
        """
        self._strategy = strategy
        self._attempt = attempt
        self._examples = examples
        self._seed = seed
        self._known: dict[Example, frozenset[Violation] | str] = {}
        self._found: set[Violation] = set()

    @property
    def tried(self) -> int:
        """Differing examples that the server took."""
        return sum(not isinstance(outcome, str) for outcome in self._known.values())

    @property
    def refused(self) -> int:
        """Differing examples that it refused."""
        return len(self._known) - self.tried

    @property
    def last_refusal(self) -> str:
        """Why the last one was."""
        return next((outcome for outcome in reversed(self._known.values()) if isinstance(outcome, str)), "")

    def run(self, known: frozenset[Violation] = frozenset()) -> Iterator[Find]:
        """Each violation that is not ``known``, with its example; whatever ``attempt`` raises else ends the search."""
        self._found |= known
        for _ in range(FINDS_AT_MOST):
            find = self._next()
            if find is None:
                return
            self._found.add(find.violation)
            yield find

    def _next(self) -> Find | None:
        target: Violation | None = None
        until = 0

        def shows(example: Example) -> bool:
            nonlocal target, until
            if target is not None and example not in self._known and len(self._known) >= until:
                return False
            outcome = self._outcome(example)
            if isinstance(outcome, str):
                hypothesis.reject()
            if target is None and outcome - self._found:
                target, until = min(outcome - self._found), len(self._known) + _TRIES_TO_SHRINK
            return target in outcome

        settings = hypothesis.settings(
            max_examples=self._examples, database=None, deadline=None, phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck), verbosity=Verbosity.quiet, derandomize=False,
        )
        try:
            with _stores_nothing():
                example = hypothesis.find(self._strategy, shows, settings=settings,
                                          random=random.Random(self._seed))  # noqa: S311 - choices, no secrets
        except (NoSuchExample, Unsatisfiable):
            return None
        assert target is not None
        return Find(target, self._reduced(target, example))

    def _reduced(self, target: Violation, example: Example) -> Example:
        """The example without the rows, and then without the cells, that it does not take."""
        for place in range(len(example) - 1, -1, -1):
            fewer = example[:place] + example[place + 1:]
            if fewer and self._has(target, fewer):
                example = fewer
        for place, row in enumerate(example):
            for cell in row.cells:
                less = NewRow(row.table, tuple(other for other in example[place].cells if other != cell))
                fewer = (*example[:place], less, *example[place + 1:])
                if self._has(target, fewer):
                    example = fewer
        return example

    def _has(self, target: Violation, example: Example) -> bool:
        outcome = self._outcome(example)
        return not isinstance(outcome, str) and target in outcome

    def _outcome(self, example: Example) -> frozenset[Violation] | str:
        known = self._known.get(example)
        if known is None:
            try:
                known = self._attempt(example) if example else "there is no row to refer to"
            except RefusedError as error:
                known = str(error) or "refused"
            self._known[example] = known
        return known


@contextlib.contextmanager
def _stores_nothing() -> Iterator[None]:
    """Keep what Hypothesis would store, tables of Unicode among it, out of the folder in which the user stands."""
    with tempfile.TemporaryDirectory(prefix="roundtrip-") as folder:
        set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)
