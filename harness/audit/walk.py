"""Walk a migration function statement by statement, as far as its source tells where it goes."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.audit.calls import Calls
from harness.audit.computing import iterated, truth
from harness.audit.evaluate import Evaluator, assign
from harness.audit.imports import Imports
from harness.audit.recorder import Recorder
from harness.audit.values import (
    HOLE,
    UNKNOWN,
    Function,
    LocalClass,
    Made,
    Ref,
    Scope,
    Use,
    Value,
    maker,
)

_MOST_STATEMENTS = 20_000
"""A function that takes more is given up: a loop over a long list, or functions that call each other."""
_DEEPEST = 25


class Leave(Exception):  # noqa: N818 - no error: the way out of a block
    """A statement was met after which the ones below it do not run."""


class _Returned(Leave):
    def __init__(self, value: Value) -> None:
        self.value = value


class _LoopLeft(Leave):
    """``break`` or ``continue``."""


class _Raised(Leave):
    """An exception that nothing in the function catches."""


class TooMuch(Exception):  # noqa: N818 - a limit, not an error of the user's
    """The function is too much to follow."""


@dataclass(slots=True)
class _Open:
    """A function that is being followed."""

    node: ast.FunctionDef | ast.Lambda
    calls_itself: bool = False


class Walker:
    """Follows functions of one module, noting in a recorder what they do."""

    def __init__(self, recorder: Recorder, imports: Imports) -> None:
        self._recorder = recorder
        self._evaluator = Evaluator(Calls(recorder, self.run), imports)
        self._statements = 0
        self._open: list[_Open] = []
        self.raised: tuple[int, str] | None = None
        """Where an exception ends the function whatever the database holds, and what is raised."""

    def run(self, function: Function, made: Made) -> Value:
        """Follow a call of a function of the file; return what it returns.

        Raises:
            TooMuch: it takes too many statements, or calls itself too deeply.
        """
        if len(self._open) >= _DEEPEST:
            raise TooMuch
        if any(each.node is function.node for each in self._open):
            next(each for each in self._open if each.node is function.node).calls_itself = True
            return UNKNOWN
        scope = Scope(_arguments(function.node, made), function.scope)
        if isinstance(function.node, ast.Lambda):
            return self._evaluator.evaluate(function.node.body, scope)
        conditions, noted = self._recorder.conditions, len(self._recorder.operations)
        self._open.append(_Open(function.node))
        result: Value = None
        try:
            self.block(function.node.body, scope)
        except _Returned as returned:
            result = returned.value
        except _Raised:
            if self.raised is not None:
                raise
        finally:
            told = self._recorder.conditions == conditions
            self._recorder.restore(conditions)
            if self._open.pop().calls_itself and len(self._recorder.operations) > noted:
                self._recorder.doubt(function.node.lineno, f"has {function.node.name}(), which calls itself")
        # After a return that may have come earlier, what is returned is one of several.
        return result if told else UNKNOWN

    def block(self, statements: Sequence[ast.stmt], scope: Scope) -> None:
        """Follow statements one after the other."""
        for statement in statements:
            self._statements += 1
            if self._statements > _MOST_STATEMENTS:
                raise TooMuch
            self._statement(statement, scope)

    def _statement(self, node: ast.stmt, scope: Scope) -> None:  # noqa: C901, PLR0912 - one case a kind of statement
        match node:
            case ast.Expr(value=value):
                self._evaluator.evaluate(value, scope, Use.STATEMENT)
            case ast.Assign(targets=targets, value=value):
                found = self._evaluator.evaluate(value, scope)
                for target in targets:
                    assign(target, found, scope)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                assign(target, self._evaluator.evaluate(value, scope), scope)
            case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
                joined = ast.BinOp(left=ast.Name(id=name, ctx=ast.Load()), op=op, right=value)
                assign(target, self._evaluator.evaluate(ast.copy_location(joined, node), scope), scope)
            case ast.Import(names=names):
                for alias in names:
                    path = alias.name if alias.asname else alias.name.partition(".")[0]
                    scope.variables[alias.asname or path] = Ref(path)
            case ast.ImportFrom(module=module, names=names, level=level):
                for alias in names:
                    scope.variables[alias.asname or alias.name] = Ref(f"{'.' * level}{module or ''}.{alias.name}")
            case ast.FunctionDef(name=name, decorator_list=decorators):
                # What a decorator of somebody else's makes of a function may be anything.
                scope.variables[name] = UNKNOWN if decorators else Function(node, scope)
            case ast.ClassDef(name=name):
                scope.variables[name] = LocalClass(name, self._members(node, scope))
            case ast.If(test=test, body=body, orelse=orelse):
                self._if(test, body, orelse, scope)
            case ast.For(target=target, iter=iterable, body=body, orelse=orelse):
                self._for(target, iterable, body, orelse, scope)
            case ast.While(test=test, body=body):
                self._evaluator.evaluate(test, scope, Use.ARGUMENT)
                self._forget(body, scope)
                self._maybe(body, scope)
            case ast.With(items=items, body=body):
                if self._enter(items, scope):
                    self.block(body, scope)
                else:
                    scope.variables = self._maybe(body, scope)
            case ast.Try():
                self._try(node, scope)
            case ast.Return(value=value):
                raise _Returned(self._evaluator.evaluate(value, scope) if value is not None else None)
            case ast.Raise(exc=exception):
                self._raise(node.lineno, exception, scope)
            case ast.Assert(test=test):
                if truth(self._evaluator.evaluate(test, scope, Use.ARGUMENT)) is False:
                    self._raise(node.lineno, None, scope)
            case ast.Break() | ast.Continue():
                raise _LoopLeft
            case ast.Match(cases=cases):
                for case in cases:
                    self._maybe(case.body, scope)
            case _:
                pass

    # -- what may happen or not ---------------------------------------------------------------------------------------

    def _maybe(self, body: Sequence[ast.stmt], scope: Scope) -> dict[str, Value]:
        """Follow statements that may not run; return the variables as they are after them.

        Where they leave the function or loop, everything that follows may not run.
        """
        before = dict(scope.variables)
        left = False
        with self._recorder.perhaps():
            try:
                self.block(body, scope)
            except _Raised:
                pass  # then nothing of the migration happens at all
            except Leave:
                left = True
        after, scope.variables = scope.variables, before
        if left:
            self._recorder.become_uncertain()
        return after

    def _if(self, test: ast.expr, body: Sequence[ast.stmt], orelse: Sequence[ast.stmt], scope: Scope) -> None:
        known = truth(self._evaluator.evaluate(test, scope, Use.ARGUMENT))
        if known is not None:
            self.block(body if known else orelse, scope)
            return
        branches = [self._maybe(body, scope), self._maybe(orelse, scope)]
        for name in {name for branch in branches for name in branch}:
            values = [branch.get(name, UNKNOWN) for branch in branches]
            scope.variables[name] = values[0] if values[0] is values[1] else UNKNOWN

    def _for(self, target: ast.expr, iterable: ast.expr, body: Sequence[ast.stmt], orelse: Sequence[ast.stmt],
             scope: Scope) -> None:
        items = iterated(self._evaluator.evaluate(iterable, scope))
        if items is None:
            assign(target, UNKNOWN, scope)
            self._forget(body, scope)
            self._maybe(body, scope)
            self._forget(body, scope)
            return
        for item in items:
            assign(target, item, scope)
            try:
                self.block(body, scope)
            except _LoopLeft:
                # Which of the two it was is not looked into: the turns that follow may not be made.
                self._recorder.become_uncertain()
        self.block(orelse, scope)

    def _enter(self, items: Sequence[ast.withitem], scope: Scope) -> bool:
        """Evaluate what a ``with`` enters; return whether its body surely runs to its end."""
        surely = True
        for item in items:
            value = self._evaluator.evaluate(item.context_expr, scope, Use.ARGUMENT)
            surely = surely and maker(value) != "suppress"
            if item.optional_vars is not None:
                assign(item.optional_vars, value, scope)
        return surely

    def _try(self, node: ast.Try, scope: Scope) -> None:
        if not node.handlers:
            try:
                self.block(node.body, scope)
            finally:
                self.block(node.finalbody, scope)
            return
        scope.variables = self._maybe(node.body, scope)
        for handler in node.handlers:
            if handler.name:
                scope.variables[handler.name] = UNKNOWN
            self._maybe(handler.body, scope)
        self._maybe(node.orelse, scope)
        self.block(node.finalbody, scope)

    @staticmethod
    def _forget(body: Sequence[ast.stmt], scope: Scope) -> None:
        """What a loop assigns has no one value."""
        for statement in body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    scope.variables[node.id] = UNKNOWN

    def _raise(self, line: int, exception: ast.expr | None, scope: Scope) -> None:
        if self._recorder.is_certain and self.raised is None:
            self.raised = line, self._shown(exception, scope)
        raise _Raised

    def _shown(self, exception: ast.expr | None, scope: Scope) -> str:
        """The exception as Python prints it, as far as its text is known."""
        if exception is None:
            return "AssertionError"
        if not isinstance(exception, ast.Call):
            return ast.unparse(exception)
        name = ast.unparse(exception.func)
        message = self._evaluator.evaluate(exception.args[0], scope) if exception.args else ""
        return f"{name}: {message}" if isinstance(message, str) and message and HOLE not in message else name

    def _members(self, node: ast.ClassDef, scope: Scope) -> dict[str, Value]:
        """The constants of a class's body; its methods are not followed."""
        inner = Scope({}, scope)
        for statement in node.body:
            if isinstance(statement, (ast.Assign, ast.AnnAssign)):
                self._statement(statement, inner)
        return inner.variables


def _arguments(node: ast.FunctionDef | ast.Lambda, made: Made) -> dict[str, Value]:
    """The parameters of a function with what a call gives for each."""
    parameters = node.args
    names = [each.arg for each in (*parameters.posonlyargs, *parameters.args)]
    known: dict[str, Value] = dict.fromkeys((*names, *(each.arg for each in parameters.kwonlyargs)), UNKNOWN)
    defaults: Mapping[str, ast.expr | None] = dict(
        [*zip(names[len(names) - len(parameters.defaults):], parameters.defaults, strict=True),
         *zip((each.arg for each in parameters.kwonlyargs), parameters.kw_defaults, strict=True)])
    for name, default in defaults.items():
        if isinstance(default, ast.Constant):
            known[name] = default.value
    if made.is_complete:
        known |= dict(zip(names, made.args, strict=False))
        known |= {name: value for name, value in made.kwargs.items() if name in known}
    if parameters.vararg is not None:
        known[parameters.vararg.arg] = list(made.args[len(names):]) if made.is_complete else UNKNOWN
    if parameters.kwarg is not None:
        known[parameters.kwarg.arg] = {k: v for k, v in made.kwargs.items() if k not in known} if (
            made.is_complete) else UNKNOWN
    return known
