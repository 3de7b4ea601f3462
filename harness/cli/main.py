"""Arguments, the choice of the command, and the one place where an error becomes a line and an exit code.

Only the standard library and the settings are imported here; each command imports what it needs, so that ``--help``
and a mistyped option answer at once.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

from harness import __version__
from harness.cli.complaint import complain, say_interrupted
from harness.cli.interrupt import exit_code_of, terminable
from harness.config import FailOn, Mode, load_settings
from harness.errors import ExitCode, HarnessError
from harness.importing import importing
from harness.launch import launched_ahead

DEFAULT_EXAMPLES = 500
"""Examples that ``roundtrip search`` tries."""
_READ_A_PROJECT = frozenset({"check", "search", "schemas", "doctor"})
_BROKEN_PIPE = 128 + signal.SIGPIPE
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_EXIT_CODES = """\
exit codes:
  0    every planned revision was checked, and nothing reached the threshold
  1    findings at or over the threshold
  2    the command line or the settings are wrong
  3    no server could be had, or the project cannot be read
  4    incomplete: something planned was not reached
  70   a fault of Roundtrip's own
  130  interrupted; what was known by then is reported"""

_AUDIT_EXIT_CODES = """\
exit codes:
  0  nothing reached the threshold
  1  findings at or over the threshold
  2  the command line or the settings are wrong
  3  the project cannot be read
  4  incomplete: no revision was found, or a part of the project could not be seen"""
_DIFF_EXIT_CODES = """\
exit codes:
  0  the schemas are equal
  1  they differ
  2  the command line or the settings are wrong
  3  a side cannot be connected to or read"""
_SCHEMAS_EXIT_CODES = """\
exit codes:
  0  recorded; or every recorded revision still does what was recorded
  1  a revision no longer does what was recorded
  2  the command line or the settings are wrong
  3  no server could be had, or the project or its recording cannot be read
  4  not compared: recorded on another major version of PostgreSQL, or none of the revisions is recorded"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; ``arguments`` default to those of the process.

    Raises:
        SystemExit: the arguments cannot be understood (2), or only help or the version was wanted (0).
    """
    try:
        _prepare_streams()
        options = build_parser().parse_args(arguments)
        with terminable():
            code = _run(options)
            sys.stdout.flush()
            return code
    except HarnessError as error:
        return _complain(error, error.exit_code)
    except KeyboardInterrupt as stop:
        say_interrupted()
        return exit_code_of(stop)
    except BrokenPipeError:
        # The reader has gone. Python flushes stdout once more at exit, which must not fail.
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - the outermost edge: whatever else it is, it is ours
        return _own_fault(error)


def _prepare_streams() -> None:
    """Have somewhere to write to, and something to write for every character."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started the process
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - as long as the process
        reconfigure = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure is not None:  # not every stream that tests and embedders put here has it
            reconfigure(errors="backslashreplace")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="roundtrip", allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, epilog=_EXIT_CODES,
        description="Prove, revision by revision and with rows in the tables, that Alembic downgrades take a "
                    "PostgreSQL\ndatabase back to where it was. Everything runs on a disposable server.",
    )
    parser.add_argument("--version", action="version", version=f"roundtrip {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_project(commands.add_parser("init", allow_abbrev=False,
                                     help="find the Alembic project here and write the settings"))
    _add_check(commands.add_parser("check", allow_abbrev=False, help="walk a history and report what was found",
                                   epilog=_EXIT_CODES, formatter_class=argparse.RawDescriptionHelpFormatter))
    _add_audit(commands.add_parser("audit", allow_abbrev=False, epilog=_AUDIT_EXIT_CODES,
                                   help="audit a project by its files alone, without a database",
                                   formatter_class=argparse.RawDescriptionHelpFormatter))
    _add_search(commands.add_parser("search", allow_abbrev=False, epilog=_EXIT_CODES,
                                    help="look for rows that the round trip of a revision does not bring back",
                                    formatter_class=argparse.RawDescriptionHelpFormatter))
    _add_accept(commands.add_parser("accept", allow_abbrev=False,
                                    help="write into the settings that findings are known and may stay"))
    explain = commands.add_parser("explain", allow_abbrev=False, help="say everything about a rule")
    what = explain.add_mutually_exclusive_group(required=True)
    what.add_argument("rule", nargs="?", metavar="RULE", help="a code such as RT101, or a name such as rows-lost")
    what.add_argument("--list", action="store_true", help="list all rules")
    doctor = commands.add_parser("doctor", allow_abbrev=False,
                                 help="say which server would be used, and whether the project can be walked on it")
    _add_project(doctor)
    _add_diff(commands.add_parser("diff", allow_abbrev=False, help="compare two schemas: databases, revisions, "
                                  "recordings", epilog=_DIFF_EXIT_CODES,
                                  formatter_class=argparse.RawDescriptionHelpFormatter))
    schemas = commands.add_parser("schemas", allow_abbrev=False, epilog=_SCHEMAS_EXIT_CODES,
                                  formatter_class=argparse.RawDescriptionHelpFormatter,
                                  help="record what each revision does to the schema, or verify that it still does")
    schemas.add_argument("action", choices=("record", "verify"),
                         help="write the schema and its history to the setting schemas, or compare with what is there")
    _add_project(schemas)
    schemas.add_argument("-x", action="append", metavar="ARG", help="an argument for env.py, as `alembic -x`")
    return parser


