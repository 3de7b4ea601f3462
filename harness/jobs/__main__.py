"""Entry point of a job: ``python -m harness.jobs FD``."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from multiprocessing.connection import Connection as Channel
from types import FrameType
from typing import NoReturn

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

_PR_SET_PDEATHSIG = 1


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


def main() -> int:
    """Walk the segment that the channel names and tell what is found; end early, and cleanly, when told by SIGTERM."""
    if sys.platform == "linux":
        # https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: it ends its jobs
    signal.signal(signal.SIGTERM, _stop)
    channel: Channel = Channel(int(sys.argv[1]))
    os.set_inheritable(channel.fileno(), False)
    try:
        command = channel.recv()
        assert isinstance(command, WalkSegment)
        _walk(channel, command)
    except (BrokenPipeError, EOFError, ConnectionResetError, KeyboardInterrupt):
        return 1
    return 0


def _walk(channel: Channel, command: WalkSegment) -> None:
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


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
