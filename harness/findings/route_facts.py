"""What other ways to the heads came to than revision by revision along the spine, before any judgement."""

from __future__ import annotations

from dataclasses import dataclass

from harness.catalog import Change
from harness.names import RevisionId
from harness.worker.protocol import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where a way to the heads ended before it was there."""

    revision: RevisionId | None
    """None where env.py itself failed, or the server at a commit, or that cannot be told."""
    failure: Failure | None
    how: str
    """The same, a time limit, or the end of its process, as what is said of a way or a revision."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An object that is otherwise at the end of another way."""

    change: Change
    """From what revision by revision gives to what the other way gives."""
    revisions: tuple[RevisionId, ...]
    """Whose upgrades change it, in the order of the walk; of a change of order only those that changed places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingFacts:
    """One ``alembic upgrade heads``, compared with revision by revision; both on an empty database."""

    not_compared: str | None = None
    at_once: Stop | None = None
    """Where the one run ends, although revision by revision runs through."""
    one_by_one: Stop | None = None
    """Where revision by revision ends, although the one run runs through."""
    passed: bool = False
    """Whether the walk came past there all the same."""
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """A revision that fails where another, of which it is independent, stands on the other side of it."""

    revision: RevisionId
    other: RevisionId | None
    """None where it could not be narrowed down to one."""
    after: bool
    """Whether it fails after the other; else it fails before it."""
    stop: Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """Independent revisions, applied in other orders than the walk's on an empty database."""

    not_compared: str | None = None
    orders: int = 0
    pairs: int = 0
    """Pairs of independent revisions; none where the history is one line."""
    pairs_reversed: int = 0
    """Those that stood the other way round in one of the orders."""
    clashes: tuple[Clash, ...] = ()
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """All of it."""

    grouping: GroupingFacts
    order: OrderFacts
