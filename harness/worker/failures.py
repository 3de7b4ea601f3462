"""Turn an exception of the user's code into the text that findings show."""

from __future__ import annotations

import linecache
import os
import re
import sys
import traceback
from collections.abc import Iterable, Sequence
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from types import FrameType, TracebackType

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from harness.errors import without_passwords
from harness.worker.asking import waits_for_an_answer
from harness.worker.confinement import remedy_for
from harness.worker.hiding import is_hiding, message_without_values, statement_without_values
from harness.worker.protocol import Failure, FailureKind
from harness.worker.showing import shown_path
from harness.worker.unreadable import is_unreadable

_LIBRARY_PACKAGES = ("alembic", "sqlalchemy", "psycopg", "psycopg_binary", "psycopg_c", "psycopg2", "asyncpg", "pg8000",
                     "flask", "harness")
_INSTALLED = frozenset({"site-packages", "dist-packages"})
_COMPILED = tuple(EXTENSION_SUFFIXES)
_MESSAGE_LIMIT = 400
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,}")
"""Where an object lies in memory, which is another place each time."""
_OF_A_VALUE = re.compile(r"  (?P<why>\S.*) \[type=(?P<kind>\w+), input_value=")
_STANDARD_ERROR = 2
_IN_FAILED_TRANSACTION = "25P02"
MIGRATE = "migrate"
"""The name of the function within which the driver calls a migration function."""

def describe(
    error: BaseException, *, statements: int | None = None, frames: Sequence[traceback.FrameSummary] | None = None
) -> Failure:
    """Describe ``error``; with ``statements`` (how many the step had sent) a refusal is told from a failure.

    ``frames`` are those of the user's that it comes from, where its traceback does not hold them yet.
    """
    if frames is None:
        frames = _user_frames(error.__traceback__)
    refuses = _is_refusal(error, frames)
    told = _in_the_place_of(error)
    original = _as_the_driver_raised_it(told)
    files = tuple(dict.fromkeys(frame.filename for frame in frames))
    return Failure(
        kind=FailureKind.REFUSED if refuses and statements == 0 else FailureKind.RAISED,
        type_name=_name_of(type(original)),
        message="; ".join(filter(None, (one_line(original, files) or _asserted(original, frames),
                                        remedy_for(error)))),
        sqlstate=sqlstate_of(original),
        statement=_statement_of(told, files),
        location=_place(frames),
        source="\n".join(filter(None, (frame.line for frame in frames))),
        unreadable=sqlstate_of(original) is None and is_unreadable(original),
        on_purpose=refuses and sqlstate_of(original) is None,
    )


def _name_of(kind: type[BaseException]) -> str:
    """The name of an exception's type, with its module where it says nothing by itself: ``zlib.error``."""
    says_nothing = kind.__name__.lower() == "error" and kind.__module__ in sys.stdlib_module_names
    return f"{kind.__module__}.{kind.__name__}" if says_nothing else kind.__name__


def _asserted(error: BaseException, frames: Sequence[traceback.FrameSummary]) -> str:
    """What a bare ``assert`` says: its line."""
    line = frames[-1].line if isinstance(error, AssertionError) and frames else None
    return (line or "").strip()


def _in_the_place_of(error: BaseException) -> BaseException:
    """The error that a library has put its own in the place of, as SQLAlchemy's ``handle_error`` event lets it.

    SQLAlchemy's own, or that of a driver that cannot read a value. Where what the library says is its own, it stays.
    """
    carried = [*vars(error).values(), error.__cause__]
    return next((other for other in carried if isinstance(other, BaseException) and str(other) == str(error)
                 and (isinstance(other, DBAPIError) or is_unreadable(other))), error)


def _as_the_driver_raised_it(error: BaseException) -> BaseException:
    """The exception without what SQLAlchemy wraps around it; asyncpg's it wraps twice, under coarser names."""
    if not isinstance(error, DBAPIError) or error.orig is None:
        return error
    original: BaseException = error.orig
    while original.__cause__ is not None and hasattr(original.__cause__, "sqlstate"):
        original = original.__cause__
    return original


