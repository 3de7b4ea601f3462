"""Wherever the facts of a trip hold values of rows, a mask puts hashes."""

import dataclasses
import typing

import pytest

from harness.data.compare import ColumnChange, RowsDelta, ValueChange
from harness.data.sequences import Behind
from harness.findings.facts import (
    Counterexample,
    Culprit,
    LiveFacts,
    SearchFacts,
    SizeFacts,
    StepFacts,
    TableFacts,
    TripFacts,
)
from harness.findings.masking import Mask
from harness.names import QualifiedName, RevisionId, StepName

T = QualifiedName("public", "t")
CANARY = "canary"
DELTA = RowsDelta(T, ("a", "b"), 3, 3, lost=((CANARY, None),), added=((CANARY, ""),), rows_changed=1,
                  changed=(ColumnChange("b", 1, (ValueChange(f"a={CANARY}", CANARY, None),)),))
STEP = StepFacts(name=StepName.UPGRADE, culprits=(Culprit(table=T, row=f"(a={CANARY})"),))
FILLED = {
    tuple[RowsDelta, ...]: (DELTA,), tuple[StepFacts, ...]: (STEP,),
    tuple[Behind, ...]: (Behind(sequence=T, table=T, column="a", next_value=4711, highest_key=4712, conflicting=True),),
}


def filled(kind, **others):
    """A value of the class with something to hide in each field that can hold it."""
    hints = typing.get_type_hints(kind)
    found = {field.name: FILLED[hints[field.name]] for field in dataclasses.fields(kind) if hints[field.name] in FILLED}
    return kind(**found, **others)


LIVE = filled(LiveFacts, rows={}, reasons=())
SIZE = filled(SizeFacts, few=1, many=2)
FACTS = filled(TripFacts, revision=RevisionId("r"), path="r.py", live=LIVE, size=SIZE,
               tables={T: TableFacts(rows=1, given_error=f"1 of 1 given rows could not be stored: Key (a)=({CANARY})")})


def test_there_is_something_to_hide_in_every_part():
    assert all(CANARY in repr(part) for part in (FACTS, LIVE, SIZE))
    assert "4711" in repr(FACTS)


def test_no_field_of_a_trip_keeps_a_value():
    shown = repr(Mask().trip(FACTS))
    assert CANARY not in shown
    assert "4711" not in shown
    assert "4712" not in shown


def test_what_a_search_found_is_told_without_its_rows():
    found = Counterexample(statements=(f"INSERT INTO t VALUES ('{CANARY}');",), facts=FACTS)
    masked = Mask().search(SearchFacts(counterexamples=(found,)))
    assert CANARY not in repr(masked)
    assert "--show-values" in masked.counterexamples[0].note


def test_numbers_of_rows_and_names_stay():
    masked = Mask().trip(FACTS).downgrade_rows[0]
    assert (masked.table, masked.columns, masked.rows_lost, masked.rows_before) == (T, ("a", "b"), 1, 3)
    assert masked.changed[0].column == "b"


@pytest.mark.parametrize(("one", "other", "alike"), [("x", "x", True), ("x", "X", False), (None, None, True)])
def test_alike_values_have_alike_hashes(one, other, alike):
    mask = Mask()
    assert (mask.value(one) == mask.value(other)) == alike


def test_null_is_no_value_and_an_empty_text_is_one():
    assert Mask().value(None) is None
    assert Mask().value("").startswith("#")


def test_hashes_of_another_run_are_others():
    assert Mask().value("x") != Mask().value("x")
