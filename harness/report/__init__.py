"""Outcomes in, text out: the terminal report, the JSON report, and the progress display."""

from harness.report.json_report import SCHEMA_VERSION, json_schema, to_json
from harness.report.progress import ProgressDisplay
from harness.report.tally import Tally, verdict_word
from harness.report.text import (
    render_findings,
    render_revision,
    render_run,
    render_search,
    render_summary,
    summary_text,
)

__all__ = [
    "SCHEMA_VERSION",
    "ProgressDisplay",
    "Tally",
    "json_schema",
    "render_findings",
    "render_revision",
    "render_run",
    "render_search",
    "render_summary",
    "summary_text",
    "to_json",
    "verdict_word",
]