def one_line(error: BaseException, files: Iterable[str] = ()) -> str:
    """The message of ``error`` on one line, shortened, without passwords; drivers add hints on further lines.

    Where values of rows are hidden, none are told; ``files`` hold the user's code that it came through.
    """
    text = _driver_message(error) or str(error)
    if isinstance(error, SystemExit) and isinstance(error.code, int):
        text += _printed_last()
    if is_hiding():
        text = message_without_values(text, sqlstate_of(error), files)
    lines = [line.strip() for line in map(_without_value, text.splitlines())
             if line.strip() and not line.startswith(("LINE ", " "))]
    told = _shorten(without_passwords(_ADDRESS.sub("", "; ".join(lines))))
    return "; ".join(filter(None, (told, waits_for_an_answer(error))))


def _without_value(line: str) -> str:
    """What pydantic says of a value without the value; that one is missing is said by its name, which stands before."""
    found = _OF_A_VALUE.match(line)
    return found["why"] if found is not None and found["kind"] != "missing" else line


def _printed_last() -> str:
    """The last line in the file that all goes to which this process prints, in words.

    Who ends a process gives a number, and the reason before it.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        size = os.fstat(_STANDARD_ERROR).st_size
        tail = os.pread(_STANDARD_ERROR, _MESSAGE_LIMIT, max(0, size - _MESSAGE_LIMIT)) if size else b""
    except OSError:  # a terminal, a pipe, or not open for reading
        return ""
    last = tail.decode(errors="replace").strip().rpartition("\n")[2].strip()
    return f", after {last!r} was printed" if last else ""


def _statement_of(error: BaseException, files: Iterable[str]) -> str | None:
    """The statement that failed; of the drivers that SQLAlchemy knows only asyncpg numbers its parameters."""
    if not isinstance(error, DBAPIError) or not error.statement:
        return None
    return statement_text(error.statement, files, doubled="asyncpg" not in type(error.orig).__module__)


def statement_text(statement: str, files: Iterable[str] = (), *, doubled: bool) -> str:
    """A statement on one line, shortened, without passwords; where they are hidden, without values of rows.

    ``doubled``: a percent sign is written twice in it. Source: https://peps.python.org/pep-0249/#paramstyle
    """
    if doubled:
        statement = statement.replace("%%", "%")
    if is_hiding():
        statement = statement_without_values(statement, files)
    return _shorten(without_passwords(" ".join(statement.split())))


def is_after_another(error: BaseException) -> bool:
    """Whether the server only says that the transaction is aborted, as an earlier statement in it had failed."""
    original = _as_the_driver_raised_it(_in_the_place_of(error))
    is_driver_s = type(original).__module__.partition(".")[0] in _LIBRARY_PACKAGES
    return is_driver_s and sqlstate_of(original) == _IN_FAILED_TRANSACTION


def user_location() -> str | None:
    """``file:line`` of the user's innermost frame that runs now within a migration function; None outside of one."""
    return _place(running_frames())


def running_frames() -> Sequence[traceback.FrameSummary]:
    """The user's frames that run now within a migration function, outermost first; none outside of one."""
    frames: list[traceback.FrameSummary] = []
    frame = sys._getframe(1)  # noqa: SLF001 - there is no other way to it
    while (frame := frame.f_back) is not None:  # type: ignore[assignment]  # ends the loop
        if _calls_migration(frame):
            return _of_the_project(frames[::-1])
        if _is_users(frame):
            frames.append(traceback.FrameSummary(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name))
    return ()


def _place(frames: Sequence[traceback.FrameSummary]) -> str | None:
    return f"{shown_path(frames[-1].filename)}:{frames[-1].lineno}" if frames else None


