"""Walk one segment, and tell what is found."""

from __future__ import annotations

from multiprocessing.connection import Connection as Channel

from harness.engine import open_run
from harness.errors import HarnessError
from harness.jobs.protocol import (
    RevisionFinished,
    SegmentFailed,
    SegmentFinished,
    ServerStarted,
    StepStarted,
    TripStarted,
    WalkSegment,
)
from harness.names import RevisionId
from harness.outcomes import ProjectInfo, RevisionResult, ServerInfo


class _Teller:
    """An observer that passes everything on."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def project_loaded(self, project: ProjectInfo, planned: int) -> None:
        """Say nothing: who started the job knows."""

    def server_started(self, server: ServerInfo) -> None:
        self._channel.send(ServerStarted(server))

    def revision_started(self, revision: RevisionId, number: int, planned: int) -> None:  # noqa: ARG002 - the counts are the whole run's to tell
        self._channel.send(TripStarted(revision))

    def step_started(self, revision: RevisionId, step: str) -> None:
        self._channel.send(StepStarted(revision, step))

    def revision_finished(self, result: RevisionResult) -> None:
        self._channel.send(RevisionFinished(result))


def walk_segment(channel: Channel) -> None:
    """Walk the segment that the channel's next message names."""
    command = channel.recv()
    assert isinstance(command, WalkSegment)
    try:
        # Whoever started the job judges the files for all.
        with open_run(command.settings, _Teller(channel), ahead=True, judges_files=False) as run:
            run.select(command.revisions, command.left_out)
            for _result in run.results():
                pass
            finished = SegmentFinished(run.project.mode, run.redirects, run.head)
    except HarnessError as error:
        channel.send(SegmentFailed(type(error).__name__, error.attempt, error.fact, error.remedy))
    else:
        channel.send(finished)
