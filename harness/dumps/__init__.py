"""Dumps of databases: read in every format of pg_dump, and restored into a database of the harness's own."""

from harness.dumps.files import Dump, open_dump
from harness.dumps.restore import Restored, restore

__all__ = ["Dump", "Restored", "open_dump", "restore"]
