"""What Roundtrip and other tools see of the changes to a schema that are compared with pg_dump, kind by kind.

    make rivals

Each case of tests/oracle is made in two databases of one server: one before its change, one after. Every tool is asked
for the difference of the two, and for that of a database and itself; it sees the change when it answers otherwise. A
tool that fails is counted as failing. What is printed is the page docs/schema-coverage.md.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import psycopg

from harness.catalog import CatalogDelta, Snapshot, capture, diff
from harness.findings.restoring import restore
from harness.servers import Databases, Server
from tests.oracle.case import Case
from tests.oracle.cases import CASES
from tests.oracle.doing import drop_roles_but, drop_subscriptions, roles_of, run_as_migrations_do
from tests.oracle.servers import at_hand

Answers = dict[str, dict[str, str]]
"""What each rival told, or with what it failed."""
ROOT = Path(__file__).parent.parent
OURS = "Roundtrip"
RIVALS = {"alembic": "`compare_metadata`", "sqlalchemy-diff": "sqlalchemy-diff", "migra": "migra"}
NO_CHANGE = "no change"
INTRODUCTION = """\
# What is seen of a change

Written by `make rivals`, which runs what `tests/oracle` compares with pg_dump: for each change there is a database
before it and one after it, and each tool is asked for the difference of the two. It sees the change when it answers
otherwise than for a database and itself. That Roundtrip sees a change exactly when `pg_dump --schema-only` prints
another text is what the tests prove, on every PostgreSQL at hand; this page says what that is worth beside other tools.
The changes are Roundtrip's own choice: they go through the object kinds and attributes of PostgreSQL 14 to 18, each as
often as it has attributes, and say nothing of how often a migration makes them.

`compare_metadata` is Alembic's, which `alembic check` runs: the tables of one database, reflected into a MetaData, are
compared with the other, with `compare_type` and `compare_server_default` on and all schemas included. migra's last
release is of 2022. A number in brackets says for how many of the changes the tool fails. Roles belong to a whole
server, where the tools that compare two databases do not look.

