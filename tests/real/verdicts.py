"""What a report and the oracle say of one revision, in words that can be compared.

A verdict is a set of lines such as ``RT302 DependentObjectsStillExist``. The oracle has no rows, so only what a schema
without rows can show is in it: of our findings those that need rows are left out, and expected as data elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from tests.real.oracle.walk import Trip

Verdict = frozenset[str]

SCHEMA_RULES = frozenset({"RT201", "RT202", "RT203", "RT301", "RT302", "RT304", "RT305", "RT306"})
"""The rules of which the oracle can say something."""

_FAILURES = frozenset({"RT301", "RT302", "RT304", "RT305"})
_FAILURES_WITH_ROWS = frozenset({"RT303", "RT307", "RT308"})
_ROWS_CHANGED = frozenset({"RT101", "RT102", "RT103", "RT104", "RT105"})
_SAME_FOR_ALL_ROWS: Mapping[str, str] = {"RT104": "RT101", "RT105": "RT102"}
_STEPS_WITH_LIVE_ROWS = frozenset({"live_downgrade", "live_upgrade"})
"""Steps that the oracle does not make."""


def oracle_verdict(trip: Trip) -> Verdict:
    """What plain commands and pg_dump say."""
    if trip.upgrade_error is not None:
        return _failing("RT301", trip.upgrade_error)
    if trip.downgrade_error is not None:
        return _failing("RT302", trip.downgrade_error)
    verdict = _failing("RT304", trip.again_error) if trip.again_error is not None else frozenset()
    if trip.undone == "same" and trip.upgraded != "same":
        return verdict | {"RT306"}
    verdict |= {{"same": None, "order": "RT203", "differs": "RT201"}[trip.downgraded]} - {None}
    if trip.again == "differs" and trip.downgraded != "differs":
        verdict |= {"RT202"}
    if trip.again == "order" and trip.downgraded == "same":
        verdict |= {"RT203"}
    return verdict


def our_verdict(revision: Mapping[str, Any], *, only_with_rows: frozenset[str] = frozenset()) -> Verdict:
    """What the report says of ``revision``, without findings of the rules that only rows made it find there."""
    verdict: set[str] = set()
    errors = {step["name"]: step["error"] for step in revision["steps"]}
    for finding in revision["findings"]:
        rule, step = finding["rule"], finding["evidence"]["step"]
        if rule not in SCHEMA_RULES - only_with_rows or step in _STEPS_WITH_LIVE_ROWS:
            continue
        if rule == "RT306" and errors["reupgrade"]:  # it speaks for the second upgrade too
            verdict |= _failing("RT304", errors["reupgrade"])
        # A refusal is an error like any other to a command.
        verdict |= _failing(rule.replace("RT305", "RT302"), errors[step]) if rule in _FAILURES else {rule}
    return frozenset(verdict - {"RT203"} if "RT201" in verdict else verdict)


def to_show(revision: Mapping[str, Any], *, only_with_rows: frozenset[str]) -> frozenset[str]:
    """What rows written by hand have to show of ``revision``: ``RT102 table.column``, ``RT307 Class``.

    That a downgrade drops a table or column that holds rows (RT106) needs no showing.
    """
    found: set[str] = set()
    for finding in revision["findings"]:
        rule, evidence = finding["rule"], finding["evidence"]
        if rule in _ROWS_CHANGED:
            found.add(f"{rule} {finding['object'].removeprefix('public.')}")
        elif rule in _FAILURES_WITH_ROWS or (rule == "RT304" and evidence["step"] in _STEPS_WITH_LIVE_ROWS):
            found |= _failing(rule, evidence["error"])
        elif rule in only_with_rows:
            found |= _failing(rule, evidence["error"]) if rule in _FAILURES else {rule}
    return frozenset(found)


def shown_by(seen: AbstractSet[str], finding: str) -> bool:
    """Whether what rows showed covers the finding: what happens to rows that were there happens to live ones."""
    rule, _, what = finding.partition(" ")
    return finding in seen or f"{_SAME_FOR_ALL_ROWS.get(rule, rule)} {what}" in seen


def _failing(rule: str, error: str) -> frozenset[str]:
    """``error`` is ``Class SQLSTATE`` or ``Class: message``."""
    return frozenset({f"{rule} {re.split('[: ]', error, maxsplit=1)[0]}"})
