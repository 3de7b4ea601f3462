"""The run and the server that items and fixtures of one session share; each is had on first use."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from functools import cached_property

from harness.config import Settings
from harness.engine import Run, open_run
from harness.names import RevisionId
from harness.outcomes import RevisionResult, RunResult
from harness.servers import Server, start_server


class SharedRun:
    """One run over one project, walked as far as somebody asks."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.begun = False
        self._results: dict[RevisionId, RevisionResult] = {}
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
        return self._run_stack.enter_context(open_run(self.settings))

    @property
    def is_open(self) -> bool:
        """Whether the project was read."""
        return "run" in self.__dict__

    def select(self, revisions: Collection[RevisionId] | None) -> None:
        """Choose which revisions get a trip, as ``Run.select``; without effect once the walk has begun."""
        if not self.begun:
            self.run.select(revisions)

    def result_of(self, revision: RevisionId) -> RevisionResult:
        """Return one revision's result, walking on until it is known.

        Raises:
            HarnessError: the walk could not be made; the same again for whoever asks later.
        """
        while revision not in self._results and self._advance():
            pass
        return self._results[revision]

    def finish(self) -> RunResult:
        """Walk to the end and return the whole result.

        Raises:
            HarnessError: the walk could not be made.
        """
        while self._advance():
            pass
        return self.run.result()

    def close(self) -> None:
        """End the run and the server; both may never have begun."""
        self._run_stack.close()
        self._server_stack.close()

    def _advance(self) -> bool:
        if self._failure is not None:
            raise self._failure
        try:
            if not self.begun:
                self.run.server = self.server
                self.begun = True
            result = next(self.run.results(), None)
        except Exception as error:
            self._failure = error
            raise
        if result is None:
            return False
        self._results[result.revision] = result
        return True
