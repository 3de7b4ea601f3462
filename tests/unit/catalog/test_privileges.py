"""Privileges in words."""

import pytest

from harness.catalog.privileges import show_difference

OWNER = "postgres=arwdDxtm/postgres"


@pytest.mark.parametrize(("item", "words"), [
    ("app=r/postgres", "SELECT to app"),
    ("app=ar*w/postgres", "INSERT, SELECT WITH GRANT OPTION, UPDATE to app"),
    ("=X/postgres", "EXECUTE to PUBLIC"),
    ('"odd=/name"=U/postgres', 'USAGE to "odd=/name"'),
    ("app=Zr/postgres", "Z, SELECT to app"),
])
def test_a_privilege_is_shown_in_words(item: str, words: str):
    assert show_difference(frozenset({OWNER, item}), frozenset({OWNER})) == words


def test_what_both_sides_grant_is_not_shown():
    assert show_difference(frozenset({OWNER}), frozenset({OWNER, "app=r/postgres"})) is None
