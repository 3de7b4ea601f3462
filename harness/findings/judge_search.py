"""What a search for rows found, by the rules that a round trip is judged by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from harness.findings.facts import SearchFacts
from harness.findings.judge_failures import judge_failures
from harness.findings.judge_rows import judge_rows
from harness.findings.model import Finding

_SEARCHED = frozenset({"RT101", "RT102", "RT103", "RT303", "RT307"})


def judge_search(search: SearchFacts, known: Iterable[Finding]) -> Iterator[Finding]:
    """The finds that ``known`` does not hold for the same object, each with its example."""
    known = tuple(known)
    said = {(item.rule, item.object) for item in known}
    # Of a downgrade that does nothing it is said once, not of each row that it leaves.
    did_nothing = any(item.rule == "RT306" for item in known)
    for found in search.counterexamples:
        failures = judge_failures(found.facts, did_nothing=False)
        for item in (*failures, *judge_rows(found.facts, did_nothing=did_nothing)):
            if item.rule in _SEARCHED and (item.rule, item.object) not in said:
                said.add((item.rule, item.object))
                # What else a failure notes are the rows, which the example holds.
                notes = (found.note,) if found.note is not None else ()
                yield replace(item, evidence=replace(item.evidence, example=found.statements, notes=notes))


def examples_in(found: Iterable[Finding]) -> dict[str, dict[str, tuple[str, ...]]]:
    """The examples of findings, by rule and object."""
    examples: dict[str, dict[str, tuple[str, ...]]] = {}
    for item in found:
        if item.evidence.example:
            examples.setdefault(item.rule, {})[item.object] = item.evidence.example
    return examples
