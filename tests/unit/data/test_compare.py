from __future__ import annotations

from dataclasses import replace

import pytest

from harness.data.compare import (
    PAIRING_LIMIT,
    SAMPLES,
    ValueChange,
    compare_rows,
    describe_row,
    describe_value,
    describe_wide_row,
)
from harness.data.rows import TableRows
from harness.names import QualifiedName

USERS = QualifiedName("public", "users")


def state(columns, rows, key=()):
    names = tuple(columns.split())
    return TableRows(USERS, 16384, names, tuple(range(1, len(names) + 1)), tuple(key), tuple(rows))


def changed(delta):
    return {change.column: change.rows for change in delta.changed}


class TestWithAKey:
    def test_equal_states_give_a_falsy_delta(self):
        rows = [("1", "Ada"), ("2", None)]
        delta = compare_rows(state("id name", rows, ["id"]), state("id name", rows[::-1], ["id"]))
        assert not delta
        assert (delta.rows_before, delta.rows_after) == (2, 2)

    def test_lost_and_added_rows_are_told_apart_by_key(self):
        delta = compare_rows(
            state("id name", [("1", "Ada"), ("2", "Bo"), ("10", "Cy")], ["id"]), state("id name", [("3", "Di")], ["id"])
        )
        assert delta
        assert delta.lost == (("1", "Ada"), ("2", "Bo"), ("10", "Cy"))
        assert delta.added == (("3", "Di"),)
        assert delta.changed == ()

    def test_a_changed_value_names_the_column_the_row_and_both_values(self):
        delta = compare_rows(
            state("id name phone", [("1", "Ada", "555"), ("2", "Bo", "556")], ["id"]),
            state("id name phone", [("1", "Ada", None), ("2", "Bo", "556")], ["id"]),
        )
        (change,) = delta.changed
        assert (change.column, change.rows, delta.rows_changed) == ("phone", 1, 1)
        assert change.samples == (ValueChange("id=1", "555", None),)
        assert (delta.lost, delta.added) == ((), ())

    def test_samples_are_few_and_come_in_order_of_the_key(self):
        before = [(str(n), "x" * 9) for n in range(20, 0, -1)]
        after = [(number, "x") for number, _ in before]
        (change,) = compare_rows(state("id note", before, ["id"]), state("id note", after, ["id"])).changed
        assert change.rows == 20
        assert [sample.key for sample in change.samples] == [f"id={n}" for n in range(1, SAMPLES + 1)]

    def test_a_composite_key_is_one_key_in_whatever_order_it_is_declared(self):
        before = state("a b v", [("1", "2", "x"), ("2", "1", "y")], ["a", "b"])
        after = state("a b v", [("1", "2", "x"), ("2", "1", "z")], ["b", "a"])
        (change,) = compare_rows(before, after).changed
        assert change.samples == (ValueChange("a=2, b=1", "y", "z"),)

    def test_a_new_key_with_all_else_equal_is_a_change_of_the_key(self):
        delta = compare_rows(
            state("id name", [("1", "Ada"), ("2", "Bo")], ["id"]), state("id name", [("1", "Ada"), ("7", "Bo")], ["id"])
        )
        assert changed(delta) == {"id": 1}
        assert delta.changed[0].samples == (ValueChange("id=2", "2", "7"),)
        assert (delta.lost, delta.added) == ((), ())

    def test_keys_that_moved_along_are_changes_of_the_key_alone(self):
        before = [(str(n), f"name {n}") for n in range(1, 11)]
        after = [(str(n + 1), f"name {n}") for n in range(1, 11)]
        delta = compare_rows(state("id name", before, ["id"]), state("id name", after, ["id"]))
        assert changed(delta) == {"id": 10}
        assert (delta.lost, delta.added, delta.rows_changed) == ((), (), 10)

    def test_keys_that_moved_along_over_rows_that_are_alike_are_changes_of_the_key_alone(self):
        before = state("id a", [("0", ""), ("1", None), ("2", "")], ["id"])
        after = state("id a", [("1", ""), ("2", None), ("3", "")], ["id"])
        assert changed(compare_rows(before, after)) == {"id": 3}

    def test_a_new_key_beside_a_changed_value_is_both(self):
        before = state("id a", [("1", "x"), ("2", "y")], ["id"])
        after = state("id a", [("7", "x"), ("2", "z")], ["id"])
        assert changed(compare_rows(before, after)) == {"id": 1, "a": 1}

    def test_keys_that_changed_are_told_from_rows_that_are_gone(self):
        before = [(str(n), f"name {n}") for n in range(1, 6)]
        after = [(str(n + 100), f"name {n}") for n in range(1, 4)]
        delta = compare_rows(state("id name", before, ["id"]), state("id name", after, ["id"]))
        assert delta.key == ("id",)
        assert changed(delta) == {"id": 3}
        assert (delta.lost, delta.added) == ((("4", "name 4"), ("5", "name 5")), ())

    def test_rows_that_could_be_several_are_not_paired_with_one(self):
        before = state("id name", [("1", "Ada"), ("2", "Ada"), ("3", "Bo")], ["id"])
        delta = compare_rows(before, state("id name", [("7", "Ada")], ["id"]))
        assert (len(delta.lost), delta.added, delta.changed) == (3, (("7", "Ada"),), ())

    def test_rows_that_share_nothing_but_null_beside_the_key_are_not_the_same(self):
        before = state("id name", [("1", None), ("2", "Bo")], ["id"])
        delta = compare_rows(before, state("id name", [("7", None)], ["id"]))
        assert (len(delta.lost), len(delta.added), delta.changed) == (2, 1, ())

    def test_a_row_replaced_by_a_different_one_is_lost_and_added(self):
        delta = compare_rows(state("id name", [("1", "Ada")], ["id"]), state("id name", [("2", "Bo")], ["id"]))
        assert (delta.lost, delta.added, delta.changed) == ((("1", "Ada"),), (("2", "Bo"),), ())

    def test_a_table_that_is_all_key_pairs_rows_that_share_a_value(self):
        before = state("user tag", [("1", "red"), ("2", "BLUE")], ["user", "tag"])
        assert changed(compare_rows(before, state("user tag", [("1", "red"), ("2", "blue")], ["user", "tag"]))) == {
            "tag": 1
        }
        replaced = compare_rows(before, state("user tag", [("1", "red"), ("9", "green")], ["user", "tag"]))
        assert (replaced.lost, replaced.added) == ((("2", "BLUE"),), (("9", "green"),))

    def test_a_key_that_only_one_state_has_is_not_used(self):
        delta = compare_rows(state("id name", [("1", "Ada")], ["id"]), state("id name", [("1", "ada")]))
        assert delta.changed[0].samples == (ValueChange("", "Ada", "ada"),)

    def test_a_key_outside_the_compared_columns_is_not_used(self):
        before, after = state("id name", [("1", "Ada")], ["id"]), state("id name", [("2", "Ada")], ["id"])
        assert not compare_rows(before, after, columns=["name"])


