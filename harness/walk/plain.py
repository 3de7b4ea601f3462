"""Upgrade an empty database and nothing else, reading the schema on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.catalog import Snapshot
from harness.errors import ProjectError
from harness.names import Direction, RevisionId
from harness.walk.lineage import Bench


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The schema on both sides of one upgrade."""

    revision: RevisionId
    before: Snapshot
    after: Snapshot


def upgrade_plainly(bench: Bench, database: str, revisions: Sequence[RevisionId]) -> Iterator[Upgraded]:
    """Upgrade ``database``, which stands at base, by ``revisions`` in their order, telling of each.

    Raises:
        ProjectError: one of them fails.
    """
    with bench.databases.connect(database) as connection:
        before = bench.capture(connection)
        for revision in revisions:
            result = bench.stepper.step(database, Direction.UPGRADE, revision)
            if not result.ok:
                fact = str(result.failure or result.died or "it timed out")
                raise ProjectError(f"cannot upgrade to {revision}", fact, "mend it; `roundtrip check` tells more")
            after = bench.capture(connection, before)
            yield Upgraded(revision, before, after)
            before = after
    bench.stepper.release()
