"""Addresses and passwords of databases that stand in files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

from harness.audit.configuration import Option

_URL = re.compile(
    r"\s*(?P<scheme>[a-zA-Z][\w+.-]*)://(?:(?P<user>[^:/@\s]*)(?::(?P<password>[^@]*))?@)?"
    r"(?P<host>\[[^\]]*\]|[^:/?#@\s]*)(?::(?P<port>\d+))?(?:/(?P<database>[^?\s]*))?(?:\?(?P<query>\S*))?\s*\Z")
_DSN = re.compile(r"\s*(?:(?:host|hostaddr|port|user|password|dbname)\s*=\s*\S+\s+)+\w+\s*=", re.IGNORECASE)
_DSN_PART = re.compile(r"(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|\S+)")
_DATABASES = frozenset({
    "postgresql", "postgres", "mysql", "mariadb", "mssql", "oracle", "cockroachdb", "redshift", "snowflake", "db2",
    "clickhouse", "driver",
})
_DEFAULT_PORTS = {"postgresql": 5432, "postgres": 5432, "mysql": 3306, "mariadb": 3306, "mssql": 1433, "oracle": 1521,
                  "cockroachdb": 26257, "redshift": 5439}
_FILLED_IN_LATER = re.compile(r"\$\{?\w|%\(\w+\)s|%s|\{[^}]*\}|<[^>]*>|\x00|\A\*+\Z|\A\.+\Z|\Ax{3,}\Z", re.IGNORECASE)
_SAMPLE_USERS = frozenset({"user", "username", "your_user", "your_username", "dbuser", "db_user", "youruser", "myuser"})
_SAMPLE_PASSWORDS = frozenset({
    "pass", "password", "passwd", "pwd", "your_password", "yourpassword", "dbpassword", "db_password", "mypassword"})
_SAMPLE_HOSTS = frozenset({
    "host", "hostname", "localhost", "127.0.0.1", "server", "your_host", "dbhost", "db_host", ""})
_LOCAL_HOSTS = frozenset({"", "localhost", "127.0.0.1", "[::1]", "0.0.0.0"})  # noqa: S104 - compared, not bound to
_ASKS_ENVIRONMENT = re.compile(r"environ|getenv|\benv\b|decouple|config\.get|get_main_option|x_argument|settings")
_ROLE_PASSWORD = re.compile(
    r"\b(?:ROLE|USER)\s+(?P<role>\"[^\"]+\"|\w+)(?!\w)[^;]*?\bPASSWORD\s+'(?P<password>(?:[^']|'')+)'", re.IGNORECASE)
_CONNECTS = re.compile(r"(create_(?:async_)?engine|connect|create_pool|URL|make_url)\Z")
_HOLDS_URL = re.compile(r"(?:url|dsn|uri|conn\w*)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A database as a URL names it. The password is not in it, and so cannot be shown."""

    scheme: str
    user: str | None
    host: str
    port: int | None
    database: str

    @property
    def is_local(self) -> bool:
        """Whether it is on the machine itself."""
        return self.host in _LOCAL_HOSTS

    @property
    def default_port(self) -> int | None:
        """The port that such a server has where nobody says another."""
        return _DEFAULT_PORTS.get(self.scheme.partition("+")[0].lower())

    def __str__(self) -> str:
        """The URL without its password and its query."""
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port is not None else ""
        return f"{self.scheme}://{user}{self.host}{port}/{self.database}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """An address, or a role's password, that stands in a file."""

    path: Path
    line: int
    where: str
    """As a noun: ``sqlalchemy.url``, ``the default of DATABASE_URL``, ``a statement``."""
    address: Address | None
    """None: the password of a role."""
    role: str | None = None
    has_password: bool
    is_fallback: bool = False
    """Whether it is only used where the environment or the configuration gives nothing."""
    secret: str = field(repr=False, default="", compare=False)
    """The password, to be kept out of everything that is shown."""


def parse_address(text: str) -> tuple[Address, str | None] | None:
    """The address and password of a database that ``text`` is the URL of; None where it is none, or a sample."""
    if _DSN.match(text):
        return _parse_dsn(text)
    match = _URL.match(text)
    if match is None or match["scheme"].partition("+")[0].lower() not in _DATABASES:
        return None
    query = parse_qs(match["query"] or "")
    password = match["password"] or next(iter(query.get("password", ())), None)
    user = match["user"] or next(iter(query.get("user", ())), None)
    host = match["host"] or next(iter(query.get("host", ())), "")
    if _is_sample(match["scheme"], user, password, host, match["database"] or ""):
        return None
    if password is not None and _FILLED_IN_LATER.search(password):
        password = None
    address = Address(scheme=match["scheme"], user=user, host=host, database=match["database"] or "",
                      port=int(match["port"]) if match["port"] else None)
    return address, password or None


def _parse_dsn(text: str) -> tuple[Address, str | None] | None:
    """``host=… password=…``, as libpq has it."""
    given = {name.lower(): value.strip("'") for name, value in _DSN_PART.findall(text)}
    user, password, host, database = (given.get(name) for name in ("user", "password", "host", "dbname"))
    if not password or _FILLED_IN_LATER.search(password) or _is_sample(
            "postgresql", user, password, host or "", database or ""):
        return None
    port = given.get("port", "")
    return Address(scheme="postgresql", user=user, host=host or "", database=database or "",
                   port=int(port) if port.isdigit() else None), password


