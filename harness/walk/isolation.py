"""Find out why a step failed: on an empty database too, or because of which rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.data.compare import describe_wide_row
from harness.data.halving import Isolated, failing_items, smallest_failing
from harness.data.remove import (
    RowRef,
    fetch_row,
    fewest_referring_first,
    list_row_refs,
    refer_to_each_other,
    remove_rows,
)
from harness.data.rows import list_tables
from harness.data.same_key import rows_of_duplicated_key
from harness.findings.facts import Culprit
from harness.names import Direction, QualifiedName, RevisionId
from harness.walk.lineage import Bench, Lineage, SpineError
from harness.walk.rehearsals import Rehearsals
from harness.walk.stepper import CannotRehearseError, StepResult
from harness.walk.trial import Trial
from harness.worker.protocol import Failure

TABLE_PROBES = 12
ROW_PROBES = 30
ROW_REHEARSALS = 120
"""Tries that may be made to find the tables and then the rows. A rehearsal costs some 10 ms, a copy some 80."""

_FOREIGN_KEY_VIOLATION = "23503"
_KIND = re.compile(r'\b\w+ (?=")')
"""What a message says of a name in quotes: ``relation "users"``, where a table may be called ``relation``, too."""

_BEFORE_A_TABLE = r"\b(?:from|join|into|update|table|relation|using|only|references)\s+"
"""What stands before the name of a table in SQL, and in what the server says."""

_PARENT = re.compile(r'is not present in table "[^"]*"')
"""With fewer of whose rows nothing gets better."""

_Attempt = Callable[[Sequence[RowRef], Sequence[RowRef]], StepResult | None]
"""How a step goes without the first of these rows and all that reference them but the second; None when an earlier step
fails."""

_Reasons = Mapping[frozenset[RowRef], Failure]
"""How a step fails with these rows and without the other candidates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Rows that make a step fail."""

    refs: tuple[RowRef, ...]
    """What to take out; valid in every copy of the database they were found in."""
    culprits: tuple[Culprit, ...]
    """The same for a person, where they could be narrowed down."""
    complete: bool
    """Whether the step ran through without them."""


class Isolation:
    """Repeats failing steps on copies of the spine."""

    def __init__(self, bench: Bench, trial: Trial, spine: Lineage, bare: Lineage) -> None:
        self._bench = bench
        self._trial = trial
        self._spine = spine
        self._bare = bare

    def without_rows(self, position: int, directions: Sequence[Direction]) -> StepResult | None:
        """How the last of ``directions`` goes without seeded rows; None when that cannot be told.

        The trial is thrown away: a role that it made would be in the way.
        """
        self._trial.discard()
        try:
            self._trial.drop_roles_since(position)
            self._bare.advance(position)
        except SpineError:
            return None
        return self._try(self._bare.database, (), self._bench.order[position], directions)

    def find(self, position: int, directions: Sequence[Direction], failure: Failure) -> Found:
        """Find the seeded rows that make the last of ``directions`` fail; the trial is thrown away."""
        self._trial.discard()
        self._trial.drop_roles_since(position)
        self._spine.advance(position)
        with self._bench.databases.connect(self._spine.database) as connection:
            tables = list_tables(connection, exclude=self._bench.version_tables())
            refs = list_row_refs(connection, tables)
        return self.find_among(self._spine.database, refs, self._bench.order[position], directions, failure)

    def find_among(
        self, database: str, refs: Sequence[RowRef], revision: RevisionId, directions: Sequence[Direction],
        failure: Failure,
    ) -> Found:
        """Find which of ``refs`` in ``database`` make the last of ``directions`` fail, on copies of it.

        First the tables: the fewest without whose rows it runs through, those that the error names tried before others,
        and those that others refer to last: with a row of theirs much else goes that may well stay.
        Then, with the rows of all other tables in place, the rows of these. All of it in rehearsals on one copy, where
        they go as the steps themselves do; otherwise each try is made on a copy of its own.
        """
        def on_a_copy(removed: Sequence[RowRef], spared: Sequence[RowRef]) -> StepResult | None:
            return self._try(database, removed, revision, directions, spared)

        rehearsals = Rehearsals(self._bench, database, refs, revision, directions)
        try:
            with rehearsals:
                rehearsals.expect(failure)
                found = self._search(database, refs, failure, rehearsals.without, ROW_REHEARSALS)
            if _passed(on_a_copy(found.refs, ())) == found.complete:
                return found
        except CannotRehearseError:
            pass
        return self._search(database, refs, failure, on_a_copy, ROW_PROBES)

    def _search(
        self, database: str, refs: Sequence[RowRef], failure: Failure, attempt: _Attempt, budget: int
    ) -> Found:
        """The same with ``attempt``, which tells how the last step goes without some rows."""
        with self._bench.databases.connect(database) as connection:
            tables = fewest_referring_first(connection, dict.fromkeys(ref.table for ref in refs))

        def rows_of(chosen: Sequence[QualifiedName]) -> list[RowRef]:
            return [ref for table in chosen for ref in refs if ref.table == table]

        def try_without(chosen: Sequence[QualifiedName]) -> StepResult | None:
            return attempt(rows_of(chosen), ())

        pool = _follow_errors(tables, failure, try_without)
        if pool is None:
            pool = list(smallest_failing(tables, lambda chosen: _passed(try_without(chosen)), budget=TABLE_PROBES))
        else:
            needed = _without_needless(
                sorted(pool, key=tables.index, reverse=True),
                lambda others, table: _passed(attempt(rows_of(others), rows_of([table]))))
            pool = [table for table in pool if table in needed]  # those of the error that is told come first
        candidates = rows_of(pool)
        isolated, reasons = self._isolate(database, candidates, failure, attempt, budget)
        while unseen := _named_instead(isolated, reasons, [table for table in tables if table not in pool]):
            pool += unseen
            candidates = rows_of(pool)
            isolated, reasons = self._isolate(database, candidates, failure, attempt, budget)
        found = _all_of(isolated)
        return Found(
            refs=found if isolated.rest_passes else tuple(candidates),
            culprits=self._describe(database, isolated, failure, reasons),
            complete=isolated.rest_passes or _passed(try_without(pool)),
        )

    def _isolate(
        self, database: str, candidates: Sequence[RowRef], failure: Failure, attempt: _Attempt, budget: int
    ) -> tuple[Isolated[RowRef], _Reasons]:
        """The rows among ``candidates`` that make the step fail, and how they do.

        Where these reference each other, a row goes with what it references, so that alone it never fails. There each
        is first tried with nothing left to refer to; what that finds must hold with the foreign keys in force.
        """
        def with_one_key(failure: Failure) -> Sequence[RowRef]:
            named = [table for table in dict.fromkeys(ref.table for ref in candidates) if _names(failure, table)]
            with self._bench.databases.connect(database) as connection:
                return rows_of_duplicated_key(connection, named, failure.message)

        rows = _Rows(candidates, failure, attempt, with_one_key, budget)
        if failure.sqlstate != _FOREIGN_KEY_VIOLATION and self._refer_to_each_other(database, candidates):
            isolated, reasons = rows.failing(spare=True)
            if isolated.rest_passes and _passed(attempt(_all_of(isolated), ())):
                return isolated, reasons
        return rows.failing(spare=False)

    def _try(
        self, database: str, removed: Sequence[RowRef], revision: RevisionId, directions: Sequence[Direction],
        spared: Sequence[RowRef] = (),
    ) -> StepResult | None:
        """How the last step goes on a copy without ``removed`` and what references them but ``spared``.

        None when an earlier one fails.
        """
        copy = self._bench.copy_of(database, "probe")
        try:
            if removed:
                with self._bench.databases.connect(copy) as connection:
                    remove_rows(connection, removed, spared)
            for direction in directions[:-1]:
                if not self._bench.stepper.step(copy, direction, revision).ok:
                    return None
            return self._bench.stepper.step(copy, directions[-1], revision)
        finally:
            self._bench.drop(copy)

    def _refer_to_each_other(self, database: str, refs: Sequence[RowRef]) -> bool:
        with self._bench.databases.connect(database) as connection:
            return refer_to_each_other(connection, {ref.table for ref in refs})

    def _describe(
        self, database: str, isolated: Isolated[RowRef], failure: Failure, reasons: _Reasons
    ) -> tuple[Culprit, ...]:
        found = [(ref, reasons.get(frozenset(subset))) for subset in isolated.subsets for ref in subset]
        with self._bench.databases.connect(database) as connection:
            return tuple(
                Culprit(table=ref.table, failure=reason, row=describe_wide_row(
                    *fetch_row(connection, ref), told=_told_by(reason or failure)))
                for ref, reason in found)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows among which those are looked for that make a step fail."""

    candidates: Sequence[RowRef]
    failure: Failure
    """How it fails with all of them."""
    attempt: _Attempt
    with_one_key: Callable[[Failure], Sequence[RowRef]]
    """Those that a failure says have one key."""
    budget: int

    def failing(self, *, spare: bool) -> tuple[Isolated[RowRef], _Reasons]:
        """Those that make it fail without the others; with ``spare`` also without the rows that they reference."""
        reasons = {frozenset(self.candidates): self.failure}

        def fails_with(kept: Sequence[RowRef]) -> bool:
            kept_set = set(kept)
            result = self.attempt([ref for ref in self.candidates if ref not in kept_set], kept if spare else ())
            if result is not None and result.failure is not None:
                reasons[frozenset(kept)] = result.failure
            # Of a row that has nothing to refer to, a foreign key's complaint tells nothing.
            return _failed(result) and not (spare and _violates_foreign_key(result))

        def guess(failing: Sequence[RowRef]) -> Sequence[RowRef]:
            known = reasons.get(frozenset(failing))
            return self.with_one_key(known) if known is not None else ()

        return failing_items(self.candidates, fails_with, budget=self.budget, guess=guess), reasons