class TestWithoutAKey:
    def test_duplicates_count(self):
        twice, once = state("tag", [("a",), ("a",), ("b",)]), state("tag", [("a",), ("b",)])
        assert compare_rows(twice, once).lost == (("a",),)
        assert compare_rows(once, twice).added == (("a",),)

    def test_a_shortened_column_is_values_changed_even_where_rows_become_alike(self):
        before = state("name n", [("alpha", "1"), ("alps", "1"), ("beta", "2"), ("be", "2")])
        after = state("name n", [("al", "1"), ("al", "1"), ("be", "2"), ("be", "2")])
        delta = compare_rows(before, after)
        assert changed(delta) == {"name": 3}
        assert (delta.lost, delta.added) == ((), ())
        assert delta.changed[0].samples[0] == ValueChange("", "alpha", "al")

    def test_two_columns_changed_together_are_both_named(self):
        before = state("a b c", [("x", "1", "p"), ("y", "2", "q")])
        after = state("a b c", [("X", "1", None), ("Y", "2", None)])
        assert changed(compare_rows(before, after)) == {"a": 2, "c": 2}

    def test_values_swapped_between_rows_are_a_change_of_their_column(self):
        before = state("id name city", [("1", "Ada", "Oslo"), ("2", "Bo", "Rome")])
        after = state("id name city", [("1", "Bo", "Oslo"), ("2", "Ada", "Rome")])
        assert changed(compare_rows(before, after)) == {"name": 2}

    def test_rows_changed_in_different_columns_are_paired_by_what_stayed(self):
        before = state("a b c", [("1", "x", "p"), ("2", "y", "q"), ("3", "z", "r")])
        after = state("a b c", [("9", "x", "p"), ("2", "8", "q"), ("3", "z", "7")])
        assert changed(compare_rows(before, after)) == {"a": 1, "b": 1, "c": 1}

    def test_rows_are_paired_with_the_most_similar_even_where_every_column_has_changed_values(self):
        before = state("n a b c", [("1", "x", "p", "k"), ("2", "y", "q", "l"), ("9", "z", "r", "m")])
        after = state("n a b c", [("0", "y", "q", "k"), ("3", "x", "p", "l"), ("9", "Z", "R", "M")])
        assert changed(compare_rows(before, after)) == {"n": 2, "a": 1, "b": 1, "c": 3}

    def test_a_single_column_may_change_altogether(self):
        delta = compare_rows(state("code", [("NO",), ("IT",)]), state("code", [("no",), ("it",)]))
        assert changed(delta) == {"code": 2}

    def test_a_value_beside_nothing_but_null_may_change(self):
        delta = compare_rows(state("a b", [("long text", None)]), state("a b", [("long", None)]))
        assert changed(delta) == {"a": 1}

    def test_rows_that_share_nothing_but_null_are_not_paired(self):
        delta = compare_rows(state("a b c", [("1", "x", None)]), state("a b c", [("2", "y", None)]))
        assert (delta.lost, delta.added, delta.changed) == ((("1", "x", None),), (("2", "y", None),), ())

    def test_different_numbers_of_rows_are_never_paired(self):
        delta = compare_rows(state("a b", [("1", "x"), ("2", "y")]), state("a b", [("1", "z")]))
        assert (len(delta.lost), len(delta.added), delta.changed) == (2, 1, ())

    def test_only_the_rows_that_correspond_are_paired(self):
        before = state("a b c", [("1", "x", "p"), ("2", "y", "q")])
        after = state("a b c", [("1", "x", "P"), ("8", "9", "10")])
        delta = compare_rows(before, after)
        assert changed(delta) == {"c": 1}
        assert (delta.lost, delta.added) == ((("2", "y", "q"),), (("8", "9", "10"),))

    def test_many_truncated_rows_are_still_paired(self):
        count = PAIRING_LIMIT * 5
        before = state("n t", [(str(n), f"text number {n}") for n in range(count)])
        after = state("n t", [(str(n), "text") for n in range(count)])
        assert changed(compare_rows(before, after)) == {"t": count}

    def test_tables_without_columns_compare_by_number_of_rows(self):
        delta = compare_rows(state("", [(), (), ()]), state("", [()]))
        assert (delta.lost, delta.added) == (((), ()), ())


