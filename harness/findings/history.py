"""RT4xx and RT601: what is wrong with the history itself, before anything is run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.findings.building import finding
from harness.findings.model import Evidence, Finding
from harness.flask import IN_APP_CONTEXT
from harness.names import RevisionId
from harness.outcomes import NotReached, RevisionResult
from harness.project.history import History
from harness.worker.protocol import BrokenFile


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFindings:
    """Findings about files and the graph, and what they keep from being reached."""

    project: tuple[Finding, ...]
    """Those that belong to no revision of the walk."""
    by_revision: Mapping[RevisionId, tuple[Finding, ...]]
    not_reached: tuple[RevisionResult, ...]
    """Revisions that have no place in the walk."""
    not_read: tuple[str, ...] = ()
    """Where there are files that look like revisions and are not read, in words."""

    def of(self, revision: RevisionId, *, checked: bool) -> tuple[Finding, ...]:
        """The findings that belong to ``revision``, which is walked; unless ``checked``, only what concerns others."""
        found = self.by_revision.get(revision, ())
        return found if checked else tuple(item for item in found if item.rule not in _OF_ONE_FILE)


_OF_ONE_FILE = frozenset({"RT405", "RT407", "RT408"})
"""Rules that tell of a revision's file and of nothing beyond."""

NOTHING_FOUND = HistoryFindings(project=(), by_revision={}, not_reached=())
"""Those of files that nobody looked at."""


def judge_history(history: History) -> HistoryFindings:
    """RT401 to RT404 for a history as read."""
    claimed: dict[str, BrokenFile] = {
        broken.claimed_revision: broken for broken in history.broken if broken.claimed_revision is not None}
    project: list[Finding] = [_broken(history, index) for index in range(len(history.broken))]
    by_revision: dict[RevisionId, list[Finding]] = defaultdict(list)
    for revision, duplicate in _duplicates(history):
        (by_revision[revision] if revision in history.parents else project).append(duplicate)
    if len(history.heads) > 1:
        project.append(_several_heads(history))
    not_reached: list[RevisionResult] = []
    for revision, lost in history.chart.missing.items():
        breaker = next((claimed[text] for text in lost if text in claimed), None)
        if breaker is None:
            reason, blocked_by = f"its parent {lost[0]} is missing", lost[0]
            found: tuple[Finding, ...] = (_missing_parent(history, revision, lost),)
        else:
            shown = history.show_path(breaker.path)
            reason, blocked_by, found = f"its parent {lost[0]} is in the broken file {shown}", shown, ()
        not_reached.append(_unreached(history, revision, NotReached(reason, blocked_by), found))
    for cycle in history.chart.cycles:
        for revision in cycle:
            outcome = NotReached("it is its own ancestor", revision)
            not_reached.append(_unreached(history, revision, outcome, (_in_cycle(history, revision, cycle),)))
    for revision, obstacle in history.chart.blocked.items():
        outcome = NotReached(f"its ancestor {obstacle} has no place in the history", obstacle)
        not_reached.append(_unreached(history, revision, outcome, ()))
    return HistoryFindings(
        project=tuple(project), by_revision={key: tuple(value) for key, value in by_revision.items()},
        not_reached=tuple(not_reached),
    )


def redirect_findings(requested: Sequence[str], script_location: str) -> tuple[Finding, ...]:
    """RT601 for each other database that was asked for."""
    return tuple(
        finding(
            "RT601", None, f"{script_location}/env.py",
            f"env.py or a revision asked for {address} and was given the disposable database",
            "nothing: that database was not touched",
            Evidence(notes=(f"asked for {address}",)),
        )
        for address in dict.fromkeys(requested)
    )


def _broken(history: History, index: int) -> Finding:
    broken = history.broken[index]
    shown = history.show_path(broken.path)
    remedy = ("delete the file, or write the revision it was meant to be" if "empty" in broken.error else
              f"mend the file; plain `alembic` cannot go past it while it is there: {broken.error}")
    if broken.missing_module is not None:
        remedy = f"install {broken.missing_module} where the migrations run, or do not import it in a revision"
    if broken.raised_by is not None:
        remedy = (f"give what `{broken.raised_by}` needs in `env` of the settings, as the application is given it; "
                  "plain `alembic` cannot go past it without that either")
    if "application context" in broken.error:
        remedy = f'give the file its application in the settings: around = "{IN_APP_CONTEXT}"'
    return finding("RT401", None, shown, f"{shown} cannot be loaded as a revision: {broken.error}", remedy,
                   Evidence(error=broken.error))


def _duplicates(history: History) -> list[tuple[RevisionId, Finding]]:
    paths: dict[RevisionId, list[str]] = defaultdict(list)
    for file in history.files:
        paths[file.revision].append(history.show_path(file.path))
    return [
        (revision, finding(
            "RT402", revision, shown[0],
            f"{len(shown)} files claim revision {revision}: {', '.join(shown)}; Alembic uses the last",
            "give each file an id of its own, and correct the down_revision of what follows",
            Evidence(notes=tuple(shown)),
        ))
        for revision, shown in paths.items() if len(shown) > 1
    ]


def _several_heads(history: History) -> Finding:
    heads = ", ".join(history.heads)
    merge = 'merge them: alembic merge heads -m "merge"'
    if any(file.branch_labels for file in history.files):
        merge = ("if the labelled branches are to stay apart, deploy with `alembic upgrade heads` and accept this; "
                 f"else {merge}")
    return finding("RT404", None, history.show_path(history.script_location),
                   f"the history has {len(history.heads)} heads: {heads}; `alembic upgrade head` refuses to choose",
                   merge, Evidence(notes=tuple(history.heads)))


def _missing_parent(history: History, revision: RevisionId, lost: Sequence[str]) -> Finding:
    shown = history.show_path(history.file(revision).path)
    return finding("RT403", revision, shown, f"{shown} follows {', '.join(lost)}, which no file has",
                   "restore the missing file, or correct down_revision or depends_on; where it is in a folder that is "
                   "not read, or in another package, name that in `version_locations`, in main_options of "
                   "[tool.roundtrip]")


def _in_cycle(history: History, revision: RevisionId, cycle: Sequence[RevisionId]) -> Finding:
    shown = history.show_path(history.file(revision).path)
    return finding("RT403", revision, shown, f"{shown} is part of a cycle: {', '.join(cycle)}",
                   "correct the down_revision that closes the cycle", Evidence(notes=tuple(cycle)))


def _unreached(
    history: History, revision: RevisionId, outcome: NotReached, findings: tuple[Finding, ...]
) -> RevisionResult:
    file = history.file(revision)
    return RevisionResult(revision=revision, down_revisions=file.down_revisions, path=history.show_path(file.path),
                          message=file.message, outcome=outcome, findings=findings, digest=file.digest)
