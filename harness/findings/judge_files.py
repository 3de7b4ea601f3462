"""RT405, RT407 and RT408: what the files of a project hold, as far as their source tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.audit.addresses import Address
from harness.audit.credentials import Credential
from harness.audit.facts import SourceFacts
from harness.audit.numbering import disagreements, shared_numbers
from harness.findings.building import counted, finding
from harness.findings.model import Evidence, Finding, Severity
from harness.names import RevisionId
from harness.project.history import History
from harness.worker.protocol import RevisionFile

_KINDS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Expected:
    """The server that the environment names for migrations."""

    host: str | None
    port: int | None
    said_by: str
    """``DATABASE_URL``, ``PGPORT``, ``PostgreSQL's default``."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a revision may be."""

    lines: int
    size_bytes: int
    operations: int


def judge_credentials(
    credentials: Iterable[Credential], history: History, expected: Expected | None, variables: Sequence[str]
) -> Iterator[Finding]:
    """RT405, one finding a file. ``variables`` are those that env.py asks the environment for."""
    revisions = {file.path: file.revision for file in history.files}
    by_path: dict[Path, list[tuple[Severity, Credential]]] = {}
    for each in credentials:
        severity = _severity(each)
        if severity is not None:
            by_path.setdefault(each.path, []).append((severity, each))
    for path, found in by_path.items():
        found.sort(key=lambda item: -item[0].rank)
        severity, worst = found[0]
        shown = history.show_path(str(path))
        yield finding(
            "RT405", revisions.get(str(path)), shown, _what(worst, shown, len(found)), _remedy(worst, shown, variables),
            Evidence(location=f"{shown}:{worst.line}", notes=tuple(_notes(found, expected))), severity=severity)


def judge_sizes(facts: Iterable[SourceFacts], history: History, limits: Limits) -> Iterator[Finding]:
    """RT407."""
    for each in facts:
        over = [text for count, limit, text in (
            (each.lines, limits.lines, f"{each.lines:,} lines (over {limits.lines:,})"),
            (each.size_bytes, limits.size_bytes, f"{each.size_bytes:,} bytes (over {limits.size_bytes:,})"),
            (each.operations, limits.operations, f"{each.operations:,} operations (over {limits.operations:,})"),
        ) if count > limit]
        if over:
            shown = history.show_path(str(each.path))
            yield finding(
                "RT407", each.revision, shown, f"{shown} has {' and '.join(over)}",
                "split what is not deployed yet into revisions of one concern each",
                Evidence(location=f"{shown}:{each.upgrade.line or 1}", notes=(_by_kind(each),)))


def judge_numbering(history: History) -> Iterator[Finding]:
    """RT408, of the last of the files concerned."""
    files = [history.file(revision) for revision in history.order]
    for shared in shared_numbers(files, history.parents):
        names = [Path(file.path).name for file in shared.files]
        last = shared.files[-1]
        shown = history.show_path(last.path)
        yield finding(
            "RT408", last.revision, shown,
            f"{counted(len(names), 'file')} have the number {shared.number}: {', '.join(names)}",
            f"give {names[-1]} a number of its own, higher than those of what it follows; its revision id may stay",
            Evidence(location=f"{shown}:1", notes=tuple(_places(shared.files, history.parents))))
    for each in disagreements(files, history.parents):
        shown = history.show_path(each.file.path)
        before = Path(each.before.path).name
        yield finding(
            "RT408", each.file.revision, shown,
            f"{Path(shown).name} has the number {each.number}, but follows {before} ({each.number_before})",
            f"rename the file so that its number is over {each.number_before}; its revision id may stay",
            Evidence(location=f"{shown}:1", notes=(f"{each.file.revision} comes after {each.before.revision}",)))


# -- credentials -------------------------------------------------------------------------------------------------------


def _severity(each: Credential) -> Severity | None:
    """How much it matters; None where it is no more than the address of a default."""
    if each.has_password:
        return Severity.WARNING if each.is_fallback else Severity.ERROR
    assert each.address is not None, "a role is only there for its password"
    if each.address.is_local:
        return None if each.is_fallback else Severity.INFO
    return Severity.INFO if each.is_fallback else Severity.WARNING


def _what(each: Credential, shown: str, number: int) -> str:
    further = f", and {counted(number - 1, 'more', 'more')}" if number > 1 else ""
    if each.address is None:
        return f"{shown} {f'sets {_alone(each)}' if each.role else 'holds a password'} ({each.where}){further}"
    holds = "holds a password" if each.has_password else "names a database, without a password"
    return f"{shown} {holds}: {each.address} ({each.where}){further}"


def _notes(found: Sequence[tuple[Severity, Credential]], expected: Expected | None) -> Iterator[str]:
    _, worst = found[0]
    if worst.address is not None:
        yield from _otherwise(worst.address, expected)
    for _, each in found[1:]:
        named = str(each.address) if each.address is not None else _alone(each)
        yield f"line {each.line}: {named} ({each.where})"


def _alone(each: Credential) -> str:
    """What a password without an address is called."""
    return f"the password of role {each.role}" if each.role else "a password"


def _otherwise(address: Address, expected: Expected | None) -> Iterator[str]:
    """Where the environment says another server, or the port is not the usual one."""
    port = address.port or address.default_port
    usual = expected.port if expected is not None and expected.port is not None else address.default_port
    said_by = f"{expected.said_by} says" if expected is not None and expected.port is not None else "the usual one is"
    if port is not None and usual is not None and port != usual:
        yield f"its port is {port}, where {said_by} {usual}"
    if expected is not None and expected.host and expected.host != address.host:
        yield f"its host is {address.host or 'this machine'}, where {expected.said_by} says {expected.host}"


def _remedy(each: Credential, shown: str, variables: Sequence[str]) -> str:
    change = "change the password: it stays in the history of the repository"
    if each.role is not None:
        return f"create the role outside of migrations, or without a password, and {change}"
    if each.address is None:
        return f"take the password from the environment, or from libpq's password file, and {change}"
    name = next((name for name in variables if "URL" in name or "DSN" in name), "DATABASE_URL")
    tail = f", and {change}" if each.has_password else ""
    if not shown.endswith(".py"):
        asks = f"env.py asks for {name} already" if name in variables else f"have env.py ask the environment for {name}"
        code = "" if name in variables else (
            f'\nconfig.set_main_option("sqlalchemy.url", os.environ["{name}"].replace("%", "%%"))')
        return f"take the line out of {Path(shown).name}: {asks}{tail}{code}"
    return f'take the URL from the environment without a default{tail}\nurl = os.environ["{name}"]'


# -- sizes and numbers -------------------------------------------------------------------------------------------------


def _by_kind(facts: SourceFacts) -> str:
    kinds = Counter(each.name for function in (facts.upgrade, facts.downgrade) for each in function.operations)
    shown = ", ".join(f"{name} {count}" for name, count in kinds.most_common(_KINDS_SHOWN))
    further = len(kinds) - _KINDS_SHOWN
    more = f" and {further} more kinds" if further > 0 else ""
    return f"operations: {shown}{more}" if kinds else "no operations"


def _places(files: Sequence[RevisionFile], parents: Mapping[RevisionId, tuple[RevisionId, ...]]) -> Iterator[str]:
    for file in files:
        yield f"{file.revision} follows {', '.join(parents.get(file.revision, ())) or 'nothing'}"
