"""What a command exits with after a walk."""

from __future__ import annotations

from harness.config import FailOn
from harness.errors import ExitCode
from harness.findings.model import Severity
from harness.outcomes import RunResult, reaches


def exit_code(result: RunResult, fail_on: FailOn) -> ExitCode:
    """What a command that made ``result`` exits with; something not reached outweighs findings."""
    if result.not_reached:
        return ExitCode.INCOMPLETE
    threshold = None if fail_on == "never" else Severity(fail_on)
    return ExitCode.FINDINGS if reaches(result.findings, threshold) else ExitCode.OK


def search_exit_code(result: RunResult, fail_on: FailOn) -> ExitCode:
    """What a command that only searched exits with; a revision that was not searched outweighs findings.

    Only those of the revisions that were searched count.
    """
    searches = [entry.search for entry in result.revisions if entry.search is not None]
    if result.not_reached or not searches or any(search.not_searched for search in searches):
        return ExitCode.INCOMPLETE
    threshold = None if fail_on == "never" else Severity(fail_on)
    found = tuple(item for entry in result.revisions if entry.search is not None for item in entry.findings)
    return ExitCode.FINDINGS if reaches(found, threshold) else ExitCode.OK
