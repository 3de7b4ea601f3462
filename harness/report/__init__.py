"""Outcomes in, text out: the terminal report, the progress display, and the formats that are written to files."""

from harness.report.json_report import SCHEMA_VERSION, as_text, json_schema, to_json
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
    "as_text",
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
