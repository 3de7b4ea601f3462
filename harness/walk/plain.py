"""Upgrade an empty database and nothing else, reading the schema on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.catalog import Snapshot
from harness.errors import ProjectError
from harness.names import Direction, RevisionId
from harness.walk.at_once import upgraded_at_once
from harness.walk.lineage import Bench


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The schema on both sides of one upgrade."""

    revision: RevisionId
    before: Snapshot
    after: Snapshot


def upgrade_plainly(bench: Bench, base: str, revisions: Sequence[RevisionId]) -> Iterator[Upgraded]:
    """Upgrade a copy of ``base``, the empty database at base, by ``revisions`` in their order, telling of each.

    Raises:
        ProjectError: one of them fails, alone and in one run with all before it.
    """
    database = bench.copy_of(base, "plain")
    connection = bench.databases.connect(database)
    try:
        before = bench.capture(connection)
        for number, revision in enumerate(revisions, 1):
            result = bench.stepper.step(database, Direction.UPGRADE, revision)
            if not result.ok:
                at_once = upgraded_at_once(bench, base, revisions[:number]) if result.failure is not None else None
                if at_once is None:
                    fact = str(result.failure or result.died or "it timed out")
                    raise ProjectError(f"cannot upgrade to {revision}", fact, "mend it; `roundtrip check` tells more")
                connection.close()
                bench.drop(database)
                database, connection = at_once, bench.databases.connect(at_once)
            after = bench.capture(connection, before)
            yield Upgraded(revision, before, after)
            before = after
    finally:
        connection.close()
    bench.stepper.release()
