"""From what was measured on one trip to its findings."""

from __future__ import annotations

from harness.findings.facts import TripFacts
from harness.findings.judge_failures import downgrade_did_nothing, judge_failures
from harness.findings.judge_rows import judge_live_rows, judge_rows, judge_seeding
from harness.findings.judge_schema import judge_recorded, judge_schema
from harness.findings.judge_size import judge_size
from harness.findings.model import Finding


def judge_trip(facts: TripFacts) -> tuple[Finding, ...]:
    """Every rule that the trip violated, gravest kinds first: failures, rows, schema."""
    did_nothing = downgrade_did_nothing(facts)
    rows = judge_rows(facts, did_nothing=did_nothing)
    return (
        *judge_failures(facts, did_nothing=did_nothing),
        *judge_size(facts),
        *rows,
        *judge_live_rows(facts, rows),
        *judge_schema(facts, did_nothing=did_nothing),
        *judge_recorded(facts.revision, facts.path, facts.edits),
        *judge_seeding(facts),
    )