class TestNumbers:
    """1.50 is 1.5 in a numeric column, and shown as it is written; in any other it is another text."""

    @staticmethod
    def numeric(columns, rows, key=(), numbers=()):
        return replace(state(columns, rows, key), numbers=frozenset(numbers))

    def test_zeros_at_the_end_of_a_fraction_change_nothing(self):
        before = self.numeric("id n", [("1", "1.5"), ("2", "-0.0050"), ("3", "100"), ("4", "0")], ["id"], ["n"])
        after = self.numeric("id n", [("1", "1.500"), ("2", "-0.005"), ("3", "100.0"), ("4", "0.00")], ["id"], ["n"])
        assert not compare_rows(before, after)
        assert not compare_rows(after, before)
        assert not compare_rows(replace(before, key=()), replace(after, key=()))

    @pytest.mark.parametrize(("one", "other"), [
        ("10.255", "10.25"), ("100", "10"), ("10.0", "100"), ("0.10", "0.01"), ("NaN", "Infinity"), ("NaN", None),
        ("1.0", "-1.0"), ("Infinity", "-Infinity")])
    def test_another_number_is_found_and_shown_as_it_is_written(self, one, other):
        (change,) = compare_rows(self.numeric("id n", [("1", one), ("2", "7.0")], ["id"], ["n"]),
                                 self.numeric("id n", [("1", other), ("2", "7")], ["id"], ["n"])).changed
        assert (change.rows, change.samples) == (1, (ValueChange("id=1", one, other),))

    def test_rows_are_told_by_the_number_in_their_key(self):
        delta = compare_rows(self.numeric("n a", [("1.0", "x"), ("2", "y"), ("3.00", "z")], ["n"], ["n"]),
                             self.numeric("n a", [("1", "x"), ("2.0", "Y")], ["n"], ["n"]))
        assert (delta.lost, changed(delta)) == ((("3.00", "z"),), {"a": 1})

    def test_the_same_text_counts_where_only_one_side_holds_numbers(self):
        numbers, texts = self.numeric("id n", [("1", "1.50")], ["id"], ["n"]), state("id n", [("1", "1.50")], ["id"])
        assert not compare_rows(numbers, texts)
        assert changed(compare_rows(replace(numbers, rows=(("1", "1.5"),)), texts)) == {"n": 1}


