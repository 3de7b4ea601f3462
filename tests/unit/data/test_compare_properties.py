from __future__ import annotations

from collections import Counter

from hypothesis import assume, given
from hypothesis import strategies as st

from harness.data.compare import compare_rows
from harness.data.rows import TableRows
from harness.names import QualifiedName

TABLE = QualifiedName("public", "t")
COLUMNS = ("a", "b", "c")
# Few different values, so that duplicates, swaps and rows that share a value come up all the time.
VALUES = st.sampled_from([None, "", "1", "2", "10", "x", "X"])


@st.composite
def states(draw, columns=COLUMNS, keyed=None):
    rows = draw(st.lists(st.tuples(*[VALUES] * len(columns)), max_size=8))
    if draw(st.booleans()) if keyed is None else keyed:
        key = tuple(draw(st.permutations(columns))[: draw(st.integers(1, len(columns)))])
        places = [columns.index(name) for name in key]
        unique = {tuple(row[place] for place in places): row for row in rows}
        rows = [row for value, row in unique.items() if None not in value]
    else:
        key = ()
    return TableRows(TABLE, 1, columns, tuple(range(1, len(columns) + 1)), key, tuple(rows))


@given(states(), states())
def test_the_delta_is_empty_exactly_when_the_rows_are_equal_as_multisets(before, after):
    assert bool(compare_rows(before, after)) == (Counter(before.rows) != Counter(after.rows))


@given(states(("a", "b")), states(("b", "c", "a")), st.none() | st.sets(st.sampled_from("abz")))
def test_the_delta_is_empty_exactly_when_the_common_columns_are_equal(before, after, asked):
    common = [name for name in "ab" if asked is None or name in asked]
    projected = [
        Counter(tuple(row[state.columns.index(name)] for name in common) for row in state.rows)
        for state in (before, after)
    ]
    delta = compare_rows(before, after, columns=asked)
    assert bool(delta) == (projected[0] != projected[1])
    assert delta.columns == tuple(common)


@given(states(), states())
def test_comparing_the_other_way_round_gives_the_mirrored_delta(before, after):
    there, back = compare_rows(before, after), compare_rows(after, before)
    assert (there.lost, there.added) == (back.added, back.lost)
    assert there.rows_changed == back.rows_changed
    assert [(change.column, change.rows) for change in there.changed] == [
        (change.column, change.rows) for change in back.changed
    ]


@given(states(), states())
def test_samples_mirror_where_all_are_shown(before, after):
    there, back = compare_rows(before, after), compare_rows(after, before)
    for one, other in zip(there.changed, back.changed, strict=True):
        if one.rows == len(one.samples):
            assert Counter((s.before, s.after) for s in one.samples) == Counter(
                (s.after, s.before) for s in other.samples
            )


@given(states(), states())
def test_the_numbers_add_up(before, after):
    delta = compare_rows(before, after)
    assert (delta.rows_before, delta.rows_after) == (len(before.rows), len(after.rows))
    assert delta.rows_before - len(delta.lost) + len(delta.added) == delta.rows_after
    assert delta.rows_changed <= delta.rows_before - len(delta.lost)
    assert all(0 < change.rows <= delta.rows_changed for change in delta.changed)


@given(states(), states())
def test_lost_rows_were_there_and_added_rows_are_there(before, after):
    delta = compare_rows(before, after)
    assert not Counter(delta.lost) - Counter(before.rows)
    assert not Counter(delta.added) - Counter(after.rows)


