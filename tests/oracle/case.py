"""One DDL change, and whether it shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a database holds, what is done to it, and whether pg_dump then prints another text."""

    id: str
    setup: str
    change: str
    differs: bool = True
    since: int = 14
    """The first major version of the server that knows the statement."""


def cases(setup: str, changes: dict[str, str], *, since: int = 14, differs: bool = True) -> tuple[Case, ...]:
    """One case for each change, all to the same objects."""
    return tuple(Case(id=name, setup=setup, change=change, since=since, differs=differs)
                 for name, change in changes.items())
