"""What is noted while a migration function is read from its first line to its last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from harness.audit.facts import Doubt, Effect, Operation
from harness.audit.sql import read_sql
from harness.audit.values import HOLE


class Recorder:
    """Gathers operations and doubts; what is noted within ``perhaps`` may not happen."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.doubts: list[Doubt] = []
        self._conditions = 0

    @property
    def is_certain(self) -> bool:
        """Whether what is noted now happens whatever the database holds."""
        return self._conditions == 0

    @contextmanager
    def perhaps(self) -> Iterator[None]:
        """Whatever is noted inside may not happen, or happen more than once."""
        self._conditions += 1
        try:
            yield
        finally:
            self._conditions -= 1

    def become_uncertain(self) -> None:
        """From here on everything may not happen; taken back by ``restore``."""
        self._conditions += 1

    @property
    def conditions(self) -> int:
        """How many conditions what is noted now depends on."""
        return self._conditions

    def restore(self, conditions: int) -> None:
        """Go back to what ``conditions`` was."""
        self._conditions = conditions

    def operation(self, name: str, line: int, effects: tuple[Effect, ...] = ()) -> None:
        """Note a call of an Alembic operation."""
        self.operations.append(Operation(name=name, line=line, effects=effects))

    def sql(self, text: str, line: int, text_line: int | None) -> None:
        """Note every statement of ``text``; one that cannot be read is a doubt, too.

        ``line`` is that of the call, ``text_line`` that at which a text over several lines begins.
        """
        for statement in read_sql(text, text_line or line, is_certain=self.is_certain, in_lines=text_line is not None):
            self.operations.append(
                Operation(name=statement.name, line=statement.line, effects=statement.effects, sql=statement.shown))
            if not statement.is_read:
                self.doubts.append(Doubt(statement.line, "runs what only the server understands", None
                                         if HOLE in text else text))

    def doubt(self, line: int, what: str) -> None:
        """Note something that may do anything."""
        self.doubts.append(Doubt(line, what))
