"""Remove a throwaway server when the process that started it is gone, however it went.

Run as a script, on the standard library alone, with a pipe as standard input, which closes when its writer dies, even
by SIGKILL. Then each argument is undone: ``folder:PATH`` is a server's folder (what serves it is stopped, the folder is
removed), ``containers:LABEL`` all containers with that label (the one case that needs a package: docker).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_STOP_LIMIT_SECONDS = 5.0
_SHARED_MEMORY_LINE = 6
"""Of postmaster.pid: the key and the id of the server's System V shared memory."""
_IPC_RMID = 0


def start(item: str) -> subprocess.Popen[bytes]:
    """Start the watchdog of ``item`` in a session of its own; dismiss it once the item is undone."""
    options = ["-I", "-S"] if item.startswith("folder:") else ["-I"]  # without site-packages it starts sooner
    return subprocess.Popen(
        [sys.executable, *options, __file__, item],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )


def dismiss(watchdog: subprocess.Popen[bytes]) -> None:
    """Let a watchdog go, with nothing left to do for it; a second time is harmless."""
    if watchdog.returncode is None:
        with contextlib.suppress(OSError):
            watchdog.communicate(b"done")


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
            _remove_containers(what)


def stop_and_remove(folder: Path) -> None:
    """Stop what serves or makes the data in ``folder``/data, and remove ``folder``.

    It is an immediate shutdown, because the data is thrown away.

    Source: https://www.postgresql.org/docs/current/server-shutdown.html
    """
    for number in (signal.SIGQUIT, signal.SIGKILL):
        pids = list(_processes_of(folder / "data"))
        for pid in pids:
            with contextlib.suppress(OSError):
                os.kill(pid, number)
        deadline = time.monotonic() + _STOP_LIMIT_SECONDS
        while time.monotonic() < deadline and not all(_has_ended(pid) for pid in pids):
            time.sleep(0.005)
    _remove_shared_memory(folder / "data" / "postmaster.pid")
    shutil.rmtree(folder, ignore_errors=True)


def _processes_of(data: Path) -> Iterator[int]:
    """The server processes, and initdb, that work in ``data``.

    postmaster.pid alone would not do: initdb writes none, and after a crash another process may be given that id.
    """
    if not Path("/proc/self/stat").exists():
        yield from _recorded_postmaster(data)
        return
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "comm").read_text().strip() in {"postgres", "initdb"} and _works_in(process, data):
                yield int(process.name)


def _works_in(process: Path, data: Path) -> bool:
    """Whether it was told to by an argument, as the postmaster is, or stands there, as its children do."""
    if os.fsencode(data) in (process / "cmdline").read_bytes().split(b"\0"):
        return True
    # Even for root this takes a privilege that most containers do not have; the postmaster takes its children along.
    return os.readlink(process / "cwd").removesuffix(" (deleted)") == str(data)  # noqa: PTH115 - not always a path


def _recorded_postmaster(data: Path) -> Iterator[int]:
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        listed = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], check=False, capture_output=True, text=True)
        if str(data) in listed.stdout:
            yield pid


def _remove_shared_memory(lock_file: Path) -> None:
    """Remove the small segment by which a server holds its data directory; a killed one leaves it, and this file.

    Source: https://www.postgresql.org/docs/current/kernel-resources.html#SYSVIPC
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        key, identifier = (int(number) for number in lock_file.read_text().splitlines()[_SHARED_MEMORY_LINE].split())
        import ctypes  # noqa: PLC0415 - for this alone

        system = ctypes.CDLL(None)
        key_argument = ctypes.c_int(key)  # shmget takes the low 32 bits
        if system.shmget(key_argument, ctypes.c_size_t(0), 0) == identifier:
            system.shmctl(identifier, _IPC_RMID, None)


def _remove_containers(label: str) -> None:
    import docker  # noqa: PLC0415 - for this alone

    for container in docker.from_env().containers.list(all=True, filters={"label": label}):
        with contextlib.suppress(docker.errors.APIError):  # somebody else was faster
            container.remove(force=True, v=True)


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
