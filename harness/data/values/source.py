"""What a source of values is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Strategies = Any
"""The module ``hypothesis.strategies``: to import it takes a fifth of a second, and only a search needs it."""
Wide = Callable[[Strategies], "SearchStrategy[str]"]
"""Makes a strategy."""


@dataclass(frozen=True, slots=True)
class Source:
    """Values of one type as texts that the server's input function takes.

    NULL is no value of a type: whoever fills a column adds it.
    """

    ordinary: Callable[[int], str]
    """The n-th plain value, as an application would write it; no two the same, as far as the type goes."""
    telling: tuple[str, ...] = ()
    """Odd values that most often bring a loss to light; they come before the others."""
    odd: tuple[str, ...] = ()
    """The other odd values."""
    wide: Wide | None = field(default=None, compare=False)
    """Makes any value of the type, for a search; None where the edges say all."""

    @property
    def edges(self) -> tuple[str, ...]:
        """All odd values, the telling ones first."""
        return self.telling + self.odd

    @property
    def strategy(self) -> SearchStrategy[str]:
        """Plain values, the edges, and whatever else the type holds."""
        from hypothesis import strategies as st  # noqa: PLC0415 - only a search comes here

        plain = st.sampled_from(list(dict.fromkeys(self.ordinary(number) for number in range(8))))
        branches: list[SearchStrategy[str]] = [plain]
        if self.edges:
            branches.append(st.sampled_from(self.edges))
        if self.wide is not None:
            branches.append(self.wide(st))
        return st.one_of(branches)


def cycle(*values: str) -> Callable[[int], str]:
    """Ordinary values of a type that has only these."""
    return lambda number: values[number % len(values)]
