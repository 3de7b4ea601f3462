"""The run and the server that items and fixtures of one session share; each is had on first use."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Collection, Generator
from functools import cached_property

import pytest

from harness.config import Settings
from harness.data.given import NO_SEEDS, GivenSeeds
from harness.engine import Run, open_run
from harness.findings.model import Finding
from harness.names import RevisionId
from harness.outcomes import NotReached, RevisionResult, RunResult
from harness.pytest_plugin.seeds import without_unknown
from harness.servers import Server, start_server


class SharedRun:
    """One run over one project, walked as far as somebody asks."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.begun = False
        self.finished: list[RevisionResult] = []
        """Results in the order in which they were made."""
        self._chosen: Collection[RevisionId] | None = None
        self._seeds = NO_SEEDS
        self._failure: Exception | None = None
        # The run drops its databases when it ends, so its stack must be closed before the server's.
        self._server_stack = contextlib.ExitStack()
        self._run_stack = contextlib.ExitStack()

    @cached_property
    def server(self) -> Server:
        """The server, started on first use.

        Raises:
            ServerUnavailableError: none could be had.
        """
        choice = self._server_stack.enter_context(start_server(self.settings.server, self.settings.image))
        return choice.server

    @cached_property
    def run(self) -> Run:
        """The run; the project is read on first use.

        Raises:
            ProjectError: it cannot be read.
            UsageError: a setting is wrong.
        """
        run = self._run_stack.enter_context(open_run(self.settings))
        run.select(self._chosen)
        return run

    @property
    def is_open(self) -> bool:
        """Whether the project was read."""
        return "run" in self.__dict__

    @cached_property
    def selected(self) -> frozenset[RevisionId]:
        """The revisions that get a trip; asked before the first."""
        walkable = {entry.revision for entry in self.run.planned}
        return frozenset(result.revision for result in self.run.result().revisions
                         if result.revision in walkable and isinstance(result.outcome, NotReached))

    @property
    def is_narrowed(self) -> bool:
        """Whether the settings, and not pytest, choose which revisions get a trip."""
        settings = self.settings
        return bool(settings.revisions) or any(
            chosen is not None for chosen in (settings.since, settings.changed_from, settings.shard))

    @property
    def comes_to_head(self) -> bool:
        """Whether the last revision is among those that get a trip."""
        return bool(self.run.planned) and self.run.planned[-1].revision in self.selected

    def select(self, revisions: Collection[RevisionId] | None) -> None:
        """Choose which revisions get a trip, as ``Run.select``; without effect once the walk has begun."""
        if not self.begun:
            self._chosen = revisions
            self.run.select(revisions)
            self.__dict__.pop("selected", None)

    def reconfigure(self, settings: Settings) -> None:
        """Walk with other settings than the project was read with; without effect once the walk has begun."""
        if not self.begun and settings != self.settings:
            self.settings = settings
            self._run_stack.close()
            self.__dict__.pop("run", None)
            self.__dict__.pop("selected", None)

    def use(self, server: Server, seeds: GivenSeeds) -> None:
        """Walk on ``server`` and with ``seeds``; without effect once the walk has begun.

        Raises:
            HarnessError: the project cannot be read.
        """
        if not self.begun:
            self._seeds, unknown = without_unknown(seeds, (entry.revision for entry in self.run.planned))
            self.run.server = server
            if unknown:
                warnings.warn(pytest.PytestWarning(f"rows are given for {', '.join(unknown)}, which the history does "
                                                   "not have; they are left out"), stacklevel=1)

    def result_of(self, revision: RevisionId) -> RevisionResult:
        """Return one revision's result; its trip is made now unless it was before, or was not selected.

        Raises:
            HarnessError: the walk could not be made; the same again for whoever asks later.
        """
        with self._remembering_failure():
            if revision not in self.selected:
                return next(result for result in self.run.result().revisions if result.revision == revision)
            self._begin()
            result = self.run.result_of(revision)
        if all(known is not result for known in self.finished):
            self.finished.append(result)
        return result

    def compare_head(self) -> tuple[Finding, ...]:
        """Return what is found of what stands at the head, walking there first.

        Raises:
            HarnessError: the walk could not be made; the same again for whoever asks later.
        """
        with self._remembering_failure():
            self._begin()
            return self.run.compare_head()

    def finish(self) -> RunResult:
        """Make the trips of all selected revisions and return the whole result, with the head if they lead there.

        Raises:
            HarnessError: the walk could not be made.
        """
        for entry in self.run.planned:
            if entry.revision in self.selected:
                self.result_of(entry.revision)
        if self.comes_to_head:
            self.compare_head()
        return self.run.result()

    def close(self) -> None:
        """End the run and the server; both may never have begun."""
        self._run_stack.close()
        self._server_stack.close()

    @contextlib.contextmanager
    def _remembering_failure(self) -> Generator[None]:
        if self._failure is not None:
            raise self._failure
        try:
            yield
        except Exception as error:
            self._failure = error
            raise

    def _begin(self) -> None:
        if not self.begun:
            assert self.selected is not None  # settled while all are still to come
            if self.run.server is None:
                self.run.server = self.server
            self.run.given = self._seeds
            self.begun = True
