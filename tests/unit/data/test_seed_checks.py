from __future__ import annotations

import pytest

from harness.data.seed_checks import with_value


@pytest.mark.parametrize(("check", "column"), [
    ("(VALUE > 0)", '("a b" > 0)'),
    ("(VALUE <> 'VALUE')", "(\"a b\" <> 'VALUE')"),
    ("(f(VALUE, 'it''s VALUE') AND VALUES_OF(VALUE))", "(f(\"a b\", 'it''s VALUE') AND VALUES_OF(\"a b\"))"),
])
def test_value_in_a_domains_check_becomes_the_column(check, column):
    assert with_value(check, '"a b"') == column
