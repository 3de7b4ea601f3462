"""Come past a revision that alone cannot be applied, where one ``alembic upgrade`` over all before it applies it too.

What steps remember of each other in one process, or a transaction around all of them, makes that difference. Databases
that were upgraded so, as new ones are, go on from there: so does the walk.
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.names import RevisionId
from harness.walk.lineage import Bench
from harness.walk.track import Track


def upgraded_at_once(bench: Bench, base: str, revisions: Sequence[RevisionId]) -> str | None:
    """A copy of ``base``, the empty database at base, that one run brought over all of ``revisions``.

    None where one run does not come there, be it because a role is there already that a revision made, which belongs
    to no database.
    """
    covered = {parent for revision in revisions for parent in bench.parents[revision]}
    heads = tuple(revision for revision in revisions if revision not in covered)
    database = bench.copy_of(base, "at_once")
    result, _ = bench.stepper.upgrade_at_once(database, anew=True, revisions=heads)
    if not result.ok:
        bench.drop(database)
        return None
    return database


def come_at_once(track: Track, position: int) -> bool:
    """Have lineages pass the revision at ``position`` on a database that one run made; whether there is one.

    Not behind a dump, which one run from base knows nothing of.
    """
    if track.drifted is not None:
        return False
    bench = track.bench
    track.trial.discard()
    applied = [revision for revision in bench.order[:position + 1] if revision not in bench.left_out]
    database = upgraded_at_once(bench, track.bare.base, applied)
    if database is not None:
        bench.at_once[position + 1] = database
    return database is not None
