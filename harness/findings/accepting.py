"""Mark the findings that a team has accepted, and tell which acceptances have nothing left to accept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

from harness.acceptance import Acceptance
from harness.findings.catalogue import find_rule
from harness.findings.model import Finding
from harness.outcomes import Checked, RevisionResult, Skipped


def accept(findings: Sequence[Finding], acceptances: Sequence[Acceptance], today: dt.date) -> tuple[Finding, ...]:
    """Return ``findings``, those that an acceptance speaks of marked with its reason.

    One whose day is over accepts nothing; the finding then says so.
    """
    return tuple(_accept(item, [entry for entry in acceptances if _speaks_of(entry, item)], today)
                 for item in findings) if acceptances else tuple(findings)


def check_rules(acceptances: Sequence[Acceptance]) -> None:
    """Make sure that every acceptance is of a rule that there is.

    Raises:
        UsageError: one is not.
    """
    for entry in acceptances:
        find_rule(entry.rule)


def unmatched(
    acceptances: Sequence[Acceptance], findings: Collection[Finding], revisions: Sequence[RevisionResult],
    not_judged: Collection[str] = (),
) -> tuple[Acceptance, ...]:
    """Return the acceptances that speak of no finding although everything that they could speak of was checked.

    ``not_judged`` are the codes of rules of which the run can say nothing.
    """
    checked = {entry.revision for entry in revisions if isinstance(entry.outcome, Checked)}
    all_checked = len(checked) == len(revisions)
    unknown = {entry.revision for entry in acceptances} - {entry.revision for entry in revisions}
    skipped = any(isinstance(entry.outcome, Skipped) for entry in revisions)

    def covered(entry: Acceptance) -> bool:
        if find_rule(entry.rule).code in not_judged:
            return False
        if entry.revision is None:
            return all_checked
        return entry.revision in checked or (entry.revision in unknown and not skipped)

    return tuple(entry for entry in acceptances
                 if covered(entry) and not any(_speaks_of(entry, item) for item in findings))


def _accept(item: Finding, entries: Sequence[Acceptance], today: dt.date) -> Finding:
    for entry in entries:
        if entry.until is None or entry.until >= today:
            end = "" if entry.until is None else f" (until {entry.until})"
            return replace(item, accepted=entry.reason + end)
    if not entries or item.accepted is not None:
        return item
    over = f"It was accepted until {entries[-1].until}: {entries[-1].reason}"
    if over in item.evidence.notes:
        return item
    return replace(item, evidence=replace(item.evidence, notes=(*item.evidence.notes, over)))


def _speaks_of(entry: Acceptance, item: Finding) -> bool:
    return (entry.rule in {item.rule, item.slug} and entry.revision in {None, item.revision}
            and entry.object in {None, item.object})
