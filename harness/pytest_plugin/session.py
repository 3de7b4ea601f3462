"""The hooks that are registered only when the walk is asked for."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from harness.engine import exit_code
from harness.errors import HarnessError
from harness.outcomes import RunResult
from harness.pytest_plugin.items import HistoryFile, RevisionItem, RoundtripItem
from harness.pytest_plugin.options import ASK, arguments, asked_on_command_line, json_path, read_settings
from harness.pytest_plugin.shared import SharedRun
from harness.report import summary_text, to_json
from harness.report.json_file import check_writable, write_json

WALK_FIXTURE = "roundtrip_result"
"""A test that asks for this fixture wants the whole walk."""


class WalkSession:
    """One pytest session that walks one project."""

    def __init__(self, config: pytest.Config) -> None:
        self.shared = SharedRun(read_settings(config))
        self._json = json_path(config)
        self._json_failure: HarnessError | None = None
        self._wanted = False
        self._result: RunResult | None = None
        if not self.shared.settings.alembic_ini.is_file():
            raise pytest.UsageError(f"cannot read the Alembic project: no such file "
                                    f"{str(self.shared.settings.alembic_ini)!r}; give {ASK}-alembic-ini PATH")
        if self._json is not None:
            if getattr(config.option, "numprocesses", None):
                raise pytest.UsageError(f"cannot write one report from several processes: -n and {ASK}-json were "
                                        f"given; leave out one of them")
            try:
                check_writable(self._json)
            except HarnessError as error:
                raise pytest.UsageError(str(error)) from error
        self._collect_too(config)

    def _collect_too(self, config: pytest.Config) -> None:
        """Have pytest collect the project beside what it was given.

        What an ini asks for every run stays out of a run that names its own files.
        """
        ini = self.shared.settings.alembic_ini
        wanted = asked_on_command_line(config) or config.args_source is not pytest.Config.ArgsSource.ARGS
        if wanted and not any(_same(path, ini) for path in arguments(config)):
            config.args.append(str(ini))

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> HistoryFile | None:
        """Collect the project's ini file."""
        if _same(file_path, self.shared.settings.alembic_ini):
            return HistoryFile.of(parent, file_path, self.shared)
        return None

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Give a trip only to the revisions that ``-k``, ``-m``, ``--lf`` and node ids have left."""
        settings = self.shared.settings
        everything = any(WALK_FIXTURE in getattr(item, "fixturenames", ()) for item in session.items)
        self._wanted = everything or any(isinstance(item, RoundtripItem) for item in session.items)
        if self.shared.is_open and not (everything or settings.revisions or settings.since is not None):
            self.shared.select({item.revision for item in session.items if isinstance(item, RevisionItem)})

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Keep the result, write the JSON report, and end all; fixtures are gone by now, and the summary comes next."""
        yield
        try:
            if self._wanted and self.shared.is_open and not session.config.option.collectonly:
                self._result = self.shared.run.result()
            if self._json is not None and self._result is not None:
                write_json(self._json, to_json(self._result, self._exit_code(self._result)))
        except HarnessError as error:
            self._json_failure = error
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        finally:
            self.shared.close()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the verdict."""
        writer = terminalreporter.config.get_terminal_writer()
        if getattr(terminalreporter.config.option, "numprocesses", None):
            terminalreporter.section("roundtrip")
            writer.line("each of the worker processes walked for itself: run without -n for one verdict")
        if self._result is not None:
            terminalreporter.section("roundtrip")
            writer.write(summary_text(self._result, self._exit_code(self._result), width=writer.fullwidth,
                                      coloured=writer.hasmarkup))
        if self._json_failure is not None:
            writer.line(f"roundtrip: error: {self._json_failure}", red=True)

    def pytest_unconfigure(self) -> None:
        """End what a session that broke off has left."""
        self.shared.close()

    def _exit_code(self, result: RunResult) -> int:
        return exit_code(result, self.shared.settings.fail_on)


def _same(path: Path, ini: Path) -> bool:
    """Whether ``path`` is the resolved path ``ini``; links are only followed where the names agree."""
    return path == ini or (path.name == ini.name and path.resolve() == ini)
