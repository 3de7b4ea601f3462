"""Which revisions of a history get a trip, as the settings say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.config import Settings
from harness.jobs.segments import cut
from harness.names import RevisionId
from harness.project.changed import changed_files
from harness.project.history import History


@dataclass(frozen=True, slots=True)
class Selection:
    """The revisions that get a trip, and those that another shard gives one."""

    revisions: frozenset[RevisionId]
    of_other_shards: frozenset[RevisionId]
    left_out: frozenset[RevisionId]
    """Those that get none anywhere: of what they brought nothing is to be found at the heads either."""


def choose_revisions(history: History, settings: Settings) -> Selection:
    """Choose what is selected, has changed and falls to this shard.

    Raises:
        UsageError: git cannot tell what has changed.
    """
    chosen = frozenset(history.order if history.selected is None else history.selected)
    if settings.changed_from is not None:
        changed = changed_files(settings.alembic_ini.parent, settings.changed_from)
        chosen = frozenset(revision for revision in chosen
                           if Path(history.file(revision).path).resolve() in changed)
    left_out = frozenset(history.order) - chosen
    if settings.shard is None:
        return Selection(chosen, frozenset(), left_out)
    number, shards = settings.shard
    mine = frozenset(cut(history.order, chosen, shards)[number - 1])
    return Selection(mine, chosen - mine, left_out)


def with_all_needed(history: History, revisions: Iterable[RevisionId]) -> list[RevisionId]:
    """Return these revisions and all that they need, in the order of the walk."""
    needed = set(revisions)
    for revision in reversed(history.order):
        if revision in needed:
            needed.update(history.parents[revision])
    return [revision for revision in history.order if revision in needed]
