"""Read one revision file: what it declares, and what its two functions do. Nothing of it is run."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from harness.audit.computing import iterated
from harness.audit.facts import Body, Doubt, FunctionFacts, SourceFacts, Unseen
from harness.audit.imports import Imports
from harness.audit.recorder import Recorder
from harness.audit.values import HOLE, UNKNOWN, Function, Made, Ref, Scope, Value, text
from harness.audit.walk import Leave, TooMuch, Walker
from harness.names import RevisionId
from harness.worker.protocol import BrokenFile, RevisionFile, digest_of

_ID_IN_NAME = re.compile(r"([a-f0-9]+)\.py$")
"""What Alembic takes for the id where a file assigns none."""
_CLAIMED_ID = re.compile(r"^revision\s*(?::[^=]+)?=\s*[\"']([^\"']+)[\"']", re.MULTILINE)
_MERGE_CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)
_RESERVED = frozenset({"base", "head", "heads", "current"})


@dataclass(frozen=True, slots=True)
class ReadRevision:
    """A revision file that was read."""

    file: RevisionFile
    facts: SourceFacts
    tree: ast.Module


def read_revision(path: Path, imports: Imports) -> ReadRevision | BrokenFile | Unseen:
    """Read the file at ``path``; constants that it imports are looked up in ``imports``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return Unseen(what=str(path), why=(error.strerror or str(error)).lower())
    source = content.decode("utf-8", errors="replace")
    try:
        tree = ast.parse(content, filename=str(path))
    except (SyntaxError, ValueError) as error:
        return _broken(path, source, _why_not_parsed(error, source))
    except RecursionError:
        return Unseen(what=str(path), why="it is nested too deeply to be read")
    if not source.strip():
        return _broken(path, source, "the file is empty")
    return _read(path, content, tree, imports)


def _read(path: Path, content: bytes, tree: ast.Module, imports: Imports) -> ReadRevision | BrokenFile | Unseen:
    module = Scope()
    recorder = Recorder()
    try:
        Walker(recorder, imports).block(tree.body, module)
    except (Leave, TooMuch, RecursionError):
        return Unseen(what=str(path), why="its module level is more than can be followed")
    identity = _identity(path, content, tree, module)
    if not isinstance(identity, RevisionFile):
        return identity
    lines = content.count(b"\n") + (not content.endswith(b"\n"))
    facts = SourceFacts(
        revision=identity.revision, path=path, lines=lines, size_bytes=len(content),
        upgrade=_function(tree, module, "upgrade", imports),
        downgrade=_function(tree, module, "downgrade", imports),
    )
    return ReadRevision(identity, facts, tree)


def _identity(path: Path, content: bytes, tree: ast.Module, module: Scope) -> RevisionFile | BrokenFile | Unseen:
    """What the file declares; an id that it computes cannot be told."""
    source_name = path.name
    revision = module.variables.get("revision")
    if revision is None and "revision" not in module.variables:
        match = _ID_IN_NAME.match(source_name)
        if match is None:
            return BrokenFile(path=str(path), claimed_revision=None, error="it does not assign `revision`")
        revision = match[1]
    known = text(revision)
    if known is None:
        return Unseen(what=str(path), why="it computes its `revision`")
    if known in _RESERVED:
        return BrokenFile(path=str(path), claimed_revision=None,
                          error=f"{known!r} is a word of Alembic's own and cannot be an id")
    declared = {}
    for name in ("down_revision", "depends_on", "branch_labels"):
        items = _several(module.variables.get(name))
        if items is None:
            return Unseen(what=str(path), why=f"it computes its `{name}`")
        declared[name] = items
    message = (ast.get_docstring(tree) or "").strip().partition("\n\n")[0]
    return RevisionFile(
        revision=RevisionId(known), down_revisions=tuple(RevisionId(item) for item in declared["down_revision"]),
        depends_on=declared["depends_on"], branch_labels=tuple(sorted(declared["branch_labels"])), path=str(path),
        message=" ".join(message.split()), digest=digest_of(content),
    )


def _several(value: Value) -> tuple[str, ...] | None:
    """One text or several; None where they cannot be told."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,) if HOLE not in value else None
    items = iterated(value)
    known = [text(item) for item in items] if items is not None else [None]
    return tuple(item for item in known if item is not None) if None not in known else None


def _function(tree: ast.Module, module: Scope, name: str, imports: Imports) -> FunctionFacts:
    node = next((node for node in reversed(tree.body) if isinstance(node, ast.FunctionDef) and node.name == name), None)
    value = module.variables.get(name)
    if value is None:
        return FunctionFacts(line=0, body=Body.MISSING)
    if node is None or not isinstance(value, Function) or not isinstance(value.node, ast.FunctionDef):
        shown = value.path if isinstance(value, Ref) else name
        return FunctionFacts(line=node.lineno if node is not None else 1, body=Body.UNSEEN,
                             doubts=(Doubt(node.lineno if node is not None else 1, f"is {shown}, made elsewhere"),))
    recorder = Recorder()
    walker = Walker(recorder, imports)
    try:
        walker.run(value, Made(UNKNOWN, (), {}, value.node.lineno, is_complete=False))
    except Leave:
        pass
    except (TooMuch, RecursionError):
        recorder.doubt(value.node.lineno, "is more than can be followed")
    return _facts(value.node, recorder, walker)


def _facts(node: ast.FunctionDef, recorder: Recorder, walker: Walker) -> FunctionFacts:
    body, refusal, refusal_line = Body.WRITTEN, None, 0
    nothing_done = not recorder.operations and not recorder.doubts
    if walker.raised is not None:
        refusal_line, refusal = walker.raised
        body = Body.REFUSES if nothing_done else Body.WRITTEN
    elif nothing_done:
        body = Body.EMPTY
    return FunctionFacts(line=node.lineno, body=body, refusal=refusal, refusal_line=refusal_line,
                         operations=tuple(recorder.operations), doubts=tuple(recorder.doubts))


def _broken(path: Path, source: str, error: str) -> BrokenFile:
    match = _CLAIMED_ID.search(source)
    return BrokenFile(path=str(path), claimed_revision=RevisionId(match[1]) if match else None, error=error)


def _why_not_parsed(error: SyntaxError | ValueError, source: str) -> str:
    conflict = _MERGE_CONFLICT.search(source)
    if conflict is not None:
        return f"line {source.count(chr(10), 0, conflict.start()) + 1}: a merge conflict was left in it"
    return f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
