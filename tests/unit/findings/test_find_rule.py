from __future__ import annotations

import pytest

from harness.errors import ExitCode, UsageError
from harness.findings.catalogue import RULES, find_rule


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
@pytest.mark.parametrize("write", [str, str.lower, str.title, lambda text: f"  {text}\n"])
def test_a_rule_is_found_by_code_and_by_slug_in_any_case(rule, write):
    assert find_rule(write(rule.code)) is rule
    assert find_rule(write(rule.slug)) is rule


@pytest.mark.parametrize(("typed", "closest"), [
    ("RT1O1", "RT101 (rows-lost)"),
    ("RT4044", "RT404 (multiple-heads)"),
    ("rows-lots", "RT101 (rows-lost)"),
    ("schemadrift", "RT201 (schema-drift)"),
    ("irreversable", "RT305 (irreversible)"),
])
def test_the_error_for_an_unknown_rule_names_the_closest(typed, closest):
    with pytest.raises(UsageError) as caught:
        find_rule(typed)
    assert str(caught.value).startswith(f"cannot find rule {typed!r}: ")
    assert closest in str(caught.value)
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize("typed", ["", "  ", "§§§"])
def test_what_resembles_no_rule_is_answered_with_the_range_of_codes(typed):
    with pytest.raises(UsageError, match="RT101 to RT601"):
        find_rule(typed)
