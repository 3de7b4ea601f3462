from __future__ import annotations

import pytest

from harness.data.seed_mining import candidates, further
from tests.unit.data.shapes_by_hand import type_shape


@pytest.mark.parametrize(("expression", "shape", "wanted"), [
    ("((age >= 18) AND (age <= 120))", type_shape("int4", "N"), {"18", "17", "120", "121"}),
    ("((rate > 99.5))", type_shape("numeric", "N"), {"99.5", "100.5"}),
    ("((n > '-5'::integer))", type_shape("int4", "N"), {"-5", "-4"}),
    ("((state = ANY (ARRAY['new'::text, 'it''s'::text])))", type_shape("text", "S"), {"new", "it's"}),
    ("((length(pin) = 4))", type_shape("text", "S"), {"abcd", "1111"}),
    ("((mail ~~ '%@%'::text))", type_shape("text", "S"), {"@"}),
    ("((born > '2100-01-01'::date))", type_shape("date", "D"), {"2100-01-01"}),
    ("((meta ? 'kind'::text))", type_shape("jsonb", "U"), {'{"kind": "text"}', '{"kind": 1}', "[]"}),
    ("((cardinality(tags) = 2))", type_shape("_text", "A", over=type_shape("text", "S")),
     {'{"Alan Turing","Alan Turing"}'}),
])
def test_what_a_check_names_becomes_a_candidate(expression, shape, wanted):
    assert wanted <= set(candidates([expression], shape))


def test_numbers_inside_of_names_and_words_are_no_candidates():
    assert candidates(["((column1 > f2(v3)))"], type_shape("int4", "N")) == ()


def test_the_numbers_of_a_hash_partition_are_no_candidates():
    assert candidates(["satisfies_hash_partition('20852'::oid, 3, 1, id)"], type_shape("int4", "N")) == ()


def test_nothing_longer_than_the_type_holds_is_a_candidate():
    shape = type_shape("varchar", "S", modifier=7)
    assert candidates(["((v = 'abcdef'::text) OR (v = 'abc'::text))"], shape) == ("abc",)


def test_days_go_on_from_the_bound_of_a_partition():
    found = further(["((day >= '2031-05-01'::date))"], type_shape("date", "D"))
    assert found[:2] == ("2031-05-03", "2031-05-04")
    assert len(set(found)) == len(found) > 20
