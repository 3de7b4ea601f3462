"""Make what a walk begins with: its databases at base, or where a dump stands."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.config import Settings
from harness.data.given import GivenSeeds
from harness.errors import HarnessError
from harness.names import RevisionId, StepName
from harness.outcomes import DumpRecord
from harness.recording import Recording
from harness.servers import Databases, Server
from harness.walk.descent import Descent, find_target, to_go_down
from harness.walk.lineage import Bench, Lineage
from harness.walk.sizing import FullDump, few_of
from harness.walk.standing import SAMPLED_ROWS, check_dump, stand_at_dump
from harness.walk.stepper import Stepper
from harness.walk.track import SearchWish, Track
from harness.walk.trial import Trial
from harness.worker.protocol import Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A walk that can begin."""

    track: Track
    order: tuple[RevisionId, ...]
    """The revisions in the order of the walk."""
    start: int
    """How many of them lie behind it."""
    dump: DumpRecord | None
    """None where it begins at base."""
    behind: frozenset[RevisionId] = frozenset()
    """Revisions that a dump has and that are not gone down over."""
    descent: Descent | None = None
    """The way down from a dump, where it was asked for."""

    @property
    def record(self) -> DumpRecord | None:
        """The dump, with what has become of the way down by now."""
        if self.dump is None or self.descent is None:
            return self.dump
        return replace(self.dump, descent=self.descent.told)


def read_project(
    settings: Settings, stepper: Stepper, choose_server: Callable[[], Server], stack: contextlib.ExitStack, *,
    ahead: bool,
) -> Loaded:
    """Read the project; once more inside ``around``, on a database, where files cannot be loaded outside of it.

    ``ahead`` has the server started meanwhile.

    Raises:
        ProjectError: the project cannot be read.
        UsageError: a setting is wrong.
    """
    def start_server() -> None:
        # Without a server the project is still read; who needs one is told then.
        with contextlib.suppress(HarnessError):
            choose_server()

    loaded = stepper.load(start_server if ahead else None)
    if loaded.broken and settings.around is not None:
        with contextlib.suppress(HarnessError):
            databases = Databases(choose_server())
            stack.callback(databases.drop_all)
            return stepper.read_within_around(databases.server, databases.create("reading"), loaded)
    return loaded


def make_bench(
    settings: Settings, stepper: Stepper, server: Server, databases: Databases, order: Sequence[RevisionId],
    parents: Mapping[RevisionId, Sequence[RevisionId]], given: GivenSeeds,
) -> tuple[Bench, str]:
    """Make the database that stands at base, and run what the settings say there.

    Raises:
        ProjectError: env.py cannot be run, or the database cannot be prepared.
    """
    stepper.use(server)
    base = databases.create("base")
    stepper.prepare(base)
    bench = Bench(databases=databases, stepper=stepper, order=order, parents=parents, left_out=set(),
                  rows=few_of(settings.rows), seed=settings.seed, roles_at={}, given=given,
                  alone_on_server=server.provider != "url")
    return bench, base


def open_track(
    bench: Bench, base: str, settings: Settings, *, path_of: Callable[[RevisionId], str],
    on_step: Callable[[RevisionId, StepName], None], search: SearchWish | None, recording: Recording | None,
) -> Opened:
    """Stand at base, or at the dump that the settings name.

    Raises:
        UsageError: the dump cannot be used.
        ProjectError: the project cannot stand where it stands.
    """
    check_dump(settings)
    if settings.from_dump is None:
        spine = Lineage(bench, bench.copy_of(base, "spine"), seeded=True)
        bare = Lineage(bench, base, seeded=False)
        start, dump, full, drifted = 0, None, None, None
    else:
        standing = stand_at_dump(bench, base, settings)
        spine, bare, start, dump = standing.spine, standing.bare, standing.start, standing.record
        drifted = standing.drifted
        full = FullDump(bench, standing.full, few=SAMPLED_ROWS) if standing.full is not None else None
    trial = Trial(bench, spine)
    trial.restore(start)
    many = settings.rows if settings.rows > bench.rows and dump is None else None
    track = Track(bench, trial, spine, bare, on_step, search, many, full, drifted, recording)
    applied = tuple(bench.order[:start])
    reverted: tuple[RevisionId, ...] = ()
    if settings.down_to is not None:
        reverted = to_go_down(applied, bench.parents, find_target(settings.down_to, applied))
    return Opened(track=track, order=tuple(bench.order), start=start, dump=dump,
                  behind=frozenset(applied) - frozenset(reverted),
                  descent=Descent(track, reverted, path_of) if settings.down_to is not None else None)
