"""The files of a recording: ``schema.sql`` to review, ``schema.jsonl`` to compare with, ``revisions.tsv`` by revision.

Two branches that add revisions change different lines: each line is whole by itself, and they are sorted. Owners and
privileges are left out, and so is everything that differs between two servers of one major version.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from harness.catalog import Snapshot, from_values, schema_sql, to_values, without_owners
from harness.errors import ProjectError, UsageError
from harness.names import RevisionId
from harness.recording.effects import Effect, Key

SQL_NAME, SNAPSHOT_NAME, REVISIONS_NAME = "schema.sql", "schema.jsonl", "revisions.tsv"
_FORM = 1
_NOTHING = "-"
_DIGEST = re.compile(rf"[0-9a-f]{{12}}|{_NOTHING}")
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
_AGAIN = "record it again: roundtrip schemas record"


@dataclass(frozen=True, slots=True)
class Recording:
    """What is known of a history from the time when it was recorded."""

    postgresql_major: int
    head: Snapshot
    """The schema at the heads."""
    effects: Mapping[RevisionId, tuple[Effect, ...]]
    """What the upgrade of each recorded revision did."""

    def state_after(self, revisions: Iterable[RevisionId]) -> dict[Key, str]:
        """The digests of the objects that are there after the upgrades of ``revisions``, in that order."""
        state: dict[Key, str] = {}
        for revision in revisions:
            for effect in self.effects.get(revision, ()):
                if effect.after is None:
                    state.pop(effect.key, None)
                else:
                    state[effect.key] = effect.after
        return state


def write_recording(folder: Path, recording: Recording) -> None:
    """Write the files, the folder too where it is missing.

    Raises:
        UsageError: they cannot be written.
    """
    head = without_owners(recording.head)
    title = f"-- PostgreSQL {recording.postgresql_major}; written by `roundtrip schemas record`, to be read"
    texts = {
        SQL_NAME: f"{title}\n\n{schema_sql(head)}",
        SNAPSHOT_NAME: _snapshot_text(head, recording.postgresql_major),
        REVISIONS_NAME: "".join(_revision_lines(recording)),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write the recording to {str(folder)!r}", (error.strerror or str(error)).lower(),
                         "name a folder that can be written to with the setting schemas") from error


def read_recording(folder: Path) -> Recording | None:
    """Read the recording of ``folder``; None where there is none.

    Raises:
        ProjectError: a file is missing or damaged.
    """
    if not any((folder / name).exists() for name in (SQL_NAME, SNAPSHOT_NAME, REVISIONS_NAME)):
        return None
    head, major = read_snapshot(folder / SNAPSHOT_NAME)
    path = folder / REVISIONS_NAME
    found: defaultdict[RevisionId, set[Effect]] = defaultdict(set)
    try:
        # Not splitlines(), which also splits at signs that an identifier may hold.
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if line and not line.startswith("#"):
                revision, effect = _revision_and_effect(line, number)
                found[revision].update(effect)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not found:
        raise _unreadable(path, ValueError("no revision is in it"))
    by_name = {revision: tuple(sorted(made, key=attrgetter("key"))) for revision, made in found.items()}
    return Recording(major, head, by_name)


def read_comparable(folder: Path, postgresql_major: int) -> Recording | None:
    """Read the recording of ``folder``; None where there is none made on this major version of PostgreSQL.

    Raises:
        ProjectError: a file is missing or damaged.
    """
    recording = read_recording(folder)
    return recording if recording is not None and recording.postgresql_major == postgresql_major else None


def read_snapshot(path: Path) -> tuple[Snapshot, int]:
    """Read a ``schema.jsonl`` and the major version of the PostgreSQL it was recorded on.

    Raises:
        ProjectError: it is missing or damaged.
    """
    try:
        head, *lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
        about = json.loads(head)
        form, major = about["form"], int(about["postgresql"])
        snapshot = Snapshot(tuple([from_values(json.loads(line)) for line in lines]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(path, error) from error
    if form != _FORM:
        raise ProjectError(f"cannot read the recording {str(path)!r}", f"it has form {form!r}, not {_FORM}", _AGAIN)
    return snapshot, major


def _snapshot_text(head: Snapshot, major: int) -> str:
    """A line of JSON about the file, then one for each object."""
    lines = sorted(json.dumps(to_values(item)) for item in head.objects)
    return "".join(f"{line}\n" for line in (json.dumps({"form": _FORM, "postgresql": major}), *lines))


def _revision_lines(recording: Recording) -> Iterator[str]:
    yield "# revision, digest before, digest after, kind, name; written by `roundtrip schemas record`\n"
    for revision, made in sorted(recording.effects.items()):
        if not made:
            yield _line((revision, _NOTHING, _NOTHING))
        for effect in sorted(made, key=attrgetter("key")):
            yield _line((revision, effect.before or _NOTHING, effect.after or _NOTHING, effect.kind, effect.title))


def _revision_and_effect(line: str, number: int) -> tuple[RevisionId, tuple[Effect, ...]]:
    """What a line says; of a revision that did nothing it has no kind and no name."""
    match tuple(map(_unescape, line.split("\t"))):
        case revision, before, after, kind, title if _DIGEST.fullmatch(before) and _DIGEST.fullmatch(after):
            return RevisionId(revision), (Effect(kind, title, _digest(before), _digest(after)),)
        case revision, before, after if before == after == _NOTHING:
            return RevisionId(revision), ()
        case _:
            raise ValueError(f"line {number} is not of a revision: {line[:40]!r}")


def _line(words: Iterable[str]) -> str:
    return "\t".join(map(_escape, words)) + "\n"


def _digest(word: str) -> str | None:
    return None if word == _NOTHING else word


def _escape(text: str) -> str:
    for sign, written in _ESCAPES:
        text = text.replace(sign, written)
    return text


def _unescape(text: str) -> str:
    """The word that ``_escape`` wrote so."""
    signs = {written[1]: sign for sign, written in _ESCAPES}
    return re.sub(r"\\(.)", lambda found: signs.get(found[1], found[1]), text)


def _unreadable(path: Path, error: Exception) -> ProjectError:
    fact = (error.strerror or str(error)).lower() if isinstance(error, OSError) else f"it is damaged: {error}"
    return ProjectError(f"cannot read the recording {str(path)!r}", fact, _AGAIN)
