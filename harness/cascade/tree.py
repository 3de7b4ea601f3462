"""The tree of what hangs below a table, laid out line by line and drawn as text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.cascade.chains import Children
from harness.cascade.model import DeleteTrigger, ForeignKey
from harness.names import QualifiedName

Triggers = Mapping[QualifiedName, Sequence[DeleteTrigger]]


@dataclass(frozen=True, slots=True)
class Branch:
    """One line below the root."""

    depth: int
    """1 for what hangs from the root itself."""
    of: ForeignKey | DeleteTrigger
    is_repeated: bool = False
    """Whether what hangs below it is drawn elsewhere: above, or it is the way that leads here."""


def triggers_by_table(triggers: Iterable[DeleteTrigger]) -> Triggers:
    """The triggers by their table, in the order given."""
    found: defaultdict[QualifiedName, list[DeleteTrigger]] = defaultdict(list)
    for trigger in triggers:
        found[trigger.table].append(trigger)
    return dict(found)


def lay_out(
    children: Children, triggers: Triggers, root: QualifiedName, drawn: set[QualifiedName],
    first: ForeignKey | None = None, most: int | None = None,
) -> tuple[Branch, ...]:
    """The lines below ``root``, or only those of its foreign key ``first`` and below.

    What hangs below a table is drawn once: where ``drawn`` has the table already, it is not drawn again. Tables
    that are drawn here are added to it. Of more than ``most`` lines one is given that stands for the rest.
    """
    branches: list[Branch] = []
    drawn.add(root)
    start = [first] if first is not None else _below(children, triggers, root)
    waiting: list[tuple[int, ForeignKey | DeleteTrigger]] = [(1, item) for item in reversed(start)]
    while waiting and (most is None or len(branches) <= most):
        depth, item = waiting.pop()
        if isinstance(item, DeleteTrigger) or not item.cascades:
            branches.append(Branch(depth, item))
            continue
        further = _below(children, triggers, item.child)
        is_repeated = item.child in drawn and bool(further)
        branches.append(Branch(depth, item, is_repeated))
        if not is_repeated:
            drawn.add(item.child)
            waiting += [(depth + 1, below) for below in reversed(further)]
    return tuple(branches)


def draw(branches: Sequence[Branch], label: Callable[[Branch], str], *, most: int | None = None) -> tuple[str, ...]:
    """The lines of a tree; with more than ``most``, the last says that there are."""
    shown = branches if most is None else branches[:most]
    lines: list[str] = []
    # From the bottom, where it is known at which depths something follows.
    follows: set[int] = set()
    for branch in reversed(shown):
        stems = "".join("│  " if depth in follows else "   " for depth in range(1, branch.depth))
        lines.append(f"{stems}{'├─ ' if branch.depth in follows else '└─ '}{label(branch)}")
        follows = {depth for depth in follows if depth < branch.depth} | {branch.depth}
    lines.reverse()
    if len(shown) < len(branches):
        lines.append("… and more below")
    return tuple(lines)


def _below(
    children: Children, triggers: Triggers, table: QualifiedName
) -> list[ForeignKey | DeleteTrigger]:
    return [*triggers.get(table, ()), *children.get(table, ())]