def sqlstate_of(error: BaseException) -> str | None:
    """The five-character SQLSTATE, under whichever name the driver keeps it."""
    cause: BaseException | None = error
    while cause is not None:
        for attribute in ("sqlstate", "pgcode"):
            value = getattr(cause, attribute, None)
            if isinstance(value, str):
                return value
        if cause.args and isinstance(cause.args[0], dict) and isinstance(cause.args[0].get("C"), str):
            return str(cause.args[0]["C"])  # pg8000 keeps the server's fields in a dictionary
        cause = cause.__cause__
    return None


def _driver_message(error: BaseException) -> str | None:
    """The server's own message and detail where the driver wraps them in something longer."""
    diagnostics = getattr(error, "diag", None)
    primary = getattr(diagnostics, "message_primary", None)
    if primary:
        detail = getattr(diagnostics, "message_detail", None)
        return f"{primary}\n{detail}" if detail else str(primary)
    if error.args and isinstance(error.args[0], dict) and "M" in error.args[0]:
        fields = error.args[0]
        return f"{fields['M']}\n{fields['D']}" if "D" in fields else str(fields["M"])
    if getattr(error, "sqlstate", None) and hasattr(error, "message"):  # asyncpg's, whose text holds labels too
        detail = getattr(error, "detail", None)
        return f"{error.message}\n{detail}" if detail else str(error.message)
    return None


def _shorten(text: str) -> str:
    return text if len(text) <= _MESSAGE_LIMIT else text[: _MESSAGE_LIMIT - 1] + "…"


def _user_frames(tb: TracebackType | None) -> Sequence[traceback.FrameSummary]:
    """The frames of code that is neither a library's, nor Python's, nor ours, outermost first.

    Of a migration function only what it runs counts, not the env.py around it.
    """
    frames: list[traceback.FrameSummary] = []
    for frame, line in traceback.walk_tb(tb):
        if _calls_migration(frame):
            frames.clear()
        elif _is_users(frame):
            frames.append(traceback.FrameSummary(frame.f_code.co_filename, line, frame.f_code.co_name))
    return _of_the_project(frames)


def _of_the_project(frames: Sequence[traceback.FrameSummary]) -> Sequence[traceback.FrameSummary]:
    """Those of frames, outermost first, whose code is the project's and no other library's.

    What is installed is the project's only where nothing else is, and then the package that the outermost is of: a
    history may be installed itself.
    """
    packages = [_installed_package(frame.filename) for frame in frames]
    project = None if None in packages else packages[0] if packages else None
    return [frame for frame, package in zip(frames, packages, strict=True) if package == project]


def _installed_package(filename: str) -> tuple[str, ...] | None:
    """The folder, or the module, of an installed package that a file is of; None of any other file."""
    parts = Path(filename).parts
    ends = [number for number, part in enumerate(parts) if part in _INSTALLED]
    return parts[:ends[-1] + 2] if ends else None


def _calls_migration(frame: FrameType) -> bool:
    return frame.f_code.co_name == MIGRATE and frame.f_globals.get("__name__") == "harness.worker.driving"


def _is_users(frame: FrameType) -> bool:
    package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    libraries = package in _LIBRARY_PACKAGES or package in sys.stdlib_module_names
    return not libraries and not frame.f_code.co_filename.startswith("<") and not _is_compiled(frame)


def _is_compiled(frame: FrameType) -> bool:
    """Whether it is of an extension module: Cython's frames name a source that is not installed."""
    return str(frame.f_globals.get("__file__") or "").endswith(_COMPILED)


def _is_refusal(error: BaseException, frames: Sequence[traceback.FrameSummary]) -> bool:
    """Whether the user's own code raised with a ``raise`` (or a failing constant assert), not by accident."""
    if isinstance(error, SQLAlchemyError) or type(error).__module__.partition(".")[0] in _LIBRARY_PACKAGES:
        return False
    innermost = list(traceback.walk_tb(error.__traceback__))[-1:]
    if not innermost or not frames:
        return False
    frame, line = innermost[0]
    if frame.f_code.co_filename != frames[-1].filename or line != frames[-1].lineno:
        return False
    source = linecache.getline(frame.f_code.co_filename, line).strip()
    return source.startswith(("raise", "assert False", "assert 0")) or isinstance(error, NotImplementedError)
