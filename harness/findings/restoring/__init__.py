"""The statements that a downgrade lacks."""

from harness.findings.restoring.order import in_order
from harness.findings.restoring.renaming import Renaming, find_renaming
from harness.findings.restoring.undoing import restore

__all__ = ["Renaming", "find_renaming", "in_order", "restore"]
