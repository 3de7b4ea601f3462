"""Dates and times that PostgreSQL has and Python has not, as their text tells."""

from __future__ import annotations

import re

from harness.data.compare import RowsDelta

OUT_OF_RANGE = re.compile(r"infinity|\b\d{5,}-\d\d-\d\d|\bBC\b|\b24:00:00|\b(?:0001-01-01|9999-12-31)[ T]")
"""With the first and the last day, which in another time zone may be of another year."""


def brings_far_dates(delta: RowsDelta) -> bool:
    """Whether a value of the second state that the first has not may be one."""
    written = [value for row in delta.added for value in row]
    written += [sample.after for change in delta.changed for sample in change.samples]
    return any(value is not None and OUT_OF_RANGE.search(value) for value in written)
