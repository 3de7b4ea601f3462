"""Hand each process of pytest-xdist one stretch of the history, so that none passes over what others check twice.

Source: https://pytest-xdist.readthedocs.io/en/stable/distribution.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # it has no types

from harness.jobs.segments import cut
from harness.names import RevisionId

FEWEST_REVISIONS = 20
"""What a process costs before its first trip, a server and reading the project, is about what so many trips cost."""


class StretchScheduling(LoadScopeScheduling):  # type: ignore[misc]  # its base has no types
    """Items of the walk go out in stretches, first; all other tests one by one, as ``--dist load`` does."""

    def __init__(self, config: pytest.Config, log: Any, prefix: str) -> None:
        super().__init__(config, log)
        self._prefix = prefix
        self._stretches: Mapping[str, str] | None = None

    def _split_scope(self, nodeid: str) -> str:
        if self._stretches is None:
            self._stretches = stretches_of(self.collection or (), self._prefix, self.numnodes)
        return self._stretches.get(nodeid, nodeid)


def stretches_of(nodeids: Sequence[str], prefix: str, processes: int) -> dict[str, str]:
    """Name the stretch of each node id that begins with ``prefix``, at most one for each process."""
    walked = [RevisionId(nodeid) for nodeid in nodeids if nodeid.startswith(prefix)]
    parts = max(1, min(processes, len(walked) // FEWEST_REVISIONS))
    return {nodeid: f"{prefix}{number}" for number, part in enumerate(cut(walked, frozenset(walked), parts), 1)
            for nodeid in part}


def is_left_to_us(config: pytest.Config) -> bool:
    """Whether tests are handed out as pytest-xdist does by default, and no other plugin wants to do it."""
    wanted = [plugin.plugin_name for plugin in config.hook.pytest_xdist_make_scheduler.get_hookimpls()]
    return config.getoption("dist") == "load" and set(wanted) <= {"dsession", "roundtrip-walk"}
