"""What pytest collects: the ini file of a project, and in it one item per revision."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest

from harness.config import FailOn
from harness.errors import HarnessError
from harness.findings.model import Finding, Severity
from harness.names import RevisionId
from harness.outcomes import NotReached, RevisionResult, Skipped, reaches
from harness.pytest_plugin.distribution import width_of
from harness.pytest_plugin.shared import SharedRun
from harness.report import render_findings, render_revision

PROJECT_ITEM = "project"
"""The name of the item for what is wrong with the history as a whole."""
HEADS_ITEM = "heads"
"""The name of the item for what stands where all revisions are applied; Alembic uses it so, and lets no id be it."""


class RoundtripFailure(Exception):  # noqa: N818 - an item fails with it; it is no error of the harness
    """Findings reach the threshold; ``text`` is the report and ``line`` the same in one line."""

    def __init__(self, text: str, line: str) -> None:
        super().__init__(line)
        self.text = text
        self.line = line


class FailureText:
    """What pytest prints for a failed item: the report, not a traceback of ours."""

    def __init__(self, text: str, line: str) -> None:
        self._text = text
        # Read by the short summary and by --junitxml.
        self.reprcrash = SimpleNamespace(message=line)

    def __str__(self) -> str:
        return self._text

    def toterminal(self, writer: Any) -> None:
        """Write the report; pytest gives its TerminalWriter."""
        writer.line(self._text)


class HistoryFile(pytest.File):
    """The alembic.ini (or pyproject.toml) of the project that is walked."""

    shared: SharedRun

    @classmethod
    def of(cls, parent: pytest.Collector, path: Path, shared: SharedRun) -> Self:
        """Make the collector."""
        collector: Self = cls.from_parent(parent, path=path, nodeid=node_id(parent.config, path))
        collector.shared = shared
        return collector

    def collect(self) -> Iterable[pytest.Item]:
        """Read the project, without a server, and yield an item for the history and one per revision."""
        try:
            run = self.shared.run
        except HarnessError as error:
            raise self.CollectError(str(error)) from error
        yield ProjectItem.of(self, PROJECT_ITEM)
        walked = {entry.revision for entry in run.planned}
        for result in run.result().revisions:
            kind = RevisionItem if result.revision in walked else UnwalkableItem
            yield kind.of(self, result.revision)
        if walked:
            yield HeadsItem.of(self, HEADS_ITEM)


class RoundtripItem(pytest.Function):
    """Anything of a project that is judged.

    A Function, because only that can ask for fixtures; it gets those of ``FIXTURES`` alone. What a conftest has for
    every test (``autouse``) concerns the team's own processes and databases, and has no place around a walk.
    """

    FIXTURES: tuple[str, ...] = ()
    shared: SharedRun

    @classmethod
    def of(cls, parent: HistoryFile, name: str) -> Self:
        """Make the item."""
        item: Self = cls.from_parent(parent, name=name, callobj=_nothing)
        item.shared = parent.shared
        item.fixturenames[:] = cls.FIXTURES
        item.add_marker(pytest.mark.roundtrip)
        return item

    def setup(self) -> None:
        """Leave the fixtures to ``runtest``: what goes wrong there is this item's failure."""

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Say where the item stands; its name is the headline of a failure."""
        return self.path, None, self.name

    def repr_failure(  # type: ignore[override]  # pytest only asks for __str__ and toterminal
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> str | FailureText:
        """Show findings as the report, and our errors as their one line."""
        if isinstance(excinfo.value, RoundtripFailure):
            return FailureText(excinfo.value.text, excinfo.value.line)
        if isinstance(excinfo.value, HarnessError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def fail_on(self, findings: tuple[Finding, ...]) -> None:
        """Fail when what was found reaches the threshold."""
        if reaches(findings, threshold(self.shared.settings.fail_on)):
            raise RoundtripFailure(render_findings(findings, self._width), one_line(findings))

    @property
    def _width(self) -> int:
        return width_of(self.config)


class WalkItem(RoundtripItem):
    """What only the walk can tell."""

    FIXTURES: tuple[str, ...] = ("roundtrip_walk",)

    def prepare(self) -> None:
        """See to it that the walk has what the fixtures give; what they give is settled once it has begun."""
        if not self.shared.begun:
            pytest.Function.setup(self)


class RevisionItem(WalkItem):
    """The round trip of one revision."""

    @property
    def revision(self) -> RevisionId:
        """The revision."""
        return RevisionId(self.name)

    def runtest(self) -> None:
        """Walk on until this revision's result is known, and fail when its findings reach the threshold."""
        self.prepare()
        self.judge(self.shared.result_of(self.revision))

    def judge(self, result: RevisionResult) -> None:
        """Pass, skip or fail as ``result`` says."""
        if isinstance(result.outcome, Skipped):
            pytest.skip(result.outcome.reason)
        text = render_revision(result, self._width)
        if isinstance(result.outcome, NotReached):
            raise RoundtripFailure(text, f"not reached: {result.outcome.reason}")
        if reaches(result.findings, threshold(self.shared.settings.fail_on)):
            raise RoundtripFailure(text, one_line(result.findings))


class UnwalkableItem(RevisionItem):
    """A revision that has no place in the walk, because a file or a parent is missing; it always fails."""

    FIXTURES = ()

    def runtest(self) -> None:
        """Fail with what stands in the way."""
        self.judge(next(entry for entry in self.shared.run.result().revisions if entry.revision == self.revision))


class ProjectItem(RoundtripItem):
    """The history as a whole: files that cannot be loaded, ids that are missing or double, several heads."""

    def runtest(self) -> None:
        """Fail when what is wrong with the history reaches the threshold."""
        self.fail_on(self.shared.run.history_findings)


class HeadsItem(WalkItem):
    """What stands where all revisions are applied, which is compared with the models and with other ways to there."""

    def runtest(self) -> None:
        """Walk on to the heads, and fail when what is found there reaches the threshold."""
        if self.shared.is_narrowed and not self.shared.comes_to_head:
            pytest.skip("the revisions that were asked for end before the heads")
        self.prepare()
        found = self.shared.compare_head()
        if self.shared.run.head.models is None and not found:
            pytest.skip("the heads are not reached")
        self.fail_on(found)


def node_id(config: pytest.Config, ini: Path) -> str:
    """The id of a project's items up to the ``::``; the whole path where it lies outside of pytest's root."""
    return (ini.relative_to(config.rootpath) if ini.is_relative_to(config.rootpath) else ini).as_posix()


def _nothing() -> None:
    """What a Function has to call; ``runtest`` is what is done."""


def threshold(fail_on: FailOn) -> Severity | None:
    """Return the severity from which an item fails; None: none does."""
    return None if fail_on == "never" else Severity(fail_on)


def one_line(findings: Iterable[Finding]) -> str:
    """Return findings in one line, the worst first: ``RT101 rows-lost public.users; …``."""
    counted = sorted((f for f in findings if f.accepted is None), key=lambda finding: -finding.severity.rank)
    return "; ".join(f"{finding.rule} {finding.slug} {finding.object}" for finding in counted)
