"""What to do about each risk, with the statements, operations or commands that do it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from harness.assessment.document import Recommendation, RiskFactor, Status, Step, Topic, When
from harness.assessment.risks import Basis
from harness.findings.building import counted
from harness.findings.judge_source import sql_name
from harness.findings.model import Finding, Severity

_MOST = 20
"""Of many alike no more are written out; the JSON has all."""
_LOCK = """\
# env.py: one migration at a time. The lock has a connection of its own, and is polled: a session that waited inside a
# statement would hold a snapshot, and CREATE INDEX CONCURRENTLY waits for older snapshots to go.
with connectable.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
    while not guard.scalar(text("SELECT pg_try_advisory_lock(hashtext('alembic'))")):
        time.sleep(0.5)
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()
    guard.execute(text("SELECT pg_advisory_unlock(hashtext('alembic'))"))"""


def recommendations(basis: Basis, factors: Sequence[RiskFactor], check_command: str) -> tuple[Recommendation, ...]:
    """One for each factor, most urgent first."""
    found: list[Recommendation] = []
    for factor in factors:
        title, make = _MAKERS[factor.topic]
        steps = _joined(make(basis, check_command))
        if steps:
            found.append(Recommendation(when=factor.when, title=title, why=f"{factor.state}; {factor.consequence}",
                                        steps=steps))
    order = tuple(When)
    return tuple(sorted(found, key=lambda each: order.index(each.when)))


def _joined(steps: Iterator[Step]) -> tuple[Step, ...]:
    """Code that follows code is pasted together."""
    found: list[Step] = []
    for step in steps:
        if found and step.is_code and found[-1].is_code:
            found[-1] = Step(f"{found[-1].text}\n{step.text}", is_code=True)
        else:
            found.append(step)
    return tuple(found)


def _broken(basis: Basis, _check: str) -> Iterator[Step]:
    history = basis.project.history
    for broken in history.broken[:_MOST]:
        shown = history.show_path(broken.path)
        if "empty" in broken.error:
            yield Step(f"git rm {shlex.quote(shown)}", is_code=True)
        else:
            yield Step(f"mend {shown}: {broken.error}", is_code=False)
    for each in basis.of("RT402", "RT403")[:_MOST]:
        yield Step(f"{each.message}: {each.remedy}", is_code=False)
    yield Step("alembic history", is_code=True)


def _rollbacks(basis: Basis, _check: str) -> Iterator[Step]:
    """The operations that are missing from each downgrade, where they can be told."""
    groups: dict[str | None, list[Finding]] = {}
    for each in basis.of("RT201", "RT302", "RT303", "RT304", "RT305", "RT306"):
        if each.severity is Severity.ERROR:
            groups.setdefault(each.revision, []).append(each)
    for revision, found in list(groups.items())[:_MOST]:
        code = [line for each in reversed(found) for line in each.remedy.splitlines()[1:] if line.strip()]
        first = dict.fromkeys(each.remedy.splitlines()[0] for each in found)
        yield Step(f"{revision}, in downgrade():" if code else f"{revision}: {'; '.join(first)}", is_code=False)
        if code:
            yield Step("\n".join(dict.fromkeys(code)), is_code=True)
    yield from _further(len(groups), "revision")


def _cascades(basis: Basis, _check: str) -> Iterator[Step]:
    surely = [key for key in basis.keys if key.statements]
    yield Step("\n".join(line for key in surely[:_MOST] for line in key.statements), is_code=True)
    yield from _further(len(surely), "foreign key")


def _heads(_basis: Basis, _check: str) -> Iterator[Step]:
    yield Step('alembic merge heads -m "merge"', is_code=True)


def _backups(basis: Basis, _check: str) -> Iterator[Step]:
    commands, others = [], []
    for danger in basis.dangers[:_MOST]:
        if danger.tables:
            options = " ".join(f"--table={shlex.quote(sql_name(name))}" for name in danger.tables)
            file = shlex.quote(f"{danger.revision}.dump")
            commands.append(f'pg_dump "$DATABASE_URL" --format=custom {options} --file={file}')
        if rest := [each.what for each in danger.destroyed if not each.what.startswith("table ")]:
            others.append(f"{danger.revision} destroys {', '.join(rest)}: copy them first")
    if commands:
        yield Step("\n".join(commands), is_code=True)
    yield from (Step(text, is_code=False) for text in others)
    yield from _further(len(basis.dangers), "revision")


def _try_all(_basis: Basis, check: str) -> Iterator[Step]:
    audit = f"roundtrip audit{check.removeprefix('roundtrip check').replace('--json', '--measured')}"
    yield Step(f"{check}\n{audit}", is_code=True)


def _measure(basis: Basis, check: str) -> Iterator[Step]:
    names = [row.revision for row in basis.rows if row.status is Status.UNTOLD]
    further = len(names) - _MOST
    yield Step(", ".join(names[:_MOST]) + (f" and {further} more" if further > 0 else ""), is_code=False)
    yield Step(check, is_code=True)


def _lock(_basis: Basis, _check: str) -> Iterator[Step]:
    yield Step(_LOCK, is_code=True)


def _sizes(basis: Basis, _check: str) -> Iterator[Step]:
    found = basis.of("RT407")
    yield from (Step(each.message, is_code=False) for each in found[:_MOST])
    yield from _further(len(found), "revision")


def _remedies(*rules: str) -> Callable[[Basis, str], Iterator[Step]]:
    """The remedy of each finding of these rules, below what it is about."""
    def make(basis: Basis, _check: str) -> Iterator[Step]:
        found = [each for each in basis.of(*rules) if each.severity is not Severity.INFO]
        for each in found[:_MOST]:
            first, *rest = each.remedy.splitlines()
            named = each.revision is not None and each.revision not in each.object
            place = f"{each.revision}, {each.object}" if named else each.object
            yield Step(f"{place}: {first}", is_code=False)
            if code := "\n".join(rest).strip("\n"):
                yield Step(code, is_code=True)
        yield from _further(len(found), "finding")

    return make


def _further(number: int, noun: str) -> Iterator[Step]:
    if number > _MOST:
        yield Step(f"and {counted(number - _MOST, f'more {noun}')}; --json has all", is_code=False)


_MAKERS: Mapping[Topic, tuple[str, Callable[[Basis, str], Iterator[Step]]]] = MappingProxyType({
    Topic.BROKEN: ("Mend the files that stop Alembic", _broken),
    Topic.ROWS_LOST: ("Keep what rollbacks lose", _remedies("RT101", "RT102", "RT103", "RT104", "RT105", "RT107")),
    Topic.UPGRADES: ("Mend the upgrades that fail", _remedies("RT301", "RT307", "RT309", "RT310")),
    Topic.ROLLBACKS: ("Complete the rollbacks", _rollbacks),
    Topic.CASCADES: ("Replace CASCADE by RESTRICT where a delete is not meant to go on", _cascades),
    Topic.CREDENTIALS: ("Take credentials out of the files", _remedies("RT405")),
    Topic.HEADS: ("Join the heads", _heads),
    Topic.DISCARDS: ("Back up before these rollbacks", _backups),
    Topic.UNTESTED: ("Try every rollback with rows in the tables, in CI", _try_all),
    Topic.UNTOLD: ("Measure what the source does not tell", _measure),
    Topic.LOCK: ("Let one migration run at a time", _lock),
    Topic.BLOCKED: ("Say in these downgrades what becomes of new rows", _remedies("RT308")),
    Topic.NUMBERS: ("Number the files as the chain runs", _remedies("RT408")),
    Topic.SIZES: ("Split what is not deployed yet", _sizes),
})
