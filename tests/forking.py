"""Forks workers from a process that has imported what every worker imports first; ``fix_workers.py`` runs it."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import runpy
import socket
import sys
import time
import traceback

import harness.worker.service  # noqa: F401 - it is what takes the time

_ABOVE_ALL = 1000
"""File descriptors from here on collide with none that the worker is told of."""


def main():
    channel = socket.socket(fileno=int(sys.argv[1]))
    tests = os.getppid()
    gc.freeze()
    while True:
        message, fds, _, _ = socket.recv_fds(channel, 1 << 20, 3)
        if not message:
            return
        between = os.fork()
        if not between:
            if os.fork():
                os._exit(0)  # which makes the worker an orphan; the process of the tests has asked for those
            _become_worker(channel, tests, fds, **json.loads(message))
        os.waitpid(between, 0)
        for fd in fds:
            os.close(fd)


def _become_worker(channel, tests, fds, arguments, env, folder, passed):
    """Be what ``python -m harness.worker`` is, as soon as the process of the tests is the parent."""
    try:
        os.setsid()
        while os.getppid() != tests:
            time.sleep(0.0005)
        channel.send(str(os.getpid()).encode())
        channel.close()
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _ABOVE_ALL) for fd in fds]
        for fd, place in zip(high, (0, 1, passed), strict=True):
            os.dup2(fd, place)
        os.dup2(1, 2)
        os.closerange(_ABOVE_ALL, max(high) + 1)
        os.environ.clear()
        os.environ.update(env)
        os.chdir(folder)
        sys.path[0] = folder
        sys.argv = arguments
        runpy.run_module("harness.worker", run_name="__main__", alter_sys=True)
    except BaseException:  # noqa: BLE001 - the end of this process, whatever it is
        traceback.print_exc()
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
