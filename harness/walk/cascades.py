"""Which revision first made a foreign key cascade, told along the walk; and at the head, what deletes do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import psycopg

from harness.cascade.model import CascadeFacts
from harness.data.deleting import measure_deletes
from harness.data.deleting_keys import list_cascading
from harness.names import QualifiedName, RevisionId
from harness.walk.trial import Trial

_ByOid = Mapping[int, tuple[QualifiedName, str]]
"""Table and name of foreign keys that cascade."""


class CascadeOrigins:
    """Follows the foreign keys that cascade from one revision to the next; a renamed one stays the same."""

    def __init__(self) -> None:
        self._brought_by: Mapping[tuple[QualifiedName, str], RevisionId] = {}
        self._before: _ByOid = {}

    def note_before(self, connection: psycopg.Connection) -> None:
        """Note what cascades where an upgrade is about to be run."""
        self._before = list_cascading(connection)

    def note_after(self, revision: RevisionId, connection: psycopg.Connection) -> None:
        """Note what cascades there right after the upgrade of ``revision``."""
        brought_by: dict[tuple[QualifiedName, str], RevisionId] = {}
        were_there = set(self._before.values())
        for oid, key in list_cascading(connection).items():
            earlier = key if key in were_there else self._before.get(oid)
            if earlier is None:
                brought_by[key] = revision
            elif earlier in self._brought_by:
                brought_by[key] = self._brought_by[earlier]
        self._brought_by = brought_by

    def of(self, table: QualifiedName, name: str) -> RevisionId | None:
        """The revision that first made this foreign key cascade; None for one that was there before the first."""
        return self._brought_by.get((table, name))


def measure_cascades(trial: Trial, origins: CascadeOrigins) -> CascadeFacts:
    """Measure what deletes do in the trial, which stands at the head; its rows are as before afterwards."""
    try:
        facts = measure_deletes(trial.connection, trial.read().contents)
    except psycopg.Error as error:
        return CascadeFacts(not_measured=f"the server refused: {' '.join(str(error).split())}")
    return replace(facts, brought_by=tuple(origins.of(key.child, key.name) for key in facts.keys))