def _add_project(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--alembic-ini", metavar="PATH",
                        help="an alembic.ini, or a pyproject.toml with [tool.alembic] (default: the one found here)")
    parser.add_argument("--server", metavar="SERVER",
                        help="auto, local, embedded, docker, or the URL of a server on which databases may be made "
                             "(default: auto)")
    parser.add_argument("--image", metavar="IMAGE", help="the image that the docker server runs (default: postgres:18)")


def _add_walk(parser: argparse.ArgumentParser) -> None:
    _add_project(parser)
    parser.add_argument("--rows", metavar="N", help="rows wanted in each table (default: 10)")
    parser.add_argument("--seed", metavar="N", help="selects the values of the rows (default: 0)")
    parser.add_argument("--time-limit", metavar="SECONDS", help="how long one migration may take (default: 120)")
    parser.add_argument("--fail-on", choices=get_args(FailOn),
                        help="the mildest severity that makes the exit code 1 (default: error)")
    parser.add_argument("-x", action="append", metavar="ARG", help="an argument for env.py, as `alembic -x`")


def _add_search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("revision", metavar="REVISION",
                        help="an id, the beginning of one, a relative id, or a label")
    parser.add_argument("--examples", metavar="N", help=f"how many examples to try (default: {DEFAULT_EXAMPLES})")
    _add_walk(parser)
    parser.add_argument("--json", metavar="PATH", help="write the report as JSON, too; - is the standard output, and "
                                                       "the text then goes to the standard error")


def _add_check(parser: argparse.ArgumentParser) -> None:
    _add_walk(parser)
    parser.add_argument("--revision", action="append", metavar="REV",
                        help="check only this revision: an id, the beginning of one, a relative id, or a label; "
                             "can be given again")
    parser.add_argument("--since", metavar="REV", help="check only the revisions after this one")
    parser.add_argument("--changed-from", metavar="REF",
                        help="check only the revisions whose files changed since this git branch or commit was left")
    parser.add_argument("--search", metavar="N", help="before each trip, try N examples of rows that it may not bring "
                                                      "back (default: 0, no search)")
    parser.add_argument("--mode", choices=get_args(Mode),
                        help="one run of env.py for the whole walk, or one command a step (default: auto)")
    parser.add_argument("--jobs", metavar="N", help="walk in N processes, each with a server of its own "
                                                "(default: auto, one for each processor where the history is long)")
    parser.add_argument("--shard", metavar="K/N", help="check only the K-th of N parts of the revisions, as one of the "
                                                       "jobs of a CI matrix; together they check all")
    dump = parser.add_argument_group(
        "real data", "Walk with the rows of a dump that pg_dump wrote, in any of its formats, from where it stands.")
    dump.add_argument("--from-dump", metavar="FILE", help="the dump: a file, or the folder of the directory format; a "
                                                          "script may be compressed with gzip")
    dump.add_argument("--at", metavar="REV", help="the revision that it stands at, or several with commas between them "
                                                  "(default: what its version table says)")
    dump.add_argument("--down-to", metavar="REV", help="before that, go down to this revision, or base, and up again, "
                                                       "and see what comes back")
    dump.add_argument("--show-values", action="store_true", help="let reports show values of the rows; else they show "
                                                                 "hashes")
    reports = parser.add_argument_group(
        "reports", "Written beside the text, in any combination. For one of them PATH may be -, the standard output;\n"
                   "the text then goes to the standard error.")
    for option, what in (("--html", "one HTML file, for people"), ("--markdown", "Markdown, for a pull request"),
                         ("--junit", "JUnit XML, for CI systems"), ("--sarif", "SARIF, for code hosts"),
                         ("--json", "JSON, for programs")):
        reports.add_argument(option, metavar="PATH", help=what)


