"""Who made a server, a database or a container: what it takes to tell later whether its maker is still there."""

from __future__ import annotations

import hashlib
import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path

_TOKEN = re.compile(r"(?P<place>[0-9a-f]{8})_(?P<pid>\d+)_(?P<started>\d+)")


@dataclass(frozen=True, slots=True)
class Owner:
    """A process, told apart from one that is given the same id later, and from those of another host or container."""

    place: str
    """A digest of the host's name and the namespace that process ids belong to: two containers may share the first."""
    pid: int
    started: int
    """In the kernel's ticks since boot; 0 where there is no /proc."""

    @property
    def token(self) -> str:
        """This owner in the characters that a file's and a database's name may have."""
        return f"{self.place}_{self.pid}_{self.started}"

    @property
    def is_gone(self) -> bool:
        """Whether the process has certainly ended; that of another place may still be there."""
        return self.place == _place() and _started(self.pid) != self.started


def present_owner() -> Owner:
    """The process that asks."""
    return Owner(_place(), os.getpid(), _started(os.getpid()) or 0)


def find_owner(text: str) -> Owner | None:
    """The owner whose token ``text`` begins with."""
    found = _TOKEN.match(text)
    return Owner(found["place"], int(found["pid"]), int(found["started"])) if found else None


def _place() -> str:
    try:
        # https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
        namespace = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - the text of the link is no path
    except OSError:
        namespace = ""
    return hashlib.blake2s(f"{socket.gethostname()} {namespace}".encode(), digest_size=4).hexdigest()


def _started(pid: int) -> int | None:
    """When process ``pid`` started; None when there is none.

    Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, field 22
    """
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if state == "Z" else int(fields[18])
    except OSError:
        if Path("/proc/self/stat").exists():
            return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return 0
