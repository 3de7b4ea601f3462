"""The statements that a downgrade lacks."""

from harness.findings.restoring.undoing import in_order, restore

__all__ = ["in_order", "restore"]
