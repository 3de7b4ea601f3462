"""``roundtrip search``: look for rows that the round trip of one revision does not bring back."""

from __future__ import annotations

import argparse

from rich.console import Console

from harness.cli.interrupt import exit_code_of
from harness.cli.main import DEFAULT_EXAMPLES
from harness.cli.reports import reported, wanted_reports, write_text
from harness.config import Settings, load_settings
from harness.engine import open_run
from harness.errors import UsageError
from harness.report import ProgressDisplay, render_search
from harness.verdict import search_exit_code


def search(options: argparse.Namespace) -> int:
    """Search the revision that ``options`` name, print what is found, and return the exit code.

    Raises:
        HarnessError: the search could not be made.
    """
    settings = _settings(options)
    wanted = wanted_reports(options)
    code: int | None = None
    with ProgressDisplay(Console(stderr=True)) as progress, open_run(settings, progress, ahead=True) as run:
        try:
            for _result in run.searches():
                pass
        except KeyboardInterrupt as stop:
            code = exit_code_of(stop)
        result = run.result()
        folders = run.folders
    if code is None:
        code = search_exit_code(result, settings.fail_on)
    failures = write_text(reported(result, code, settings.fail_on, folders), wanted, render_search)
    if failures:
        raise failures[0]
    return int(code)


def _settings(options: argparse.Namespace) -> Settings:
    settings = load_settings({
        "alembic_ini": options.alembic_ini, "server": options.server, "image": options.image,
        "revisions": [options.revision], "rows": options.rows, "seed": options.seed,
        "time_limit_seconds": options.time_limit, "fail_on": options.fail_on, "x": options.x, "jobs": 1,
        "search": DEFAULT_EXAMPLES if options.examples is None else options.examples,
    })
    if settings.search == 0:
        raise UsageError("cannot search with no examples", "--examples is 0", "give a number over 0")
    return settings.without_dump  # it makes its rows, and shows them
