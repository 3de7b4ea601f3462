"""The file and line at which a code host shows a finding, relative to the repository's root."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.findings.model import Finding
from harness.names import StepName
from harness.outcomes import RunResult

_LOCATION = re.compile(r"(?P<path>.+):(?P<line>\d+)\Z")
_OF_A_FILE = re.compile(r".+\.py:(?P<function>upgrade|downgrade)\Z")
"""What a finding about a function as a whole is called."""
_IDENTIFIER = re.compile(r'"(?:[^"]|"")*"|[^."]+')
_UPGRADES = frozenset({StepName.UPGRADE, StepName.REUPGRADE, StepName.LIVE_UPGRADE})


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file."""

    path: str
    """With forward slashes, relative to the repository's root; absolute where the file lies outside."""
    line: int
    """From 1."""


class Places:
    """Finds the places of a run's findings; reads revision files, and nothing when a file cannot be read."""

    def __init__(self, result: RunResult, top: Path, folders: Sequence[Path]) -> None:
        self._alembic_ini = result.project.alembic_ini
        self._paths = {entry.revision: entry.path for entry in result.revisions}
        self._top = top
        self._folders = tuple(folders)
        self._functions: dict[Path, dict[str, ast.FunctionDef]] = {}

    def of(self, finding: Finding) -> Place:
        """Where the error was raised, else the operation that speaks of the object, else its function."""
        raised = _LOCATION.match(finding.evidence.location or "")
        if raised is not None and self._in_repository(raised["path"]):
            return Place(self._relative(self._find(raised["path"])), int(raised["line"]))
        shown = finding.object if finding.revision is None else self._paths.get(finding.revision, finding.object)
        file = self._find(shown)
        if not file.is_file():
            file = self._find(self._alembic_ini)
        return Place(self._relative(file), _line(self._functions_of(file), finding))

    def _find(self, shown: str) -> Path:
        """The file that a report calls ``shown``: relative to the first of the folders in which there is one."""
        candidates = [folder / shown for folder in self._folders]
        return next((path for path in candidates if path.is_file()), candidates[0] if candidates else Path(shown))

    def _in_repository(self, shown: str) -> bool:
        path = self._find(shown)
        return path.is_file() and path.is_relative_to(self._top)

    def _relative(self, path: Path) -> str:
        return (path.relative_to(self._top) if path.is_relative_to(self._top) else path).as_posix()

    def _functions_of(self, file: Path) -> dict[str, ast.FunctionDef]:
        if file not in self._functions:
            try:
                body = ast.parse(file.read_bytes()).body if file.suffix == ".py" else []
            except (OSError, SyntaxError, ValueError):
                body = []
            self._functions[file] = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
        return self._functions[file]


def find_top(folder: Path, fallback: Path) -> Path:
    """The root of the repository that ``folder`` lies in, else ``fallback`` where it is above, else ``folder``."""
    for above in (folder, *folder.parents):
        if (above / ".git").exists():  # a file in a worktree
            return above
    return fallback if folder.is_relative_to(fallback) else folder


def _line(functions: dict[str, ast.FunctionDef], finding: Finding) -> int:
    named = _OF_A_FILE.match(finding.object)
    up = finding.evidence.step in _UPGRADES if named is None else named["function"] == "upgrade"
    order = [functions[name] for name in (("upgrade", "downgrade") if up else ("downgrade", "upgrade"))
             if name in functions]
    if named is None:
        for identifier in _identifiers(finding.object):
            for function in order:
                for line in _mentions(function, identifier):
                    return line
    return order[0].lineno if order else 1


def _identifiers(qualified: str) -> list[str]:
    """What the object is called in an operation, then its table; the schema tells nothing."""
    parts = [part.strip('"').replace('""', '"') for part in _IDENTIFIER.findall(qualified)]
    return parts[:0:-1] or parts


def _mentions(function: ast.FunctionDef, identifier: str) -> Iterator[int]:
    """The lines of a function with a string in which ``identifier`` is a word, from the top."""
    word = re.compile(rf"(?<!\w){re.escape(identifier)}(?!\w)")
    found = []
    operations = function.body[1:] if ast.get_docstring(function) else function.body
    for node in (node for operation in operations for node in ast.walk(operation)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            match = word.search(node.value)
            if match is not None:
                over_lines = node.end_lineno is not None and node.end_lineno - node.lineno >= node.value.count("\n") > 0
                found.append(node.lineno + (node.value.count("\n", 0, match.start()) if over_lines else 0))
    return iter(sorted(found))
