"""What a snapshot says to the last field."""

from __future__ import annotations

from harness.catalog import Snapshot


def in_full(snapshot: Snapshot) -> list[str]:
    """Everything that was read, the fields that are not compared too."""
    return [repr(item) for item in snapshot.objects]
