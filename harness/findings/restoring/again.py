"""What every way of setting an object back has in hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from harness.catalog import Snapshot
from harness.catalog.objects import CatalogObject
from harness.findings.restoring.code import execute
from harness.findings.restoring.dependents import around
from harness.findings.restoring.making import drop, make
from harness.findings.restoring.properties import literal
from harness.names import show_identifier

Statements = list[str] | None
"""None where nothing leads back, or what does cannot be told."""
_Kind = TypeVar("_Kind")


class Anew(list[str]):
    """Statements that make an object again, with its owner, privileges and comment."""


@dataclass(frozen=True, slots=True)
class Altered(Generic[_Kind]):
    """An object that is to be as it was ``before``."""

    before: _Kind
    after: _Kind
    names: frozenset[str]
    """What differs, but for owner, privileges, comment and labels."""
    was: Snapshot
    """Everything on the side of ``before``."""
    now: Snapshot
    """The same on the other side."""

    def anew(self) -> Statements:
        """Drop it and make it again, with what needs it."""
        assert isinstance(self.before, CatalogObject)
        assert isinstance(self.after, CatalogObject)
        dropped, made = drop(self.after, self.now), make(self.before, self.was)
        dependents = around(self.after, self.was, self.now)
        if dropped is None or made is None or dependents is None:
            return None
        first, last = dependents
        return Anew([*first, *dropped, *made, *last])


def settings(alter: str, wanted: frozenset[str], present: frozenset[str]) -> Iterator[str]:
    """SET and RESET storage parameters."""
    gone = sorted({text.partition("=")[0] for text in present} - {text.partition("=")[0] for text in wanted})
    if gone:
        yield execute(f"{alter} RESET ({', '.join(gone)})")
    if wanted - present:
        yield execute(f"{alter} SET ({', '.join(sorted(wanted - present))})")


def foreign_options(wanted: Iterable[str], present: Iterable[str]) -> str:
    """OPTIONS as ALTER takes them."""
    then, now = (dict(text.partition("=")[::2] for text in options) for options in (wanted, present))
    parts = [f"DROP {show_identifier(name)}" for name in sorted(now.keys() - then.keys())]
    parts += [f"{'SET' if name in now else 'ADD'} {show_identifier(name)} {literal(value)}"
              for name, value in sorted(then.items()) if now.get(name) != value]
    return f"OPTIONS ({', '.join(parts)})"
