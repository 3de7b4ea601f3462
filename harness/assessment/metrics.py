"""The measures of success: each with its measured value, or with the command that measures it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.assessment.document import Coverage, Metric, Status
from harness.assessment.measured import Measured
from harness.assessment.risks import Basis
from harness.findings.building import counted
from harness.findings.model import Severity

STEP_BUDGET_SECONDS = 30.0
_LOST = frozenset({"RT101", "RT102", "RT103", "RT104", "RT105", "RT107"})


def metrics(basis: Basis, coverage: Coverage, check_command: str) -> Iterator[Metric]:
    """Data, coverage, time and paths, in this order."""
    measured, total = basis.measured, len(basis.rows)
    checked = coverage.measured
    all_of_it = bool(total) and checked == total
    of_all = f"{checked} of {counted(total, 'revision')}"
    lost = [each for each in measured.findings if each.rule in _LOST and each.severity is Severity.ERROR
            and each.accepted is None] if measured is not None else []
    yield Metric(
        name="Zero data loss", target="no rollback loses or changes a row",
        value=f"{counted(len(lost), 'finding')} of lost or changed rows, in {of_all} checked" if checked else None,
        is_met=False if lost else True if all_of_it else None, source_says=None, command=check_command)
    good = sum(count for status, count in coverage.by_status if status is Status.PROVEN)
    percent = f" ({100 * good / total:.0f} %)" if total else ""
    yield Metric(
        name="Rollback coverage", target="100 %",
        value=f"{good} of {counted(total, 'revision')} proven{percent}, {checked} checked" if checked else None,
        is_met=(good == total) if all_of_it else False if good < checked else None,
        source_says=None if coverage.percent is None else
        f"{coverage.good} of {coverage.of} ({coverage.percent:.0f} %)" , command=check_command)
    yield _time(measured, total, checked, check_command)
    yield Metric(
        name="All paths tested", target="every revision up, down, up, and down over new rows",
        value=f"{of_all} checked" if measured is not None else None,
        is_met=all_of_it if measured is not None else None, source_says=None, command=check_command)


def _time(measured: Measured | None, total: int, checked: int, command: str) -> Metric:
    steps = [(step.seconds, step.name, revision) for revision, entry in measured.revisions.items()
             for step in entry.steps] if measured is not None else []
    value, met = None, None
    if steps and measured is not None:
        seconds, name, revision = max(steps)
        value = (f"longest {seconds:.2f} s ({name.replace('_', ' ')} of {revision}), with "
                 f"{counted(measured.rows_per_table, 'row')} a table")
        met = False if seconds >= STEP_BUDGET_SECONDS else True if checked == total else None
    return Metric(name="Time of a step", target=f"under {STEP_BUDGET_SECONDS:.0f} s", value=value, is_met=met,
                  source_says=None, command=command)
