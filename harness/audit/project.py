"""A whole project as its files tell: the configuration, env.py, every revision file, and the history that they form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from harness.audit.configuration import Configuration, read_configuration
from harness.audit.credentials import Credential, in_options, in_source
from harness.audit.environment import EnvironmentFacts, Trait, read_environment
from harness.audit.facts import Act, Kind, SourceFacts, Unseen
from harness.audit.imports import Imports
from harness.audit.keys import DeclaredKey, declared_keys
from harness.audit.mirror import Mirror, mirror
from harness.audit.revision import ReadRevision, read_revision
from harness.audit.unread import not_read, unread_folders
from harness.config import Settings
from harness.names import RevisionId
from harness.project.graph import Node, chart
from harness.project.history import History, read_history
from harness.worker.protocol import BrokenFile, Loaded, RevisionFile

_REVISION_FILE = re.compile(r"(?!\.#|__init__)(.*\.py)$")
"""What Alembic takes for one: ``alembic.script.base._only_source_rev_file``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """Everything that the files of a project tell."""

    configuration: Configuration
    environment: EnvironmentFacts
    history: History
    revisions: Mapping[RevisionId, SourceFacts]
    """In the order of the walk, then those that have no place in it."""
    mirrors: Mapping[RevisionId, Mirror]
    keys: tuple[DeclaredKey, ...]
    """The foreign keys after the whole history."""
    credentials: tuple[Credential, ...]
    unseen: tuple[Unseen, ...]
    is_whole: bool
    """Whether every revision file could be read, so that what is missing from the history is missing."""


def read_project(settings: Settings) -> ProjectFacts:
    """Read the project that ``settings`` name. Nothing of it is imported or run.

    Raises:
        ProjectError: its configuration cannot be read, or names no script directory.
    """
    configuration = read_configuration(settings.alembic_ini, settings.ini_section, settings.main_options)
    environment = read_environment(configuration.env_py)
    imports = Imports(configuration.search)
    read: list[ReadRevision] = []
    broken: list[BrokenFile] = []
    unseen: list[Unseen] = []
    for path in revision_paths(configuration):
        found = read_revision(path, imports)
        match found:
            case ReadRevision():
                read.append(found)
            case BrokenFile():
                broken.append(found)
            case Unseen():
                unseen.append(found)
    is_whole = not unseen
    unseen += _unseen_places(configuration, environment, frozenset(each.file.revision for each in read),
                             has_files=bool(read or broken or unseen))
    history = _history(configuration, [each.file for each in read], broken)
    by_revision = {each.file.revision: each.facts for each in read}
    ordered = {revision: by_revision[revision] for revision in history.order}
    credentials = [*in_options(configuration.all_options),
                   *in_source(environment.path, environment.tree, is_revision=False)]
    for each in read:
        credentials += in_source(each.facts.path, each.tree, is_revision=True)
    return ProjectFacts(
        configuration=configuration, environment=environment, history=history,
        revisions=MappingProxyType(ordered | by_revision), mirrors=MappingProxyType(dict(_mirrors(by_revision))),
        keys=declared_keys(tuple(ordered.values())), credentials=tuple(credentials), unseen=tuple(unseen),
        is_whole=is_whole,
    )


def revision_paths(configuration: Configuration) -> Iterator[Path]:
    """Every file that Alembic would take for a revision, once."""
    seen: set[Path] = set()
    for folder in configuration.version_folders:
        pattern = "**/*.py" if configuration.is_recursive else "*.py"
        for path in sorted(folder.glob(pattern)):
            resolved = path.resolve()
            if _REVISION_FILE.match(path.name) and "__pycache__" not in path.parts and resolved not in seen:
                seen.add(resolved)
                yield resolved


def _history(configuration: Configuration, files: list[RevisionFile], broken: list[BrokenFile]) -> History:
    """The history as the worker would have loaded it, in an order that the files give."""
    sound = chart(Node(file.revision, file.down_revisions, file.depends_on, file.branch_labels) for file in files)
    followed = {parent for file in files if file.revision in sound.parents for parent in file.down_revisions}
    loaded = Loaded(
        script_location=str(configuration.script_folder), working_folder=str(configuration.folder),
        order=tuple(sound.parents), heads=tuple(revision for revision in sound.parents if revision not in followed),
        parents=sound.parents, files=tuple(files), broken=tuple(broken), selected=None,
    )
    return read_history(loaded, configuration.ini)


def _mirrors(by_revision: Mapping[RevisionId, SourceFacts]) -> Iterator[tuple[RevisionId, Mirror]]:
    made = Counter(name for facts in by_revision.values() for name in {
        effect.name for effect in facts.upgrade.effects
        if effect.act is Act.CREATE and effect.kind is Kind.TYPE and effect.name is not None})
    twice = frozenset(name for name, count in made.items() if count > 1)
    for revision, facts in by_revision.items():
        yield revision, mirror(facts, twice)


def _unseen_places(
    configuration: Configuration, environment: EnvironmentFacts, revisions: Collection[str], *, has_files: bool
) -> Iterator[Unseen]:
    """Where revisions may be that the files do not lead to."""
    for folder in configuration.version_folders:
        if not folder.is_dir():
            yield Unseen(what=str(folder), why="there is no such folder")
    folders = unread_folders(configuration.script_folder, configuration.version_folders,
                             frozenset(revision_paths(configuration)), revisions)
    nearby = not_read([each for each in folders if not each.is_set_aside or not has_files])
    if not has_files:
        yield Unseen(
            what="version_locations", why="no revision file is where the configuration says; an application may set "
            f"version_locations while it runs, which cannot be seen here{nearby and '; '}{nearby}")
    elif nearby:
        yield Unseen(what="version_locations", why=nearby)
    said = environment.first(Trait.SETS_VERSION_LOCATIONS)
    if said is not None:
        yield Unseen(what="version_locations",
                     why=f"env.py speaks of them at line {said.line}: what it sets while it runs cannot be seen here")
    if configuration.options.get("sourceless") and configuration.options["sourceless"].value.lower() == "true":
        yield Unseen(what="sourceless", why="compiled revision files without a source cannot be read")
