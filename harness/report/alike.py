"""What is to be said of many revisions alike, so that a reader is told it once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

from harness.findings.model import Evidence, Finding, Severity
from harness.outcomes import RevisionResult

_MANY = 3
"""In so many revisions it is told once."""
_OF_A_SCHEME = frozenset({"RT408"})
"""Rules whose findings name a file each, where one decision of the team's is behind all of them."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Findings that are told together."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The one whose remedy and evidence are shown."""
        return self.findings[0]

    @property
    def revisions(self) -> tuple[str, ...]:
        """Each once, in the order of the walk."""
        return tuple(dict.fromkeys(finding.revision for finding in self.findings if finding.revision))

    @property
    def messages(self) -> tuple[str, ...]:
        """What they say: one sentence, or one for each file."""
        return tuple(dict.fromkeys(finding.message for finding in self.findings))


def alike(revisions: Iterable[RevisionResult]) -> tuple[Alike, ...]:
    """Return what counts and is the same in many of ``revisions``."""
    groups: dict[Hashable, list[Finding]] = {}
    for entry in revisions:
        for finding in entry.findings:
            likeness = _likeness(finding)
            if likeness is not None:
                groups.setdefault(likeness, []).append(finding)
    found = (Alike(tuple(group)) for group in groups.values())
    return tuple(group for group in found if len(group.revisions) >= _MANY)


def without(entry: RevisionResult, told: Sequence[Alike]) -> RevisionResult:
    """Return ``entry`` without what is told of many revisions at once."""
    known = {_likeness(group.first) for group in told}
    kept = tuple(finding for finding in entry.findings if (likeness := _likeness(finding)) is None
                 or likeness not in known)
    return entry if len(kept) == len(entry.findings) else replace(entry, findings=kept)


def _likeness(finding: Finding) -> Hashable | None:
    """What findings that are told together have in common; None for one that has evidence of its own."""
    if finding.accepted is not None or finding.severity is Severity.INFO or finding.revision is None:
        return None
    if finding.rule in _OF_A_SCHEME:
        return finding.rule, finding.severity
    evidence = finding.evidence
    # Where it was raised is of no other use than to find the revision, which is named.
    bare = Evidence(step=evidence.step, error=evidence.error, location=evidence.location)
    if evidence != bare:
        return None
    subject = finding.object.rpartition(":")[2]  # of a function in the revision's own file its name
    return finding.rule, finding.severity, subject, finding.message, finding.remedy, evidence.step, evidence.error