def _is_sample(scheme: str, user: str | None, password: str | None, host: str, database: str) -> bool:
    """Whether a URL stands for one that is to be filled in: as `alembic init` writes it, or documentation does."""
    if scheme == "driver" or _FILLED_IN_LATER.search(host) or (user and _FILLED_IN_LATER.search(user)):
        return True
    if not host and not user and not password:
        return True  # the server and database that the environment names
    generic = (user or "").lower() in _SAMPLE_USERS and (password or "pass").lower() in _SAMPLE_PASSWORDS
    return generic and (host.lower() in _SAMPLE_HOSTS or database.lower() in {"dbname", "db"})


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


def in_source(path: Path, tree: ast.Module, *, is_revision: bool) -> Iterator[Credential]:
    """Those in a file of Python. A revision may insert text that looks like one: only what connects counts there."""
    suspects = list(_suspects(tree))
    if not suspects:
        return
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in suspects:
        if isinstance(node, ast.Call):
            yield from _keywords(path, node)
        elif not _is_comment(node, parents):
            found = parse_address(str(node.value))
            if found is not None and _is_whole(node, parents) and (not is_revision or _is_used(node, parents)):
                yield _credential(path, node, found, parents)
            elif is_revision:
                yield from _role_passwords(path, node)


def _suspects(tree: ast.Module) -> Iterator[ast.Constant | ast.Call]:
    """Texts that are an address or name a role's password, and calls that are given a password."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if parse_address(node.value) is not None or _ROLE_PASSWORD.search(node.value):
                yield node
        elif isinstance(node, ast.Call) and any(keyword.arg == "password" for keyword in node.keywords):
            yield node


def _credential(path: Path, node: ast.Constant, found: tuple[Address, str | None],
                parents: Mapping[ast.AST, ast.AST]) -> Credential:
    address, password = found
    is_fallback, asked = _fallback(node, parents)
    where = f"the default of {asked}" if asked else "a default" if is_fallback else "a text"
    return Credential(path=path, line=node.lineno, where=where, address=address, has_password=password is not None,
                      is_fallback=is_fallback, secret=password or "")


def _is_comment(node: ast.Constant, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether a text stands alone: a docstring."""
    return isinstance(parents.get(node), ast.Expr)


def _is_whole(node: ast.Constant, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether a text is all of an address: not part of an f-string, nor what another is compared or replaced with."""
    parent = parents.get(node)
    if isinstance(parent, (ast.JoinedStr, ast.FormattedValue, ast.Compare, ast.BinOp)):
        return False
    name = parent.func.attr if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) else ""
    return name not in ("replace", "startswith", "removeprefix", "sub", "match")


def _is_used(node: ast.Constant, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether a text is given to something that connects, or assigned to a name that says so."""
    parent = parents.get(node)
    if isinstance(parent, ast.Call):
        return _CONNECTS.search(ast.unparse(parent.func)) is not None or _fallback(node, parents)[0]
    if isinstance(parent, (ast.Assign, ast.AnnAssign)):
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        return any(_HOLDS_URL.search(ast.unparse(target)) for target in targets)
    return False


def _fallback(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> tuple[bool, str | None]:
    """Whether a text is what is taken where the environment gives nothing, and the variable that is asked for."""
    parent = parents.get(node)
    if isinstance(parent, ast.keyword):
        parent = parents.get(parent)
    if isinstance(parent, ast.Call) and node not in parent.args[:1] and _ASKS_ENVIRONMENT.search(
            ast.unparse(parent.func)):
        first = parent.args[0] if parent.args else None
        return True, first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
    if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or):
        asked = [value for value in parent.values if value is not node and _ASKS_ENVIRONMENT.search(ast.unparse(value))]
        names = [each.value for value in asked for each in ast.walk(value)
                 if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        return bool(asked), names[0] if names else None
    return False, None


def _role_passwords(path: Path, node: ast.Constant) -> Iterator[Credential]:
    for match in _ROLE_PASSWORD.finditer(str(node.value)):
        if not _FILLED_IN_LATER.search(match["password"]):
            yield Credential(path=path, line=node.lineno + str(node.value).count("\n", 0, match.start()),
                             where="a statement", address=None, role=match["role"].strip('"'), has_password=True,
                             secret=match["password"])


def _keywords(path: Path, node: ast.Call) -> Iterator[Credential]:
    """``URL.create("postgresql", password="…")`` and ``connect(password="…")``."""
    if _CONNECTS.search(ast.unparse(node.func).removesuffix(".create")) is None:
        return
    given = {keyword.arg: keyword.value.value for keyword in node.keywords
             if keyword.arg and isinstance(keyword.value, ast.Constant)}
    password = given.get("password")
    user = str(given.get("username") or given.get("user") or "") or None
    host = str(given.get("host") or "")
    if not isinstance(password, str) or not password or _FILLED_IN_LATER.search(password):
        return
    first = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else given.get("drivername")
    scheme = str(first or "postgresql").partition("://")[0]
    port = given.get("port")
    if not _is_sample(scheme, user, password, host, str(given.get("database") or "")):
        line = next(keyword.value.lineno for keyword in node.keywords if keyword.arg == "password")
        yield Credential(
            path=path, line=line, where="an argument", has_password=True, secret=password,
            address=Address(scheme=scheme, user=user, host=host, port=port if isinstance(port, int) else None,
                            database=str(given.get("database") or given.get("dbname") or "")))
