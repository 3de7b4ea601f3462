"""Take the network from this process and all that it starts; Unix sockets, by which it reaches the server, stay.

What the redirect of connections cannot catch (psql in a subprocess, a driver of another language, an HTTP request) then
reaches nothing either, above all no database that the project names.

Source: https://man7.org/linux/man-pages/man7/network_namespaces.7.html
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from harness.worker.protocol import NETWORK_OPEN

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_UNREACHABLE = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL})

_without_network = False


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies; elsewhere the closed channel ends it between steps.

    Source: https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def leave_network() -> str:
    """Leave the network for good where the kernel allows; return ``none``, or ``open`` with the reason.

    Only while the process has one thread.
    """
    global _without_network  # noqa: PLW0603 - it is the process that has no network
    if not sys.platform.startswith("linux"):
        return f"{NETWORK_OPEN}: {sys.platform} has no network namespaces"
    reason = _unshare(_CLONE_NEWNET)
    if reason is not None and _may_unshare_user():
        reason = _unshare_user()
    die_with_parent()  # which new credentials may have undone
    if reason is not None:
        return f"{NETWORK_OPEN}: the kernel does not let it go ({reason})"
    _without_network = True
    return "none"


def remedy_for(error: BaseException) -> str | None:
    """What to set where ``error`` comes of the missing network; None where it does not."""
    if _without_network and any(_is_of_network(cause) for cause in _causes(error)):
        return "migrations are run without a network; network = true in the settings gives them one"
    return None


def _is_of_network(error: BaseException) -> bool:
    return isinstance(error, socket.gaierror) or (isinstance(error, OSError) and error.errno in _UNREACHABLE)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    left: list[BaseException | None] = [error]
    while left:
        cause = left.pop()
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        left += [cause.__cause__, cause.__context__]
        left += cause.exceptions if isinstance(cause, BaseExceptionGroup) else ()


def _unshare(flags: int) -> str | None:
    """Return None, or why the kernel refused."""
    if ctypes.CDLL(None, use_errno=True).unshare(flags) == 0:
        return None
    return os.strerror(ctypes.get_errno())


def _unshare_user() -> str | None:
    """The same for who is not root: in a user namespace of its own, in which it stays who it is.

    Source: https://man7.org/linux/man-pages/man7/user_namespaces.7.html
    """
    user, group = os.geteuid(), os.getegid()
    reason = _unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    if reason is not None:
        return reason
    try:
        Path("/proc/self/setgroups").write_bytes(b"deny")
        Path("/proc/self/uid_map").write_bytes(f"{user} {user} 1".encode())
        Path("/proc/self/gid_map").write_bytes(f"{group} {group} 1".encode())
    except OSError as error:
        return error.strerror or str(error)
    return None


def _may_unshare_user() -> bool:
    """Try it in a child: some systems let a process in and then refuse to map its user, and there is no way back."""
    child = os.fork()
    if child == 0:
        refused = True
        try:
            refused = _unshare_user() is not None
        finally:  # whatever is raised must not go on as a second worker
            os._exit(1 if refused else 0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0
