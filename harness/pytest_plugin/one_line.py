"""Show what we raise on purpose as pytest shows a failure without a traceback: in its one line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from harness.errors import HarnessError


@contextlib.contextmanager
def in_one_line() -> Iterator[None]:
    """Fail the test or fixture with the one line of a HarnessError or UsageError."""
    try:
        yield
    except (HarnessError, pytest.UsageError) as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
