"""``roundtrip check``: walk a history and report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from harness.cli.interrupt import exit_code_of
from harness.config import Settings, load_settings
from harness.engine import Run, exit_code, open_run
from harness.errors import HarnessError
from harness.outcomes import RunResult
from harness.report import ProgressDisplay, render_run, to_json
from harness.report.json_file import as_text, check_writable, write_json

_STANDARD_OUTPUT = "-"


def check(options: argparse.Namespace) -> int:
    """Walk the history that ``options`` name, print the report, and return the exit code.

    Raises:
        HarnessError: the walk could not be made, or not to its end; what was known by then has been reported.
    """
    settings = _settings(options)
    if options.json not in (None, _STANDARD_OUTPUT):
        check_writable(Path(options.json))
    failure: HarnessError | None = None
    with ProgressDisplay(Console(stderr=True)) as progress, open_run(settings, progress, ahead=True) as run:
        code: int | None = None
        try:
            _walk(run)
        except KeyboardInterrupt as stop:
            code = exit_code_of(stop)
        except HarnessError as error:
            failure, code = error, error.exit_code
        result = run.result()
    if code is None:
        code = exit_code(result, settings.fail_on)
    if failure is None or result.findings:
        report(result, code, options.json, render_run)
    if failure is not None:
        raise failure
    return int(code)


def _settings(options: argparse.Namespace) -> Settings:
    return load_settings({
        "alembic_ini": options.alembic_ini, "server": options.server, "image": options.image,
        "revisions": options.revision, "since": options.since, "rows": options.rows, "seed": options.seed,
        "mode": options.mode, "time_limit_seconds": options.time_limit, "fail_on": options.fail_on, "x": options.x,
        "jobs": options.jobs, "shard": options.shard, "search": options.search,
    })


def _walk(run: Run) -> None:
    for _result in run.results():
        pass


def report(
    result: RunResult, code: int, json_path: str | None, render: Callable[[RunResult, Console, int], None]
) -> None:
    """Print the report by ``render``, and write it as JSON where that was asked for."""
    to_standard_output = json_path == _STANDARD_OUTPUT
    render(result, _PlainFailingConsole(stderr=to_standard_output), code)
    if to_standard_output:
        sys.stdout.write(as_text(to_json(result, code)))
    elif json_path is not None:
        write_json(Path(json_path), to_json(result, code))


class _PlainFailingConsole(Console):
    """A console that lets a broken pipe be an error; rich would end the process with exit code 1: findings."""

    def on_broken_pipe(self) -> None:
        error = sys.exc_info()[1]
        assert isinstance(error, BrokenPipeError)
        raise error
