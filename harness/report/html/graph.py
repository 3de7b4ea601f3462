"""The revision graph as a drawing: a row for each revision, in the order of the walk, and lanes for its branches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.findings.model import Finding
from harness.outcomes import NotReached, RevisionResult

ROW_HEIGHT, LANE_WIDTH = 34, 16
"""In units of the drawing."""
_MARGIN = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One row: a revision, or a file that could not be loaded as one."""

    key: str
    """The revision id, or the file's path."""
    parents: tuple[str, ...]
    """Keys; those that are no row are left out of the drawing."""
    entry: RevisionResult | None
    """None for a broken file."""
    broken_by: str | None = None
    """The broken file that keeps the revision from being reached."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a row's mark is drawn."""

    node: Node
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from a row to one that follows it."""

    path: str
    """The ``d`` of an SVG path."""
    is_broken: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """The drawing, in units; ``ROW_HEIGHT`` a row."""

    marks: tuple[Mark, ...]
    edges: tuple[Edge, ...]
    width: int

    @property
    def height(self) -> int:
        """Of all rows."""
        return len(self.marks) * ROW_HEIGHT


def nodes_of(revisions: Iterable[RevisionResult], project_findings: Iterable[Finding]) -> tuple[Node, ...]:
    """The rows: revisions as they were walked, each broken file before the first that it blocks, else at the end."""
    broken = {f.object: Node(key=f.object, parents=(), entry=None) for f in project_findings if f.rule == "RT401"}
    waiting = dict(broken)
    blocked: dict[str, str] = {}
    nodes: list[Node] = []
    for entry in revisions:
        blocker = entry.outcome.blocked_by if isinstance(entry.outcome, NotReached) else ""
        if blocker not in broken:
            nodes.append(Node(key=entry.revision, parents=entry.down_revisions, entry=entry))
            continue
        blocked[entry.revision] = blocker
        if blocker in waiting:
            nodes.append(waiting.pop(blocker))
        if any(blocked.get(parent) == blocker for parent in entry.down_revisions):  # the line ends at its ancestor
            nodes.append(Node(key=entry.revision, parents=entry.down_revisions, entry=entry))
        else:
            parents = (*entry.down_revisions, blocker)
            nodes.append(Node(key=entry.revision, parents=parents, entry=entry, broken_by=blocker))
    return (*nodes, *waiting.values())


def draw(nodes: Sequence[Node]) -> Graph:
    """Lay the rows out: a branch keeps its lane from its first revision to its last, a line crosses no mark."""
    rows = {node.key: row for row, node in enumerate(nodes)}
    parents = {node.key: [key for key in dict.fromkeys(node.parents) if rows.get(key, len(rows)) < rows[node.key]]
               for node in nodes}
    children: dict[str, list[str]] = {node.key: [] for node in nodes}
    for node in nodes:
        for parent in parents[node.key]:
            children[parent].append(node.key)
    lanes, ways = _lanes(nodes, parents, children)
    places = {key: (_x(lanes[key]), row * ROW_HEIGHT + ROW_HEIGHT // 2) for key, row in rows.items()}
    edges = tuple(
        Edge(_path(places[parent], _x(ways[parent, node.key]), places[node.key]), is_broken=parent == node.broken_by)
        for node in nodes for parent in parents[node.key]
    )
    widest = max((*lanes.values(), *ways.values()), default=0)
    return Graph(tuple(Mark(node, *places[node.key]) for node in nodes), edges, _x(widest) + _MARGIN)


def _lanes(
    nodes: Sequence[Node], parents: Mapping[str, Sequence[str]], children: Mapping[str, Sequence[str]]
) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """The lane of each row, and that in which each line runs from parent to child."""
    lanes: dict[str, int] = {}
    ways: dict[tuple[str, str], int] = {}
    taken: set[int] = set()

    def fresh() -> int:
        lane = next(lane for lane in range(len(taken) + 1) if lane not in taken)
        taken.add(lane)
        return lane

    for node in nodes:
        key = node.key
        taken -= {ways[parent, key] for parent in parents[key]}
        if key in lanes:
            taken.add(lanes[key])
        else:
            lanes[key] = fresh()
        # The first child whose first parent this is goes on in the lane; if there is none, the first line to a merge.
        following = sorted(children[key], key=lambda child: parents[child][0] != key)
        if not following:
            taken.discard(lanes[key])
        for number, child in enumerate(following):
            ways[key, child] = lanes[key] if number == 0 else fresh()
            if parents[child][0] == key:
                lanes[child] = ways[key, child]
    return lanes, ways


def _x(lane: int) -> int:
    return _MARGIN + lane * LANE_WIDTH


def _path(start: tuple[int, int], way: int, end: tuple[int, int]) -> str:
    """Straight down in the lane ``way``, with a bend of one row at each end where the row has another lane."""
    (from_x, from_y), (to_x, to_y) = start, end
    if from_x != way != to_x and to_y - from_y < 2 * ROW_HEIGHT:
        return f"M{from_x} {from_y}{_bend(from_x, from_y, to_x, to_y)}"
    path, y = f"M{from_x} {from_y}", from_y
    if from_x != way:
        y += ROW_HEIGHT
        path += _bend(from_x, from_y, way, y)
    if to_x == way:
        return f"{path}V{to_y}"
    y = to_y - ROW_HEIGHT
    return f"{path}V{y}{_bend(way, y, to_x, to_y)}"


def _bend(from_x: int, from_y: int, to_x: int, to_y: int) -> str:
    middle = (from_y + to_y) // 2
    return f"C{from_x} {middle} {to_x} {middle} {to_x} {to_y}"
