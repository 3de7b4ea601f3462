"""Apply independent branches in other orders than the walk's, and find which revisions do not stand that."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import combinations

from harness.catalog import Snapshot, diff
from harness.findings.route_facts import Clash, Difference, OrderFacts, RouteFacts, Stop
from harness.names import RevisionId
from harness.project.orders import Order, OtherOrders
from harness.walk.lineage import Bench
from harness.walk.routes import NOT_AGAIN, Name, Way, Ways, compare_grouping, name_of

MOST_ORDERS = 3
"""Two turn round nearly every pair of any history; each costs one step a revision."""
_MOST_CLASHES = 5


def compare_routes(bench: Bench, base: str, spine: Snapshot | None) -> RouteFacts:
    """Compare what all other ways give with ``spine``, the schema at the heads; None where the spine stops before them.

    ``base`` is an empty database at base, and the only one left of the walk's.
    """
    ways = Ways(bench, base)
    others = OtherOrders(bench.order, bench.parents)
    grouping = compare_grouping(ways, spine)
    if not others.pairs:
        return RouteFacts(grouping, OrderFacts())
    if spine is None:
        return RouteFacts(grouping, OrderFacts(pairs=others.pairs,
                                               not_compared="revision by revision does not come to the heads"))
    if not bench.stepper.carries_walks:
        return RouteFacts(grouping, OrderFacts(pairs=others.pairs, not_compared="every step is a command of its own"))
    return RouteFacts(grouping, _OrderSearch(ways, others, spine).facts())


class _OrderSearch:
    """Goes along other orders; a revision that fails in one keeps its place in those after it."""

    def __init__(self, ways: Ways, others: OtherOrders, spine: Snapshot) -> None:
        self._ways = ways
        self._others = others
        self._spine = spine
        self._clashes: list[Clash] = []
        self._differences: dict[Name, Difference] = {}
        self._why_not: str | None = None

    def facts(self) -> OrderFacts:
        """What became of it."""
        orders = 0
        while self._why_not is None and orders < MOST_ORDERS and len(self._clashes) < _MOST_CLASHES:
            order = self._others.propose()
            if order is None:
                break
            way = self._ways.go(order)
            if way.snapshot is None:
                self._explain(order)
                continue
            orders += 1
            self._others.note(order)
            if diff(self._spine, way.snapshot):
                self._compare(order, way)
        return OrderFacts(orders=orders, pairs=self._others.pairs, pairs_reversed=self._others.reversed,
                          clashes=tuple(self._clashes), differences=tuple(self._differences.values()),
                          not_compared=self._why_not)

    def _compare(self, order: Order, first: Way) -> None:
        again = self._ways.go(order, tell=True, anew=True)
        for change in self._ways.reliable(first, again):
            changers = {*again.changers(change), *self._ways.one_by_one.changers(change)}
            difference = Difference(change, self._turned(changers, order))
            self._differences.setdefault(name_of(change), difference)

    def _turned(self, revisions: set[RevisionId], order: Order) -> tuple[RevisionId, ...]:
        """Those of ``revisions`` that changed places with another of them, in the walk's order; all if none did."""
        walked = [revision for revision in self._others.order if revision in revisions]
        turned = {revision for first, then in combinations(walked, 2) if order.index(first) > order.index(then)
                  for revision in (first, then)}
        return tuple(revision for revision in walked if revision in (turned or revisions))

    def _explain(self, order: Order) -> None:
        """Find the one revision on the other side of which another fails."""
        again = self._ways.go(order, anew=True)
        if again.stop is None or again.stop.revision is None or self._ways.one_by_one.stop is not None:
            self._why_not = NOT_AGAIN
            return
        clash = self._find_clash(again.stop, again.stop.revision, order)
        if clash.other is None or clash in self._clashes:
            self._why_not = f"{clash.revision} fails in another order, and which revision it depends on is not clear"
        else:
            self._others.keep(*((clash.revision, clash.other) if clash.after else (clash.other, clash.revision)))
        if clash not in self._clashes:
            self._clashes.append(clash)

    def _find_clash(self, stop: Stop, failing: RevisionId, order: Order) -> Clash:
        needed = self._others.ancestors(failing)
        alone = self._ways.go((*needed, failing)).stop
        if alone is None:
            beside = [revision for revision in order[:order.index(failing)] if revision not in needed]
            other = beside[_first(beside, lambda some: self._fails(failing, {*needed, *some}, order))]
            is_later = self._others.order.index(other) > self._others.order.index(failing)
            return Clash(failing, other if is_later else None, after=True, stop=stop)
        if alone.revision is not None and alone.revision != failing:
            return self._find_clash(alone, alone.revision, order)
        walk = self._others.order
        beside = [revision for revision in walk[:walk.index(failing)] if revision not in needed]
        other = beside[_first(beside, lambda some: not self._fails(failing, {*needed, *some}, walk))]
        return Clash(failing, other, after=False, stop=alone)

    def _fails(self, failing: RevisionId, before: set[RevisionId], order: Order) -> bool:
        """Whether ``failing`` fails after some others in their ``order``."""
        return self._ways.go([*(revision for revision in order if revision in before), failing]).stop is not None


def _first(items: Sequence[RevisionId], is_enough: Callable[[Sequence[RevisionId]], bool]) -> int:
    """The place of the item that makes the difference: the items up to it are enough, those before it are not."""
    return bisect_left(range(1, len(items)), 1, key=lambda count: is_enough(items[:count]))