class TestColumns:
    def test_columns_are_matched_by_name_and_shown_in_the_first_order(self):
        before = state("id name age", [("1", "Ada", "36")], ["id"])
        after = state("age id mail name", [("36", "1", "a@b", "Ada")], ["id"])
        delta = compare_rows(before, after)
        assert not delta
        assert delta.columns == ("id", "name", "age")

    def test_a_column_that_one_state_lacks_is_left_out(self):
        before = state("id phone name", [("1", "555", "Ada")], ["id"])
        delta = compare_rows(before, state("id name", [("2", "Bo")], ["id"]))
        assert delta.lost == (("1", "Ada"),)

    def test_columns_asked_for_narrow_the_comparison(self):
        before, after = state("id a b", [("1", "x", "y")], ["id"]), state("id a b", [("1", "p", "q")], ["id"])
        assert changed(compare_rows(before, after, columns=["id", "b", "gone"])) == {"b": 1}


class TestDescribing:
    def test_a_row_reads_like_sql(self):
        row = ("3", "O'Hara", None, "-1.50", "007")
        shown = describe_row(["id", "name", "Phone no", "balance", "code"], row)
        assert shown == "(id=3, name='O''Hara', \"Phone no\"=NULL, balance=-1.50, code='007')"

    def test_a_long_value_is_cut_and_its_length_told(self):
        assert describe_value("x" * 300) == "'" + "x" * 60 + "…' (300 characters)"
        assert describe_value("x" * 60) == "'" + "x" * 60 + "'"

    def test_a_value_stays_on_one_line(self):
        assert describe_value("a\nb\x1b[0m\u202e") == "'a\\nb\\x1b[0m\\u202e'"


def test_of_a_row_with_many_columns_the_key_is_shown_and_what_is_named():
    columns = ["id", *(f"c{number}" for number in range(40))]
    shown = describe_wide_row(columns, tuple(map(str, range(41))), 'null value in "c30"; UPDATE t SET c30 = c35')
    assert shown.startswith("(id=0, c0=1, c1=2")
    assert shown.endswith("c30=31, c35=36, and 29 more columns)")
    assert describe_wide_row(columns[:3], ("1", "2", None), "") == "(id=1, c0=2, c1=NULL)"
