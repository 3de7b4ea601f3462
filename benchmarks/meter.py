"""Time by the clock, and by the processors: what else runs on a machine stretches the one and hardly the other."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.servers import Server

_CHILDREN = slice(13, 15)
"""Where cutime and cstime, fields 16 and 17 of /proc/PID/stat, stand behind the name, which is field 2."""

_END_OF_SESSION_SECONDS = 0.05
"""What the server is given to end the sessions of a process that has ended."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took."""

    seconds: float
    cpu_seconds: float | None
    """Of all its processes, and of the server's sessions that ended with it; None where the system does not tell."""


def measure(run: Callable[[], object], server: Server) -> Cost:
    """What ``run`` takes; it starts processes, waits for them, and leaves no session of its own on ``server``."""
    cpu, began = _cpu_seconds(server), time.perf_counter()
    run()
    seconds = time.perf_counter() - began
    time.sleep(_END_OF_SESSION_SECONDS)
    later = _cpu_seconds(server)
    return Cost(seconds, later - cpu if cpu is not None and later is not None else None)


def _cpu_seconds(server: Server) -> float | None:
    """What the children of this process and the sessions of ``server`` have used, as far as they have ended.

    Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    """
    try:
        postmaster = Path(server.address.host, "data", "postmaster.pid").read_text(encoding="ascii").split()[0]
        line = Path("/proc", postmaster, "stat").read_text(encoding="ascii")
    except OSError:
        return None
    of_sessions = sum(int(number) for number in line.rpartition(")")[2].split()[_CHILDREN])
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + of_sessions / os.sysconf("SC_CLK_TCK")
