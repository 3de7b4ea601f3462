"""``roundtrip check``: walk a history and report."""

from __future__ import annotations

import argparse

from rich.console import Console

from harness.cli.complaint import complain
from harness.cli.interrupt import exit_code_of
from harness.cli.reports import reported, wanted_reports, write_reports
from harness.config import Settings, load_settings
from harness.engine import Run, open_run
from harness.errors import HarnessError
from harness.report import ProgressDisplay
from harness.verdict import exit_code


def check(options: argparse.Namespace) -> int:
    """Walk the history that ``options`` name, print and write the reports, and return the exit code.

    Raises:
        HarnessError: the walk could not be made, or not to its end, or a report could not be written; what was known
            by then has been reported.
    """
    settings = _settings(options)
    wanted = wanted_reports(options)
    failures: list[HarnessError] = []
    with ProgressDisplay(Console(stderr=True)) as progress, open_run(settings, progress, ahead=True) as run:
        code: int | None = None
        try:
            _walk(run)
        except KeyboardInterrupt as stop:
            code = exit_code_of(stop)
        except HarnessError as error:
            failures, code = [error], error.exit_code
        result = run.result()
        folders = run.folders
    if code is None:
        code = exit_code(result, settings.fail_on)
    failures += write_reports(reported(result, code, settings.fail_on, folders), wanted)
    for further in failures[1:]:
        complain(further)
    if failures:
        raise failures[0]
    return int(code)


def _settings(options: argparse.Namespace) -> Settings:
    return load_settings({
        "alembic_ini": options.alembic_ini, "server": options.server, "image": options.image,
        "revisions": options.revision, "since": options.since, "changed_from": options.changed_from,
        "rows": options.rows, "seed": options.seed,
        "mode": options.mode, "time_limit_seconds": options.time_limit, "fail_on": options.fail_on, "x": options.x,
        "jobs": options.jobs, "shard": options.shard, "search": options.search,
        "from_dump": options.from_dump, "at": options.at, "down_to": options.down_to,
        "show_values": options.show_values or None,
    })


def _walk(run: Run) -> None:
    for _result in run.results():
        pass
