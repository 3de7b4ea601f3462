"""``roundtrip accept``: write into the settings that findings of a report are known and accepted."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT

from harness.acceptance import Acceptance
from harness.cli.editing import edited
from harness.config import Settings, find_settings_file, load_settings
from harness.errors import UsageError
from harness.findings.catalogue import find_rule
from harness.findings.model import Severity
from harness.report.files import check_writable


def accept(options: argparse.Namespace) -> int:
    """Accept the findings of the report that ``options`` name and select, say how many, and return the exit code.

    Raises:
        UsageError: the report cannot be read, an option is wrong, or the settings cannot be written.
    """
    reason = options.reason.strip()
    if not reason:
        raise UsageError("cannot accept without a reason", "--reason is blank", "say why the findings may stay")
    settings = load_settings({"alembic_ini": options.alembic_ini})
    until = _day(options.until)
    chosen = [
        Acceptance(rule=entry["rule"], revision=entry["revision"], object=entry["object"], reason=reason, until=until)
        for entry in _findings(Path(options.report)) if _selects(options, settings, entry)
    ]
    path, is_shared = _settings_file(settings, named=options.alembic_ini is not None)
    if chosen:
        _write(path, ("tool", "roundtrip") if is_shared else (), chosen)
    written = f"in {os.path.relpath(path)}" if chosen else "nothing in the report is selected that is not accepted yet"
    sys.stdout.write(f"accepted {len(chosen)} finding{'' if len(chosen) == 1 else 's'}: {written}\n")
    return 0


def _findings(report: Path) -> list[dict[str, Any]]:
    """The findings of a report that ``check --json`` wrote."""
    remedy = "give a report that `roundtrip check --json PATH` wrote"
    try:
        document = json.loads(report.read_text(encoding="utf-8"))
        findings = document["findings"] if document["schema_version"] == 1 else None
    except OSError as error:
        raise UsageError(f"cannot read the report {str(report)!r}", (error.strerror or str(error)).lower(), remedy
                         ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"cannot read the report {str(report)!r}", "it is not one of Roundtrip's", remedy) from error
    if findings is None:
        raise UsageError(f"cannot read the report {str(report)!r}",
                         f"its schema_version is {document['schema_version']}, not 1", remedy)
    return list(findings)


def _selects(options: argparse.Namespace, settings: Settings, entry: dict[str, Any]) -> bool:
    mildest = options.at_least or ("info" if settings.fail_on == "never" else settings.fail_on)
    rules = {find_rule(name).code for name in options.rule or ()}
    return (entry["accepted"] is None and Severity(entry["severity"]).rank >= Severity(mildest).rank
            and (not rules or entry["rule"] in rules)
            and (not options.revision or entry["revision"] in options.revision)
            and (not options.object or entry["object"] in options.object))


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"cannot accept until {text!r}", "it is not a day", "give one such as 2027-01-31") from None
    if day < dt.datetime.now().astimezone().date():
        raise UsageError(f"cannot accept until {text}", "that day is over", "give one to come")
    return day


def _settings_file(settings: Settings, *, named: bool) -> tuple[Path, bool]:
    """The settings file, and whether it is a pyproject.toml; a roundtrip.toml that does not exist yet where none is."""
    start = settings.alembic_ini.parent if named else Path.cwd()
    source, _ = find_settings_file(start)
    path = source or start / "roundtrip.toml"
    check_writable(path, "settings")
    return path, path.name == "pyproject.toml"


def _write(path: Path, keys: Sequence[str], acceptances: Sequence[Acceptance]) -> None:
    """Add ``acceptances`` to the table ``keys`` of a TOML file; what was there stays as it was written.

    An entry about the same finding, whose day is over, is replaced.
    """
    with edited(path) as document:
        table: Any = document
        for key in keys:
            table = table[key]
        entries = table.get("accept")
        if entries is None:
            entries = tomlkit.aot()
            if table:
                table.add(tomlkit.nl())
            table.append("accept", entries)
        make: Callable[[], Any] = tomlkit.table if isinstance(entries, AoT) else tomlkit.inline_table
        renewed = {(entry.rule, entry.revision, entry.object) for entry in acceptances}
        for place in reversed(range(len(entries))):
            if tuple(entries[place].get(key) for key in ("rule", "revision", "object")) in renewed:
                del entries[place]
        for entry in acceptances:
            item = make()
            for key, value in (("rule", entry.rule), ("revision", entry.revision), ("object", entry.object),
                               ("reason", entry.reason), ("until", entry.until)):
                if value is not None:
                    item[key] = value
            entries.append(item)
