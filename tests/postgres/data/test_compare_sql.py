"""What a server says of two states of a table is what the harness says of them in its own process."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harness.data import compare
from harness.data.compare import compare_rows
from harness.data.compare_sql import compare_loaded
from harness.data.rows import TableRows
from harness.names import QualifiedName

TABLE = QualifiedName("public", "t")
COLUMNS = ("a", "b", "c")
# Few different values, so that duplicates, swaps and rows that share a value come up all the time.
VALUES = st.sampled_from([None, "", "1", "2", "10", "x", "X"])


@pytest.fixture(scope="module")
def scratch(databases):
    name = databases.create("scratch")
    with databases.connect(name) as connection:
        yield connection
    databases.drop(name)


def state_of(rows, *, key=()):
    columns = COLUMNS[: len(rows[0])]
    return TableRows(TABLE, 1, columns, tuple(range(len(columns))), key, tuple(rows))


# What chance seldom makes: each decides a branch of its own.
NOTHING_TELLS = (state_of([("1", None), ("2", "x")], key=("a",)), state_of([("3", None)], key=("a",)))
ONLY_NULL_SHARED = (state_of([("1", "2", None)]), state_of([("x", "X", None)]))
KEY_AND_VALUE = (state_of([("1", "x"), ("2", "X"), ("10", "1")], key=("a",)),
                 state_of([("1", ""), ("x", "X"), ("10", "1")], key=("a",)))
BOTH_COLUMNS = (state_of([("1", "2"), ("10", "x")]), state_of([("1", "X"), ("", "x")]))


@st.composite
def two_states(draw):
    width = draw(st.integers(1, 3))
    columns = COLUMNS[:width]
    before = draw(st.lists(st.tuples(*[VALUES] * width), max_size=7))
    # The second state grows out of the first, as in life: some rows go, some values change, some rows come.
    after = [row if draw(st.integers(0, 3)) else draw(st.tuples(*[VALUES] * width))
             for row in before if draw(st.integers(0, 4))]
    after += draw(st.lists(st.tuples(*[VALUES] * width), max_size=3))
    key = columns[: draw(st.integers(0, width))]

    def state(rows):
        if key:
            rows = list({row[: len(key)]: row for row in rows if None not in row[: len(key)]}.values())
        return TableRows(TABLE, 1, columns, tuple(range(width)), key, tuple(rows))

    return state(before), state(after)


def on_the_server(connection, before, after, fetched_rows):
    width = len(before.columns)
    connection.execute("DISCARD TEMP")
    for name, state in (("before", before), ("after", after)):
        connection.execute(f"CREATE TEMP TABLE {name} ({', '.join(f'c{place} text' for place in range(width))})")
        with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
            for row in state.rows:
                copy.write_row(row)
    key = [before.columns.index(name) for name in before.key]
    return compare_loaded(connection, TABLE, before.columns, key, fetched_rows=fetched_rows)


def numbers(delta):
    """Everything but the examples, of which not all are kept, and the sizes, which the caller knows."""
    return (delta.table, delta.columns, delta.rows_lost, delta.rows_added, delta.rows_changed, delta.key,
            [(change.column, change.rows) for change in delta.changed])


@given(two_states())
@example(NOTHING_TELLS)
@example(ONLY_NULL_SHARED)
@example(KEY_AND_VALUE)
@example(BOTH_COLUMNS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_server_finds_what_the_process_finds(scratch, monkeypatch, states):
    monkeypatch.setattr(compare, "PAIRING_LIMIT", 0)  # of so many rows that the server compares, no two are searched
    expected = compare_rows(*states)
    found = on_the_server(scratch, *states, fetched_rows=-1)
    assert numbers(found) == numbers(expected)
    assert (found.lost, found.added) == (expected.lost[:5], expected.added[:5])
    assert found.changed == expected.changed


@given(two_states())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_few_rows_that_differ_are_compared_in_the_process(scratch, states):
    expected = compare_rows(*states)
    found = on_the_server(scratch, *states, fetched_rows=20)
    assert numbers(found) == numbers(expected)
    assert (found.lost, found.added, found.changed) == (expected.lost, expected.added, expected.changed)
