"""What the source of env.py tells of how migrations are run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_LOCKS = ("pg_advisory_lock", "pg_try_advisory_lock", "pg_advisory_xact_lock", "pg_try_advisory_xact_lock")
_NAMES_DATABASE = re.compile(r"URL|URI|DSN|DATABASE|POSTGRES|PGHOST|DB_", re.IGNORECASE)
_BACKUPS = ("pg_dump", "pg_basebackup", "backup", "create_snapshot")


class Trait(StrEnum):
    """Something that env.py does, or does not."""

    URL_FROM_ENVIRONMENT = "url from the environment"
    MIGRATION_LOCK = "migration lock"
    BACKUP = "backup"
    LOCK_TIMEOUT = "lock timeout"
    STATEMENT_TIMEOUT = "statement timeout"
    COMPARE_TYPE = "compare_type"
    COMPARE_TYPE_OFF = "compare_type off"
    COMPARE_SERVER_DEFAULT = "compare_server_default"
    NO_MODELS = "no models"
    MODELS = "models"
    TRANSACTION_PER_MIGRATION = "transaction_per_migration"
    OFFLINE = "offline mode"
    ASYNC = "async engine"
    SYNC_URL = "url made synchronous"
    NULL_POOL = "NullPool"
    TYPED = "type hints"
    KEEPS_LOGGERS = "keeps loggers"
    DISABLES_LOGGERS = "disables loggers"
    SETS_VERSION_LOCATIONS = "sets version_locations"
    INCLUDE_SCHEMAS = "include_schemas"


@dataclass(frozen=True, slots=True)
class Seen:
    """A trait, where it was seen, and the source there on one line."""

    trait: Trait
    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentFacts:
    """What the source of env.py tells."""

    path: Path
    seen: tuple[Seen, ...]
    variables: tuple[str, ...]
    """The environment variables that it asks for, by name."""
    tree: ast.Module
    why_unread: str | None = None
    """None where it could be read."""

    def first(self, trait: Trait) -> Seen | None:
        """Where a trait is seen first; None where it is not."""
        return next((seen for seen in self.seen if seen.trait is trait), None)


def read_environment(path: Path) -> EnvironmentFacts:
    """Read env.py at ``path``; it is not run."""
    try:
        content = path.read_bytes()
        tree = ast.parse(content)
    except OSError as error:
        return _unread(path, "there is no env.py" if isinstance(error, FileNotFoundError) else str(error.strerror))
    except (SyntaxError, ValueError) as error:
        why = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
        return _unread(path, why)
    lines = content.decode("utf-8", errors="replace").splitlines()
    variables = tuple(_variables(tree))
    seen = sorted({*_traits(tree),
                   *((line, Trait.URL_FROM_ENVIRONMENT) for name, line in variables if _NAMES_DATABASE.search(name))})
    return EnvironmentFacts(
        path=path, tree=tree, variables=tuple(dict.fromkeys(name for name, _ in variables)),
        seen=tuple(Seen(trait, line, lines[line - 1].strip() if line <= len(lines) else "") for line, trait in seen))


def _unread(path: Path, why: str) -> EnvironmentFacts:
    return EnvironmentFacts(path=path, seen=(), variables=(), tree=ast.Module([], []), why_unread=why)


def _traits(tree: ast.Module) -> Iterator[tuple[int, Trait]]:
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    typed = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if typed and all(node.returns is not None for node in typed):
        yield typed[0].lineno, Trait.TYPED
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield from _in_text(node, node.value.lower())
        elif isinstance(node, ast.Call):
            yield from _in_call(node)
        elif isinstance(node, ast.Assign) and any(ast.unparse(target) == "target_metadata" for target in node.targets):
            none = isinstance(node.value, ast.Constant) and node.value.value is None
            yield node.lineno, Trait.NO_MODELS if none else Trait.MODELS
        elif isinstance(node, (ast.Name, ast.Attribute)) and ast.unparse(node).endswith("NullPool"):
            yield node.lineno, Trait.NULL_POOL
        elif isinstance(node, ast.Attribute) and node.attr == "version_locations":
            yield node.lineno, Trait.SETS_VERSION_LOCATIONS


def _in_text(node: ast.Constant, text: str) -> Iterator[tuple[int, Trait]]:
    line = node.lineno
    if any(word in text for word in _LOCKS):
        yield line, Trait.MIGRATION_LOCK
    if "lock_timeout" in text:
        yield line, Trait.LOCK_TIMEOUT
    if "statement_timeout" in text:
        yield line, Trait.STATEMENT_TIMEOUT
    if "pg_dump" in text:
        yield line, Trait.BACKUP
    if text == "version_locations":
        yield line, Trait.SETS_VERSION_LOCATIONS


def _in_call(node: ast.Call) -> Iterator[tuple[int, Trait]]:
    name = ast.unparse(node.func).rpartition(".")[2]
    line = node.lineno
    if any(word in name.lower() for word in _BACKUPS):
        yield line, Trait.BACKUP
    if "advisory_lock" in name:
        yield line, Trait.MIGRATION_LOCK
    if name == "is_offline_mode":
        yield line, Trait.OFFLINE
    if name in ("async_engine_from_config", "create_async_engine", "AsyncEngine"):
        yield line, Trait.ASYNC
    if name == "replace" and any("+asyncpg" in str(each.value) for each in node.args if isinstance(each, ast.Constant)):
        yield line, Trait.SYNC_URL
    for keyword in node.keywords:
        value = keyword.value.value if isinstance(keyword.value, ast.Constant) else True
        yield from _in_keyword(name, keyword.arg, value, keyword.value.lineno)
    if name == "fileConfig" and not any(each.arg == "disable_existing_loggers" for each in node.keywords):
        yield line, Trait.DISABLES_LOGGERS


def _in_keyword(function: str, name: str | None, value: object, line: int) -> Iterator[tuple[int, Trait]]:
    if name == "compare_type":
        yield line, Trait.COMPARE_TYPE if value else Trait.COMPARE_TYPE_OFF
    if name == "disable_existing_loggers" and function == "fileConfig":
        yield line, Trait.DISABLES_LOGGERS if value else Trait.KEEPS_LOGGERS
    told = {"compare_server_default": Trait.COMPARE_SERVER_DEFAULT, "include_schemas": Trait.INCLUDE_SCHEMAS,
            "transaction_per_migration": Trait.TRANSACTION_PER_MIGRATION}
    if name in told and value:
        yield line, told[name]


def _asks_environment(node: ast.AST) -> bool:
    return isinstance(node, (ast.Attribute, ast.Name)) and ast.unparse(node) in ("os.environ", "os.getenv", "environ",
                                                                                  "getenv")


def _variables(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The names given to os.environ and os.getenv, and where."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            gets = isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop")
            asked = node.func.value if isinstance(node.func, ast.Attribute) and gets else node.func
            first = node.args[0] if node.args and _asks_environment(asked) else None
        elif isinstance(node, ast.Subscript) and _asks_environment(node.value):
            first = node.slice
        else:
            continue
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value, node.lineno
