"""Texts that a file of Python puts together from its own constants, as far as they are written down. Nothing is run."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from harness.audit.computing import method, percent
from harness.audit.values import HOLE, UNKNOWN, Made, Value

_ASKS_ENVIRONMENT = re.compile(r"environ|getenv|\benv\b|decouple|config\.get|get_main_option|x_argument|settings")
_KEEPS_TEXT = frozenset({"quote", "quote_plus", "text", "DDL", "dedent", "str"})
"""Functions that give their first argument back, as far as it matters here."""
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Fallback:
    """What is taken where the environment gives nothing."""

    node: ast.expr
    asked: str | None
    """The variable that is asked for; None where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A text with ``HOLE`` for what is not written down."""

    text: str
    fallback: Fallback | None = None
    """Where a part of it is only taken if the environment gives nothing."""


def fallback_of(node: ast.AST | None) -> Fallback | None:
    """The default of ``os.environ.get("NAME", default)`` or ``os.getenv("NAME") or default``; None for all else."""
    if isinstance(node, ast.Call) and _ASKS_ENVIRONMENT.search(ast.unparse(node.func)):
        given = [*node.args[1:], *(keyword.value for keyword in node.keywords if keyword.arg)]
        return Fallback(given[0], _known(node.args[0]) if node.args else None) if given else None
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        asked = [value for value in node.values[:-1] if _ASKS_ENVIRONMENT.search(ast.unparse(value))]
        names = [name for value in asked for each in ast.walk(value) if (name := _known(each)) is not None]
        return Fallback(node.values[-1], names[0] if names else None) if asked else None
    return None


class Texts:
    """The texts of one file; a name stands for its value where the file gives it only one."""

    def __init__(self, tree: ast.Module) -> None:
        bound = Counter(node.arg if isinstance(node, ast.arg) else node.id for node in ast.walk(tree) if isinstance(
            node, ast.arg) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)))
        self._values = {
            target.id: node.value for node in ast.walk(tree) if isinstance(node, (ast.Assign, ast.AnnAssign))
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name) and bound[target.id] == 1 and node.value is not None}

    def of(self, node: ast.expr) -> Composed:
        """What ``node`` is as a text."""
        reader = _Reader(self)
        text = reader.text(node, 0)
        return Composed(text, reader.fallback)

    def items(self, node: ast.expr) -> Mapping[str, ast.expr]:
        """The items of a dictionary that is written down, here or where its name is given a value."""
        held = self.held(node)
        return {name: value for key, value in zip(held.keys, held.values, strict=True)
                if (name := _known(key)) is not None} if isinstance(held, ast.Dict) else {}

    def held(self, node: ast.expr) -> ast.expr:
        """What a name, or an item of a dictionary, stands for; ``node`` itself where that is not written down."""
        match node:
            case ast.Name(id=name):
                return self._values.get(name, node)
            case ast.Subscript(value=ast.Name() as of, slice=ast.Constant(value=str() as key)):
                return self.items(of).get(key, node)
            case _:
                return node


class _Reader:
    """Puts one text together, and notes where it asks the environment."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self.fallback: Fallback | None = None

    def text(self, node: ast.expr, depth: int) -> str:  # noqa: PLR0911 - one return a kind of expression
        if depth > _DEEPEST:
            return HOLE
        if (default := fallback_of(node)) is not None:
            self.fallback = self.fallback or default
            return self.text(default.node, depth + 1)
        match node:
            case ast.Constant(value=str() | int() as value) if not isinstance(value, bool):
                return str(value)
            case ast.Name() | ast.Subscript():
                held = self._texts.held(node)
                return self.text(held, depth + 1) if held is not node else HOLE
            case ast.JoinedStr(values=parts):
                return "".join(self.text(part, depth + 1) for part in parts)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self.text(value, depth + 1)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self.text(left, depth + 1) + self.text(right, depth + 1)
            case ast.BinOp(left=left, op=ast.Mod(), right=right):
                return percent(self.text(left, depth + 1), self._operand(right, depth + 1))
            case ast.Call():
                return self._called(node, depth + 1)
            case _:
                return HOLE

    def _operand(self, node: ast.expr, depth: int) -> Value:
        """What stands behind ``%``: one value, several, or some by name."""
        held = self._texts.held(node)
        if isinstance(held, ast.Tuple):
            return [self.text(item, depth) for item in held.elts]
        items = self._texts.items(held)
        return {name: self.text(value, depth) for name, value in items.items()} if items else self.text(held, depth)

    def _called(self, node: ast.Call, depth: int) -> str:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in _KEEPS_TEXT and node.args:
            return self.text(node.args[0], depth)
        if name != "format" or not isinstance(node.func, ast.Attribute):
            return HOLE
        named = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg is not None}
        for keyword in node.keywords:
            named |= self._texts.items(keyword.value) if keyword.arg is None else {}
        found = method(self.text(node.func.value, depth), "format", Made(
            UNKNOWN, tuple(self.text(value, depth) for value in node.args),
            {key: self.text(value, depth) for key, value in named.items()}, node.lineno))
        return found if isinstance(found, str) else HOLE


def _known(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
