"""The report that code hosts read to mark lines of a pull request: SARIF 2.1.0.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; what GitHub takes from it:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from harness import __version__
from harness.errors import ExitCode
from harness.findings.catalogue import RULES
from harness.findings.explain import explain
from harness.findings.model import Finding, Rule, Severity
from harness.outcomes import RevisionResult
from harness.report.cascades import evidence_json
from harness.report.layout import printable_lines
from harness.report.places import Place
from harness.report.reported import Reported
from harness.report.text import why_not_reached

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "SRCROOT"
_LEVELS: Mapping[Severity, str] = MappingProxyType(
    {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"})
_PROBLEM_SEVERITIES: Mapping[Severity, str] = MappingProxyType(
    {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"})
"""GitHub's names of severities that say nothing of security."""
_INDEX: Mapping[str, int] = MappingProxyType({rule.code: index for index, rule in enumerate(RULES)})


def to_sarif(reported: Reported) -> str:
    """Return the run as SARIF text; paths are relative to the repository's root, whose place is not told."""
    result = reported.result
    run = {
        "tool": {"driver": {"name": "roundtrip", "semanticVersion": __version__,
                            "rules": [_rule(rule) for rule in RULES]}},
        "invocations": [{
            "executionSuccessful": reported.exit_code in {ExitCode.OK, ExitCode.FINDINGS},
            "exitCode": int(reported.exit_code),
            "startTimeUtc": _utc(result.started_at),
            "toolExecutionNotifications": [_not_reached(entry) for entry in result.not_reached],
        }],
        "originalUriBaseIds": {_BASE: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": _results(result.findings, reported),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.slug.split("-")),
        "shortDescription": {"text": f"{rule.slug}: {rule.condition}"},
        "fullDescription": {"text": rule.effect},
        "help": {"text": f"{rule.effect}\n\nRemedy: {rule.remedy}", "markdown": explain(rule)},
        "helpUri": rule.source,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["database", "migrations"], "precision": "very-high",
                       "problem.severity": _PROBLEM_SEVERITIES[rule.severity]},
    }


def _results(findings: Sequence[Finding], reported: Reported) -> list[dict[str, Any]]:
    seen: Counter[str] = Counter()
    results = []
    for finding in findings:
        identity = "\x00".join((finding.rule, finding.revision or "", finding.object))
        seen[identity] += 1
        results.append(_result(finding, reported.places.of(finding), f"{identity}\x00{seen[identity]}"))
    return results


def _result(finding: Finding, place: Place, identity: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": _INDEX[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": printable_lines(_message(finding))},
        "locations": [{
            "physicalLocation": {"artifactLocation": _artifact(place.path), "region": {"startLine": place.line}},
            "logicalLocations": [{"fullyQualifiedName": printable_lines(finding.object)}],
        }],
        # The name under which GitHub looks for what tells one alert from another: what was found, not where, so that
        # an alert stays the same one when lines above it change.
        "partialFingerprints": {
            "primaryLocationLineHash": hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]},
        "properties": {
            "revision": finding.revision,
            "step": finding.evidence.step.value if finding.evidence.step else None,
        },
    }
    if finding.evidence.cascade is not None:
        entry["properties"]["cascade"] = evidence_json(finding.evidence.cascade)
    if finding.accepted is not None:
        entry["suppressions"] = [{"kind": "external", "justification": printable_lines(finding.accepted)}]
    return entry


def _artifact(path: str) -> dict[str, str]:
    if PurePath(path).is_absolute():
        return {"uri": f"file://{quote(path, errors='surrogateescape')}"}
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": _BASE}


def _not_reached(entry: RevisionResult) -> dict[str, Any]:
    text = printable_lines(f"{entry.revision} was not reached: {why_not_reached(entry)}")
    return {"level": "error", "message": {"text": text}}


def _utc(moment: str) -> str:
    return dt.datetime.fromisoformat(moment).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _message(finding: Finding) -> str:
    """The message as a sentence, which is what hosts show of it in lists, and the remedy."""
    text = finding.message if finding.message.endswith((".", "!", "?")) else f"{finding.message}."
    return f"{text} Remedy: {finding.remedy}" if finding.remedy.strip() else text
