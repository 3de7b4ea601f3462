"""Say of each table how many rows a trip was made with, and where there were none, why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from harness.catalog.objects import Table
from harness.findings.facts import TableFacts
from harness.large_objects import LARGE_OBJECTS
from harness.names import QualifiedName
from harness.walk.filling import Filling
from harness.walk.reading import State

_FOREIGN = "a foreign table: its rows lie elsewhere and are not compared"


def table_facts(
    before: State, filling: Filling | None, why_empty: Mapping[QualifiedName, str]
) -> dict[QualifiedName, TableFacts]:
    """What is known of the tables of ``before``; ``filling`` is the one after the trip, ``why_empty`` what is known."""
    tables = {name: TableFacts(rows=len(rows.rows),
                               made_here=filling is not None and filling.shape_of_made(name) is not None)
              for name, rows in before.rows.items() if rows.rows or name != LARGE_OBJECTS}
    tables.update((item.name, TableFacts(rows=0, not_compared=_FOREIGN)) for item in before.snapshot.of(Table)
                  if item.relkind == "f")
    if filling is not None:
        tables.update((outcome.table, TableFacts(rows=0, error=outcome.error)) for outcome in filling.outcomes
                      if outcome.error is not None)
        for outcome in filling.given:
            if outcome.error is not None:
                known = tables.get(outcome.table) or TableFacts(rows=outcome.rows)
                tables[outcome.table] = replace(known, given_error=outcome.error)
    return tables | {name: replace(tables[name], not_compared=why) for name, why in why_empty.items()
                     if name in tables and not tables[name].rows}


def why_emptied(
    emptied: Collection[QualifiedName], culprits: Collection[QualifiedName], step: str
) -> dict[QualifiedName, str]:
    """Why tables hold no row since rows were taken out of those in ``culprits``, without which the step passes."""
    named = ", ".join(map(str, sorted(culprits)))
    return {table: f"its rows were taken out, because the {step} fails with them" if table in culprits
            else f"its rows referred to rows of {named} that were taken out, because the {step} fails with them"
            for table in emptied}
