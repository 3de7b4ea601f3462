"""What is read in a check: the conditions that it joins, and the columns that follow from others."""

import pytest

from harness.data.seed_reading import Derivation, ReadCheck, read_check


@pytest.mark.parametrize(("check", "wanted"), [
    ("((whole = ((first || ' '::text) || last)))", {Derivation("whole", "((first || CAST(' ' AS TEXT)) || last)")}),
    ("((hash = md5(body)))", {Derivation("hash", "MD5(body)")}),
    ("(((a + b) = 100))", {Derivation("a", "((100) - (b))"), Derivation("b", "((100) - (a))")}),
    ("((a - b) = c)", {Derivation("a", "((c) + (b))"), Derivation("b", "((a) - (c))"), Derivation("c", "(a - b)")}),
    ("((total = (price * (count)::numeric)))", {
        Derivation("total", "(price * CAST((count) AS DECIMAL))"),
        Derivation("price", "((total) / (CAST((count) AS DECIMAL)))"), Derivation("count", "((total) / (price))")}),
    ("((a / 2) = b)", {Derivation("a", "((b) * (2))"), Derivation("b", "(a / 2)")}),
    ("((a * a) = b)", {Derivation("b", "(a * a)")}),
    ("(length(a) = n)", {Derivation("n", "LENGTH(a)")}),
    ("((a = 5))", set()), ("((a < b))", set()), ("((a = b) OR (a = c))", set()), ("(a + a = b + b)", set()),
])
def test_a_column_follows_from_the_others_of_an_equality(check, wanted):
    assert set(read_check(check).derivations) == wanted


def test_conditions_joined_by_and_are_told_apart_with_their_columns():
    read = read_check("(((low > 0) AND ((low < high) AND (kind = ANY (ARRAY['a'::text, 'b'::text])))))")
    assert [sorted(demand.columns) for demand in read.demands] == [["low"], ["high", "low"], ["kind"]]
    assert read.demands[0].sql == "low > 0"


@pytest.mark.parametrize("check", ["", "((", "(a = ", "SELECT FROM WHERE ((("])
def test_what_cannot_be_parsed_says_nothing(check):
    assert read_check(check) == ReadCheck()
