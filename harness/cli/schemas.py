"""``roundtrip schemas``: record what each revision does to the schema, and verify that it still does it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from harness.catalog import Snapshot
from harness.config import load_settings
from harness.engine import Run, open_run
from harness.errors import ExitCode, ProjectError
from harness.findings.judge_schema import judge_recorded
from harness.findings.model import Finding
from harness.names import RevisionId
from harness.recording import Effect, Recording, edits, effects, read_recording, write_recording
from harness.report import render_findings


def schemas(options: argparse.Namespace) -> int:
    """Record or verify the history that ``options`` name, say what was done, and return the exit code.

    Raises:
        HarnessError: no server could be had, the project or its recording cannot be read, or an upgrade fails.
    """
    settings = load_settings({"alembic_ini": options.alembic_ini, "server": options.server, "image": options.image,
                              "x": options.x})
    with open_run(settings.without_dump, ahead=True) as run:
        return int(_record(run) if options.action == "record" else _verify(run))


def _record(run: Run) -> ExitCode:
    found: dict[RevisionId, tuple[Effect, ...]] = {}
    head = Snapshot(())
    for step in run.upgrades():
        found[step.revision] = effects(step.before, step.after)
        head = step.after
    folder = run.recording_folder
    write_recording(folder, Recording(run.postgresql_major, head, found))
    _say(f"RECORDED {len(found)} revisions on PostgreSQL {run.postgresql_major} in {folder}")
    return ExitCode.OK


def _verify(run: Run) -> ExitCode:
    recording = read_recording(run.recording_folder)
    if recording is None:
        raise ProjectError("cannot verify the history", f"nothing is recorded in {str(run.recording_folder)!r}",
                           "record it first: roundtrip schemas record")
    upgrades = run.upgrades()  # starts the server, which says its version
    major = run.postgresql_major
    if recording.postgresql_major != major:
        _say(f"NOT COMPARED: recorded on PostgreSQL {recording.postgresql_major}, this is {major}; verify on the same "
             "major version, or record again")
        return ExitCode.INCOMPLETE
    findings: list[Finding] = []
    unrecorded: list[RevisionId] = []
    paths = {entry.revision: entry.path for entry in run.planned}
    earlier: list[RevisionId] = []
    for step in upgrades:
        found = edits(recording, step.revision, earlier, step.before, step.after)
        earlier.append(step.revision)
        if found is None:
            unrecorded.append(step.revision)
        else:
            findings += judge_recorded(step.revision, paths[step.revision], found)
    if findings:
        _say(f"{render_findings(findings)}\n")
    _say_note("not recorded yet", unrecorded)
    _say_note("recorded, but not in the history any more", sorted(recording.effects.keys() - paths.keys()))
    if findings:
        _say(f"FAILED: {len(findings)} of {len(paths)} revisions no longer do what was recorded")
        return ExitCode.FINDINGS
    if len(unrecorded) == len(paths):
        _say(f"NOT COMPARED: none of {len(paths)} revisions is recorded; record them: roundtrip schemas record")
        return ExitCode.INCOMPLETE
    _say(f"VERIFIED: {len(paths) - len(unrecorded)} of {len(paths)} revisions do what was recorded")
    return ExitCode.OK


def _say_note(what: str, revisions: Iterable[RevisionId]) -> None:
    if names := ", ".join(revisions):
        _say(f"note: {what}: {names}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
