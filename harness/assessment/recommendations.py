"""What to do about each risk, with the statements, operations or commands that do it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

from harness.assessment.document import Recommendation, RiskFactor, Status, When
from harness.assessment.risks import Basis
from harness.findings.building import counted
from harness.findings.model import Finding, Severity

_MOST = 20
"""Of many alike no more are written out; the JSON has all."""

_LOCK = """\
# env.py: one migration at a time, on a connection of its own
with connectable.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
    guard.execute(text("SELECT pg_advisory_lock(hashtext('alembic'))"))  # released when the connection closes
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()"""


def recommendations(basis: Basis, factors: Sequence[RiskFactor], check_command: str) -> tuple[Recommendation, ...]:
    """One for each factor, most urgent first."""
    by_name: Mapping[str, RiskFactor] = {factor.name: factor for factor in factors}
    found: list[Recommendation] = []
    for name, factor in by_name.items():
        title, steps = _for(name, basis, check_command)
        if steps:
            found.append(Recommendation(when=factor.when, title=title, why=f"{factor.state}; {factor.consequence}",
                                        steps=steps))
    order = {When.NOW: 0, When.WEEK: 1, When.MONTH: 2}
    return tuple(sorted(found, key=lambda each: order[each.when]))


def _for(name: str, basis: Basis, check: str) -> tuple[str, str]:  # noqa: C901, PLR0911, PLR0912 - one case a factor
    if name == "Broken history":
        return "Mend the files that stop Alembic", "\n".join(_broken(basis))
    if name == "Data lost by rollbacks":
        rules = ("RT101", "RT102", "RT103", "RT104", "RT105", "RT107")
        return "Keep what rollbacks lose", "\n".join(_remedies(basis.of(*rules)))
    if name == "Migrations that fail":
        return "Mend the upgrades that fail", "\n".join(_remedies(basis.of("RT301", "RT307", "RT309", "RT310")))
    if name == "Rollbacks that do not take back their upgrade":
        return "Complete the rollbacks", "\n".join(_rollbacks(basis))
    if name == "Deletes that cascade":
        return "Replace CASCADE by RESTRICT where a delete is not meant to go on", "\n".join(_cascades(basis))
    if name == "Credentials in files":
        return "Take credentials out of the files", "\n".join(_remedies(
            [each for each in basis.of("RT405") if each.severity is not Severity.INFO], distinct=True))
    if name == "Several heads":
        return "Join the heads", 'alembic merge heads -m "merge"'
    if name.startswith("Rollbacks that destroy rows"):
        return "Back up before these rollbacks", "\n".join(_backups(basis))
    if name == "Rollbacks that nobody has tried":
        return "Try every rollback with rows in the tables, in CI", f"{check}\n{_audit_of(check)}"
    if name == "Rollbacks that the source does not tell":
        rows = [row for row in basis.rows if row.status is Status.UNTOLD]
        return "Measure what the source does not tell", "\n".join(
            [_listed([row.revision for row in rows]), check])
    if name == "No migration lock":
        return "Let one migration run at a time", _LOCK
    if name == "Rollbacks that new rows stop":
        return "Say in these downgrades what becomes of new rows", "\n".join(_remedies(basis.of("RT308")))
    if name == "Ambiguous numbers":
        return "Number the files as the chain runs", "\n".join(_remedies(basis.of("RT408")))
    if name == "Large revisions":
        return "Split what is not deployed yet", "\n".join(
            f"{each.message}" for each in basis.of("RT407")[:_MOST])
    return name, ""


def _broken(basis: Basis) -> Iterator[str]:
    for broken in basis.project.history.broken[:_MOST]:
        shown = basis.project.history.show_path(broken.path)
        yield f"git rm {shlex.quote(shown)}" if "empty" in broken.error else f"mend {shown}: {broken.error}"
    for each in basis.of("RT402", "RT403")[:_MOST]:
        yield f"{each.message}: {each.remedy}"
    yield "alembic history"


def _rollbacks(basis: Basis) -> Iterator[str]:
    found = [each for each in basis.of("RT201", "RT302", "RT303", "RT304", "RT305", "RT306")
             if each.severity is Severity.ERROR]
    groups: dict[str | None, list[Finding]] = {}
    for each in found:
        groups.setdefault(each.revision, []).append(each)
    for number, (revision, of_revision) in enumerate(groups.items()):
        if number == _MOST:
            yield f"and {counted(len(groups) - _MOST, 'more revision')}; --json has all"
            return
        yield f"{revision}, in downgrade():"
        code = [line for each in reversed(of_revision) for line in each.remedy.splitlines()[1:] if line.strip()]
        yield from (f"    {line}" for line in dict.fromkeys(code))
        if not code:
            yield from dict.fromkeys(each.remedy.splitlines()[0] for each in of_revision)


def _cascades(basis: Basis) -> Iterator[str]:
    surely = [key for key in basis.keys if key.statements]
    for key in surely[:_MOST]:
        yield from key.statements
    if len(surely) > _MOST:
        yield f"and {counted(len(surely) - _MOST, 'more foreign key')}; --json has all"


def _backups(basis: Basis) -> Iterator[str]:
    for danger in basis.dangers[:_MOST]:
        tables = [name for name in danger.tables]
        if tables:
            options = " ".join(f"--table={shlex.quote(name)}" for name in tables)
            yield f'pg_dump "$DATABASE_URL" --format=custom {options} --file={danger.revision}.dump'
        else:
            yield f"{danger.revision} destroys {', '.join(each.what for each in danger.destroyed)}: copy them first"
    if len(basis.dangers) > _MOST:
        yield f"and {counted(len(basis.dangers) - _MOST, 'more revision')}; --json has all"


def _remedies(found: Sequence[Finding], *, distinct: bool = False) -> Iterator[str]:
    """The remedy of each, below what it is about; of alike ones each once."""
    seen: dict[str, None] = {}
    for each in found[:_MOST]:
        title = f"{each.revision or 'project'}, {each.object}:"
        seen[f"{title}\n{each.remedy}" if not distinct else each.remedy] = None
    yield from seen
    if len(found) > _MOST:
        yield f"and {counted(len(found) - _MOST, 'more finding')}; --json has all"


def _audit_of(check: str) -> str:
    rest = check.removeprefix("roundtrip check").replace("--json", "--measured")
    return f"roundtrip audit{rest}"


def _listed(names: Sequence[str]) -> str:
    further = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {further} more" if further > 0 else "")
