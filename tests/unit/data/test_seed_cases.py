"""The cases in which a check is met, and facts by which several checks are met at once."""

from random import Random

import pytest

from harness.data.seed_cases import Fact, assume, cases_of

NOTHING_SAID = [set()]


def words(expression):
    return [{f"{fact.column}{'=' if fact.holds else '!='}{fact.value}" for fact in case}
            for case in cases_of(expression)]


@pytest.mark.parametrize(("check", "wanted"), [
    ("(a IS NULL)", [{"a=None"}]), ("(a IS NOT NULL)", [{"a!=None"}]), ("(NOT (a IS NULL))", [{"a!=None"}]),
    ("(a IS TRUE)", [{"a=true"}]), ("(a IS NOT TRUE)", [{"a!=true"}]), ("a", [{"a=true"}]), ("(NOT a)", [{"a=false"}]),
    ("(n = 5)", [{"n=5"}]), ("(n <> '-1'::integer)", [{"n!=-1"}]), ("(n = -1)", [{"n=-1"}]),
    ("((t)::text = 'it''s'::text)", [{"t=it's"}]),
    ("((t)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))", [{"t=a"}, {"t=b"}]),
    ("(NOT (n = ANY (ARRAY[1, 2])))", [{"n!=1", "n!=2"}]),
    ("((a IS NULL) <> (b IS NULL))", [{"a=None", "b!=None"}, {"a!=None", "b=None"}]),
    ("((a IS NULL) = (n = 1))", [{"a=None", "n=1"}, {"a!=None", "n!=1"}]),
    ("(is_default = (title IS NULL))", [{"is_default=true", "title=None"}, {"is_default=false", "title!=None"}]),
    ("((n <> 1) OR ((a IS NULL) AND (b IS NOT NULL)))", [{"n!=1"}, {"a=None", "b!=None"}]),
    ("(NOT (a AND (n <> 1)))", [{"a=false"}, {"n=1"}]),
    ("(num_nonnulls(a, b, c) = 1)", [{"a!=None", "b=None", "c=None"}, {"a=None", "b!=None", "c=None"},
                                     {"a=None", "b=None", "c!=None"}]),
    ("((((a IS NOT NULL))::integer + ((b IS NOT NULL))::integer) = 1)",
     [{"a!=None", "b=None"}, {"a=None", "b!=None"}]),
    ("((CASE WHEN (a IS NOT NULL) THEN 1 ELSE 0 END + CASE WHEN (b IS NOT NULL) THEN 1 ELSE 0 END) = 2)",
     [{"a!=None", "b!=None"}]),
    ("(num_nulls(a, b) = 1)", [{"a=None", "b!=None"}, {"a!=None", "b=None"}]),
    ("(((a IS NULL) AND (a IS NOT NULL)) OR (b IS NULL))", [{"b=None"}]),
    ("((n > 10) = (a IS NULL))", [{"a=None"}, {"a!=None"}]),
])
def test_a_check_is_met_in_these_cases(check, wanted):
    found = words(check)
    assert sorted(map(sorted, found)) == sorted(map(sorted, wanted))


@pytest.mark.parametrize("check", [
    "(n > 5)", "((n + 1) = 2)", "((CASE WHEN a THEN 2 ELSE 0 END + b) = 2)", "(lower(t) = 'a')", "(a = b)", "((", "",
    "(n = ANY (other))",
    "(coalesce(a, b) = 1)", " AND ".join(f"((a{n} IS NULL) <> (b{n} IS NULL))" for n in range(7)),
])
def test_of_anything_else_and_of_too_many_cases_nothing_is_said(check):
    assert words(check) == NOTHING_SAID


ARC = ["(kind = ANY (ARRAY[1, 2, 3]))", *(
    f"((kind <> {number}) OR ({' AND '.join(f'({name} IS NULL)' for name in 'abc' if name != chosen)} "
    f"AND ({chosen} IS NOT NULL)))" for number, chosen in enumerate("abc", 1))]


@pytest.mark.parametrize("seed", range(20))
def test_the_facts_of_an_exclusive_arc_agree_with_each_other(seed):
    facts = assume([cases_of(check) for check in ARC], Random(seed))
    chosen = "abc"[int(facts["kind"].value) - 1]
    assert facts[chosen] == Fact(chosen, None, holds=False)
    assert all(facts[name] == Fact(name, None, holds=True) for name in "abc" if name != chosen)


def test_each_case_comes_up():
    kinds = {assume([cases_of(check) for check in ARC], Random(seed))["kind"].value for seed in range(40)}
    assert kinds == {"1", "2", "3"}


def test_checks_that_no_facts_meet_end_in_facts_all_the_same():
    assert assume([cases_of("(a IS NULL)"), cases_of("(a IS NOT NULL)")], Random(1)).keys() == {"a"}
