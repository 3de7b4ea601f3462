"""Workers that need not import Alembic first, which takes as long as all that most of the walks here do after it."""

from __future__ import annotations

import ctypes
import json
import os
import select
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness import launch

_PR_SET_CHILD_SUBREAPER = 36
_DECIDED_AT_START = ("PYTHON", "LD_")


class Nursery:
    """A process that has imported what a worker imports first, and forks one where ``Popen`` would start it."""

    def __init__(self):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel = ours
        self._forking = subprocess.Popen([sys.executable, Path(__file__).with_name("forking.py"), str(theirs.fileno())],
                                         pass_fds=[theirs.fileno()])
        theirs.close()
        self._environ = dict(os.environ)

    def close(self):
        self._channel.close()
        self._forking.wait()

    def start(self, command, *, pass_fds, stdin, stdout, stderr, env, start_new_session):
        """The worker that ``Popen`` would start, as its child."""
        python, dash_m, module, *arguments = command
        assert (python, dash_m, module) == (sys.executable, "-m", "harness.worker")
        assert (stdin, stderr, start_new_session) == (subprocess.DEVNULL, stdout, True)
        if any(name.startswith(_DECIDED_AT_START) for name, _ in env.items() ^ self._environ.items()):
            return subprocess.Popen(command, pass_fds=pass_fds, stdin=stdin, stdout=stdout, stderr=stderr, env=env,
                                    start_new_session=start_new_session)
        (passed,) = pass_fds
        asked = {"arguments": ["", *arguments], "env": env, "folder": str(Path.cwd()), "passed": passed}
        nothing = os.open(os.devnull, os.O_RDONLY)
        _adopt_orphans(True)
        try:
            socket.send_fds(self._channel, [json.dumps(asked).encode()], [nothing, stdout.fileno(), passed])
            return _Forked(int(self._channel.recv(100)))
        finally:
            _adopt_orphans(False)
            os.close(nothing)


class _Forked:
    """As much of ``Popen`` as is used of it."""

    def __init__(self, pid):
        self.pid = pid
        self.returncode = None
        self._ended = os.pidfd_open(pid)

    def wait(self, timeout=None):
        if self.returncode is None:
            if not select.select([self._ended], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("harness.worker", timeout)
            _, status = os.waitpid(self.pid, 0)
            self.returncode = os.waitstatus_to_exitcode(status)
            os.close(self._ended)
        return self.returncode


def _adopt_orphans(whether):
    """Source: https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html."""
    assert not ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(whether), 0, 0, 0)


@pytest.fixture(scope="session", autouse=True)
def _forked_workers():
    """The walks of this process fork their workers.

    What starts a process for itself, such as the command line and pytest with the plugin, starts them as users do, and
    so do the tests in ``postgres/worker``.
    """
    if sys.platform != "linux":
        yield
        return
    nursery = None

    def start(command, **keywords):
        nonlocal nursery
        nursery = nursery or Nursery()
        return nursery.start(command, **keywords)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(launch, "subprocess", SimpleNamespace(
            Popen=start, DEVNULL=subprocess.DEVNULL))
        yield
    if nursery is not None:
        nursery.close()
