"""Put hashes in the place of values of rows, where those must not be seen.

Done to what was measured, before anything is judged or told: a finding cannot show what it never had. Values that are
alike have hashes that are alike, within one run; the next run has others, so that nobody can try out values at home.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import replace

from harness.data.compare import ColumnChange, RowsDelta, ValueChange
from harness.data.rows import Row
from harness.data.sequences import Behind
from harness.findings.facts import Culprit, SearchFacts, StepFacts, TableFacts, TripFacts

_LENGTH = 8
_NOT_TOLD = "what the server says of it may hold values of rows, which are hidden"
_NOT_SHOWN = "the rows that show it hold values, which --show-values lets be seen"


class Mask:
    """Hides the values of one run."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)

    def value(self, text: str | None) -> str | None:
        """A hash of a value; NULL stays NULL."""
        if text is None:
            return None
        digest = hashlib.blake2b(text.encode(errors="surrogatepass"), key=self._key, digest_size=_LENGTH // 2)
        return f"#{digest.hexdigest()}"

    def trip(self, facts: TripFacts) -> TripFacts:
        """The facts of a trip without any value."""
        live, size = facts.live, facts.size
        return replace(
            facts,
            steps=tuple(map(self._step, facts.steps)),
            upgrade_rows=self._deltas(facts.upgrade_rows), downgrade_rows=self._deltas(facts.downgrade_rows),
            upgraded_behind=_unnumbered(facts.upgraded_behind), sequences_behind=_unnumbered(facts.sequences_behind),
            live=replace(live, deltas=self._deltas(live.deltas), old_deltas=self._deltas(live.old_deltas),
                         sequences_behind=_unnumbered(live.sequences_behind)) if live is not None else None,
            size=replace(size, steps=tuple(map(self._step, size.steps)),
                         upgrade_rows=self._deltas(size.upgrade_rows),
                         downgrade_rows=self._deltas(size.downgrade_rows)) if size is not None else None,
            seeds_failed=tuple((origin, _NOT_TOLD) for origin, _ in facts.seeds_failed),
            tables={name: _without_detail(table) for name, table in facts.tables.items()},
        )

    def search(self, search: SearchFacts) -> SearchFacts:
        """What a search found, without its rows."""
        return replace(search, counterexamples=tuple(
            replace(item, statements=(), facts=self.trip(item.facts),
                    note="; ".join(filter(None, (item.note, _NOT_SHOWN))))
            for item in search.counterexamples))

    def _step(self, step: StepFacts) -> StepFacts:
        # A row is told as text by now: there is nothing to hash but all of it.
        read = step.unreadable
        return replace(step, culprits=self._culprits(step.culprits),
                       unreadable=replace(read, culprits=self._culprits(read.culprits)) if read is not None else None)

    def _culprits(self, culprits: tuple[Culprit, ...]) -> tuple[Culprit, ...]:
        return tuple(replace(item, row=f"({self.value(item.row)})") for item in culprits)

    def _deltas(self, deltas: Iterable[RowsDelta]) -> tuple[RowsDelta, ...]:
        return tuple(
            replace(delta, lost=tuple(map(self._row, delta.lost)), added=tuple(map(self._row, delta.added)),
                    changed=tuple(map(self._change, delta.changed)))
            for delta in deltas)

    def _row(self, row: Row) -> Row:
        return tuple(map(self.value, row))

    def _change(self, change: ColumnChange) -> ColumnChange:
        return replace(change, samples=tuple(
            ValueChange(key=self.value(item.key) or "" if item.key else "", before=self.value(item.before),
                        after=self.value(item.after)) for item in change.samples))


def _unnumbered(items: tuple[Behind, ...]) -> tuple[Behind, ...]:
    return tuple(replace(item, next_value=None, highest_key=None) for item in items)


def _without_detail(table: TableFacts) -> TableFacts:
    """What was said of rows that the team gives may quote a key that the table holds."""
    if table.given_error is None:
        return table
    return replace(table, given_error=table.given_error.partition(":")[0])
