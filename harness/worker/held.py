"""Count the connections that are out of their SQLAlchemy pools: what the user's code opened and has not closed.

A session that a module keeps open outlives the step that used it. The next ``alembic`` command would not have it, and
what it leads to may be locked by it, or gone by then.
"""

from __future__ import annotations

import gc
import weakref
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool


class Held:
    """Knows every connection that was taken out of a pool of this process."""

    def __init__(self) -> None:
        self._records: weakref.WeakSet[Any] = weakref.WeakSet()

    def install(self) -> None:
        """Watch from now on; once per process."""
        event.listen(Pool, "checkout", self._on_checkout)

    def count(self) -> int:
        """How many are out now, or nobody's but not collected yet."""
        return sum(record.in_use for record in list(self._records))

    def are_more_than(self, number: int) -> bool:
        """Whether somebody holds more than ``number``."""
        if self.count() <= number:
            return False
        gc.collect()
        return self.count() > number

    def _on_checkout(self, _connection: Any, record: Any, _proxy: Any) -> None:
        self._records.add(record)