def _told_by(failure: Failure) -> str:
    """Where the columns are named that matter to a failure."""
    return f"{failure.message} {failure.statement or ''} {failure.source}"


def _all_of(isolated: Isolated[RowRef]) -> tuple[RowRef, ...]:
    return tuple(ref for subset in isolated.subsets for ref in subset)


def _follow_errors(
    tables: Sequence[QualifiedName], failure: Failure,
    try_without: Callable[[Sequence[QualifiedName]], StepResult | None],
) -> list[QualifiedName] | None:
    """Leave out a table that the error names, then one that the next error names, until it runs through.

    One at a time, those that others refer to last: without the rows of one that several refer to, none of these fails.
    None when the errors lead nowhere.
    """
    pool: list[QualifiedName] = []
    while True:
        others = [table for table in tables if table not in pool]
        named = next((table for certain in (True, False) for table in others
                      if _names(failure, table, certain=certain)), None)
        if named is None:
            return None
        pool.append(named)
        result = try_without(pool)
        if result is None or result.ok:
            return pool if result is not None else None
        if result.failure is None:
            return None
        failure = result.failure


def _named_instead(
    isolated: Isolated[RowRef], reasons: _Reasons, others: Sequence[QualifiedName]
) -> list[QualifiedName]:
    """Those of ``others`` that the errors name over rows whose own tables they do not name: they went with these."""
    failures = [failure for subset in isolated.subsets if (failure := reasons.get(frozenset(subset))) is not None
                and not any(_names(failure, ref.table) for ref in subset)]
    return [table for table in others if any(_names(failure, table) for failure in failures)]


