"""What a trip did, as the records that reports are made from."""

from __future__ import annotations

from dataclasses import replace

from harness.findings.facts import StepFacts
from harness.findings.masking import Mask
from harness.outcomes import SearchRecord, SizeRecord, StepRecord, TableRecord
from harness.walk.trip import TripResult
from harness.walk.walk import Walked


def hide(walked: Walked, mask: Mask | None) -> Walked:
    """``walked`` without values of rows, where there is something to hide them."""
    trip = walked.trip
    if mask is None or trip is None:
        return walked
    search = mask.search(trip.search) if trip.search is not None else None
    return replace(walked, trip=replace(trip, facts=mask.trip(trip.facts), search=search))


def step_records(trip: TripResult | None) -> tuple[StepRecord, ...]:
    """The steps of ``trip``, in order; none without a trip."""
    if trip is None:
        return ()
    return tuple(
        StepRecord(
            name=step.name, seconds=step.seconds, skipped=step.skipped, rows_per_table=step.rows_per_table,
            error=_error_of(step),
        )
        for step in trip.facts.steps
    )


def _error_of(step: StepFacts) -> str | None:
    if step.failure is not None:
        return str(step.failure)
    if step.timed_out_after_seconds:
        return f"timed out after {step.timed_out_after_seconds:g} s"
    return step.died or (str(step.unreadable.failure) if step.unreadable is not None else None)


def table_records(trip: TripResult | None) -> dict[str, TableRecord]:
    """The tables of ``trip`` by name, with how many rows each was walked with; none without a trip."""
    if trip is None:
        return {}
    live = trip.facts.live.rows if trip.facts.live is not None else {}
    records = {str(name): TableRecord(rows=facts.rows, live_rows=live.get(name, 0), why_fewer=facts.why_fewer,
                                      error=facts.error or (None if live.get(name) else facts.not_compared),
                                      unwritten=trip.facts.unwritten.get(name))
               for name, facts in trip.facts.tables.items()}
    for name, rows in live.items():
        records.setdefault(str(name), TableRecord(rows=0, live_rows=rows))
    return records


def changed_nothing(trip: TripResult | None) -> bool:
    """Whether the upgrade ran and left schema and rows as they were."""
    schema = trip.facts.upgrade_schema if trip is not None else None
    if trip is None or schema is None:
        return False
    return not schema and not schema.column_orders and not any(trip.facts.upgrade_rows)


def size_record(trip: TripResult | None) -> SizeRecord | None:
    """What became of the same trip with many rows; None where there was none."""
    size = trip.facts.size if trip is not None else None
    if size is None:
        return None
    return SizeRecord(few=size.few, many=size.many, of_dump=size.of_dump, not_made=size.not_made)


def search_record(trip: TripResult | None) -> SearchRecord | None:
    """What a search before the trip tried; None where there was none."""
    search = trip.search if trip is not None else None
    if search is None:
        return None
    return SearchRecord(examples=search.examples, refused=search.refused, seconds=search.seconds,
                        not_searched=search.not_searched)
