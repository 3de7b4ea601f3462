"""What a run comes to in numbers, and in the sentences that hold them. Text and JSON both count here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.errors import ExitCode
from harness.findings.model import Severity
from harness.outcomes import Checked, Coverage, NotReached, RunResult, Skipped

_VERDICT_WORDS: Mapping[int, str] = MappingProxyType(
    {ExitCode.OK: "PASSED", ExitCode.FINDINGS: "FAILED", ExitCode.INCOMPLETE: "INCOMPLETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A run in numbers. Accepted findings are in ``accepted`` and in no severity."""

    revisions: int
    checked: int
    skipped: int
    not_reached: int
    ok: int
    """Checked revisions with nothing found; one that was not checked is never among them."""
    errors: int
    warnings: int
    infos: int
    accepted: int
    migrations_run: int
    coverage_of_tables: Coverage
    """All tables of the round trips, and those that held rows in at least one of them."""
    partly: tuple[tuple[str, Coverage], ...]
    """The revisions in whose trip some table held no row, with how many did."""
    rows: int
    """The most rows that each of them held before a trip, added up."""
    live_rows: int
    """The most rows that were written to each while a revision was deployed, added up."""
    unproven_tables: tuple[tuple[str, str], ...]
    """Tables that never held a row, or could not be filled or took no live row in some trip: name and why."""

    @classmethod
    def of(cls, result: RunResult) -> Tally:
        """Count ``result``."""
        outcomes = Counter(type(revision.outcome) for revision in result.revisions)
        found = Counter(finding.severity for finding in result.findings if finding.accepted is None)
        most = most_rows(result)
        return cls(
            revisions=len(result.revisions), checked=outcomes[Checked], skipped=outcomes[Skipped],
            not_reached=outcomes[NotReached],
            ok=sum(isinstance(r.outcome, Checked) and r.verdict == "ok" for r in result.revisions),
            errors=found[Severity.ERROR], warnings=found[Severity.WARNING], infos=found[Severity.INFO],
            accepted=sum(finding.accepted is not None for finding in result.findings),
            migrations_run=sum(step.skipped is None for revision in result.revisions for step in revision.steps),
            coverage_of_tables=Coverage(len(most), sum(bool(rows or live) for rows, live in most.values())),
            partly=tuple((revision.revision, revision.coverage) for revision in result.revisions
                         if revision.coverage is not None and not revision.coverage.complete),
            rows=sum(rows for rows, _ in most.values()), live_rows=sum(live for _, live in most.values()),
            unproven_tables=_unproven(result, most),
        )

    def coverage(self) -> str:
        """Say how many revisions were checked: ``4 of 6 revisions checked, 1 skipped, 1 not reached``."""
        total = plural(self.revisions, "revision")
        parts = [f"{total} checked" if self.checked == self.revisions else f"{self.checked} of {total} checked"]
        if self.skipped:
            parts.append(f"{self.skipped} skipped")
        if self.not_reached:
            parts.append(f"{self.not_reached} not reached")
        return ", ".join(parts)

    def findings(self) -> str:
        """Say how many findings there are: ``3 errors, 1 warning`` or ``no findings``."""
        counts = ((self.errors, "error"), (self.warnings, "warning"), (self.infos, "info"))
        parts = [plural(count, noun) for count, noun in counts if count] or ["no findings"]
        if self.accepted:
            parts.append(f"{self.accepted} accepted")
        return ", ".join(parts)

    def proof(self) -> str:
        """Say what was done to reach the verdict: ``30 migrations run; 4 of 4 tables held rows, 40 in all and …``."""
        run = f"{plural(self.migrations_run, 'migration')} run"
        if not self.coverage_of_tables.with_rows:
            return f"{run}; no table held a row"
        live = f" and {self.live_rows:,} written while deployed" if self.live_rows else ""
        return f"{run}; {self.coverage_of_tables}, {self.rows:,} in all{live}"


def verdict_word(exit_code: int) -> str:
    """Return the one word that stands for an exit code: PASSED, FAILED, INCOMPLETE, or STOPPED for any other."""
    return _VERDICT_WORDS.get(exit_code, "STOPPED")


def plural(count: int, noun: str) -> str:
    """Return ``1 row``, ``2 rows``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def most_rows(result: RunResult) -> dict[str, tuple[int, int]]:
    """Return, by table, the most rows before a trip and the most that were written while a revision was deployed."""
    most: dict[str, tuple[int, int]] = {}
    for revision in result.revisions:
        for name, table in revision.tables.items():
            rows, live_rows = most.get(name, (0, 0))
            most[name] = max(rows, table.rows), max(live_rows, table.live_rows)
    return most


def fewer_rows(result: RunResult) -> tuple[tuple[str, int, str], ...]:
    """Return the tables that held fewer rows than wanted where there were to be many: name, the most rows, and why."""
    found: dict[str, tuple[int, str]] = {}
    for revision in result.revisions:
        for name, table in revision.tables.items():
            if table.why_fewer is not None:
                found[name] = max(found.get(name, (0, "")), (table.rows, table.why_fewer))
    return tuple((name, *entry) for name, entry in sorted(found.items()))


NOT_WRITTEN = "what a rollback does to rows written while the revision was deployed: the table took none"


def _unproven(result: RunResult, most: Mapping[str, tuple[int, int]]) -> tuple[tuple[str, str], ...]:
    why = {name: "held no rows" for name, rows in most.items() if not any(rows)}
    for revision in reversed(result.revisions):
        why |= {
            name: f"at {revision.revision}: {table.error or f'{NOT_WRITTEN}: {table.unwritten}'}"
            for name, table in revision.tables.items() if table.error is not None or table.unwritten is not None
        }
    return tuple(sorted(why.items()))
