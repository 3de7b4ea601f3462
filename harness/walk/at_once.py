"""Come past a revision that alone cannot be applied, where one ``alembic upgrade`` over all before it applies it too.

What steps remember of each other in one process, or a transaction around all of them, makes that difference. Databases
that were upgraded so, as new ones are, go on from there: so does the walk.
"""

from __future__ import annotations

from harness.walk.lineage import read_roles
from harness.walk.track import Track


def come_at_once(track: Track, position: int) -> bool:
    """Have lineages pass the revision at ``position`` on a database that one run made of the empty one at base.

    False where one run does not come there either, or where it would not be told from the doings of the walk: behind a
    dump, and after revisions that made roles, which belong to no database.
    """
    bench = track.bench
    if track.drifted is not None:
        return False
    with bench.databases.connect(track.spine.database) as connection:
        if read_roles(connection) != bench.roles_at.get(0):
            return False
    track.trial.discard()
    applied = [revision for revision in bench.order[:position + 1] if revision not in bench.left_out]
    covered = {parent for revision in applied for parent in bench.parents[revision]}
    heads = tuple(revision for revision in applied if revision not in covered)
    database = bench.copy_of(track.bare.base, "at_once")
    result, _ = bench.stepper.upgrade_at_once(database, anew=True, revisions=heads)
    if not result.ok:
        bench.drop(database)
        return False
    bench.at_once[position + 1] = database
    return True
