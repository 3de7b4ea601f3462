"""``roundtrip diff``: compare the schemas of two sides, each a database, a revision or a recording."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from harness.catalog import CatalogDelta, Snapshot, capture, render, without_owners
from harness.catalog import diff as delta_of
from harness.config import MOST_SECONDS, load_settings
from harness.engine import open_run
from harness.errors import ExitCode, UsageError
from harness.names import QualifiedName
from harness.recording import read_snapshot
from harness.report.files import check_writable, write_report
from harness.report.json_report import as_text
from harness.servers import looks_like_url, open_read_only

SCHEMA_VERSION = 1
_STANDARD_OUTPUT = "-"
_REVISION, _ENVIRONMENT = "rev:", "env:"


@dataclass(frozen=True, slots=True)
class _Side:
    """The schema of one side."""

    shown: str
    snapshot: Snapshot
    postgresql_major: int
    version_tables: frozenset[QualifiedName] = frozenset()
    is_database: bool = False
    """Whether it is somebody's database, which has owners and privileges worth comparing."""


def diff(options: argparse.Namespace) -> int:
    """Print what differs between the sides that ``options`` name, and return the exit code.

    Raises:
        UsageError: a side is none of a URL, a revision and a recording.
        ServerUnavailableError: a database cannot be connected to or read, or no server could be had.
        ProjectError: a recording or the project cannot be read, or an upgrade fails.
    """
    limit_seconds = _time_limit(options.time_limit)
    texts = [_resolve(options.before), _resolve(options.after)]
    if options.json not in (None, _STANDARD_OUTPUT):
        check_writable(Path(options.json))
    excluded = frozenset(map(_table_name, options.version_table or ["public.alembic_version"]))
    # The revisions first: their env.py says which version table is left out of the other side.
    sides: dict[int, _Side] = {}
    for number, text in sorted(enumerate(texts), key=lambda pair: not pair[1].startswith(_REVISION)):
        excluded |= frozenset().union(*(side.version_tables for side in sides.values()))
        sides[number] = _read(text, options, excluded, limit_seconds)
    before, after = sides[0], sides[1]
    with_owners = before.is_database and after.is_database and options.owners
    if options.owners and not with_owners:
        raise UsageError("cannot compare owners", "a revision or a recording has none of its own",
                         "leave --owners out, or name two databases")
    if not with_owners:
        before, after = _without_owners(before), _without_owners(after)
    delta = delta_of(before.snapshot, after.snapshot)
    notes = tuple(_notes(before, after, with_owners=with_owners))
    code = ExitCode.FINDINGS if delta or delta.column_orders else ExitCode.OK
    _report(before, after, delta, notes, code, options.json)
    return int(code)


def _time_limit(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= MOST_SECONDS:
        raise UsageError(f"cannot use the time limit {text!r}",
                         f"it is not a number of seconds over 0, up to {MOST_SECONDS}", "give one")
    return seconds


def _resolve(text: str) -> str:
    """The text itself, or what the environment variable holds that it names."""
    if not text.startswith(_ENVIRONMENT):
        return text
    name = text.removeprefix(_ENVIRONMENT)
    if not os.environ.get(name):
        raise UsageError(f"cannot compare with {text!r}", f"the environment variable {name} is not set",
                         "set it to a PostgreSQL URL")
    return os.environ[name]


def _table_name(text: str) -> QualifiedName:
    schema, _, name = text.rpartition(".")
    return QualifiedName(schema or "public", name)


def _read(text: str, options: argparse.Namespace, excluded: frozenset[QualifiedName], limit_seconds: float) -> _Side:
    if text.startswith(_REVISION):
        return _read_revision(text.removeprefix(_REVISION), options)
    if looks_like_url(text):
        with open_read_only(text, limit_seconds) as database:
            snapshot = capture(database.connection, version_tables=excluded)
            return _Side(database.shown, snapshot, database.postgresql_major, is_database=True)
    path = Path(text)
    if not path.exists():
        raise UsageError(f"cannot compare with {text!r}", "there is no such file",
                         "give a PostgreSQL URL, env:NAME, rev:REVISION, rev:heads, or a recorded schema.jsonl")
    snapshot, major = read_snapshot(path / "schema.jsonl" if path.is_dir() else path)
    return _Side(text, snapshot, major)


def _read_revision(revision: str, options: argparse.Namespace) -> _Side:
    settings = load_settings({
        "alembic_ini": options.alembic_ini, "server": options.server, "image": options.image, "x": options.x,
        "revisions": None if revision == "heads" else [revision],
    })
    snapshot = Snapshot(())
    settings = settings.without_dump if revision == "heads" else replace(settings.without_dump, since=None)
    with open_run(settings, ahead=True) as run:
        for step in run.upgrades():
            snapshot = step.after
        return _Side(f"{_REVISION}{revision}", snapshot, run.postgresql_major, run.version_tables)


def _without_owners(side: _Side) -> _Side:
    return replace(side, snapshot=without_owners(side.snapshot))


def _notes(before: _Side, after: _Side, *, with_owners: bool) -> Iterator[str]:
    if before.postgresql_major != after.postgresql_major:
        yield (f"PostgreSQL {before.postgresql_major} on one side and {after.postgresql_major} on the other: the same "
               "object may be written differently by the two")
    if not with_owners:
        yield "owners and privileges are not compared"


def _report(before: _Side, after: _Side, delta: CatalogDelta, notes: tuple[str, ...], code: int,
            json_path: str | None) -> None:
    lines = [*render(delta), *([""] if delta or delta.column_orders else []), *(f"note: {note}" for note in notes),
             _verdict(before, after, delta)]
    to_standard_output = json_path == _STANDARD_OUTPUT
    (sys.stderr if to_standard_output else sys.stdout).write("".join(f"{line}\n" for line in lines))
    if json_path is not None:
        document = _document(before, after, delta, notes, code)
        if to_standard_output:
            sys.stdout.write(as_text(document))
        else:
            write_report(Path(json_path), as_text(document))


def _verdict(before: _Side, after: _Side, delta: CatalogDelta) -> str:
    if not delta and not delta.column_orders:
        return f"EQUAL: {before.shown} and {after.shown} have the same schema"
    objects = len(delta.changes)
    counts = ([f"{objects} object{'s' if objects != 1 else ''}"] if objects else []) + (
        [f"the order of columns in {len(delta.column_orders)}"] if delta.column_orders else [])
    return f"DIFFERENT: {' and '.join(counts)}; - is only in {before.shown}, + only in {after.shown}"


def _document(before: _Side, after: _Side, delta: CatalogDelta, notes: tuple[str, ...], code: int) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "before": {"source": before.shown, "postgresql_major": before.postgresql_major},
        "after": {"source": after.shown, "postgresql_major": after.postgresql_major},
        "equal": not delta and not delta.column_orders,
        "changes": [{
            "kind": change.kind, "name": change.name, "action": change.action.value,
            "attributes": [asdict(attribute) for attribute in change.attributes],
            "definition": change.definition, "summary": change.summary} for change in delta.changes],
        "column_orders": [{"table": str(order.table), "before": order.before, "after": order.after}
                          for order in delta.column_orders],
        "notes": notes,
        "exit_code": int(code),
    }
