"""The risk matrix: each factor from facts that were read or measured, by rules that docs/audit.md states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.assessment.document import (
    CascadeChain,
    CascadeKey,
    Danger,
    Impact,
    Probability,
    RevisionRow,
    Risk,
    RiskFactor,
    Status,
    Topic,
)
from harness.assessment.measured import Measured
from harness.audit.environment import Trait
from harness.audit.project import ProjectFacts
from harness.findings.building import counted
from harness.findings.model import Finding, Severity

_BROKEN = ("RT401", "RT402", "RT403")
_ROWS_LOST = ("RT101", "RT102", "RT103", "RT104", "RT105", "RT107")
_UPGRADE_FAILS = ("RT301", "RT307", "RT309", "RT310")
_BAD = frozenset({Status.FAILS, Status.INCOMPLETE, Status.EMPTY, Status.REFUSES, Status.MISSING})
_WIDE_TABLES = 3
"""A row whose delete reaches that many tables or more takes a part of the application's data with it."""
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What the factors are derived from."""

    project: ProjectFacts
    findings: tuple[Finding, ...]
    rows: tuple[RevisionRow, ...]
    dangers: tuple[Danger, ...]
    chains: tuple[CascadeChain, ...]
    keys: tuple[CascadeKey, ...]
    measured: Measured | None

    def of(self, *rules: str) -> list[Finding]:
        """The findings of these rules that were not accepted."""
        return [each for each in self.findings if each.rule in rules and each.accepted is None]


def risk_factors(basis: Basis) -> tuple[RiskFactor, ...]:
    """All factors that there are, the highest score first."""
    makers: Sequence[Callable[[Basis], Iterator[RiskFactor]]] = (
        _broken, _rows_lost, _upgrades, _rollbacks, _cascades, _credentials, _heads, _discards, _untested, _untold,
        _lock, _blocked, _numbering, _oversized)
    found = [factor for make in makers for factor in make(basis)]
    return tuple(sorted(found, key=lambda factor: -factor.score))


def overall(factors: Iterable[RiskFactor], revisions: int) -> tuple[Risk, str]:
    """The risk of the whole, and the factor that decides it."""
    if not revisions:
        return Risk.NOT_ASSESSED, "no revision was found, so nothing is known of the migrations"
    worst = max(factors, key=lambda factor: factor.score, default=None)
    if worst is None:
        return Risk.LOW, "nothing was found"
    level = (Risk.CRITICAL if worst.score == 9 else Risk.HIGH if worst.score >= 6  # noqa: PLR2004 - 1 to 3 times 1 to 3
             else Risk.MEDIUM if worst.score >= 4 else Risk.LOW)  # noqa: PLR2004 - the same
    return level, f"{worst.topic}: {worst.state}"


def _broken(basis: Basis) -> Iterator[RiskFactor]:
    found = basis.of(*_BROKEN)
    if found:
        yield RiskFactor(
            topic=Topic.BROKEN, state=_named(found),
            consequence="every alembic command fails, or leaves out what the file was to do",
            impact=Impact.SEVERE, probability=Probability.CERTAIN)


def _rows_lost(basis: Basis) -> Iterator[RiskFactor]:
    found = [each for each in basis.of(*_ROWS_LOST) if each.severity is Severity.ERROR]
    if found:
        yield RiskFactor(
            topic=Topic.ROWS_LOST, state=f"measured: {_some(found, 'finding')}",
            consequence="rows or values are gone or wrong after a rollback",
            impact=Impact.SEVERE, probability=Probability.CERTAIN)


def _upgrades(basis: Basis) -> Iterator[RiskFactor]:
    found = [each for each in basis.of(*_UPGRADE_FAILS) if each.severity is Severity.ERROR]
    if found:
        always = any(each.rule == "RT301" for each in found)
        yield RiskFactor(
            topic=Topic.UPGRADES, state=f"measured: {_some(found, 'finding')}",
            consequence="a deploy stops in the middle of its migrations",
            impact=Impact.SEVERE, probability=Probability.CERTAIN if always else Probability.LIKELY)


def _rollbacks(basis: Basis) -> Iterator[RiskFactor]:
    bad = [row for row in basis.rows if row.status in _BAD and row.risk is Risk.CRITICAL]
    if bad:
        was_measured = basis.measured is not None and any(basis.measured.checked(row.revision) for row in bad)  # type: ignore[arg-type]
        names = ", ".join(f"{row.revision} ({row.status})" for row in bad[:_SHOWN])
        further = f" and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
        yield RiskFactor(
            topic=Topic.ROLLBACKS,
            state=f"{counted(len(bad), 'revision')}: {names}{further}",
            consequence="the night it is needed the downgrade fails, or the next upgrade does",
            impact=Impact.SEVERE, probability=Probability.CERTAIN if was_measured else Probability.LIKELY)


def _cascades(basis: Basis) -> Iterator[RiskFactor]:
    found = basis.of("RT406")
    if not found or not basis.chains:
        return
    widest = basis.chains[0]
    wide = widest.tables >= _WIDE_TABLES
    yield RiskFactor(
        topic=Topic.CASCADES,
        state=f"{counted(len(found), 'foreign key')}; a row of {widest.root} takes rows of "
              f"{counted(widest.tables, 'table')} with it",
        consequence="one DELETE removes rows that nobody named, without a word",
        impact=Impact.SEVERE if wide else Impact.MODERATE,
        probability=Probability.LIKELY if wide else Probability.POSSIBLE)


def _credentials(basis: Basis) -> Iterator[RiskFactor]:
    found = [each for each in basis.of("RT405") if each.severity is not Severity.INFO]
    if found:
        remote = any(not each.address.is_local for each in basis.project.credentials
                     if each.has_password and each.address is not None and not each.is_fallback)
        elsewhere = any(note.startswith("its port") for each in found for note in each.evidence.notes)
        yield RiskFactor(
            topic=Topic.CREDENTIALS, state=_some(found, "file"),
            consequence="who reads the repository has the password" + (
                "; and alembic may go to another server than was meant" if elsewhere else ""),
            impact=Impact.SEVERE if remote else Impact.MODERATE, probability=Probability.LIKELY)


def _heads(basis: Basis) -> Iterator[RiskFactor]:
    if basis.of("RT404"):
        heads = basis.project.history.heads
        labelled = all(basis.project.history.file(head).branch_labels for head in heads)
        yield RiskFactor(
            topic=Topic.HEADS, state=", ".join(heads[:_SHOWN]) + (" …" if len(heads) > _SHOWN else ""),
            consequence="`alembic upgrade head` refuses to choose, and the deploy stops",
            impact=Impact.MINOR if labelled else Impact.MODERATE,
            probability=Probability.POSSIBLE if labelled else Probability.LIKELY)


def _discards(basis: Basis) -> Iterator[RiskFactor]:
    if basis.dangers:
        largest = max(basis.dangers, key=lambda danger: (danger.rows or 0, len(danger.destroyed)))
        backed = basis.project.environment.first(Trait.BACKUP) is not None
        named = [each.what for each in largest.destroyed]
        further = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
        backup = "" if backed else ", and no backup before them that env.py makes"
        yield RiskFactor(
            topic=Topic.DISCARDS,
            state=f"{counted(len(basis.dangers), 'revision')}, above all {largest.revision} "
                  f"({', '.join(named[:_SHOWN])}{further}){backup}",
            consequence="what was written since the deploy is gone for good",
            impact=Impact.MODERATE if backed else Impact.SEVERE, probability=Probability.POSSIBLE)


def _untested(basis: Basis) -> Iterator[RiskFactor]:
    total = len(basis.rows)
    tested = sum(basis.measured.checked(row.revision) is not None for row in basis.rows  # type: ignore[arg-type]
                 ) if basis.measured is not None else 0
    if total and tested < total:
        yield RiskFactor(
            topic=Topic.UNTESTED, state=f"{total - tested} of {counted(total, 'revision')} not measured",
            consequence="what the source does not tell comes out in an emergency",
            impact=Impact.SEVERE, probability=Probability.POSSIBLE)


def _untold(basis: Basis) -> Iterator[RiskFactor]:
    untold = [row for row in basis.rows if row.status is Status.UNTOLD]
    if untold:
        yield RiskFactor(
            topic=Topic.UNTOLD, state=counted(len(untold), "revision"),
            consequence="whether they work is known only once they are run",
            impact=Impact.MODERATE, probability=Probability.POSSIBLE)


def _lock(basis: Basis) -> Iterator[RiskFactor]:
    environment = basis.project.environment
    if environment.why_unread is None and environment.first(Trait.MIGRATION_LOCK) is None:
        yield RiskFactor(
            topic=Topic.LOCK, state="none, as far as env.py's source tells",
            consequence="two deploys at once run the same revision twice, or one of them fails half-way",
            impact=Impact.MODERATE, probability=Probability.POSSIBLE)


def _blocked(basis: Basis) -> Iterator[RiskFactor]:
    found = basis.of("RT308")
    if found:
        yield RiskFactor(
            topic=Topic.BLOCKED, state=f"measured: {_some(found, 'finding')}",
            consequence="once the new schema is used, the way back is closed",
            impact=Impact.MODERATE, probability=Probability.LIKELY)


def _numbering(basis: Basis) -> Iterator[RiskFactor]:
    found = basis.of("RT408")
    if found:
        yield RiskFactor(
            topic=Topic.NUMBERS, state=_some(found, "finding"),
            consequence="people take the files for another order than they run in",
            impact=Impact.MINOR, probability=Probability.LIKELY)


def _oversized(basis: Basis) -> Iterator[RiskFactor]:
    found = basis.of("RT407")
    if found:
        yield RiskFactor(
            topic=Topic.SIZES, state=_some(found, "revision"),
            consequence="they are hard to review, hold locks for long, and go back whole or not at all",
            impact=Impact.MINOR, probability=Probability.POSSIBLE)


def _named(found: Sequence[Finding]) -> str:
    """The first of the findings as they say it themselves, and how many more there are."""
    further = len(found) - 1
    return found[0].message + (f", and {counted(further, 'more', 'more')}" if further else "")


def _some(found: Sequence[Finding], noun: str, plural: str | None = None) -> str:
    """``3 revisions: a, b, c`` by what they are about."""
    names = list(dict.fromkeys(each.revision or each.object for each in found))
    further = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{counted(len(found), noun, plural)}: {', '.join(names[:_SHOWN])}{further}"
