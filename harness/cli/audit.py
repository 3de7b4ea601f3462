"""``roundtrip audit``: read a project's files and write what they tell of its migrations. No database is needed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rich.console import Console

from harness.assessment.assess import audit_project
from harness.assessment.document import Document, Risk
from harness.assessment.measured import read_measured
from harness.cli.complaint import complain
from harness.cli.reports import PlainFailingConsole
from harness.config import FailOn, load_settings
from harness.errors import ExitCode, HarnessError, UsageError
from harness.findings.model import Severity
from harness.outcomes import reaches
from harness.report import as_text
from harness.report.audit import audit_to_json, audit_to_markdown, render_audit
from harness.report.files import check_writable, write_report

_STANDARD_OUTPUT = "-"


def audit(options: argparse.Namespace) -> int:
    """Audit the project that ``options`` name, print and write the document, and return the exit code.

    Raises:
        HarnessError: the project cannot be read, the report of a check cannot, or a document cannot be written.
    """
    wanted = _wanted(options)
    settings = load_settings({"alembic_ini": options.alembic_ini, "fail_on": options.fail_on})
    measured = read_measured(Path(options.measured)) if options.measured is not None else None
    document = audit_project(settings, measured)
    code = exit_code(document, settings.fail_on)
    failures = []
    for name, path in wanted:  # before the text: a reader of that who goes away costs no file
        try:
            _write(name, path, document, code)
        except HarnessError as error:
            failures.append(error)
    render_audit(document, _console(wanted), code)
    for further in failures[1:]:
        complain(further)
    if failures:
        raise failures[0]
    return int(code)


def exit_code(document: Document, fail_on: FailOn) -> ExitCode:
    """What the command exits with; a history of which nothing was seen is incomplete, never fine."""
    if document.risk is Risk.NOT_ASSESSED:
        return ExitCode.INCOMPLETE
    threshold = None if fail_on == "never" else Severity(fail_on)
    if reaches(document.findings, threshold):
        return ExitCode.FINDINGS
    return ExitCode.INCOMPLETE if document.unseen else ExitCode.OK


def _wanted(options: argparse.Namespace) -> list[tuple[str, str]]:
    """The formats that are asked for with their paths, that on the standard output last."""
    asked = [(name, path) for name in ("json", "markdown", "html") if (path := getattr(options, name)) is not None]
    places = [path if path == _STANDARD_OUTPUT else str(Path(path).resolve()) for _, path in asked]
    for place in places:
        if places.count(place) > 1:
            raise UsageError(f"cannot write two documents to {place!r}", "one would replace the other",
                             "give each a place of its own")
    for name, path in asked:
        if path != _STANDARD_OUTPUT:
            check_writable(Path(path), name)
    return sorted(asked, key=lambda entry: entry[1] == _STANDARD_OUTPUT)


def _console(wanted: list[tuple[str, str]]) -> Console:
    return PlainFailingConsole(stderr=any(path == _STANDARD_OUTPUT for _, path in wanted))


def _write(name: str, path: str, document: Document, code: ExitCode) -> None:
    text = _renderers(document, code)[name]()
    if path == _STANDARD_OUTPUT:
        sys.stdout.write(text)
    else:
        write_report(Path(path), text, name)


def _renderers(document: Document, code: ExitCode) -> dict[str, Callable[[], str]]:
    return {"json": lambda: as_text(audit_to_json(document, code)), "markdown": partial(audit_to_markdown, document),
            "html": partial(_html, document, code)}


def _html(document: Document, code: ExitCode) -> str:
    from harness.report.audit.html import audit_to_html  # noqa: PLC0415 - Jinja2 takes time to import

    return audit_to_html(document, code)
