"""What is told of the statements that did it, and what their text tells of how they did it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from harness.audit.facts import Act, Effect, Kind
from harness.audit.sql import read_sql
from harness.findings.building import SAMPLES, counted
from harness.findings.facts import DoneBy, TripFacts
from harness.findings.model import Evidence, Sample
from harness.names import QualifiedName, StepName


def evidence_of(
    done_by: Sequence[DoneBy], *, step: StepName | None = None, rows: int, rows_total: int | None = None,
    columns: tuple[str, ...] = (), samples: tuple[Sample, ...] = (), notes: tuple[str, ...] = (),
) -> Evidence:
    """Evidence with the statement that did it, where one is known; ``step`` is what is known without it."""
    first, others = (done_by[0], done_by[1:]) if done_by else (None, ())
    if first is not None and others:
        notes += (f"that is {counted(first.rows, 'row')} of them",)
        notes += tuple(f"{counted(other.rows, 'row')} of them: {other.statement}"
                       + (f" at {other.location}" if other.location else "") for other in others[:SAMPLES])
    return Evidence(
        step=first.step if first is not None else step, rows=rows, rows_total=rows_total, columns=columns,
        samples=samples, statement=first.statement if first is not None else None,
        location=first.location if first is not None else None, notes=notes,
    )


def is_by(done_by: Sequence[DoneBy], step: StepName) -> bool:
    """Whether the statement that did most of it was one of ``step``."""
    return bool(done_by) and done_by[0].step is step


def rows_by(done_by: Iterable[DoneBy]) -> int:
    """How many rows are the doing of these statements."""
    return sum(item.rows for item in done_by)


def names_of(facts: TripFacts, table: QualifiedName) -> frozenset[str]:
    """What statements may call ``table``: with its schema or without, by its name before or after the upgrade."""
    after = facts.renamed.get(str(table), "").replace('"', "")
    return frozenset({table.name, f"{table.schema}.{table.name}", after, after.rpartition(".")[2]} - {""})


def taking(statement: str, names: Collection[str]) -> Effect | None:
    """The DELETE, TRUNCATE or DROP TABLE in ``statement`` that takes rows out of the table with these names.

    Where it is of another table, rows went along with that one's; None where the text does not tell.
    """
    read = read_sql(statement, 1, is_certain=True)
    effects = [effect for item in read for effect in item.effects
               if effect.kind is Kind.TABLE and effect.act in {Act.DELETE, Act.DROP}]
    told = [effect for effect in effects if effect.name in names] or (effects if len(read) == 1 else [])
    return told[0] if told else None


def deletes_from(done_by: DoneBy, names: Collection[str]) -> bool:
    """Whether the statement is a DELETE from the table with these names, or a TRUNCATE of it."""
    taken = taking(done_by.statement, names)
    return taken is not None and taken.act is Act.DELETE and taken.name in names
