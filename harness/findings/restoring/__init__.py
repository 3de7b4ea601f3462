"""The statements that a downgrade lacks: what makes the schema after it the schema before the upgrade."""

from __future__ import annotations

from harness.catalog import CatalogDelta, Change
from harness.findings.restoring.altering import set_back
from harness.findings.restoring.making import drop, make

__all__ = ["restore"]


def restore(change: Change, delta: CatalogDelta) -> tuple[str, ...] | None:
    """The statements that undo ``change``, as downgrade() has them; None where they cannot be told."""
    was, now = delta.before, delta.after
    if was is None or now is None:
        return None
    match change.before, change.after:
        case None, None:
            return None
        case None, after if after is not None:
            statements = drop(after)
        case before, None if before is not None:
            statements = make(before, was)
        case before, after:
            assert before is not None
            assert after is not None
            statements = set_back(before, after, was, now)
    return tuple(statements) if statements else None
