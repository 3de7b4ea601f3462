"""Which reports a command is asked for: checked before the walk, written after it, none at the cost of another."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from harness.config import FailOn
from harness.errors import HarnessError, UsageError
from harness.findings.model import Severity
from harness.outcomes import RunResult
from harness.report import render_run
from harness.report.files import append_report, check_writable, write_report
from harness.report.formats import FORMATS, Format
from harness.report.github import workflow_commands
from harness.report.markdown import to_markdown
from harness.report.places import Places, find_top
from harness.report.reported import Reported

_STANDARD_OUTPUT = "-"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that was asked for."""

    format: Format
    path: str
    """``-`` for the standard output."""


def wanted_reports(options: argparse.Namespace) -> tuple[Wanted, ...]:
    """Return the reports that ``options`` ask for, that on the standard output last.

    Raises:
        UsageError: one cannot be written, or two would be written to the same place.
    """
    asked = [Wanted(entry, getattr(options, entry.option)) for entry in FORMATS
             if getattr(options, entry.option, None) is not None]
    taken: dict[str, Format] = {}
    for report in asked:
        place = report.path if report.path == _STANDARD_OUTPUT else str(Path(report.path).resolve())
        if place in taken:
            raise UsageError(f"cannot write the {report.format.name} report to {report.path!r}",
                             f"the {taken[place].name} report goes there", "give each a place of its own")
        taken[place] = report.format
        if report.path != _STANDARD_OUTPUT:
            check_writable(Path(report.path), report.format.name)
    return tuple(sorted(asked, key=lambda report: report.path == _STANDARD_OUTPUT))


def reported(result: RunResult, code: int, fail_on: FailOn, folders: Sequence[Path]) -> Reported:
    """Return ``result`` with what its reports need: the threshold, and where in the repository its files are."""
    threshold = None if fail_on == "never" else Severity(fail_on)
    return Reported(result, int(code), threshold, Places(result, find_top(folders[0], Path.cwd()), folders))


def write_reports(reported: Reported, wanted: Sequence[Wanted]) -> tuple[HarnessError, ...]:
    """Print the text, write what is wanted and tell GitHub Actions; return what could not be written."""
    failures = write_text(reported, wanted, render_run, (partial(_add_to_summary, reported),))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        console = _console(wanted)
        for line in workflow_commands(reported):
            console.print(line, soft_wrap=True, markup=False, highlight=False, emoji=False)
    return failures


def write_text(
    reported: Reported, wanted: Sequence[Wanted], render: Callable[[RunResult, Console, int], None],
    others: Sequence[Callable[[], None]] = (),
) -> tuple[HarnessError, ...]:
    """Print the text by ``render``, do ``others``, write what is wanted; return what could not be written."""
    failures: list[HarnessError] = []
    try:
        render(reported.result, _console(wanted), reported.exit_code)
    finally:  # a reader of the text that goes away costs no file
        writes: list[Callable[[], None]] = [*others, *(partial(_write, report, reported) for report in wanted)]
        for write in writes:
            try:
                write()
            except HarnessError as error:
                failures.append(error)
    return tuple(failures)


def _console(wanted: Sequence[Wanted]) -> Console:
    return PlainFailingConsole(stderr=any(report.path == _STANDARD_OUTPUT for report in wanted))


def _write(report: Wanted, reported: Reported) -> None:
    text = report.format.render(reported)
    if report.path == _STANDARD_OUTPUT:
        sys.stdout.write(text)
    else:
        write_report(Path(report.path), text, report.format.name)


def _add_to_summary(reported: Reported) -> None:
    """Have GitHub Actions show the run on the page of its job, where this is one."""
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        append_report(Path(summary), to_markdown(reported), "job summary")


class PlainFailingConsole(Console):
    """A console that lets a broken pipe be an error; rich would end the process with exit code 1: findings."""

    def on_broken_pipe(self) -> None:
        """Raise what rich would end the process for."""
        error = sys.exc_info()[1]
        assert isinstance(error, BrokenPipeError)
        raise error
