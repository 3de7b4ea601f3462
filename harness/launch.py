"""Start the process of a worker, if need be before the modules are imported that will talk to it.

The worker imports Alembic for as long as the command imports what it needs; where there are two processors, both at
once take the time of one. Only the standard library is imported here, for the same reason.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Protocol


class Process(Protocol):
    """A worker's process: as much of ``Popen`` as is needed."""

    @property
    def pid(self) -> int:
        """It leads a process group of this number."""

    def wait(self, timeout: float | None = None) -> int:
        """Return how it ended, once it has.

        Raises:
            subprocess.TimeoutExpired: it has not within ``timeout`` seconds.
        """


@dataclass(frozen=True, slots=True)
class Launched:
    """A worker that waits for its first message."""

    process: subprocess.Popen[bytes]
    channel: socket.socket
    """Our end of it."""
    output: IO[bytes]
    """What the worker prints."""

    def kill(self) -> None:
        """End it and everything that it started."""
        kill_group(self.process)
        self.channel.close()
        self.output.close()


_waiting: list[tuple[Mapping[str, str], Launched]] = []
"""The workers that nobody has taken yet, each with its environment."""


def launch(env: Mapping[str, str]) -> Launched:
    """A worker with these variables added to its environment: the one that was launched ahead, or else a new one."""
    whole = {**os.environ, **env}
    for number, (other, launched) in enumerate(_waiting):
        if other == whole:
            del _waiting[number]
            return launched
    return _launch(whole)


@contextlib.contextmanager
def launched_ahead(env: Mapping[str, str]) -> Iterator[None]:
    """Within the block, a worker for the first who launches one with these variables; it ends if nobody does."""
    whole = {**os.environ, **env}
    try:
        waiting = (whole, _launch(whole))
    except OSError:  # who needs one will be told why there is none
        yield
        return
    _waiting.append(waiting)
    try:
        yield
    finally:
        if waiting in _waiting:
            _waiting.remove(waiting)
            waiting[1].kill()


def kill_group(process: Process) -> None:
    """Kill a worker and everything that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _launch(env: Mapping[str, str]) -> Launched:
    ours, theirs = socket.socketpair()
    output = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "harness.worker", str(theirs.fileno())], pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env, start_new_session=True,
        )
    except BaseException:
        ours.close()
        output.close()
        raise
    finally:
        theirs.close()
    return Launched(process, ours, output)
