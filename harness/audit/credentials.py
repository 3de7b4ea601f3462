"""Addresses and passwords of databases that stand in files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeGuard

from harness.audit.addresses import Address, is_sample, is_secret, parse_address
from harness.audit.composed import Composed, Fallback, Texts, fallback_of
from harness.audit.configuration import Option
from harness.audit.sql_passwords import passwords_in
from harness.audit.values import HOLE

_IS_PASSWORD = re.compile(r"(?:.*[_.-])?(?:password|passwd|pwd)\Z", re.IGNORECASE)
"""Names of options that hold a password."""
_PASSWORD_VARIABLE = re.compile(r"PGPASSWORD\Z|(?:PG|POSTGRES|DB|DATABASE)\w*_PASS(?:WORD|WD)?\Z")
"""Environment variables that hold the password of a database."""
_MAY_HOLD_ONE = re.compile(r"://|password", re.IGNORECASE)
_COMPUTED_PORT = re.compile(rf"(@[^/?]*):{HOLE}")
_CONNECTS = re.compile(r"(create_(?:async_)?engine|connect|create_pool|URL|make_url)\Z")
_HOLDS_URL = re.compile(r"(?:url|dsn|uri|conn\w*)\Z", re.IGNORECASE)
_EXECUTES = frozenset({"execute", "exec_driver_sql", "executemany", "scalar", "scalars"})
_WRAPS_SQL = frozenset({"text", "DDL", "dedent", "format", "strip", "join", "bindparams"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """An address, or a password, that stands in a file."""

    path: Path
    line: int
    where: str
    """As a noun: ``sqlalchemy.url``, ``the default of DATABASE_URL``, ``a statement``."""
    address: Address | None
    """None: a password alone."""
    role: str | None = None
    """The role that gets the password."""
    has_password: bool
    is_fallback: bool = False
    """Whether it is only used where the environment or the configuration gives nothing."""
    secret: str = field(repr=False, default="", compare=False)
    """The password, to be kept out of everything that is shown."""


def in_options(options: tuple[Option, ...]) -> Iterator[Credential]:
    """Those in the options of the configuration's files."""
    for option in options:
        for item in option.value.splitlines() or [""]:
            found = parse_address(item)
            if found is not None:
                address, password = found
                yield Credential(path=option.path, line=option.line, where=option.name, address=address,
                                 has_password=password is not None, secret=password or "")
                break
        else:
            if _IS_PASSWORD.match(option.name) and is_secret(option.value):
                yield Credential(path=option.path, line=option.line, where=option.name, address=None,
                                 has_password=True, secret=option.value)


def in_source(path: Path, tree: ast.Module, *, is_revision: bool) -> Iterator[Credential]:
    """Those in a file of Python. A revision may insert text that looks like one: only what connects counts there."""
    if any(_is_suspect(node) for node in ast.walk(tree)):
        yield from _Source(path, tree, is_revision=is_revision).credentials()


