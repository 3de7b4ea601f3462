"""Expressions of a revision file, as far as they can be told without running them."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from harness.audit.imports import Imports
from harness.audit.values import (
    HOLE,
    UNKNOWN,
    Attr,
    Function,
    LocalClass,
    Made,
    Ref,
    Scope,
    Use,
    Value,
    last_part,
    path_of,
    text,
)

_MOST_ITEMS = 400
"""A list longer than that, or a loop that makes one, is not followed."""
_COMPARE: Mapping[type[ast.cmpop], Callable[[Value, Value], bool]] = MappingProxyType({
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
    ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right,  # type: ignore[operator]  # tried, and caught, below
    ast.NotIn: lambda left, right: left not in right,  # type: ignore[operator]
})
_TEXT_METHODS = frozenset({
    "lower", "upper", "strip", "lstrip", "rstrip", "replace", "title", "capitalize", "removeprefix", "removesuffix",
    "startswith", "endswith", "split", "splitlines", "encode", "join",
})


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
                return self._constant(self.attribute(self._value(value), name))
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
                return _compared(self._value(left), op, self._value(right))
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
                return _item(self._value(value), self._value(key))
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

    @staticmethod
    def attribute(of: Value, name: str) -> Value:
        """An attribute; what tells the kind of database is PostgreSQL's, which is what the migrations run on."""
        if isinstance(of, Ref):
            return Ref(f"{of.path}.{name}")
        if isinstance(of, LocalClass):
            return of.members.get(name, Attr(of, name))
        if isinstance(of, Attr) and name == "name" and of.name in ("dialect", "engine"):
            return "postgresql"
        if isinstance(of, str) and name == "value":  # a member of an enum of the file
            return of
        if name == "as_sql":
            return False
        return Attr(of, name)

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
            return _percent(left, right)
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
                _grow(function.of, function.name, made, is_certain=self._caller.is_certain)
                return UNKNOWN
            return _method(function.of, function.name, made)
        if path_of(function).startswith("builtins."):
            return _builtin(last_part(function), made)
        if path_of(function) == "textwrap.dedent" and made.args:
            return made.args[0]
        return None


def truth(value: Value) -> bool | None:
    """Whether a value is true; None where that cannot be told."""
    if value is UNKNOWN or isinstance(value, (Ref, Made, Attr)) or (isinstance(value, str) and HOLE in value):
        return None
    return bool(value)


def iterated(value: Value) -> list[Value] | None:
    """What a loop over a value goes through; None where that cannot be told, or is much."""
    if isinstance(value, (dict, list, tuple)) and len(value) <= _MOST_ITEMS:
        return list(value)
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


def _compared(left: Value, op: ast.cmpop, right: Value) -> Value:
    compare = _COMPARE.get(type(op))
    unknown = (UNKNOWN,)
    if compare is None or left in unknown or right in unknown or isinstance(left, (Ref, Made, Attr)) or isinstance(
            right, (Ref, Made, Attr)):
        return UNKNOWN
    if any(isinstance(side, str) and HOLE in side for side in (left, right)):
        return UNKNOWN
    if isinstance(right, (list, tuple)) and not all(isinstance(item, (str, int, type(None))) for item in right):
        return UNKNOWN
    try:
        return compare(left, right)
    except TypeError:
        return UNKNOWN


def _item(value: Value, key: Value) -> Value:
    try:
        if isinstance(value, dict) and isinstance(key, (str, int)):
            return value.get(key, UNKNOWN)
        if isinstance(value, (list, tuple)) and isinstance(key, int):
            return value[key]
    except IndexError:
        pass
    return UNKNOWN


def _percent(left: str, right: Value) -> str:
    values = tuple(right) if isinstance(right, (list, tuple)) else right
    try:
        if isinstance(values, tuple):
            return left % tuple(item if isinstance(item, (str, int)) else HOLE for item in values)
        if isinstance(values, dict):
            return left % {key: item if isinstance(item, (str, int)) else HOLE for key, item in values.items()}
        return left % (values if isinstance(values, (str, int)) else HOLE)
    except (TypeError, ValueError, KeyError):
        return HOLE


def _method(of: Value, name: str, made: Made) -> Value | None:
    if isinstance(of, str):
        return _text_method(of, name, made)
    if isinstance(of, dict) and name in ("items", "keys", "values", "get"):
        if name == "get":
            return _item(of, made.args[0]) if made.args else UNKNOWN
        return [list(pair) for pair in of.items()] if name == "items" else list(of if name == "keys" else of.values())
    return None


def _grow(of: list[Value], name: str, made: Made, *, is_certain: bool) -> None:
    added = made.args[-1] if made.args and is_certain else UNKNOWN
    if name == "extend":
        of += added if isinstance(added, (list, tuple)) else [UNKNOWN]
    else:
        of.append(added)


def _text_method(of: str, name: str, made: Made) -> Value:
    if name == "format":
        try:
            return of.format(
                *(item if isinstance(item, (str, int)) else HOLE for item in made.args),
                **{key: item if isinstance(item, (str, int)) else HOLE for key, item in made.kwargs.items()})
        except (IndexError, KeyError, ValueError, AttributeError):
            return HOLE
    args = [list(item) if isinstance(item, tuple) and name == "join" else item for item in made.args]
    if name == "join" and args and isinstance(args[0], list):
        args = [[item if isinstance(item, str) else HOLE for item in args[0]]]
    if name not in _TEXT_METHODS or not all(isinstance(item, (str, list, tuple, int)) for item in args):
        return HOLE
    try:
        result: Value = getattr(of, name)(*args)
    except (TypeError, ValueError, LookupError):
        return HOLE
    return result.decode() if isinstance(result, bytes) else result


def _builtin(name: str, made: Made) -> Value | None:  # noqa: PLR0911 - one return a builtin
    first = made.args[0] if made.args else UNKNOWN
    if name in ("list", "tuple", "set", "sorted", "reversed"):
        items = iterated(first) if made.args else []
        if items is None:
            return UNKNOWN
        return items[::-1] if name == "reversed" else items
    if name == "dict":
        return dict(made.kwargs) if not made.args else first if isinstance(first, dict) else UNKNOWN
    if name == "range" and all(isinstance(item, int) for item in made.args):
        numbers = range(*(item for item in made.args if isinstance(item, int))) if made.args else range(0)
        return list(numbers) if len(numbers) <= _MOST_ITEMS else UNKNOWN
    if name == "str":
        return first if isinstance(first, str) else str(first) if isinstance(first, int) else HOLE
    if name == "len":
        return len(first) if isinstance(first, (list, tuple, dict)) or text(first) is not None else UNKNOWN  # type: ignore[arg-type]
    if name == "enumerate" and isinstance(first, list):
        return [[place, item] for place, item in enumerate(first)]
    if name == "zip":
        lists = [iterated(item) for item in made.args]
        known = [items for items in lists if items is not None]
        return [list(pair) for pair in zip(*known, strict=False)] if len(known) == len(lists) else UNKNOWN
    if name == "getattr" and len(made.args) > 1 and (attribute := text(made.args[1])) is not None:
        return Evaluator.attribute(first, attribute)
    return None