*Undone* is how many of the changes Roundtrip tells statements for that take them back. The tests run each of them, but
for those of security labels, for which no provider is at hand.
"""


@dataclass(slots=True)
class Score:
    """What one tool saw."""

    seen: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    """What it failed with."""


class Rival:
    """A tool in a process of its own environment, or the reason why it is not there."""

    def __init__(self, name: str, stack: ExitStack) -> None:
        python = ROOT / ".venvs" / f"rivals-{name}" / "bin" / "python"
        self.is_there = python.exists()
        if self.is_there:
            self._process = stack.enter_context(subprocess.Popen(
                [python, ROOT / "benchmarks" / "rivals" / "probe.py", name], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, text=True))
            stack.callback(self._process.stdin.close)

    def ask(self, before: str, after: str) -> None:
        """Send a question; ``answer`` reads the answer."""
        self._process.stdin.write(json.dumps([before, after]) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, str]:
        """What it told, or with what it failed."""
        return json.loads(self._process.stdout.readline())


class Comparison:
    """All tools on one server."""

    def __init__(self, server: Server, rivals: dict[str, Rival]) -> None:
        self.major = server.version_number // 10000
        self.version = server.version
        self.scores = {name: Score() for name in (OURS, *rivals)}
        self.changes: Counter[str] = Counter()
        self.undone: Counter[str] = Counter()
        self.lacking: Counter[str] = Counter()
        self._server = server
        self._databases = Databases(server)
        self._rivals = rivals

    def run(self) -> None:
        """Ask about every case."""
        cases = sorted((case for case in CASES if not case.makes_roles), key=lambda case: case.setup)
        for setup, group in groupby(cases, key=lambda case: case.setup):
            self._compare(setup, list(group))
        for case in CASES:
            if case.makes_roles:
                self._look_at_roles(case)
        self._databases.drop_all()

    def _look_at_roles(self, case: Case) -> None:
        """All databases share them, so that whoever reads two at once cannot see a difference."""
        if case.since > self.major:
            self.lacking[f"{case.kind} (PostgreSQL {case.since})"] += 1
            return
        database = self._databases.create("roles")
        with self._databases.connect(database) as connection:
            own_roles = roles_of(connection)
            run_as_migrations_do(connection, case.setup)
            before = capture(connection)
            run_as_migrations_do(connection, case.change)
            delta = diff(before, capture(connection))
            drop_roles_but(own_roles, connection)
        self._databases.drop(database)
        self._count(case, delta)

    def _compare(self, setup: str, cases: list[Case]) -> None:
        known = [case for case in cases if case.since <= self.major]
        for case in cases:
            if case not in known:
                self.lacking[f"{case.kind} (PostgreSQL {case.since})"] += 1
        if not known:
            return
        before = self._databases.create("before")
        with self._databases.connect(before) as connection:
            try:
                run_as_migrations_do(connection, setup)
            except psycopg.errors.FeatureNotSupported:
                for case in known:
                    self.lacking[f"{case.kind} (built without {case.built_with})"] += 1
                known = []
            snapshot = capture(connection)
        if known:
            alike = self._ask(before, before)
            for case in known:
                self._compare_one(case, snapshot, before, alike)
        self._drop(before)

    def _compare_one(self, case: Case, snapshot: Snapshot, before: str, alike: Answers) -> None:
        after = self._databases.create("after")
        with self._databases.connect(after) as connection:
            run_as_migrations_do(connection, case.setup)
            run_as_migrations_do(connection, case.change)
            delta = diff(snapshot, capture(connection))
        self._count(case, delta)
        for name, answer in self._ask(before, after).items():
            error = answer.get("error") or alike[name].get("error")
            score = self.scores[name]
            score.seen[case.kind] += error is None and answer != alike[name]
            if error is not None:
                score.failed[case.kind] += 1
                score.errors[error] += 1
        self._drop(after)

    def _count(self, case: Case, delta: CatalogDelta) -> None:
        self.changes[case.kind] += 1
        self.scores[OURS].seen[case.kind] += bool(delta)
        self.undone[case.kind] += bool(delta) and all(restore(change, delta) is not None for change in delta.changes)

    def _ask(self, before: str, after: str) -> Answers:
        """All rivals at once."""
        asked = {name: rival for name, rival in self._rivals.items() if rival.is_there}
        for rival in asked.values():
            rival.ask(self._url(before), self._url(after))
        return {name: rival.answer() for name, rival in asked.items()}

    def _drop(self, name: str) -> None:
        with self._databases.connect(name) as connection:
            drop_subscriptions(connection)
        self._databases.drop(name)

    def _url(self, database: str) -> str:
        return self._server.address.url(database).replace("+psycopg", "+psycopg2")


def page(comparisons: Iterable[Comparison], rivals: dict[str, Rival]) -> Iterator[str]:
    """The lines of the page."""
    yield INTRODUCTION
    for name, rival in rivals.items():
        if not rival.is_there:
            yield f"{RIVALS[name]} could not be installed here.\n"
    for comparison in comparisons:
        yield f"## PostgreSQL {comparison.version}\n"
        yield from rows(comparison)
        yield ""
        if comparison.lacking:
            lacking = ", ".join(f"{what}: {count}" for what, count in sorted(comparison.lacking.items()))
            yield f"Not made, since this PostgreSQL does not know them: {lacking}.\n"
        for name, score in comparison.scores.items():
            for error, count in score.errors.most_common():
                yield f"{RIVALS[name]} fails {count} times with `{error}`."
        yield ""


def rows(comparison: Comparison) -> Iterator[str]:
    """The table of one server."""
    names = list(comparison.scores)
    yield f"| kind | changes | {' | '.join(RIVALS.get(name, name) for name in names)} | undone |"
    yield f"|---|{'---:|' * (len(names) + 2)}"
    kinds = sorted(kind for kind in comparison.changes if kind != NO_CHANGE)
    for kind in kinds:
        yield row(kind, [kind], comparison)
    yield row("**all**", kinds, comparison)
    yield row(NO_CHANGE + ", and reported as one", [NO_CHANGE], comparison)


def row(title: str, kinds: list[str], comparison: Comparison) -> str:
    """Some kinds together."""
    cells = [title, str(sum(comparison.changes[kind] for kind in kinds))]
    for score in comparison.scores.values():
        failed = sum(score.failed[kind] for kind in kinds)
        cells.append(f"{sum(score.seen[kind] for kind in kinds)}{f' ({failed})' if failed else ''}")
    cells.append(str(sum(comparison.undone[kind] for kind in kinds)) if kinds != [NO_CHANGE] else "")
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the page."""
    with ExitStack() as stack:
        rivals = {name: Rival(name, stack) for name in RIVALS}
        comparisons = []
        for postgresql in at_hand():
            with postgresql.running() as server, psycopg.connect(
                    server.address.conninfo("postgres"), autocommit=True) as connection:
                connection.execute("CREATE ROLE oracle_app")
                if server.version_number >= 150000:  # noqa: PLR2004 - as the tests have it
                    connection.execute("SET allow_in_place_tablespaces = on")
                    connection.execute("CREATE TABLESPACE oracle_space LOCATION ''")
                comparisons.append(Comparison(server, rivals))
                comparisons[-1].run()
        print("\n".join(page(comparisons, rivals)).rstrip())


if __name__ == "__main__":
    main()
