"""Constants that a revision imports, read from the source of the module that holds them. Nothing is imported."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.audit.configuration import find_module
from harness.audit.values import UNKNOWN, Value

_LARGEST_BYTES = 2_000_000
_MOST_STEPS = 6
"""A name that is passed on from module to module more often is given up."""
_NOT_LOOKED_INTO = sys.stdlib_module_names | {"alembic", "sqlalchemy"}


class Imports:
    """Looks names up by their dotted path, each module once."""

    def __init__(self, search: Sequence[Path]) -> None:
        self._search = tuple(search)
        self._modules: dict[str, ast.Module | None] = {}
        self._known: dict[str, Value] = {}
        self._names: dict[int, dict[str, ast.stmt | None]] = {}
        """By the identity of a body, which lives as long as its module in ``_modules``."""

    def constant(self, path: str) -> Value:
        """The text, number or list of such that ``package.module.NAME`` or ``….Class.name`` is; else UNKNOWN."""
        if path not in self._known:
            looked_into = path.partition(".")[0] not in _NOT_LOOKED_INTO and not path.startswith(".")
            self._known[path] = self._look_up(path, _MOST_STEPS) if looked_into else UNKNOWN
        return self._known[path]

    def _look_up(self, path: str, steps: int) -> Value:
        parts = path.split(".")
        for size in range(len(parts) - 1, 0, -1):
            module = self._module(".".join(parts[:size]))
            if module is not None:
                return self._within(module, ".".join(parts[:size]), parts[size:], steps)
        return UNKNOWN

    def _within(self, module: ast.Module, module_name: str, names: Sequence[str], steps: int) -> Value:
        body: Sequence[ast.stmt] = module.body
        for number, name in enumerate(names, 1):
            node = self._bound_in(body, name)
            if isinstance(node, ast.ClassDef):
                body = node.body
            elif isinstance(node, ast.ImportFrom) and steps:
                original = next(alias.name for alias in node.names if (alias.asname or alias.name) == name)
                base = self._absolute(node, module_name)
                return self._look_up(".".join([base, original, *names[number:]]), steps - 1) if base else UNKNOWN
            else:
                return _literal(node) if number == len(names) else UNKNOWN
        return UNKNOWN

    def _bound_in(self, body: Sequence[ast.stmt], name: str) -> ast.stmt | None:
        """The one statement that gives ``name`` a value; None where several do, or one under a condition."""
        if id(body) not in self._names:
            found: dict[str, ast.stmt | None] = {}
            for outer in body:
                is_plain = not isinstance(outer, (ast.If, ast.Try, ast.With, ast.For, ast.While))
                for node in (outer,) if is_plain else ast.walk(outer):
                    for bound in _bound(node):
                        found[bound] = outer if is_plain and bound not in found else None
            self._names[id(body)] = found
        return self._names[id(body)].get(name)

    def _absolute(self, node: ast.ImportFrom, module_name: str) -> str:
        """The package that an import is from, a relative one too."""
        if not node.level:
            return node.module or ""
        spec = find_module(module_name, self._search)
        is_package = spec is not None and spec.submodule_search_locations is not None
        parts = module_name.split(".")
        kept = parts[:len(parts) - node.level + is_package]
        return ".".join([*kept, *([node.module] if node.module else [])]) if kept else ""

    def _module(self, name: str) -> ast.Module | None:
        if name not in self._modules:
            self._modules[name] = self._parse(name)
        return self._modules[name]

    def _parse(self, name: str) -> ast.Module | None:
        spec = find_module(name, self._search)
        if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
            return None
        try:
            file = Path(spec.origin)
            return ast.parse(file.read_bytes()) if file.stat().st_size <= _LARGEST_BYTES else None
        except (OSError, SyntaxError, ValueError, RecursionError):
            return None


def _bound(node: ast.AST) -> set[str]:
    """The names that a statement itself gives a value."""
    match node:
        case ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.ClassDef(name=name):
            return {name}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {alias.asname or alias.name for alias in names}
        case _:
            return set()


def _literal(node: ast.stmt | None) -> Value:
    value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
    try:
        known = ast.literal_eval(value) if value is not None else UNKNOWN
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN
    if isinstance(known, (list, tuple)):
        return list(known)
    return known if isinstance(known, (str, int, bool)) else UNKNOWN
