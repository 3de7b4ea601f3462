"""The worker process as the parent sees it: start, ask with a time limit, end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection as Channel
from multiprocessing.reduction import send_handle
from typing import IO

from harness.errors import ProjectError, UsageError, without_passwords
from harness.launch import Process, kill_group, launch
from harness.worker.protocol import (
    Answer,
    Command,
    Ended,
    Fork,
    Forked,
    Load,
    Loaded,
    NotForked,
    ProjectFailed,
    Redirected,
)

LOAD_LIMIT_SECONDS = 300.0
"""Reading a project imports the application; some take their time."""
_OUTPUT_TAIL_BYTES = 2000
_MOST_PRINTED = 400


class WorkerLostError(Exception):
    """The worker ended while a message was being answered; ``how`` says it in words."""

    def __init__(self, how: str, printed_last: str) -> None:
        super().__init__(how)
        self.how = how
        self.printed_last = printed_last
        """The last line that it printed meanwhile, if any; it may hold values of rows."""

    def told(self, *, hides_values: bool) -> str:
        """How it ended, with what it printed last where that may be shown."""
        if hides_values or not self.printed_last:
            return self.how
        return f"{self.how}, after {self.printed_last!r} was printed"


class WorkerTimeoutError(Exception):
    """The worker did not answer within the limit and was killed."""

    def __init__(self, limit_seconds: float) -> None:
        super().__init__(f"no answer within {limit_seconds:g} s")
        self.limit_seconds = limit_seconds


class _Copy:
    """The process of a copy: that which was copied tells how it ends."""

    def __init__(self, pid: int, channel: Channel) -> None:
        self.pid = pid
        self._channel = channel
        self._exit_code: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """Return how it ended, once it has."""
        if self._exit_code is None:
            try:
                if not self._channel.poll(timeout):
                    raise subprocess.TimeoutExpired("harness.worker", timeout or 0.0)
                ended = self._channel.recv()
                assert isinstance(ended, Ended)
                self._exit_code = ended.exit_code
            except (EOFError, ConnectionResetError):  # which takes its copies with it
                self._exit_code = -signal.SIGKILL
        return self._exit_code


class Worker:
    """One worker process. Use ``start`` to get one that has read the project."""

    def __init__(
        self, process: Process, channel: Channel, output: IO[bytes], on_redirect: Callable[[str], None], *,
        is_copy: bool = False,
    ) -> None:
        self._process = process
        self._channel = channel
        self._output = output
        self._is_copy = is_copy
        self._on_redirect = on_redirect
        self._busy = False
        self._printed = 0
        """How much had been printed when it was asked: what came before is of other steps."""

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return not self._channel.closed

    def ask(self, command: Command, limit_seconds: float, meanwhile: Callable[[], None] | None = None) -> Answer:
        """Send ``command`` and return its answer; ``meanwhile`` is called while the worker is at work.

        Raises:
            WorkerTimeoutError: no answer within ``limit_seconds``; the worker is killed.
            WorkerLostError: the worker ended.
            ProjectError: the worker says that the project cannot be read or prepared.
            UsageError: the same for a setting.
        """
        self._busy = True
        self._printed = self._output_size()
        try:
            self._channel.send(command)
            if meanwhile is not None:
                meanwhile()
            while True:
                if not self._channel.poll(limit_seconds):
                    self.kill()
                    raise WorkerTimeoutError(limit_seconds)
                message = self._channel.recv()
                if not isinstance(message, Redirected):
                    break
                self._on_redirect(message.requested)
        except (EOFError, BrokenPipeError, ConnectionResetError) as error:
            raise WorkerLostError(self._how_it_ended(), self._printed_last()) from error
        self._busy = False
        if isinstance(message, ProjectFailed):
            kind = UsageError if message.usage else ProjectError
            raise kind(message.attempt, message.fact, message.remedy)
        answer: Answer = message
        return answer

    def copy(self) -> Worker | None:
        """A worker that is what this one is now; while it lives, this one must be asked nothing.

        None where there can be no copy.

        Raises:
            WorkerLostError: this one ended.
        """
        self._printed = self._output_size()
        ours, theirs = socket.socketpair()
        channel = Channel(ours.detach())
        with theirs:
            try:
                self._channel.send(Fork())
                send_handle(self._channel, theirs.fileno(), self._process.pid)
                answer = self._channel.recv()
            except (EOFError, BrokenPipeError, ConnectionResetError) as error:
                channel.close()
                raise WorkerLostError(self._how_it_ended(), self._printed_last()) from error
        if isinstance(answer, NotForked):
            channel.close()
            return None
        assert isinstance(answer, Forked)
        return Worker(_Copy(answer.pid, self._channel), channel, self._output, self._on_redirect, is_copy=True)

    def close(self) -> None:
        """Let the worker end; kill it if it is in the middle of something, or does not end within a second."""
        if self._busy:
            self.kill()
        self._channel.close()
        try:
            self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            self.kill()
        if not self._is_copy:
            self._output.close()

    def kill(self) -> None:
        """End the worker and everything that it started."""
        kill_group(self._process)
        self._channel.close()

    def _how_it_ended(self) -> str:
        try:
            code = self._process.wait(timeout=5.0)
        except subprocess.TimeoutExpired:
            self.kill()
            return "the process closed its channel"
        self._channel.close()
        if code < 0:
            return f"the process was killed by {signal.Signals(-code).name}"
        return f"the process ended with exit status {code}"

    def _output_size(self) -> int:
        return os.fstat(self._output.fileno()).st_size

    def _printed_last(self) -> str:
        # Not by seeking: the worker writes where the file that both have open stands.
        size = self._output_size()
        start = max(self._printed, size - _OUTPUT_TAIL_BYTES)
        lines = os.pread(self._output.fileno(), size - start, start).decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return without_passwords(last)[:_MOST_PRINTED]


def start(
    load: Load, env: Mapping[str, str], on_redirect: Callable[[str], None], meanwhile: Callable[[], None] | None = None,
) -> tuple[Worker, Loaded]:
    """Start a worker and have it read the project; ``meanwhile`` is called while it does.

    Raises:
        ProjectError: the project cannot be read.
        UsageError: a setting is wrong.
    """
    launched = launch(env)
    worker = Worker(launched.process, Channel(launched.channel.detach()), launched.output, on_redirect)
    try:
        loaded = worker.ask(load, LOAD_LIMIT_SECONDS, meanwhile)
    except WorkerLostError as error:
        last = error.printed_last or "it printed nothing"
        raise ProjectError("cannot read the Alembic project", f"{error.how} ({last})",
                           "run `alembic history` in the project and mend what it says") from error
    except WorkerTimeoutError as error:
        raise ProjectError("cannot read the Alembic project", str(error),
                           "see what the revision files do while they are imported") from error
    except BaseException:
        worker.kill()
        raise
    assert isinstance(loaded, Loaded)
    return worker, loaded
