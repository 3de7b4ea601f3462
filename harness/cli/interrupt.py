"""Being stopped from outside: SIGTERM becomes an exception, as SIGINT is one already, so that all is cleaned up."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

_SIGNAL_BASE = 128
"""A shell reports a program that a signal ended as this and the signal's number."""


class Terminated(KeyboardInterrupt):
    """SIGTERM was received."""


def exit_code_of(stop: KeyboardInterrupt) -> int:
    """Return the exit code that tells what stopped the run."""
    return _SIGNAL_BASE + (signal.SIGTERM if isinstance(stop, Terminated) else signal.SIGINT)


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Raise Terminated on SIGTERM inside the context; does nothing outside the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated
