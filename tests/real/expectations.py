"""What is known of each history, finding by finding. Each was reviewed; docs/real-histories.md tells why it is true.

In ``expected/<history>.txt`` a revision stands at the beginning of a line, each of its findings indented below it: the
rule, what it is about, and ``(only with rows)`` where the oracle judges the rule too but without rows cannot see it, or
``(by chance)`` where the history itself decides by random ids, which its revisions make, whether there are such rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "expected"
_ONLY_WITH_ROWS = " (only with rows)"
_BY_CHANCE = " (by chance)"
_PROJECT = "(project)"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a walk has to find in one revision."""

    findings: frozenset[str]
    """``RULE object``."""
    by_chance: frozenset[str]
    """The same, of what may be found."""
    only_with_rows: frozenset[str]
    """Rules of which an oracle without rows sees nothing here."""

    def differs_from(self, found: frozenset[str]) -> tuple[str, ...]:
        """What is missing in ``found``, and what is new there."""
        return (*(f"missing: {line}" for line in sorted(self.findings - found)),
                *(f"new: {line}" for line in sorted(found - self.findings - self.by_chance)))


def read_expected(history: str) -> Mapping[str, Expected]:
    """Return what is expected of each revision, in the order of the history."""
    return {revision: known for revision, known in _read(history).items() if revision != _PROJECT}


def read_expected_of_project(history: str) -> Expected:
    """Return what is expected that belongs to no revision."""
    return _read(history).get(_PROJECT) or _expected(())


def _read(history: str) -> Mapping[str, Expected]:
    texts: dict[str, list[str]] = {}
    for line in (_FOLDER / f"{history}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            next(reversed(texts.values())).append(line.strip())
        elif line and not line.startswith("#"):
            texts[line] = []
    return {revision: _expected(lines) for revision, lines in texts.items()}


def _expected(lines: Sequence[str]) -> Expected:
    return Expected(
        findings=frozenset(map(_bare, (line for line in lines if _BY_CHANCE not in line))),
        by_chance=frozenset(map(_bare, (line for line in lines if _BY_CHANCE in line))),
        only_with_rows=frozenset(line.split()[0] for line in lines if _ONLY_WITH_ROWS in line),
    )


def _bare(line: str) -> str:
    return line.replace(_BY_CHANCE, "").replace(_ONLY_WITH_ROWS, "")


def show(findings: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return a report's findings as such a file lists them: a revision file, or a function of it, without the path."""
    return frozenset(f"{finding['rule']} {_object(finding['object'])}" for finding in findings)


def _object(name: str) -> str:
    path, _, function = name.rpartition(":")
    if name.endswith(".py"):
        return Path(name).name
    return f"{function}()" if path.endswith(".py") else name
