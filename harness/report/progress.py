"""The progress display: one line on a terminal, gone when the run is over."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from harness.names import RevisionId
from harness.outcomes import ProjectInfo, RevisionResult, ServerInfo


class ProgressDisplay:
    """Shows which revision and step a run is at; an observer of the engine's and a context manager."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(),
            TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("reading the project", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if not self._progress.disable:  # else older releases of rich end it with an empty line
            self._progress.stop()

    def project_loaded(self, project: ProjectInfo, planned: int) -> None:
        """Show that the project is read and a server is being started."""
        self._progress.update(self._task, description=f"{escape(project.name)}: starting PostgreSQL", total=planned)

    def server_started(self, server: ServerInfo) -> None:
        """Show the server."""
        self._progress.update(self._task, description=f"PostgreSQL {escape(server.version)}")

    def revision_started(self, revision: RevisionId, number: int, planned: int) -> None:
        """Show the revision; ``number`` counts from one."""
        self._progress.update(self._task, description=escape(revision), completed=number - 1, total=planned)

    def step_started(self, revision: RevisionId, step: str) -> None:
        """Show the step."""
        self._progress.update(self._task, description=f"{escape(revision)} {escape(step.replace('_', ' '))}")

    def revision_finished(self, result: RevisionResult) -> None:  # noqa: ARG002 - the engine calls it so
        """Count the revision as done."""
        self._progress.update(self._task, advance=1)
