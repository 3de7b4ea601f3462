"""What is told of a step that fails again, over rows that were written while the revision was deployed."""

import pytest

from harness.data.compare import RowsDelta
from harness.findings.facts import Culprit, LiveFacts, StepFacts, TableFacts, TripFacts
from harness.findings.judge_failures import judge_failures
from harness.findings.model import Severity
from harness.names import QualifiedName, RevisionId, StepName
from harness.worker.protocol import Failure, FailureKind

MISSING_KEY = ("KeyError", "'key'", None, "r1.py:9")
ONE, ONE_OF_OTHERS, ANOTHER = (
    ("UniqueViolation", f'could not create unique index "{name}"; Key (a)=({key}) is duplicated.', "23505", "r1.py:9")
    for name, key in (("one", 1), ("one", 2), ("two", 1)))
NO_NUMBER = ("InvalidText", 'invalid input syntax for type integer: "x"', "22P02", "r1.py:9")
NO_NUMBER_EITHER = ("InvalidText", 'invalid input syntax for type integer: "y"', "22P02", "r1.py:9")


def failure(type_name, message, sqlstate=None, location=None, *, unreadable=False):
    return Failure(kind=FailureKind.RAISED, type_name=type_name, message=message, sqlstate=sqlstate, location=location,
                   unreadable=unreadable)


def judged(*steps, of_dump=False, tables=None, downgrade_rows=()):
    facts = TripFacts(revision=RevisionId("r1"), path="r1.py", steps=steps, tables=tables or {},
                      downgrade_rows=downgrade_rows,
                      live=LiveFacts(rows={}, reasons=(), of_dump=of_dump))
    return judge_failures(facts, did_nothing=False)


@pytest.mark.parametrize(("first", "later", "told"), [
    (MISSING_KEY, MISSING_KEY, ["RT307"]),
    (MISSING_KEY, (*MISSING_KEY[:3], "r1.py:12"), ["RT307", "RT304"]),
    (ONE, ONE_OF_OTHERS, ["RT307"]),
    (ONE, ANOTHER, ["RT307", "RT304"]),
    (NO_NUMBER, NO_NUMBER_EITHER, ["RT307"]),
])
def test_what_stops_the_second_upgrade_over_live_rows_is_told_where_it_is_another_reason(first, later, told):
    found = judged(StepFacts(name=StepName.UPGRADE, failure=failure(*first), fails_when_empty=False),
                   StepFacts(name=StepName.LIVE_UPGRADE, failure=failure(*later)))
    assert [item.rule for item in found] == told


@pytest.mark.parametrize(("first", "later", "left", "told"), [
    (ONE, ONE_OF_OTHERS, 0, ["RT303"]), (ONE, ANOTHER, 0, ["RT303", "RT308"]),
    (ONE, ONE_OF_OTHERS, 1, ["RT303", "RT308"]), (ONE, (*ONE[:3], "r1.py:12"), 0, ["RT303", "RT308"]),
    (MISSING_KEY, MISSING_KEY, 0, ["RT303"]),
    (MISSING_KEY, ("KeyError", "'lock'", *MISSING_KEY[2:]), 0, ["RT303", "RT308"]),
])
def test_what_stops_the_downgrade_over_live_rows_is_told_unless_any_row_from_before_stops_it_so(
    first, later, left, told
):
    table = QualifiedName("public", "t")
    found = judged(StepFacts(name=StepName.DOWNGRADE, failure=failure(*first), fails_when_empty=False,
                             culprits=(Culprit(table=table, row="(a=1)"),)),
                   StepFacts(name=StepName.LIVE_DOWNGRADE, failure=failure(*later)),
                   tables={table: TableFacts(rows=left)})
    assert [item.rule for item in found] == told


def test_what_is_there_at_the_first_upgrade_no_downgrade_left():
    there = failure("DuplicateObject", 'type "mood" already exists', "42710")
    (first,) = judged(StepFacts(name=StepName.UPGRADE, failure=there, fails_when_empty=True))
    (again,) = judged(StepFacts(name=StepName.UPGRADE), StepFacts(name=StepName.REUPGRADE, failure=there))
    assert "downgrade" not in first.remedy
    assert again.remedy.startswith("drop it in the downgrade")


@pytest.mark.parametrize(("of_dump", "severity"), [(False, Severity.WARNING), (True, Severity.ERROR)])
def test_a_date_that_only_live_rows_hold_is_a_warning_unless_a_dump_holds_it(of_dump, severity):
    far = failure("ValueError", "year -44 is out of range", unreadable=True)
    (found,) = judged(StepFacts(name=StepName.UPGRADE), StepFacts(name=StepName.LIVE_UPGRADE, failure=far),
                      of_dump=of_dump)
    assert (found.rule, found.severity) == ("RT304", severity)


@pytest.mark.parametrize(("written", "severity"), [("infinity", Severity.ERROR), ("2024-01-15", Severity.WARNING)])
def test_a_date_that_stops_only_the_second_upgrade_is_an_error_where_the_downgrade_put_one_there(written, severity):
    far = failure("ValueError", "year -44 is out of range", unreadable=True)
    delta = RowsDelta(table=QualifiedName("public", "t"), columns=("at",), rows_before=0, rows_after=1,
                      added=((written,),))
    (found,) = judged(StepFacts(name=StepName.UPGRADE), StepFacts(name=StepName.REUPGRADE, failure=far),
                      downgrade_rows=(delta,))
    assert (found.rule, found.severity) == ("RT304", severity)
    assert found.remedy.startswith("nothing") == (severity is Severity.WARNING)


def test_a_row_of_each_table_is_shown_however_many_one_of_them_has():
    people, rooms = QualifiedName("public", "people"), QualifiedName("public", "rooms")
    rows = (*(Culprit(table=people, row=f"(id={number})") for number in range(9)), Culprit(table=rooms, row="(id=0)"))
    (found,) = judged(StepFacts(name=StepName.UPGRADE, failure=failure(*NO_NUMBER), fails_when_empty=False,
                                culprits=rows))
    assert found.evidence.notes == ("row of public.people: (id=0)", "row of public.rooms: (id=0)",
                                    *(f"row of public.people: (id={number})" for number in (1, 2, 3)))


def test_rows_over_which_another_statement_fails_alike_are_told_apart():
    table = QualifiedName("public", "people")
    name, title = (failure("TooLong", "value too long for type character varying(4)", "22001", f"r1.py:{line}")
                   for line in (9, 10))
    rows = (Culprit(table=table, row="(name='Grace')", failure=name),
            Culprit(table=table, row="(title='Admiral')", failure=title))
    (found,) = judged(StepFacts(name=StepName.UPGRADE, failure=name, fails_when_empty=False, culprits=rows))
    assert found.evidence.notes == (
        "row of public.people: (name='Grace')",
        "with 1 other row it fails otherwise: TooLong: value too long for type character varying(4) at r1.py:10",
        "row of public.people: (title='Admiral')")


def test_rows_with_which_it_only_fails_otherwise_are_not_laid_to_the_error_that_is_told():
    row = Culprit(table=QualifiedName("public", "t"), row="(a=1)", failure=failure(*ONE))
    (found,) = judged(StepFacts(name=StepName.UPGRADE, failure=failure(*NO_NUMBER), fails_when_empty=False,
                                culprits=(row,)))
    assert found.object == "public.t"
    assert found.evidence.notes == (
        f"with 1 row and without the others it fails otherwise: {failure(*ONE)} at r1.py:9", "row of public.t: (a=1)")
