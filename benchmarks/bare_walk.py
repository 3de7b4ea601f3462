"""Run a history's steps as the walk does, and nothing else: no rows, no snapshots, no comparison.

    python -m benchmarks.bare_walk ALEMBIC_INI SERVER_URL

A revision that cannot be downgraded stays upgraded, and the walk goes on with the next.
"""

from __future__ import annotations

import sys
from pathlib import Path

from harness.config import load_settings
from harness.names import Direction
from harness.project.history import read_history
from harness.servers import Databases, start_server
from harness.walk.stepper import Stepper

PATTERN = (Direction.UPGRADE, Direction.DOWNGRADE, Direction.UPGRADE, Direction.DOWNGRADE, Direction.UPGRADE)
"""The steps of one revision's trip."""


def main() -> None:
    """Walk; print how many revisions there were, and how many steps ran."""
    ini, server = sys.argv[1:]
    settings = load_settings({"alembic_ini": ini, "server": server}, start=Path(ini).parent)
    steps = 0
    stepper = Stepper(settings, lambda _requested: None)
    with start_server(server, settings.image) as choice:
        databases = Databases(choice.server)
        try:
            history = read_history(stepper.load(), settings.alembic_ini)
            stepper.use(choice.server)
            database = databases.create("bare")
            stepper.prepare(database)
            for revision in history.order:
                for direction in PATTERN:
                    steps += 1
                    result = stepper.step(database, direction, revision)
                    if result.ok:
                        continue
                    if direction is Direction.UPGRADE:
                        sys.exit(f"{revision}: upgrade failed: {result.failure}")
                    break
        finally:
            stepper.close()
            databases.drop_all()
    print(len(history.order), steps)


if __name__ == "__main__":
    main()
