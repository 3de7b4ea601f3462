"""What ``roundtrip check --json`` measured, read back for the audit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from harness.errors import UsageError
from harness.findings.model import Evidence, Finding, Sample, Severity
from harness.names import RevisionId, StepName
from harness.project.history import History, PlannedRevision

_REMEDY = "give a report that `roundtrip check --json PATH` wrote"


@dataclass(frozen=True, slots=True)
class MeasuredStep:
    """One migration that was run."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class MeasuredRevision:
    """One revision of the report."""

    outcome: str
    """``checked``, ``skipped`` or ``not_reached``."""
    path: str
    down_revisions: tuple[str, ...]
    message: str
    digest: str | None
    """Of the text that was measured; None in a report of an older version."""
    steps: tuple[MeasuredStep, ...]
    findings: tuple[Finding, ...]

    @property
    def is_checked(self) -> bool:
        """Whether its round trip was made."""
        return self.outcome == "checked"

    def is_of(self, planned: PlannedRevision) -> bool:
        """Whether the text that is there now is what was measured, or without a digest, declares what that declared."""
        if self.digest is not None:
            return self.digest == planned.digest
        return (self.path, self.down_revisions, self.message) == (planned.path, planned.down_revisions, planned.message)


@dataclass(frozen=True, slots=True)
class MeasuredRoot:
    """A table with what deleting a row of it did."""

    table: str
    row: str | None
    """The row that was deleted; None where none could be."""
    tree: tuple[str, ...]
    tables: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A report of a check."""

    path: str
    started_at: str
    server: str
    rows_per_table: int
    revisions: Mapping[RevisionId, MeasuredRevision]
    findings: tuple[Finding, ...]
    """All of them; the project's first."""
    roots: tuple[MeasuredRoot, ...] | None
    """What deletes do at the head; None where that was not measured."""
    parents: Mapping[str, str]
    """Of each foreign key that cascades, by the object of its finding, the table that is referred to."""
    changed: tuple[RevisionId, ...] = ()
    """Revisions of the report that have another text now; nothing else here speaks of them."""

    def still_of(self, history: History) -> Measured:
        """What was measured of the texts that are there now, and of the head, which all make, only if none changed."""
        changed = tuple(revision for revision, entry in self.revisions.items()
                        if revision in history.by_revision and not entry.is_of(history.planned(revision)))
        if not changed:
            return self
        return replace(
            self, changed=changed, roots=None,
            revisions=MappingProxyType({revision: entry for revision, entry in self.revisions.items()
                                        if revision not in changed}),
            findings=tuple(each for each in self.findings if each.revision is not None
                           and each.revision not in changed and each.rule != "RT406"))

    def checked(self, revision: RevisionId) -> MeasuredRevision | None:
        """The revision's part of the report, where its round trip was made."""
        found = self.revisions.get(revision)
        return found if found is not None and found.is_checked else None


def read_measured(path: Path) -> Measured:
    """Read the report at ``path``.

    Raises:
        UsageError: it cannot be read, or is no report of a check.
    """
    attempt = f"cannot read the report {str(path)!r}"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(attempt, (error.strerror or str(error)).lower(), _REMEDY) from error
    except ValueError as error:
        raise UsageError(attempt, "it is no JSON", _REMEDY) from error
    try:
        if document["schema_version"] != 1:
            raise UsageError(attempt, f"its schema_version is {document['schema_version']}, not 1", _REMEDY)
        return _measured(document, str(path))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(attempt, "it is no report of a check", _REMEDY) from error


def _measured(document: Mapping[str, Any], path: str) -> Measured:
    server = document["server"]
    return Measured(
        path=path, started_at=str(document["started_at"]),
        server=f"PostgreSQL {server['version']} ({server['provider']})",
        rows_per_table=int(document["summary"]["rows_per_table"]),
        revisions=MappingProxyType({
            RevisionId(entry["revision"]): MeasuredRevision(
                str(entry["outcome"]), str(entry["path"]), tuple(entry["down_revisions"]), str(entry["message"]),
                entry.get("digest"),
                tuple(MeasuredStep(str(step["name"]), float(step["seconds"])) for step in entry["steps"]),
                tuple(_finding(item) for item in entry["findings"]))
            for entry in document["revisions"]}),
        findings=tuple(_finding(item) for item in document["findings"]),
        roots=_roots(document.get("cascades")),
        parents=MappingProxyType({item["object"]: item["evidence"]["cascade"]["parent"]
                                  for item in document["findings"] if item["evidence"].get("cascade")}),
    )


def _roots(cascades: Mapping[str, Any] | None) -> tuple[MeasuredRoot, ...] | None:
    if not cascades or not cascades["measured"]:
        return None
    return tuple(_root(entry) for entry in cascades["roots"])


def _root(entry: Mapping[str, Any]) -> MeasuredRoot:
    others = [table for table in entry["tables"] if table["table"] != entry["table"] and table["deleted"]]
    return MeasuredRoot(str(entry["table"]), entry["row"], tuple(entry["tree"]), len(others),
                        sum(int(table["deleted"]) for table in others))


def _finding(item: Mapping[str, Any]) -> Finding:
    evidence = item["evidence"]
    return Finding(
        rule=item["rule"], slug=item["slug"], severity=Severity(item["severity"]),
        revision=RevisionId(item["revision"]) if item["revision"] is not None else None, object=item["object"],
        message=item["message"], remedy=item["remedy"], accepted=item["accepted"],
        evidence=Evidence(
            step=StepName(evidence["step"]) if evidence["step"] else None, rows=evidence["rows"],
            rows_total=evidence["rows_total"], columns=tuple(evidence["columns"]),
            samples=tuple(Sample(**sample) for sample in evidence["samples"]), delta=tuple(evidence["delta"]),
            error=evidence["error"], statement=evidence.get("statement"), location=evidence.get("location"),
            notes=tuple(evidence["notes"]), example=tuple(evidence.get("example", ()))),
    )
