"""What can go wrong on our side, as a tree.

HarnessError
├── UsageError               the command line or the settings ask for something that cannot be      exit 2
├── ProjectError             the Alembic project cannot be read or driven                          exit 3
└── ServerUnavailableError   no PostgreSQL server could be had                                     exit 3

A migration of the user's that raises is a finding, never one of these. Every message is one line that says what was
attempted, the fact, and the remedy: ``cannot read alembic.ini: no such file '/srv/x.ini'; give --alembic-ini PATH``.
"""

from __future__ import annotations

import contextlib
import re
import traceback
from collections.abc import Iterator
from enum import IntEnum

_SECRET_IN_URL = re.compile(r"(\w+://[^:/@\s]*):[^@/\s]+@")


class ExitCode(IntEnum):
    """Exit codes of every command."""

    OK = 0
    """All planned steps were checked and nothing reached the threshold."""
    FINDINGS = 1
    """At least one finding at or over the threshold."""
    USAGE = 2
    """The command line or the settings are wrong."""
    ENVIRONMENT = 3
    """No server could be had, or the project could not be read."""
    INCOMPLETE = 4
    """Something planned was not reached."""
    BUG = 70
    """A fault of Roundtrip's own."""


class HarnessError(Exception):
    """Base of all errors that Roundtrip raises on purpose; never raised itself."""

    exit_code = ExitCode.BUG

    def __init__(self, attempt: str, fact: str, remedy: str) -> None:
        self.attempt = attempt
        self.fact = fact
        self.remedy = remedy
        super().__init__(f"{attempt}: {fact}; {remedy}")


class UsageError(HarnessError):
    """The command line or the settings ask for something that cannot be."""

    exit_code = ExitCode.USAGE


class ProjectError(HarnessError):
    """The Alembic project cannot be read or driven."""

    exit_code = ExitCode.ENVIRONMENT


class ServerUnavailableError(HarnessError):
    """No PostgreSQL server could be had."""

    exit_code = ExitCode.ENVIRONMENT


def without_passwords(text: str) -> str:
    """Replace the password of every URL in ``text``."""
    return _SECRET_IN_URL.sub(r"\1:***@", text)


@contextlib.contextmanager
def without_values(*, hidden: bool) -> Iterator[None]:
    """Where values of rows are ``hidden``, let no error that is not ours tell what its message says.

    Raises:
        RuntimeError: in the place of such an error, with its kind and where it was raised.
    """
    try:
        yield
    except HarnessError:
        raise
    except Exception as error:
        if not hidden:
            raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{place.filename}:{place.lineno}"
        raise RuntimeError(f"{type(error).__name__} at {where}; what it says may hold values of rows") from None
