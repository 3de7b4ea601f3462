"""Remove a throwaway server when the process that started it is gone, however it went.

Run as a script, on the standard library alone, with a pipe as standard input, which closes when its writer dies, even
by SIGKILL. Then each argument is undone: ``folder:PATH`` is a server's folder (its postmaster is stopped, the folder is
removed), ``container:ID`` a container.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

_STOP_LIMIT_SECONDS = 5.0


def main() -> None:
    """Wait for the end of standard input, then clean up; a line ``done`` before it means that nothing is left to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.stdin.buffer.read().strip() == b"done":
        return
    for item in sys.argv[1:]:
        kind, _, what = item.partition(":")
        if kind == "folder":
            stop_and_remove(Path(what))
        else:
            subprocess.run(["docker", "rm", "--force", "--volumes", what], check=False, capture_output=True)


def stop_and_remove(folder: Path) -> None:
    """Stop the server whose data lies in ``folder``/data, if one runs, and remove ``folder``."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        _stop(pid)
    shutil.rmtree(folder, ignore_errors=True)


def _stop(pid: int) -> None:
    """Immediate shutdown: the data is thrown away.

    Source: https://www.postgresql.org/docs/current/server-shutdown.html
    """
    for number in (signal.SIGQUIT, signal.SIGKILL):
        os.kill(pid, number)
        deadline = time.monotonic() + _STOP_LIMIT_SECONDS
        while time.monotonic() < deadline:
            if _has_ended(pid):
                return
            time.sleep(0.005)


def _has_ended(pid: int) -> bool:
    """Whether process ``pid`` is gone, or a zombie that nobody waits for."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


if __name__ == "__main__":
    main()
