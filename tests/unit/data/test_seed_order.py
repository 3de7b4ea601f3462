from __future__ import annotations

import pytest

from harness.data.seed_circles import circle_of
from harness.data.seed_order import parents_first
from harness.data.shapes import Shapes
from harness.names import QualifiedName
from tests.unit.data.shapes_by_hand import table


def shapes_of(*tables):
    return Shapes({shape.name: shape for shape in tables})


def order(*tables):
    shapes = shapes_of(*tables)
    return [name.name for name in parents_first(shapes, list(shapes.tables))]


@pytest.mark.parametrize(("tables", "wanted"), [
    ([table("a", "b"), table("b", "c"), table("c")], ["c", "b", "a"]),
    ([table("b"), table("a")], ["a", "b"]),
    ([table("a", "a")], ["a"]),
    ([table("a", "gone")], ["a"]),
])
def test_what_is_referred_to_comes_first(tables, wanted):
    assert order(*tables) == wanted


def test_a_circle_is_broken_where_a_key_may_be_null():
    assert order(table("a", "b", required=["b"]), table("b", "a")) == ["b", "a"]


def test_what_refers_to_a_circle_comes_after_it():
    circle = table("b", "c", required=["c"]), table("c", "b", required=["b"])
    found = order(table("a", "b", required=["b"]), *circle)
    assert found.index("a") > found.index("b")


def test_tables_that_must_refer_to_each_other_are_a_circle():
    circle = table("a", "b", required=["b"]), table("b", "a", required=["a"])
    shapes = shapes_of(*circle, table("c", "a", required=["a"]))
    a, b, c = (QualifiedName("public", name) for name in "abc")
    everything = frozenset({a, b, c})
    assert circle_of(shapes, a, everything) == (a, b)
    assert circle_of(shapes, c, everything) == ()


def test_a_table_that_may_stand_alone_is_no_circle():
    shapes = shapes_of(table("a", "a"), table("b", "b", required=["b"]))
    a, b = (QualifiedName("public", name) for name in "ab")
    assert circle_of(shapes, a, frozenset({a, b})) == ()
    assert circle_of(shapes, b, frozenset({a, b})) == (b,)
