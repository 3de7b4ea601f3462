"""What a server says of two states of a table is what the harness says of them in its own process."""

from dataclasses import replace

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
NUMBERS = st.sampled_from([None, "1", "1.0", "1.00", "1.05", "10", "NaN", "-Infinity"])


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
SAME_NUMBERS = (replace(state_of([("1.0", "x"), ("2", "X")], key=("a",)), numbers=frozenset("a")),
                replace(state_of([("2.00", "X"), ("1", "1")], key=("a",)), numbers=frozenset("a")))
BOTH_COLUMNS = (state_of([("1", "2"), ("10", "x")]), state_of([("1", "X"), ("", "x")]))


def plain(row, columns, numbers):
    """Of several rows that are the same but for zeros, which one is shown is left to chance."""
    return tuple(value.rstrip("0").rstrip(".") if value and "." in value and column in numbers else value
                 for value, column in zip(row, columns, strict=True))


def samples(delta, state):
    """The examples, with plain numbers."""
    lost, added = ([plain(row, state.columns, state.numbers) for row in rows] for rows in (delta.lost, delta.added))
    changed = [(change.column, plain((sample.before, sample.after), [change.column] * 2, state.numbers))
               for change in delta.changed for sample in change.samples]
    return lost, added, changed


@st.composite
def two_states(draw):
    width = draw(st.integers(1, 3))
    columns = COLUMNS[:width]
    numbers = draw(st.frozensets(st.sampled_from(columns)))
    row_values = st.tuples(*[NUMBERS if column in numbers else VALUES for column in columns])
    before = draw(st.lists(row_values, max_size=7))
    # The second state grows out of the first, as in life: some rows go, some values change, some rows come.
    after = [row if draw(st.integers(0, 3)) else draw(row_values)
             for row in before if draw(st.integers(0, 4))]
    after += draw(st.lists(row_values, max_size=3))
    key = columns[: draw(st.integers(0, width))]

    def state(rows):
        if key:
            rows = list({plain(row, columns, numbers)[: len(key)]: row
                         for row in rows if None not in row[: len(key)]}.values())
        return TableRows(TABLE, 1, columns, tuple(range(width)), key, tuple(rows), numbers)

    return state(before), state(after)


def on_the_server(connection, before, after, fetched_rows):
    width = len(before.columns)
    connection.execute("DISCARD TEMP")
    for name, state in (("before", before), ("after", after)):
        types = ["numeric" if column in state.numbers else "text" for column in state.columns]
        connection.execute(f"CREATE TEMP TABLE {name} ({', '.join(f'c{n} {types[n]}' for n in range(width))})")
        with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
            for row in state.rows:
                copy.write_row(row)
    key = [before.columns.index(name) for name in before.key]
    numbers = frozenset(before.columns.index(name) for name in before.numbers)
    return compare_loaded(connection, TABLE, before.columns, key, fetched_rows=fetched_rows, numbers=numbers)


def numbers(delta):
    """Everything but the examples, of which not all are kept, and the sizes, which the caller knows."""
    return (delta.table, delta.columns, delta.rows_lost, delta.rows_added, delta.rows_changed, delta.key,
            [(change.column, change.rows) for change in delta.changed])


@given(two_states())
@example(NOTHING_TELLS)
@example(ONLY_NULL_SHARED)
@example(KEY_AND_VALUE)
@example(BOTH_COLUMNS)
@example(SAME_NUMBERS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_server_finds_what_the_process_finds(scratch, monkeypatch, states):
    monkeypatch.setattr(compare, "PAIRING_LIMIT", 0)  # of so many rows that the server compares, no two are searched
    expected = compare_rows(*states)
    found = on_the_server(scratch, *states, fetched_rows=-1)
    assert numbers(found) == numbers(expected)
    expected = replace(expected, lost=expected.lost[:5], added=expected.added[:5])
    assert samples(found, states[0]) == samples(expected, states[0])


@given(two_states())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_few_rows_that_differ_are_compared_in_the_process(scratch, states):
    expected = compare_rows(*states)
    found = on_the_server(scratch, *states, fetched_rows=20)
    assert numbers(found) == numbers(expected)
    assert samples(found, states[0]) == samples(expected, states[0])
