"""What the files of a history tell beside its walk: read here, judged by ``findings``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harness.audit.addresses import parse_address
from harness.audit.configuration import read_configuration
from harness.audit.credentials import Credential, in_options, in_source
from harness.audit.environment import read_environment
from harness.audit.imports import Imports
from harness.audit.revision import ReadRevision, read_revision
from harness.audit.unread import not_read, unread_folders
from harness.config import Settings
from harness.errors import ProjectError
from harness.findings.history import HistoryFindings, judge_history
from harness.findings.judge_files import Expected, Limits, judge_credentials, judge_numbering, judge_sizes
from harness.findings.model import Finding
from harness.names import RevisionId
from harness.project.history import History


def judge_project(history: History, settings: Settings) -> HistoryFindings:
    """RT401 to RT408 of a history that is about to be walked, but for those that need a database."""
    found = judge_history(history)
    imports = Imports(())
    read = [each for file in history.files
            if isinstance(each := read_revision(Path(file.path), imports), ReadRevision)]
    environment = read_environment(Path(history.script_location) / "env.py")
    credentials: list[Credential] = []
    version_folders: tuple[Path, ...] = ()
    try:
        configuration = read_configuration(settings.alembic_ini, settings.ini_section, settings.main_options)
        credentials += in_options(configuration.all_options)
        version_folders = configuration.version_folders
    except ProjectError:
        pass  # Alembic has read it in a way of its own
    credentials += in_source(environment.path, environment.tree, is_revision=False)
    for each in read:
        credentials += in_source(each.facts.path, each.tree, is_revision=True)
    return with_findings(replace(found, not_read=_not_read(history, version_folders)), [
        *judge_credentials(credentials, history, expected_server(environment.variables, settings.env),
                           environment.variables),
        *judge_sizes([each.facts for each in read], history, limits_of(settings)),
        *judge_numbering(history),
    ])


def with_findings(found: HistoryFindings, further: Iterable[Finding]) -> HistoryFindings:
    """``found`` with further findings, each where it belongs; those of revisions without a place, at them."""
    unreached = {entry.revision: entry for entry in found.not_reached}
    by_revision: dict[RevisionId, tuple[Finding, ...]] = dict(found.by_revision)
    project = list(found.project)
    for item in further:
        if item.revision is None:
            project.append(item)
        elif item.revision in unreached:
            entry = unreached[item.revision]
            unreached[item.revision] = replace(entry, findings=(*entry.findings, item))
        else:
            by_revision[item.revision] = (*by_revision.get(item.revision, ()), item)
    return replace(found, project=tuple(project), by_revision=by_revision, not_reached=tuple(unreached.values()))


def _not_read(history: History, version_folders: Sequence[Path]) -> tuple[str, ...]:
    """What Alembic, with what env.py and the settings say of the folders, did not read and perhaps should have."""
    paths = [*(file.path for file in history.files), *(broken.path for broken in history.broken)]
    known = frozenset(Path(path).resolve() for path in paths)
    folders = unread_folders(Path(history.script_location), version_folders, known, history.by_revision)
    said = not_read([each for each in folders if not each.is_set_aside], history.show_path)
    return (said,) if said else ()


def limits_of(settings: Settings) -> Limits:
    """How large a revision may be."""
    return Limits(settings.oversized_lines, settings.oversized_bytes, settings.oversized_operations)


def expected_server(variables: Sequence[str], given: Mapping[str, str],
                    environ: Mapping[str, str] = os.environ) -> Expected | None:
    """The server that the environment names: by a variable that env.py asks for, else by PGHOST and PGPORT."""
    known = {**environ, **given}
    for name in variables:
        found = parse_address(known.get(name, ""))
        if found is not None:
            address, _ = found
            return Expected(address.host or None, address.port or address.default_port, name)
    port = known.get("PGPORT", "")
    if port.isdigit():
        return Expected(known.get("PGHOST"), int(port), "PGPORT")
    return Expected(known["PGHOST"], None, "PGHOST") if known.get("PGHOST") else None
