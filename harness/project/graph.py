"""Which revisions of a history can be walked, in what order, and what stands in the way of the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.names import RevisionId


@dataclass(frozen=True, slots=True)
class Node:
    """A revision as its file declares it."""

    revision: RevisionId
    down_revisions: tuple[RevisionId, ...]
    depends_on: tuple[str, ...] = ()
    branch_labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A history sorted into what can be walked and what cannot."""

    parents: Mapping[RevisionId, tuple[RevisionId, ...]]
    """For each sound revision, what must be applied before it. Ordered so that parents come first."""
    missing: Mapping[RevisionId, tuple[str, ...]]
    """Revisions that name parents or dependencies nobody has, and which."""
    cycles: tuple[tuple[RevisionId, ...], ...]
    blocked: Mapping[RevisionId, str]
    """Revisions that cannot be walked because an ancestor is in ``missing`` or a cycle: that ancestor."""


def chart(nodes: Iterable[Node]) -> Chart:
    """Sort a history; every given revision is in exactly one of parents, missing, a cycle, or blocked.

    Of nodes that share an id the last one counts, as in Alembic.
    """
    by_id = {node.revision: node for node in nodes}
    edges, missing = _resolve(by_id)
    pending = {revision: parents for revision, parents in edges.items() if revision not in missing}
    order = {revision: pending.pop(revision) for revision in _parents_first(pending)}
    cycles = _cycles(pending)
    in_cycle = {revision for cycle in cycles for revision in cycle}
    blocked: dict[RevisionId, str] = {}
    for revision in pending:
        if revision not in in_cycle:
            blocked[revision] = _first_obstacle(revision, edges, in_cycle | missing.keys())
    return Chart(parents=MappingProxyType(order), missing=MappingProxyType(missing), cycles=cycles,
                 blocked=MappingProxyType(blocked))


def _parents_first(edges: Mapping[RevisionId, tuple[RevisionId, ...]]) -> list[RevisionId]:
    """The revisions all of whose ancestors are in ``edges`` and none of whose is in a cycle, generation by generation.

    In each generation they come in the order of ``edges``.
    """
    place = {revision: number for number, revision in enumerate(edges)}
    children: defaultdict[RevisionId, list[RevisionId]] = defaultdict(list)
    waiting: dict[RevisionId, int] = {}
    for revision, parents in edges.items():
        waiting[revision] = len(set(parents))
        for parent in set(parents):
            children[parent].append(revision)
    order: list[RevisionId] = []
    ready = [revision for revision, count in waiting.items() if not count]
    while ready:
        order += ready
        freed: list[RevisionId] = []
        for parent in ready:
            for child in children[parent]:
                waiting[child] -= 1
                if not waiting[child]:
                    freed.append(child)
        ready = sorted(freed, key=place.__getitem__)
    return order


def _resolve(
    by_id: Mapping[RevisionId, Node],
) -> tuple[dict[RevisionId, tuple[RevisionId, ...]], dict[RevisionId, tuple[str, ...]]]:
    labels = {label: node.revision for node in by_id.values() for label in node.branch_labels}
    edges: dict[RevisionId, tuple[RevisionId, ...]] = {}
    missing: dict[RevisionId, tuple[str, ...]] = {}
    for revision, node in by_id.items():
        found: list[RevisionId] = []
        lost: list[str] = []
        for parent in node.down_revisions:
            (found if parent in by_id else lost).append(parent)
        for text in node.depends_on:
            dependency = _find_dependency(text, by_id, labels)
            if dependency is None:
                lost.append(text)
            else:
                found.append(dependency)
        edges[revision] = tuple(dict.fromkeys(found))
        if lost:
            missing[revision] = tuple(lost)
    return edges, missing


def _find_dependency(
    text: str, by_id: Mapping[RevisionId, Node], labels: Mapping[str, RevisionId]
) -> RevisionId | None:
    """A dependency may be written as a full id, a label, or the beginning of an id."""
    if text in by_id:
        return RevisionId(text)
    if text in labels:
        return labels[text]
    matching = [revision for revision in by_id if revision.startswith(text)]
    return matching[0] if len(matching) == 1 else None


def _first_obstacle(
    revision: RevisionId, edges: Mapping[RevisionId, tuple[RevisionId, ...]], obstacles: set[RevisionId]
) -> str:
    seen: set[RevisionId] = set()
    stack = [revision]
    while stack:
        current = stack.pop()
        if current in obstacles:
            return current
        if current not in seen:
            seen.add(current)
            stack.extend(edges.get(current, ()))
    raise AssertionError(f"{revision} is blocked by nothing")


def _cycles(pending: Mapping[RevisionId, tuple[RevisionId, ...]]) -> tuple[tuple[RevisionId, ...], ...]:
    """The strongly connected groups among ``pending`` that are cycles, each in the order of declaration."""
    reach = {revision: _reachable(revision, pending) for revision in pending}
    groups: dict[RevisionId, tuple[RevisionId, ...]] = {}
    for revision in pending:
        if revision in reach[revision] and revision not in groups:
            group = tuple(other for other in pending if other in reach[revision] and revision in reach[other])
            groups.update(dict.fromkeys(group, group))
    return tuple(dict.fromkeys(groups.values()))


def _reachable(revision: RevisionId, pending: Mapping[RevisionId, tuple[RevisionId, ...]]) -> set[RevisionId]:
    seen: set[RevisionId] = set()
    stack = list(pending[revision])
    while stack:
        current = stack.pop()
        if current in pending and current not in seen:
            seen.add(current)
            stack.extend(pending[current])
    return seen
