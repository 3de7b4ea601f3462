"""Live rows that a rollback left as they were are credited to it, whatever the upgrade after it did to them."""

import pytest

from harness.data.compare import compare_rows
from harness.data.intact import credit_intact, under_names_of
from harness.data.rows import TableRows
from harness.names import QualifiedName

TABLE = QualifiedName("public", "t")


def state(*rows, columns=("id", "name", "size"), key=("id",), oid=1, attnums=None):
    return TableRows(TABLE, oid, columns, attnums or tuple(range(1, len(columns) + 1)), key, rows)


LIVE = state(("1", "Ann", "5"), ("2", "Bob", "6"))


def harm(between, later, others=None, live=LIVE):
    """What of the live rows is lost, and which columns of them are changed."""
    delta = compare_rows(live, credit_intact(live, between, later, others))
    return [row[0] for row in delta.lost], {change.column: change.rows for change in delta.changed}


@pytest.mark.parametrize(("between", "later", "wanted"), [
    (LIVE, state(), ([], {})),  # the upgrade moved them elsewhere
    (LIVE, state(("1", "ann", "5"), ("2", "bob", "6")), ([], {})),  # the upgrade writes small letters
    (state(("1", "Ann", "5")), state(("1", "Ann", "5")), (["2"], {})),
    (state(("1", "A", "5"), ("2", "B", "6")), state(("1", "A", "5"), ("2", "B", "6")), ([], {"name": 2})),
    (state(("1", "A", "5"), ("2", "Bob", "6")), state(("1", "a", "0"), ("2", "bob", "0")), ([], {"name": 1})),
    (state(("1", "letter a", "5"), ("2", "letter b", "6")), LIVE, ([], {})),  # another form that is taken back
    (state(), LIVE, ([], {})),  # put aside by the downgrade, and brought back
])
def test_what_the_downgrade_did_is_told_by_key(between, later, wanted):
    assert harm(between, later) == wanted


def test_a_column_is_known_by_its_number_under_another_name():
    between = state(("1", "Ann", "5"), ("2", "B", "6"), columns=("id", "title", "size"))
    later = state(("1", "ann", "5"), ("2", "B", "6"))
    assert harm(between, later) == ([], {"name": 1})


@pytest.mark.parametrize(("between", "later", "lost"), [
    ([("Ann",), ("Ann",), ("Old",)], [], []),
    ([("Ann",), ("Old",)], [], ["Ann"]),
    ([("Old",), ("Old",)], [("Ann",), ("Ann",)], []),
])
def test_without_a_key_rows_are_counted_beside_those_that_were_there_before(between, later, lost):
    live, other, others = (state(*rows, columns=("name",), key=()) for rows in (
        [("Ann",), ("Ann",)], between, [("Old",)]))
    assert harm(other, state(*later, columns=("name",), key=()), others, live)[0] == lost


def test_without_a_key_an_old_row_that_stays_is_not_taken_for_a_live_one_like_it():
    live, old = (state(*[("Ann",)] * rows, columns=("name",), key=()) for rows in (2, 1))
    assert harm(old, state(columns=("name",), key=()), old, live)[0] == ["Ann", "Ann"]


def test_rows_of_another_table_keep_their_names():
    other = state(("1", "x", "2"), columns=("id", "title", "size"), oid=9)
    assert under_names_of(LIVE, other, LIVE.columns).columns == ("id", "size")
