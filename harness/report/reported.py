"""A run with what a report has to know beside it: what every format is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.findings.model import Finding, Severity
from harness.outcomes import RunResult
from harness.report.places import Places


@dataclass(frozen=True, slots=True)
class Reported:
    """One run, ended."""

    result: RunResult
    exit_code: int
    threshold: Severity | None
    """The mildest severity that fails the run; None: no finding does."""
    places: Places

    def failing(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings that were not accepted and are at or over the threshold."""
        threshold = self.threshold
        if threshold is None:
            return ()
        return tuple(f for f in findings if f.accepted is None and f.severity.rank >= threshold.rank)


def worst_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that were not accepted, errors first, each severity in the order of the walk."""
    return tuple(sorted((f for f in findings if f.accepted is None), key=lambda finding: -finding.severity.rank))
