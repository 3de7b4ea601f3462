"""The history as read: what can be walked, what cannot, and where its files lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from harness.names import RevisionId
from harness.project.graph import Chart, Node, chart
from harness.worker.protocol import BrokenFile, Loaded, RevisionFile


@dataclass(frozen=True, slots=True)
class PlannedRevision:
    """A revision that has a place in the walk."""

    revision: RevisionId
    down_revisions: tuple[RevisionId, ...]
    path: str
    message: str
    digest: str
    """Of the text of its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A project's revisions, sorted into those that have a place in the walk and those that have none."""

    name: str
    """The name of the project's folder."""
    root: Path
    """The project's folder, in which Alembic would be started."""
    script_location: str
    order: tuple[RevisionId, ...]
    """The revisions that can be walked, parents first."""
    parents: Mapping[RevisionId, tuple[RevisionId, ...]]
    heads: tuple[RevisionId, ...]
    files: tuple[RevisionFile, ...]
    by_revision: Mapping[RevisionId, RevisionFile]
    broken: tuple[BrokenFile, ...]
    chart: Chart
    selected: tuple[RevisionId, ...] | None

    def file(self, revision: RevisionId) -> RevisionFile:
        """The file of ``revision``; of two that claim the id, the one that Alembic uses."""
        return self.by_revision[revision]

    def planned(self, revision: RevisionId) -> PlannedRevision:
        """What reports show of ``revision``."""
        file = self.file(revision)
        return PlannedRevision(revision, file.down_revisions, self.show_path(file.path), file.message, file.digest)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that shown paths are relative to: each path to the first in which it lies."""
        return _folders(self.root, self.script_location)

    def show_path(self, path: str) -> str:
        """``path`` relative to the project's folder, or beside the script directory's own name, where it lies there."""
        return _show_path(path, self.root, self.script_location)


@lru_cache
def _folders(root: Path, script_location: str) -> tuple[Path, Path]:
    return root, Path(script_location).resolve().parent


@lru_cache(maxsize=4096)  # asked for each revision again and again, and each time links would be followed
def _show_path(path: str, root: Path, script_location: str) -> str:
    resolved = Path(path).resolve()
    for folder in _folders(root, script_location):
        if resolved.is_relative_to(folder):
            return str(resolved.relative_to(folder))
    return path


def read_history(loaded: Loaded, alembic_ini: Path) -> History:
    """Sort what the worker read."""
    root = Path(loaded.working_folder)
    sound = chart(Node(file.revision, file.down_revisions, file.depends_on, file.branch_labels)
                  for file in loaded.files)
    return History(
        name=alembic_ini.parent.name if alembic_ini.parent != Path("/") else alembic_ini.name, root=root,
        script_location=str(root / loaded.script_location), order=loaded.order, parents=loaded.parents,
        heads=loaded.heads, files=loaded.files, by_revision={file.revision: file for file in loaded.files},
        broken=loaded.broken, chart=sound, selected=loaded.selected,
    )
