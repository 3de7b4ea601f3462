"""Entry point of the worker process: ``python -m harness.worker FD``."""

from __future__ import annotations

import atexit
import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from harness.importing import importing
from harness.worker.confinement import die_with_parent, leave_network
from harness.worker.protocol import NETWORK_OPEN, Load


def _end() -> NoReturn:
    """Do what was registered for the end of the process, and end it.

    To take the interpreter apart with all that is imported takes longer than many a walk's steps.
    """
    atexit._run_exitfuncs()  # noqa: SLF001 - nothing public does it before the end
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)


def main() -> NoReturn:
    """Serve the parent until it closes the channel."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: it knows what to clean up
    channel: Connection = Connection(int(sys.argv[1]))
    os.set_inheritable(channel.fileno(), False)
    # sys.path[0] is the current folder under -m; `alembic` itself would not have it in front of everything.
    if sys.path and sys.path[0] in {"", str(Path.cwd())}:
        sys.path.append(sys.path.pop(0))
    with importing():
        from harness.worker.service import serve  # noqa: PLC0415 - imports Alembic: only once the process is set up

    try:
        load: Load = channel.recv()
    except (EOFError, ConnectionResetError):  # it was launched ahead, and nobody needed it
        _end()
    serve(channel, load, leave_network() if load.without_network else NETWORK_OPEN)
    _end()


if __name__ == "__main__":
    main()