@given(states(), states(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(before, after, random):
    def shuffled(state):
        rows = list(state.rows)
        random.shuffle(rows)
        return TableRows(state.table, state.oid, state.columns, state.attnums, state.key, tuple(rows))

    assert compare_rows(before, after) == compare_rows(shuffled(before), shuffled(after))


def with_column(state, column, values):
    place = state.columns.index(column)
    rows = tuple((*row[:place], new, *row[place + 1 :]) for row, new in zip(state.rows, values, strict=True))
    return TableRows(state.table, state.oid, state.columns, state.attnums, state.key, rows)


@given(states(keyed=True), st.data())
def test_values_changed_in_one_column_beside_the_key_name_exactly_it_and_every_row(before, data):
    column = data.draw(st.sampled_from([name for name in COLUMNS if name not in before.key] or [None]))
    assume(column is not None)
    after = with_column(before, column, [data.draw(VALUES) for _ in before.rows])
    delta = compare_rows(before, after)
    assert (delta.lost, delta.added) == ((), ())
    rows = sum(x != y for x, y in zip(before.rows, after.rows, strict=True))
    assert [(change.column, change.rows) for change in delta.changed] == ([(column, rows)] if rows else [])


@given(st.sets(st.sampled_from("abcdefgh"), min_size=1), st.sets(st.sampled_from("abcdefgh")))
def test_new_keys_and_rows_gone_beside_other_columns_that_tell_all_rows_apart(words, gone):
    assume(words - gone)
    before = TableRows(TABLE, 1, ("a", "b"), (1, 2), ("a",), tuple((f"1{word}", word) for word in sorted(words)))
    kept = tuple((f"2{word}", word) for word in sorted(words - gone))
    after = TableRows(TABLE, 1, ("a", "b"), (1, 2), ("a",), kept)
    delta = compare_rows(before, after)
    assert {row[1] for row in delta.lost} == words & gone
    assert delta.added == ()
    assert [(change.column, change.rows) for change in delta.changed] == [("a", len(kept))]


@given(states(), states())
def test_a_key_is_told_only_where_rows_are_told_apart_by_it(before, after):
    delta = compare_rows(before, after)
    assert set(delta.key) in (set(before.key), set())
    assert not delta.key or (set(before.key) == set(after.key) and delta.changed)


@given(states(), st.sets(st.integers(1, 20)))
def test_new_values_in_a_key_of_one_column_name_exactly_the_key(rows, numbers):
    size = min(len(rows.rows), len(numbers))
    numbered = TableRows(TABLE, 1, COLUMNS, (1, 2, 3), ("a",), rows.rows[:size])
    before = with_column(numbered, "a", [str(n) for n in range(size)])
    after = with_column(numbered, "a", [str(n) for n in sorted(numbers)[:size]])
    assume({row[0] for row in before.rows} != {row[0] for row in after.rows})
    delta = compare_rows(before, after)
    assert (delta.lost, delta.added) == ((), ())
    assert [change.column for change in delta.changed] == ["a"]


@given(states(keyed=True), st.data())
def test_values_changed_in_several_columns_beside_the_key_name_exactly_these_and_their_rows(before, data):
    others = [name for name in COLUMNS if name not in before.key]
    after = before
    for name in others:
        after = with_column(after, name, [data.draw(VALUES) for _ in before.rows])
    delta = compare_rows(before, after)
    assert (delta.lost, delta.added) == ((), ())
    wanted = {name: sum(x[COLUMNS.index(name)] != y[COLUMNS.index(name)]
                        for x, y in zip(before.rows, after.rows, strict=True)) for name in others}
    assert {change.column: change.rows for change in delta.changed} == {
        name: rows for name, rows in wanted.items() if rows}


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=6), st.data())
def test_without_a_key_rows_that_one_column_tells_apart_are_never_paired_wrongly(values, data):
    """As long as what is new was nowhere before: two rows that swap values may be read either way."""
    before = TableRows(TABLE, 1, COLUMNS, (1, 2, 3), (), tuple((f"row {n}", *rest) for n, rest in enumerate(values)))
    places = st.sets(st.tuples(st.integers(0, len(values) - 1), st.sampled_from([1, 2])))
    changed = data.draw(places)
    after = TableRows(TABLE, 1, COLUMNS, (1, 2, 3), (), tuple(
        tuple(f"new {n} {place}" if (n, place) in changed else value for place, value in enumerate(row))
        for n, row in enumerate(before.rows)))
    delta = compare_rows(before, after)
    assert (delta.lost, delta.added) == ((), ())
    assert {change.column: change.rows for change in delta.changed} == {
        COLUMNS[place]: sum(at == place for _, at in changed) for place in {at for _, at in changed}}
    pairs = [(sample.before, sample.after) for change in delta.changed for sample in change.samples]
    assert all(before.rows[int(new.split()[1])][int(new.split()[2])] == old for old, new in pairs)
