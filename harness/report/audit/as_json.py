"""The audit that a program reads. Its shape is ``audit.schema.json``, shipped beside this module.

``findings`` are as in the report of a check, so that `roundtrip accept` takes either.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from enum import IntEnum
from importlib.resources import files
from typing import Any

from harness import __version__
from harness.assessment.document import Document
from harness.report.json_report import findings_to_json

AUDIT_SCHEMA_VERSION = 1


def audit_to_json(document: Document, exit_code: int) -> dict[str, Any]:
    """Return ``document`` as the JSON document that ``audit.schema.json`` describes."""
    body: dict[str, Any] = _plain({key: value for key, value in asdict(document).items() if key != "findings"})
    coverage = document.coverage
    return {
        "schema_version": AUDIT_SCHEMA_VERSION,
        "tool": {"name": "roundtrip", "version": __version__},
        **body,
        "seconds": round(document.seconds, 3),
        "coverage": {
            "of": coverage.of, "good": coverage.good, "measured": coverage.measured,
            "percent": None if coverage.percent is None else round(coverage.percent, 1),
            "by_status": {str(status): count for status, count in coverage.by_status}},
        "rows": [{**_plain(asdict(row)), "operations": dict(row.operations)} for row in document.rows],
        "broken": [{"path": path, "error": error} for path, error in document.broken],
        "factors": [{**_plain(asdict(each)), "score": each.score, "when": str(each.when)} for each in document.factors],
        "findings": findings_to_json(document.findings),
        "exit_code": int(exit_code),
    }


def audit_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the audit."""
    text = files("harness.report.audit").joinpath("audit.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _plain(value: Any) -> Any:
    """Enumerations by name or value, tuples as lists."""
    if isinstance(value, IntEnum):
        return value.name.lower()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
