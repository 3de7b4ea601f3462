"""Go on as a copy of this process, with everything imported and nothing run.

Each copy is what a new process would be that had read the project, and there in milliseconds.
"""

from __future__ import annotations

import atexit
import os
import sys
import weakref
from contextlib import suppress
from multiprocessing.connection import Connection as Channel
from multiprocessing.reduction import recv_handle
from pathlib import Path

from harness.worker.confinement import die_with_parent
from harness.worker.protocol import Ended, Forked, NotForked

_THREADS = Path("/proc/self/task")
"""Linux has it, and with it all that is called here."""
# Those of the system, whatever the user's code puts in their place.
_fork, _waitpid, _waitid = os.fork, os.waitpid, getattr(os, "waitid", None)


def become_a_copy(channel: Channel) -> None:
    """Return in a copy that has a channel of its own, which was sent after the message that asked for it.

    In the process that was copied, return once the copy has ended and that was told, or when there can be none.
    """
    own = recv_handle(channel)
    if not _has_one_thread():
        os.close(own)
        channel.send(NotForked())
        return
    sys.stdout.flush()
    sys.stderr.flush()
    copy = _fork()
    if not copy:
        _begin(channel, own)
        return
    os.close(own)
    with suppress(ProcessLookupError):
        os.setpgid(copy, copy)  # both do it, so that it is done whoever comes first
    channel.send(Forked(copy))
    assert _waitid is not None
    ended = _waitid(os.P_PID, copy, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    channel.send(Ended(ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status))
    channel.poll(None)  # whoever has been told does not ask for it any more, so that others may have its number
    _waitpid(copy, 0)


def _has_one_thread() -> bool:
    """Whether a copy would be what a new process is: of all threads it has only the one that forks."""
    return _THREADS.is_dir() and len(list(_THREADS.iterdir())) == 1


def _begin(channel: Channel, own: int) -> None:
    os.setpgid(0, 0)
    die_with_parent()
    os.dup2(own, channel.fileno(), inheritable=False)
    os.close(own)
    # What was registered for the end is for the end of the process that was copied; a temporary folder that a module
    # made is there for the next copy too.
    atexit._clear()  # noqa: SLF001 - nothing public does it
    for finalizer in list(weakref.finalize._registry):  # type: ignore[attr-defined]  # noqa: SLF001 - the same
        finalizer.atexit = False
    weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]  # noqa: SLF001 - the same