def _without_needless(
    pool: list[QualifiedName], runs_without: Callable[[Sequence[QualifiedName], QualifiedName], bool]
) -> list[QualifiedName]:
    """The tables of ``pool`` that are in the way; an error also names tables that are not.

    ``runs_without`` some tables leaves the rows of another: by what they refer to they would go along, guilty or not.
    """
    for table in list(pool):
        others = [other for other in pool if other != table]
        if others and runs_without(others, table):
            pool = others
    return pool


def _names(failure: Failure, table: QualifiedName, *, certain: bool = False) -> bool:
    """Whether the error or the statement that met it names ``table``, in one word or several.

    ``certain``: where a table is named, as a column or a label may be called so, too.
    """
    message = (_PARENT if certain else _KIND).sub("", failure.message)
    text = f"{message} {failure.statement or ''}"
    words = r"[_ ]".join(re.escape(word) for word in table.name.split("_"))
    before = rf'{_BEFORE_A_TABLE}(?:"?{re.escape(table.schema)}"?\.)?"?' if certain else r"(?<!\w)"
    return re.search(rf"{before}{words}(?!\w)", text, re.IGNORECASE if certain else 0) is not None


def _passed(result: StepResult | None) -> bool:
    return result is not None and result.ok


def _violates_foreign_key(result: StepResult | None) -> bool:
    return result is not None and result.failure is not None and result.failure.sqlstate == _FOREIGN_KEY_VIOLATION


def _failed(result: StepResult | None) -> bool:
    return result is not None and not result.ok
