"""What is shown of values that differ."""

import pytest

from harness.data.compare import ValueChange
from harness.findings.building import value_samples

LONG = "".join(f"word {number}, " for number in range(10))


@pytest.mark.parametrize(("before", "after", "shown_before", "shown_after"), [
    ("Ada", "ada", "'Ada'", "'ada'"),
    (f"a{LONG}", f"b{LONG}", f"'a{LONG[:59]}…' (81 characters)", f"'b{LONG[:59]}…' (81 characters)"),
    (f"{LONG}Ada", f"{LONG}ada and more", "'…word 9, Ada' (83 characters)", "'…word 9, ada and more' (92 characters)"),
    (f"{LONG}Ada", LONG, "'…word 9, Ada' (83 characters)", "'…word 9, ' (80 characters)"),
    (LONG, None, f"'{LONG[:60]}…' (80 characters)", "NULL"),
    (f"{LONG}1{LONG}", f"{LONG}2", f"'…word 9, 1{LONG[:49]}…' (161 characters)", "'…word 9, 2' (81 characters)"),
])
def test_of_long_values_the_part_is_shown_in_which_they_differ(before, after, shown_before, shown_after):
    (sample,) = value_samples("words", [ValueChange("id=1", before, after)])
    assert (sample.before, sample.after) == (shown_before, shown_after)
