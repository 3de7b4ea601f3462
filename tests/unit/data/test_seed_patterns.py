from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.seed_patterns import match_like, match_regex


@pytest.mark.parametrize("pattern", [
    r"^[A-Z]{3}-[0-9]{4}$", r"^(ab|cd)+x{2,3}$", r"^[^@ ]+@[^@ ]+\.[a-z]{2,}$", r"^\d{4}-\d\d$", r"^\+?[0-9 ]{7,15}$",
    r"^(https?|ftp)://.+", r"[a-z]", r"^(?:x|y)?z*$", r"^\w+\s\w+$", r"^[^0-9]$", r"^[\w.-]+$", r"^.$", r"^a[^b]c$",
])
def test_what_is_made_for_a_pattern_matches_it(pattern):
    found = match_regex(pattern)
    assert found
    assert [text for text in found if not re.search(pattern, text)] == []


def test_classes_of_posix_are_read_as_their_characters():
    assert all(re.fullmatch(r"[0-9]{2}[a-zA-Z]", text) for text in match_regex("^[[:digit:]]{2}[[:alpha:]]$"))


@pytest.mark.parametrize("pattern", ["(", "[[.space.]]*", "(?<x", "*a"])
def test_a_pattern_that_cannot_be_read_gives_nothing_or_only_texts(pattern):
    assert all(isinstance(text, str) for text in match_regex(pattern))


def test_several_texts_are_made_where_the_pattern_leaves_room():
    assert len(match_regex("^[a-z]{1,9}$")) > 3


@given(st.from_regex(r"[a-z0-9.@-]{0,12}", fullmatch=True))
def test_a_text_without_wildcards_is_like_itself(text):
    assert match_like(text) == (text,)


@pytest.mark.parametrize(("pattern", "expression"), [
    ("%@%.%", r".*@.*\..*"), ("a_c%", r"a.c.*"), ("100\\%", r"100%"), ("%", r".*"),
])
def test_wildcards_are_filled(pattern, expression):
    assert all(re.fullmatch(expression, text) for text in match_like(pattern))
