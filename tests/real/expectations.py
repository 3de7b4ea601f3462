"""What is known of each history, finding by finding. Each was reviewed; docs/real-histories.md tells why it is true.

In ``expected/<history>.txt`` a revision stands at the beginning of a line, each of its findings indented below it: the
rule, what it is about, and ``(only with rows)`` where the oracle judges the rule too but without rows cannot see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "expected"
_ONLY_WITH_ROWS = " (only with rows)"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a walk has to find in one revision."""

    findings: tuple[str, ...]
    """``RULE object``, in the order of their texts."""
    only_with_rows: frozenset[str]
    """Rules of which an oracle without rows sees nothing here."""


def read_expected(history: str) -> Mapping[str, Expected]:
    """Return what is expected of each revision, in the order of the history."""
    texts: dict[str, list[str]] = {}
    for line in (_FOLDER / f"{history}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            next(reversed(texts.values())).append(line.strip())
        elif line and not line.startswith("#"):
            texts[line] = []
    return {
        revision: Expected(
            tuple(sorted(line.removesuffix(_ONLY_WITH_ROWS) for line in lines)),
            frozenset(line.split()[0] for line in lines if line.endswith(_ONLY_WITH_ROWS)),
        )
        for revision, lines in texts.items()
    }


def show(findings: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return a report's findings as such a file lists them: a function of a revision file without the path."""
    return tuple(sorted(f"{finding['rule']} {_object(finding['object'])}" for finding in findings))


def _object(name: str) -> str:
    path, _, function = name.rpartition(":")
    return f"{function}()" if path.endswith(".py") else name