def _is_suspect(node: ast.AST) -> bool:
    """Whether anything in a file can be a credential: a text that looks like one, or something called a password."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and (
            _MAY_HOLD_ONE.search(node.value) is not None or parse_address(node.value) is not None)
    return isinstance(node, ast.keyword) and node.arg == "password"


class _Source:
    """One file of Python, of which each text is looked at once, as a whole."""

    def __init__(self, path: Path, tree: ast.Module, *, is_revision: bool) -> None:
        self._path = path
        self._tree = tree
        self._is_revision = is_revision
        self._texts = Texts(tree)
        self._parents: Mapping[ast.AST, ast.AST] = {
            child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}

    def credentials(self) -> Iterator[Credential]:
        """All of them, in the order in which they are met."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call):
                yield from self._keywords(node)
            yield from self._variable(node)
            if _is_text(node) and not self._is_part(node) and not isinstance(self._parents.get(node), ast.Expr):
                yield from self._text(node)

    # -- texts --------------------------------------------------------------------------------------------------------

    def _is_part(self, node: ast.expr) -> bool:
        """Whether a text is only a part of one that is put together, or what another is compared or replaced with."""
        parent = self._parents.get(node)
        if isinstance(parent, (ast.JoinedStr, ast.FormattedValue, ast.Compare, ast.BinOp)):
            return True
        if isinstance(parent, ast.Attribute):
            return parent.attr == "format"
        name = parent.func.attr if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) else ""
        return name in ("replace", "startswith", "removeprefix", "sub", "match")

    def _text(self, node: ast.expr) -> Iterator[Credential]:
        is_whole = isinstance(node, ast.Constant)
        composed = Composed(str(node.value)) if isinstance(node, ast.Constant) else self._texts.of(node)
        if _MAY_HOLD_ONE.search(composed.text) is None:
            return
        shown = composed.text if is_whole else _COMPUTED_PORT.sub(r"\1", composed.text).replace(HOLE, "…")
        address, password = parse_address(shown) or (None, None)
        if address is None:
            if self._is_revision and self._is_executed(node):
                yield from self._statements(node, composed.text)
        elif (not self._is_revision or self._is_used(node)) and (
                is_whole or (password is not None and "…" not in password and is_secret(password))):
            default = self._default(node) or composed.fallback
            where = "a text" if default is None else f"the default of {default.asked}" if default.asked else "a default"
            yield Credential(path=self._path, line=node.lineno, where=where, address=address,
                             has_password=password is not None, is_fallback=default is not None, secret=password or "")

    def _default(self, node: ast.expr) -> Fallback | None:
        """What asks the environment, where the text is what is taken if that gives nothing."""
        parent = self._parents.get(node)
        asks = fallback_of(self._parents.get(parent) if isinstance(parent, ast.keyword) else parent)
        return asks if asks is not None and asks.node is node else None

    def _is_used(self, node: ast.expr) -> bool:
        """Whether a text is given to something that connects, or assigned to a name that says so."""
        parent = self._parents.get(node)
        if isinstance(parent, ast.Call):
            return _CONNECTS.search(ast.unparse(parent.func)) is not None or self._default(node) is not None
        if isinstance(parent, (ast.Assign, ast.AnnAssign)):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            return any(_HOLDS_URL.search(ast.unparse(target)) for target in targets)
        return False

    # -- statements ---------------------------------------------------------------------------------------------------

    def _is_executed(self, node: ast.AST) -> bool:
        """Whether a text may be a statement: it is given to nothing but what executes, or to no call at all."""
        parent = self._parents.get(node)
        while parent is not None and not isinstance(parent, ast.stmt):
            if isinstance(parent, ast.Call):
                name = parent.func.attr if isinstance(parent.func, ast.Attribute) else getattr(parent.func, "id", "")
                if name not in _WRAPS_SQL:
                    return name in _EXECUTES
            parent = self._parents.get(parent)
        return True

    def _statements(self, node: ast.expr, sql: str) -> Iterator[Credential]:
        for each in passwords_in(sql):
            yield Credential(path=self._path, line=node.lineno + sql.count("\n", 0, each.start), where=each.where,
                             address=each.address, role=each.role, has_password=True, secret=each.secret)

    # -- arguments and variables --------------------------------------------------------------------------------------

    def _keywords(self, node: ast.Call) -> Iterator[Credential]:
        """``URL.create("postgresql", password="…")`` and ``connect(password="…")``."""
        if not node.keywords or _CONNECTS.search(ast.unparse(node.func).removesuffix(".create")) is None:
            return
        given: dict[str, ast.expr] = {}
        for keyword in node.keywords:
            given |= {keyword.arg: keyword.value} if keyword.arg else self._texts.items(keyword.value)
        told = {name: self._texts.of(value) for name, value in given.items()}
        known = {name: each.text for name, each in told.items() if HOLE not in each.text}
        password = known.get("password", "")
        user, host = known.get("username") or known.get("user"), known.get("host", "")
        database = known.get("database") or known.get("dbname") or ""
        first = self._texts.of(node.args[0]).text if node.args else known.get("drivername", "")
        scheme = first.partition("://")[0] if first and HOLE not in first else "postgresql"
        if is_secret(password) and not is_sample(scheme, user, password, host, database):
            default = told["password"].fallback
            where = "an argument" if default is None else f"the default of {default.asked or 'an argument'}"
            port = known.get("port", "")
            yield Credential(
                path=self._path, line=given["password"].lineno, where=where, has_password=True, secret=password,
                is_fallback=default is not None, address=Address(
                    scheme=scheme, user=user, host=host, port=int(port) if port.isdigit() else None, database=database))

    def _variable(self, node: ast.AST) -> Iterator[Credential]:
        """``os.environ["PGPASSWORD"] = "…"``, and ``os.environ.setdefault(…)``."""
        match node:
            case ast.Assign(targets=[ast.Subscript(value=of, slice=ast.Constant(value=str() as name))], value=value):
                is_fallback = False
            case ast.Call(func=ast.Attribute(value=of, attr="setdefault"),
                          args=[ast.Constant(value=str() as name), value]):
                is_fallback = True
            case _:
                return
        composed = self._texts.of(value)
        if (ast.unparse(of).endswith("environ") and _PASSWORD_VARIABLE.match(name)
                and HOLE not in composed.text and is_secret(composed.text)):
            yield Credential(path=self._path, line=node.lineno, where=name, address=None, has_password=True,
                             is_fallback=is_fallback or composed.fallback is not None, secret=composed.text)


def _is_text(node: ast.AST) -> TypeGuard[ast.expr]:
    """Whether an expression writes a text down, or puts one together."""
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
            return True
        case ast.Call(func=ast.Attribute(attr="format")):
            return True
        case _:
            return False
