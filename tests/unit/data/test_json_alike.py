"""Texts that are the same JSON, and texts that are not."""

import pytest

from harness.data.json_alike import Alike, alike


@pytest.mark.parametrize(("one", "other", "how"), [
    ('{"b":1,  "a": [ ]}', '{"a": [], "b": 1}', Alike.DOCUMENT),
    (" null", "null", Alike.DOCUMENT),
    ('{"a": 1, "a": 1}', '{"a": 1}', Alike.DOCUMENT),
    ('"\\u00e4"', '"ä"', Alike.DOCUMENT),
    ("[1e3, 1.50]", "[1000, 1.5]", Alike.DOCUMENT),
    ('{"a": 1, "a": 2}', '{"a": 2}', Alike.LAST_VALUES),
    ('[{"a": {"b": true, "b": 1}}]', '[{"a": {"b": 1}}]', Alike.LAST_VALUES),
    ('{"a": 1, "a": 2}', '{"a": 1}', Alike.OTHERWISE),
    ("12345678901234567890.12345", "12345678901234567000", Alike.OTHERWISE),
    ("[1, 2]", "[2, 1]", Alike.OTHERWISE),
    ('{"a": true}', '{"a": 1}', Alike.OTHERWISE),
    ("[true]", "[1]", Alike.OTHERWISE),
    ("NaN", "NaN ", Alike.OTHERWISE),
    ("a text", "a  text", Alike.OTHERWISE),
    (None, "null", Alike.OTHERWISE),
    ("[" * 100_000, "[ " * 100_000, Alike.OTHERWISE),
])
def test_how_alike_they_are(one, other, how):
    assert alike(one, other) is how
    assert alike(other, one) is how
