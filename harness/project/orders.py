"""Other orders in which a history can be applied: whatever does not come after another revision may go before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from harness.names import RevisionId

Order = tuple[RevisionId, ...]


class OtherOrders:
    """Proposes orders in which pairs of independent revisions stand the other way round, until each pair has.

    Two revisions are independent where neither comes after the other. Sets of revisions are the bits of a number.
    """

    def __init__(self, order: Sequence[RevisionId], parents: Mapping[RevisionId, Sequence[RevisionId]]) -> None:
        """``order`` puts parents first; parents that it does not hold do not count."""
        self.order = tuple(order)
        self._place = {revision: place for place, revision in enumerate(order)}
        self._parents = [sum({1 << self._place[parent] for parent in parents.get(revision, ())
                              if parent in self._place}) for revision in order]
        self._before = _ancestors(self._parents)
        self._left = [((1 << place) - 1) & ~before for place, before in enumerate(self._before)]
        """For each place the earlier ones that it has not stood before yet."""
        self.pairs = self._count_left()
        """How many pairs of independent revisions there are."""

    @property
    def reversed(self) -> int:
        """How many of the pairs have stood the other way round."""
        return self.pairs - self._count_left()

    def are_independent(self, one: RevisionId, other: RevisionId) -> bool:
        """Whether neither comes after the other, as far as is known."""
        first, second = self._place[one], self._place[other]
        return first != second and not (self._before[first] >> second & 1 or self._before[second] >> first & 1)

    def ancestors(self, revision: RevisionId) -> Order:
        """All that must be applied before ``revision``."""
        return tuple(self.order[place] for place in _places(self._before[self._place[revision]]))

    def propose(self) -> Order | None:
        """An order that turns round at least one more pair, and as many as can be seen; None when none is left."""
        left = [earlier & ~before for earlier, before in zip(self._left, self._before, strict=True)]
        last = next((place for place in reversed(range(len(left))) if left[place]), None)
        if last is None:
            return None
        parents = list(self._parents)
        parents[_lowest(left[last])] |= 1 << last
        return tuple(self.order[place] for place in _sort(parents, left))

    def note(self, order: Order) -> None:
        """Note that ``order`` was tried, to its end."""
        waiting = (1 << len(order)) - 1
        for revision in order:
            place = self._place[revision]
            self._left[place] &= ~waiting
            waiting &= ~(1 << place)

    def keep(self, first: RevisionId, then: RevisionId) -> None:
        """Note that ``then`` was tried before ``first``, which it follows in the given order, and must not be again."""
        earlier, later = self._place[first], self._place[then]
        assert earlier < later, "the given order stays one"
        self._left[later] &= ~(1 << earlier)
        self._parents[later] |= 1 << earlier
        self._before = _ancestors(self._parents)

    def _count_left(self) -> int:
        return sum(map(int.bit_count, self._left))


def _sort(parents: Sequence[int], left: Sequence[int]) -> Iterator[int]:
    """All places, parents first; next comes what turns more of the pairs in ``left`` round than it settles."""
    later = [sum(1 << place for place, earlier in enumerate(left) if earlier >> one & 1) for one in range(len(left))]
    waiting = (1 << len(parents)) - 1

    def worth(place: int) -> tuple[int, int]:
        return (left[place] & waiting).bit_count() - (later[place] & waiting).bit_count(), place

    while waiting:
        chosen = max((place for place in _places(waiting) if not parents[place] & waiting), key=worth)
        waiting &= ~(1 << chosen)
        yield chosen


def _ancestors(parents: Sequence[int]) -> list[int]:
    before: list[int] = []
    for own in parents:
        found = own
        for place in _places(own):
            found |= before[place]
        before.append(found)
    return before


def _places(bits: int) -> Iterator[int]:
    while bits:
        yield _lowest(bits)
        bits &= bits - 1


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1
