"""The formats in which a run can be written to a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.report.json_report import as_text, to_json
from harness.report.junit import to_junit
from harness.report.markdown import to_markdown
from harness.report.reported import Reported
from harness.report.sarif import to_sarif


@dataclass(frozen=True, slots=True)
class Format:
    """One format: the option that asks for it, what messages call it, and how a run is turned into it."""

    option: str
    name: str
    render: Callable[[Reported], str]


def _json(reported: Reported) -> str:
    return as_text(to_json(reported.result, reported.exit_code))


def _html(reported: Reported) -> str:
    from harness.report.html import to_html  # noqa: PLC0415 - Jinja2 takes time to import, and few runs need it

    return to_html(reported)


FORMATS: tuple[Format, ...] = (
    Format("json", "JSON", _json),
    Format("junit", "JUnit", to_junit),
    Format("sarif", "SARIF", to_sarif),
    Format("markdown", "Markdown", to_markdown),
    Format("html", "HTML", _html),
)
"""In the order in which they are written."""
