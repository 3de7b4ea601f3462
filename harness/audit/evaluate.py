"""Expressions of a revision file, as far as they can be told without running them."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable, Sequence
from typing import Protocol

from harness.audit.computing import builtin, compared, grow, item_of, iterated, method, percent, truth
from harness.audit.imports import Imports
from harness.audit.values import (
    HOLE,
    UNKNOWN,
    Attr,
    Function,
    Made,
    Ref,
    Scope,
    Use,
    Value,
    attribute_of,
    last_part,
    path_of,
)


class Caller(Protocol):
    """Says what a call does and returns."""

    @property
    def is_certain(self) -> bool:
        """Whether what is evaluated now is evaluated whatever the database holds."""

    def call(self, function: Value, made: Made, use: Use) -> Value:
        """Return what the call does; ``made`` holds its arguments."""


class Evaluator:
    """Evaluates expressions in a scope, telling ``caller`` of every call."""

    def __init__(self, caller: Caller, imports: Imports) -> None:
        self._caller = caller
        self._imports = imports
        self._scope = Scope()
        self._use = Use.VALUE

    def evaluate(self, node: ast.expr, scope: Scope, use: Use = Use.VALUE) -> Value:
        """The value of ``node``; UNKNOWN where it cannot be told."""
        before = self._scope, self._use
        self._scope, self._use = scope, use
        try:
            return self._value(node)
        finally:
            self._scope, self._use = before

    def _value(self, node: ast.expr | None) -> Value:  # noqa: C901, PLR0911, PLR0912 - one case a kind of expression
        match node:
            case None:
                return None
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                held = self._scope.find(name)
                if held is UNKNOWN and hasattr(builtins, name):
                    return Ref(f"builtins.{name}")
                return self._constant(held)
            case ast.Attribute(value=value, attr=name):
                return self._constant(attribute_of(self._value(value), name))
            case ast.JoinedStr(values=parts):
                return "".join(self._part(part) for part in parts)
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return self._items(items)
            case ast.Dict(keys=keys, values=values):
                return self._dictionary(keys, values)
            case ast.Call():
                return self._call(node)
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(self._value(left), op, self._value(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return compared(self._value(left), op, self._value(right))
            case ast.BoolOp(op=op, values=values):
                return self._bool(op, values)
            case ast.UnaryOp(op=op, operand=operand):
                operated = self._value(operand)
                if isinstance(op, ast.Not):
                    return UNKNOWN if truth(operated) is None else not truth(operated)
                return -operated if isinstance(op, ast.USub) and isinstance(operated, (int, float)) else UNKNOWN
            case ast.IfExp(test=test, body=body, orelse=orelse):
                known = truth(self._value(test))
                if known is None:
                    self._value(body)
                    self._value(orelse)
                    return UNKNOWN
                return self._value(body if known else orelse)
            case ast.Subscript(value=value, slice=key):
                return item_of(self._value(value), self._value(key))
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return self._comprehension(node)
            case ast.Starred(value=value) | ast.Await(value=value):
                return self._value(value)
            case ast.NamedExpr(target=target, value=value):
                self._scope.variables[target.id] = found = self._value(value)
                return found
            case ast.Lambda():
                return Function(node, self._scope)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self._value(child)
                return UNKNOWN

    def _constant(self, value: Value) -> Value:
        """What an imported name stands for, where the module that holds it says so."""
        known = self._imports.constant(value.path) if isinstance(value, Ref) else UNKNOWN
        return known if known is not UNKNOWN else value

    def _part(self, part: ast.expr) -> str:
        if isinstance(part, ast.FormattedValue):
            value = self._value(part.value)
            if part.conversion == -1 and part.format_spec is None and isinstance(value, (str, int, float)):
                return str(value)
            if part.conversion == ord("r") and isinstance(value, (str, int)) and HOLE not in str(value):
                return repr(value)
            return HOLE
        value = self._value(part)
        return value if isinstance(value, str) else HOLE

    def _items(self, nodes: Sequence[ast.expr]) -> Value:
        found: list[Value] = []
        is_known = True
        for node in nodes:
            value = self._value(node)
            if isinstance(node, ast.Starred):
                if isinstance(value, (list, tuple)):
                    found += value
                else:
                    is_known = False
            else:
                found.append(value)
        return found if is_known else UNKNOWN

    def _dictionary(self, keys: Sequence[ast.expr | None], values: Sequence[ast.expr]) -> Value:
        found: dict[Value, Value] = {}
        is_known = True
        for key, value in zip(keys, values, strict=True):
            known, item = self._value(key), self._value(value)
            if key is None and isinstance(item, dict):
                found |= item
            elif isinstance(known, (str, int, bool)) and key is not None:
                found[known] = item
            else:
                is_known = False
        return found if is_known else UNKNOWN

    @staticmethod
    def _binary(left: Value, op: ast.operator, right: Value) -> Value:
        if isinstance(op, ast.Add) and isinstance(left, list) and isinstance(right, list):
            return left + right
        if isinstance(op, ast.Add) and (isinstance(left, str) or isinstance(right, str)):
            return "".join(part if isinstance(part, str) else HOLE for part in (left, right))
        if isinstance(op, ast.Mod) and isinstance(left, str):
            return percent(left, right)
        if isinstance(left, (int, float)) and isinstance(right, (int, float)):
            operations: dict[type[ast.operator], Callable[[float, float], float]] = {
                ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}
            return operations[type(op)](left, right) if type(op) in operations else UNKNOWN
        return UNKNOWN

    def _bool(self, op: ast.boolop, nodes: Sequence[ast.expr]) -> Value:
        result: Value = UNKNOWN
        is_known = True
        for node in nodes:
            result = self._value(node)
            known = truth(result)
            if known is not None and known == isinstance(op, ast.Or):
                return result if is_known or isinstance(result, bool) else UNKNOWN
            is_known = is_known and known is not None
        return result if is_known else UNKNOWN

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> Value:
        generator = node.generators[0]
        items = iterated(self._value(generator.iter))
        if items is None or len(node.generators) > 1:
            scope = Scope({name: UNKNOWN for each in node.generators for name in names_in(each.target)}, self._scope)
            self.evaluate(node.elt, scope)
            return UNKNOWN
        found: list[Value] = []
        for item in items:
            scope = Scope({}, self._scope)
            assign(generator.target, item, scope)
            kept = [truth(self.evaluate(test, scope)) for test in generator.ifs]
            if None in kept:
                return UNKNOWN
            if all(kept):
                found.append(self.evaluate(node.elt, scope))
        return found

    # -- calls --------------------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> Value:
        use, self._use = self._use, Use.ARGUMENT
        function = self._value(node.func)
        args: list[Value] = []
        kwargs: dict[str, Value] = {}
        is_complete = True
        for each in node.args:
            value = self._value(each)
            if not isinstance(each, ast.Starred):
                args.append(value)
            elif isinstance(value, (list, tuple)):
                args += value
            else:
                is_complete = False
        for keyword in node.keywords:
            value = self._value(keyword.value)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
            elif isinstance(value, dict):
                kwargs |= {str(key): item for key, item in value.items()}
            else:
                is_complete = False
        self._use = use
        made = Made(function, tuple(args), kwargs, _line_of(node), is_complete, _line_of_text(node))
        known = self._known_call(function, made)
        return known if known is not None else self._caller.call(function, made, use)

    def _known_call(self, function: Value, made: Made) -> Value | None:
        """What methods of texts, lists and dictionaries, and a few builtins, return; None for everything else."""
        if isinstance(function, Attr):
            if isinstance(function.of, list) and function.name in ("append", "extend", "insert", "add"):
                grow(function.of, function.name, made, is_certain=self._caller.is_certain)
                return UNKNOWN
            return method(function.of, function.name, made)
        if path_of(function).startswith("builtins."):
            return builtin(last_part(function), made)
        if path_of(function) == "textwrap.dedent" and made.args:
            return made.args[0]
        return None


def assign(target: ast.expr, value: Value, scope: Scope) -> None:
    """Assign to a name, or to names side by side; what else is assigned to is passed over."""
    if isinstance(target, ast.Name):
        scope.variables[target.id] = value
    elif isinstance(target, (ast.Tuple, ast.List)):
        items = list(value) if isinstance(value, (list, tuple)) and len(value) == len(target.elts) else None
        for place, part in enumerate(target.elts):
            assign(part, items[place] if items is not None else UNKNOWN, scope)
    elif isinstance(target, ast.Starred):
        assign(target.value, UNKNOWN, scope)
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        scope.variables[target.value.id] = UNKNOWN


def names_in(target: ast.AST) -> list[str]:
    """The names that are assigned to inside ``target``."""
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]


def _line_of(node: ast.Call) -> int:
    """The line of the name that is called; in a chain of calls each has its own."""
    func = node.func
    return (func.end_lineno or func.lineno) if isinstance(func, ast.Attribute) else node.lineno


def _line_of_text(node: ast.Call) -> int | None:
    first = node.args[0] if node.args else None
    is_text = isinstance(first, ast.JoinedStr) or (isinstance(first, ast.Constant) and isinstance(first.value, str))
    return first.lineno if first is not None and is_text and first.end_lineno != first.lineno else None


