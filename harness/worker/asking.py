"""Code that asks whoever runs it, where nobody is there to answer."""

from __future__ import annotations

import traceback

_NO_ANSWER = "it waits for an answer, and there is nobody to give one"
_ASK = frozenset({"getpass", "prompt_toolkit"})
"""Modules that raise EOFError without a word where there is no more to read."""


def waits_for_an_answer(error: BaseException) -> str | None:
    """Say that ``error`` comes of a question; None where it does not."""
    # click's Abort, and typer's, is raised while the EOFError is handled, and also by who wants to stop.
    asked = error.__context__ if type(error).__name__ == "Abort" else error
    if not isinstance(asked, EOFError):
        return None
    if asked is not error or str(asked) == "EOF when reading a line":
        return _NO_ANSWER
    innermost = [frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(asked.__traceback__)][-1:]
    return _NO_ANSWER if not str(asked) and {name.partition(".")[0] for name in innermost} & _ASK else None
