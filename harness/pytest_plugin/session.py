"""The hooks that are registered only when the walk is asked for."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import pytest

from harness.errors import HarnessError
from harness.outcomes import RunResult
from harness.pytest_plugin.alembic_fixtures import tests_path
from harness.pytest_plugin.distribution import Receiver, Sender, is_controller, is_worker, tell_width
from harness.pytest_plugin.items import FailureText, HistoryFile, RevisionItem, RoundtripItem, node_id
from harness.pytest_plugin.options import ASK, arguments, asked_on_command_line, json_path, read_settings
from harness.pytest_plugin.shared import SharedRun
from harness.report import as_text, summary_text, to_json
from harness.report.files import check_writable, write_report
from harness.verdict import exit_code

_LINE = "roundtrip_line"
"""Where a test report of a process of pytest-xdist keeps the one line of its failure."""
WALK_FIXTURE = "roundtrip_result"
"""A test that asks for this fixture wants the whole walk."""


class NoTests(pytest.Module):
    """A conftest.py that is collected only for its fixtures."""

    def collect(self) -> Iterable[pytest.Item]:
        """Give nothing, and import nothing."""
        return ()


class WalkSession:
    """One pytest session that walks one project."""

    def __init__(self, config: pytest.Config) -> None:
        self.shared = SharedRun(read_settings(config))
        self._json = None if is_worker(config) else json_path(config)
        self._json_failure: HarnessError | None = None
        self._wanted = False
        self._result: RunResult | None = None
        self._sender = Sender() if is_worker(config) else None
        self._receiver = Receiver() if is_controller(config) else None
        self._conftest = tests_path(config)
        self._conftest_collected = False
        self._fixtures_seen_from: pytest.Collector | None = None
        if not self.shared.settings.alembic_ini.is_file():
            raise pytest.UsageError(f"cannot read the Alembic project: no such file "
                                    f"{str(self.shared.settings.alembic_ini)!r}; give {ASK}-alembic-ini PATH")
        if self._json is not None:
            try:
                check_writable(self._json)
            except HarnessError as error:
                raise pytest.UsageError(str(error)) from error
        self._collect_too(config)

    def _collect_too(self, config: pytest.Config) -> None:
        """Have pytest collect the project beside what it was given, and the conftest.py that has a team's fixtures.

        What an ini asks for every run stays out of a run that names its own files.
        """
        ini = self.shared.settings.alembic_ini
        named = any(_same(path, ini) for path in arguments(config))
        wanted = asked_on_command_line(config) or config.args_source is not pytest.Config.ArgsSource.ARGS
        if wanted and not named:
            config.args.append(str(ini))
        self._conftest_collected = (
            (wanted or named) and ini.is_relative_to(config.rootpath) and self._conftest.is_file()
            and not config.option.noconftest and self._conftest not in arguments(config)
        )
        if self._conftest_collected:
            config.args.append(str(self._conftest))

    # -- collecting --------------------------------------------------------------------------------------------------

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> HistoryFile | None:
        """Collect the project's ini file, and note where a team's fixtures are seen from."""
        if file_path == self._conftest:
            self._fixtures_seen_from = parent
        if _same(file_path, self.shared.settings.alembic_ini):
            return HistoryFile.of(parent, file_path, self.shared)
        return None

    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
        """Look for no tests in a conftest.py that only we have named."""
        if self._conftest_collected and module_path == self._conftest:
            module: NoTests = NoTests.from_parent(parent, path=module_path)
            return module
        return None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Let items see the fixtures of ``tests/conftest.py``: few teams have theirs beside the ini."""
        if self._fixtures_seen_from is not None and not config.option.collectonly:
            for item in items:
                if isinstance(item, RoundtripItem):
                    item.parent = self._fixtures_seen_from

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Give a trip only to the revisions that ``-k``, ``-m``, ``--lf`` and node ids have left."""
        everything = any(WALK_FIXTURE in getattr(item, "fixturenames", ()) for item in session.items)
        self._wanted = everything or any(isinstance(item, RoundtripItem) for item in session.items)
        if self.shared.is_open and not (everything or self.shared.is_narrowed):
            self.shared.select({item.revision for item in session.items if isinstance(item, RevisionItem)})

    # -- results -----------------------------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """In a process of pytest-xdist, send along what the walk has come to."""
        report = yield
        if self._sender is not None and isinstance(report.longrepr, FailureText):
            # What pytest-xdist sends of a failure is its text.
            setattr(report, _LINE, report.longrepr.reprcrash.message)
        if self._sender is not None and self._wanted and self.shared.is_open and report.when != "teardown":
            self._sender.attach(report, self.shared.run.result(), self.shared.finished)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Receive what processes of pytest-xdist send."""
        if self._receiver is not None:
            self._receiver.take(report)
            line = report.__dict__.pop(_LINE, None)
            if line is not None:
                report.longrepr = FailureText(report.longreprtext, line)  # type: ignore[assignment]  # shown alike

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a process of pytest-xdist what only this one knows."""
        tell_width(node.config, node.workerinput)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Hand out the walk in stretches."""
        from harness.pytest_plugin.scheduling import (  # noqa: PLC0415 - only with pytest-xdist
            StretchScheduling,
            is_left_to_us,
        )

        if not is_left_to_us(config):
            return None
        return StretchScheduling(config, log, f"{node_id(config, self.shared.settings.alembic_ini)}::")

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Keep the result, write the JSON report, and end all; fixtures are gone by now, and the summary comes next."""
        yield
        try:
            self._result = self._known_result(session.config)
            if self._json is not None and self._result is not None:
                write_report(self._json, as_text(to_json(self._result, self._exit_code(self._result))))
        except HarnessError as error:
            self._json_failure = error
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        finally:
            self.shared.close()

    def _known_result(self, config: pytest.Config) -> RunResult | None:
        if self._receiver is not None:
            return self._receiver.result()
        if self._sender is None and self._wanted and self.shared.is_open and not config.option.collectonly:
            return self.shared.run.result()
        return None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the verdict."""
        writer = terminalreporter.config.get_terminal_writer()
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
