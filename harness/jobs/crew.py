"""The jobs as the process that started them sees them: start, listen, end."""

from __future__ import annotations

import contextlib
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection as Channel
from multiprocessing.connection import wait
from types import TracebackType
from typing import Self

from harness.config import Settings
from harness.errors import HarnessError, ProjectError, ServerUnavailableError, UsageError
from harness.jobs.protocol import (
    Message,
    RevisionFinished,
    SegmentFailed,
    SegmentFinished,
    WalkSegment,
)
from harness.names import RevisionId

_END_LIMIT_SECONDS = 20.0
"""How long a job that was told to end may take to stop its server."""
_ERRORS: dict[str, type[HarnessError]] = {
    kind.__name__: kind for kind in (UsageError, ProjectError, ServerUnavailableError)
}


def refuse_jobs(jobs: int, *, dump: bool, given: bool, one_server: bool) -> None:
    """Refuse to walk in several jobs what only one process can: a dump, rows of tests, or on one server.

    Raises:
        UsageError: it is such.
    """
    attempt = f"cannot walk in {jobs} jobs"
    if dump:
        raise UsageError(attempt, "each would restore the dump for itself", "leave jobs out")
    if given:
        raise UsageError(attempt, "rows that tests give are there in this process only",
                         "leave jobs out, or run pytest with -n")
    if one_server:
        raise UsageError(attempt, "each needs a server of its own, since roles belong to the whole server",
                         "leave jobs out, or let Roundtrip start the servers (--server auto)")


@dataclass(slots=True)
class _Job:
    process: subprocess.Popen[bytes]
    channel: Channel
    segment: frozenset[RevisionId]
    left: set[RevisionId]
    """Revisions of its segment that nothing was told of yet."""
    finished: bool = False
    """Whether it has told everything and ends by itself."""


@dataclass(frozen=True, slots=True)
class SegmentLost:
    """A job ended before its time; nothing more will be told of these revisions."""

    revisions: tuple[RevisionId, ...]
    how: str


class Crew:
    """One process for each segment. A context manager: none of them outlives it."""

    def __init__(
        self, settings: Settings, segments: Sequence[Sequence[RevisionId]], *, elsewhere: Collection[RevisionId] = (),
        left_out: frozenset[RevisionId] = frozenset(),
    ) -> None:
        """``elsewhere`` are revisions that are checked, but by none of the jobs; ``left_out`` nobody is to check."""
        # A job gets its revisions by name, and plain dictionaries: what is read-only cannot be sent.
        self._settings = replace(settings, jobs=1, shard=None, revisions=(), since=None, changed_from=None,
                                 env=dict(settings.env),
                                 main_options=dict(settings.main_options), seeds=dict(settings.seeds))
        self._segments = segments
        self._in_segments = frozenset(revision for segment in segments for revision in segment).union(elsewhere)
        self._left_out = left_out
        self._jobs: list[_Job] = []
        self._told: queue.SimpleQueue[Message | SegmentLost | Exception | None] = queue.SimpleQueue()
        """What the jobs tell; None once all of them have ended."""
        # A job whose channel is full would wait until the next revision of whoever walks beside it is done.
        self._listener = threading.Thread(target=self._listen, name="jobs", daemon=True)
        self._all_ended = False

    def __enter__(self) -> Self:
        try:
            for segment in self._segments:
                self._jobs.append(_start(WalkSegment(self._settings, tuple(segment), self._left_out)))
            self._listener.start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._end()

    def messages(self, *, wait_for_all: bool) -> Iterator[Message | SegmentLost]:
        """What the jobs tell, in the order in which it comes: what has come by now, or all until the last has ended.

        Of a revision that is in a segment only that segment's job is heard.

        Raises:
            HarnessError: a job could not walk its segment.
        """
        while not self._all_ended:
            try:
                message = self._told.get(block=wait_for_all)
            except queue.Empty:
                return
            if message is None:
                self._all_ended = True
            elif isinstance(message, Exception):
                raise message
            elif isinstance(message, SegmentFailed):
                raise _ERRORS[message.error](message.attempt, message.fact, message.remedy)
            else:
                yield message

    def _listen(self) -> None:
        """Put all that is told into the queue; whoever waits there must learn of whatever goes wrong here."""
        try:
            for message in self._hear_out():
                self._told.put(message)
        except Exception as error:  # noqa: BLE001 - it is raised where the queue is read
            self._told.put(error)
        self._told.put(None)

    def _hear_out(self) -> Iterator[Message | SegmentLost]:
        open_jobs = {job.channel: job for job in self._jobs}
        while open_jobs:
            for channel in wait(list(open_jobs)):
                assert isinstance(channel, Channel)
                job = open_jobs[channel]
                try:
                    message: Message = channel.recv()
                except (EOFError, ConnectionResetError):
                    del open_jobs[channel]
                    if job.left:
                        yield SegmentLost(tuple(job.left), _how_it_ended(job.process))
                    continue
                match message:
                    case RevisionFinished():
                        revision = message.result.revision
                        if revision in self._in_segments - job.segment:
                            continue
                        job.left.discard(revision)
                    case SegmentFinished():
                        job.left.clear()
                        job.finished = True
                yield message

    def _end(self) -> None:
        for job in self._jobs:
            if not job.finished and job.process.poll() is None:
                job.process.terminate()
        for job in self._jobs:
            try:
                job.process.wait(_END_LIMIT_SECONDS)
            except subprocess.TimeoutExpired:
                job.process.kill()
                job.process.wait()
        if self._listener.is_alive():  # it is told by the ends of the channels
            self._listener.join(_END_LIMIT_SECONDS)
        for job in self._jobs:
            job.channel.close()
        self._jobs.clear()


def _start(command: WalkSegment) -> _Job:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "harness.jobs", str(theirs.fileno())], pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
        )
    channel = Channel(ours.detach())
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it has ended already; listening will show it
        channel.send(command.settings.env)
        channel.send(command)
    return _Job(process, channel, frozenset(command.revisions), set(command.revisions))


def _how_it_ended(process: subprocess.Popen[bytes]) -> str:
    try:
        code = process.wait(_END_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        return "the process that walked it closed its channel"
    if code < 0:
        return f"the process that walked it was killed by {signal.Signals(-code).name}"
    return f"the process that walked it ended with exit status {code}"