def _add_audit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--alembic-ini", metavar="PATH",
                        help="an alembic.ini, or a pyproject.toml with [tool.alembic] (default: the one found here)")
    parser.add_argument("--measured", metavar="REPORT",
                        help="what `roundtrip check --json REPORT` measured of the same history")
    parser.add_argument("--fail-on", choices=get_args(FailOn),
                        help="the mildest severity that makes the exit code 1 (default: error)")
    for option, what in (("--html", "one HTML file"), ("--markdown", "Markdown"), ("--json", "JSON, for programs")):
        parser.add_argument(option, metavar="PATH", help=f"write the whole document as {what}; - is the standard "
                                                         "output, and the text then goes to the standard error")


def _add_diff(parser: argparse.ArgumentParser) -> None:
    side = ("a PostgreSQL URL, which is only read; env:NAME, an environment variable that holds one; rev:REVISION or "
            "rev:heads of the project; or a recorded schema.jsonl")
    parser.add_argument("before", metavar="A", help=side)
    parser.add_argument("after", metavar="B", help="the same")
    parser.add_argument("--owners", action="store_true",
                        help="compare owners and privileges too, where both sides are databases")
    parser.add_argument("--version-table", action="append", metavar="TABLE",
                        help="left out on both sides, as the version table of a revision's project always is "
                             "(default: public.alembic_version); can be given again")
    parser.add_argument("--time-limit", metavar="SECONDS", default="60",
                        help="how long one query to a database of a URL may take (default: 60)")
    parser.add_argument("--json", metavar="PATH", help="write what differs as JSON, too; - is the standard output, and "
                                                       "the text then goes to the standard error")
    _add_project(parser)
    parser.add_argument("-x", action="append", metavar="ARG", help="an argument for env.py, as `alembic -x`")


def _add_accept(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("report", metavar="REPORT", help="what `roundtrip check --json REPORT` wrote")
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why they may stay")
    parser.add_argument("--until", metavar="DAY", help="the last day on which they may, such as 2027-01-31")
    parser.add_argument("--rule", action="append", metavar="RULE", help="only of this rule; can be given again")
    parser.add_argument("--revision", action="append", metavar="ID", help="only of this revision; can be given again")
    parser.add_argument("--object", action="append", metavar="NAME",
                        help="only of this object, as the report names it; can be given again")
    parser.add_argument("--at-least", choices=("error", "warning", "info"),
                        help="the mildest severity to accept (default: what fails a check)")
    parser.add_argument("--alembic-ini", metavar="PATH", help="the ini whose settings file is written to "
                                                              "(default: the one found here)")


def _run(options: argparse.Namespace) -> int:
    """Run the function of the command's name, in the module of that name."""
    with _worker_ahead(options) if options.command in _READ_A_PROJECT else contextlib.nullcontext():
        with importing():
            module = importlib.import_module(f"harness.cli.{options.command}")  # the docstring above says why only now
        command: Callable[[argparse.Namespace], int] = getattr(module, options.command)
        return command(options)


def _worker_ahead(options: argparse.Namespace) -> contextlib.AbstractContextManager[None]:
    """A worker that starts while the command is imported."""
    try:
        return launched_ahead(load_settings({"alembic_ini": options.alembic_ini}).env)
    except HarnessError:  # the command says so
        return contextlib.nullcontext()


def _complain(error: object, code: int) -> int:
    complain(error)
    return int(code)


def _own_fault(error: Exception) -> int:
    if isinstance(error, OSError) and error.errno in _DISK_FULL:
        return _complain("cannot write: no space left on the device; make room", ExitCode.ENVIRONMENT)
    traceback.print_exc()
    return _complain("this is a fault of Roundtrip's own: see the traceback above; report it with the command you ran",
                     ExitCode.BUG)
