"""Entry point of a job: ``python -m harness.jobs FD``."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from multiprocessing.connection import Connection as Channel
from types import FrameType
from typing import NoReturn

from harness.importing import importing
from harness.launch import launched_ahead

_PR_SET_PDEATHSIG = 1


def main() -> int:
    """Walk the segment that the channel names and tell what is found; end early, and cleanly, when told by SIGTERM.

    The first message is what the settings add to the environment of a worker.
    """
    if sys.platform == "linux":
        # https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: it ends its jobs
    signal.signal(signal.SIGTERM, _stop)
    channel: Channel = Channel(int(sys.argv[1]))
    os.set_inheritable(channel.fileno(), False)
    try:
        with launched_ahead(channel.recv()):
            with importing():
                from harness.jobs.walking import walk_segment  # noqa: PLC0415 - while the worker imports what it needs

            walk_segment(channel)
    except (BrokenPipeError, EOFError, ConnectionResetError, KeyboardInterrupt):
        return 1
    return 0


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
