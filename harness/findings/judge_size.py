"""What a trip with many rows says that the same trip with few did not: steps that only many rows stop."""

from __future__ import annotations

from collections.abc import Iterator

from harness.findings.building import finding
from harness.findings.facts import SizeFacts, StepFacts, TripFacts
from harness.findings.model import Evidence, Finding, Severity
from harness.findings.remedies import CANNOT_READ, remedy_for_error, remedy_for_unreadable
from harness.names import StepName

_RULES = {StepName.UPGRADE: "RT307", StepName.DOWNGRADE: "RT303", StepName.REUPGRADE: "RT304"}


def judge_size(facts: TripFacts) -> tuple[Finding, ...]:
    """RT303, RT304, RT307, RT309 and RT310 of steps that run with few rows.

    What fails with few has been said, with the rows that are to blame.
    """
    if facts.size is None:
        return ()
    passed = {step.name for step in facts.steps if not step.failed and step.fails_when_empty is None}
    return tuple(found for step in facts.size.steps if step.failed and step.name in passed
                 for found in _stopped(facts, facts.size, step))


def _stopped(facts: TripFacts, size: SizeFacts, step: StepFacts) -> Iterator[Finding]:
    direction = "downgrade" if step.name is StepName.DOWNGRADE else "upgrade"
    few, many = (("a sample of the dump's rows", "all of them") if size.of_dump else
                 (f"{size.few:,} rows a table", f"{size.many:,}"))
    runs = f"{direction}() runs with {few}"
    subject = f"{facts.path}:{direction}"
    if step.failure is not None:
        made_here = step.failure.unreadable and not size.of_dump
        yield finding(
            _RULES[step.name], facts.revision, subject,
            f"{runs} but {f'{CANNOT_READ},' if made_here else 'fails'} with {many}: {step.failure}",
            remedy_for_unreadable(f"{direction}()") if made_here else remedy_for_error(step.failure, f"{direction}()"),
            Evidence(step=step.name, error=str(step.failure), statement=step.failure.statement,
                     location=step.failure.location,
                     notes=("which rows are to blame is only looked for among the few, which it can stand",)),
            severity=Severity.WARNING if made_here else None,
        )
    elif step.timed_out_after_seconds is not None:
        yield finding(
            "RT309", facts.revision, subject,
            f"{runs}, but with {many} it did not end within {step.timed_out_after_seconds:g} s and was stopped",
            "do the work in batches, or outside of the migration; or raise time_limit_seconds in [tool.roundtrip] if "
            "it may take so long", Evidence(step=step.name),
        )
    else:
        yield finding(
            "RT310", facts.revision, subject, f"{runs}, but with {many} it ended its process: {step.died}",
            "do not hold all rows in memory: let the server do it, or read them in batches",
            Evidence(step=step.name, error=step.died),
        )
