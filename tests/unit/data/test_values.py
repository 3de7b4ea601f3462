from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.values import source_of
from harness.data.values.compound import array_item
from tests.unit.data.shapes_by_hand import type_shape

NUMERIC_8_2 = (8 << 16 | 2) + 4
SHAPES = [
    type_shape("int4", "N"), type_shape("int8", "N"), type_shape("numeric", "N"),
    type_shape("numeric", "N", modifier=NUMERIC_8_2), type_shape("float8", "N"), type_shape("text", "S"),
    type_shape("varchar", "S", modifier=54), type_shape("bpchar", "S", modifier=14), type_shape("uuid", "U"),
    type_shape("timestamptz", "D"), type_shape("date", "D"), type_shape("jsonb", "U"), type_shape("bytea", "U"),
    type_shape("interval", "T"), type_shape("inet", "I"), type_shape("macaddr", "U"),
    type_shape("_int4", "A", over=type_shape("int4", "N")),
    type_shape("int4range", "R", kind="r", over=type_shape("int4", "N")),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.name.name} {shape.modifier}")
class TestEverySource:
    def test_plain_values_are_all_different(self, shape):
        values = [source_of(shape).ordinary(number) for number in range(200)]
        assert len(set(values)) == 200

    def test_plain_values_are_the_same_every_time(self, shape):
        assert source_of(shape).ordinary(7) == source_of(shape).ordinary(7)

    def test_edges_come_once_each(self, shape):
        edges = source_of(shape).edges
        assert len(set(edges)) == len(edges)


@given(st.integers(1, 400))
def test_every_text_fits_its_limit_and_one_fills_it(limit):
    source = source_of(type_shape("varchar", "S", modifier=limit + 4))
    values = [*source.edges, *(source.ordinary(number) for number in range(300))]
    assert max(len(value) for value in values) == limit


@given(st.integers(1, 40), st.integers(-5, 45))
def test_every_number_fits_its_precision_and_scale(precision, scale):
    shape = type_shape("numeric", "N", modifier=(precision << 16 | (scale & 0x7FF)) + 4)
    assert shape.precision_and_scale == (precision, scale)
    source = source_of(shape)
    for text in [*source.edges, *(source.ordinary(number) for number in range(20))]:
        if text != "NaN":
            whole, _, places = text.lstrip("-").partition(".")
            digits = (whole + places.ljust(max(scale, 0), "0")).lstrip("0")
            assert len(places.rstrip("0")) <= max(scale, 0)
            assert len(digits) <= precision - min(scale, 0)


def test_an_enum_gives_its_labels_alone():
    source = source_of(type_shape("mood", "E", kind="e", labels=("calm", "cross")))
    assert {source.ordinary(number) for number in range(9)} == {"calm", "cross"}
    assert source.edges == ("calm", "cross")


def test_a_domain_has_the_values_of_what_it_is_over():
    domain = type_shape("d", "N", kind="d", over=type_shape("e", "N", kind="d", over=type_shape("int4", "N")))
    assert source_of(domain) == source_of(type_shape("int4", "N")) or (
        source_of(domain).edges == source_of(type_shape("int4", "N")).edges)


def test_an_unknown_type_has_no_source():
    assert source_of(type_shape("tid", "U")) is None
    assert source_of(type_shape("_tid", "A", over=type_shape("tid", "U"))) is None


@given(st.text(st.sampled_from('ab"\\,{} ')))
def test_an_element_of_an_array_can_be_read_back(text):
    quoted = array_item(text)
    assert quoted[0] == quoted[-1] == '"'
    assert quoted[1:-1].replace('\\"', '"').replace("\\\\", "\\") == text or "\\" in text
