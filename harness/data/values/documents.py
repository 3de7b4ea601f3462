"""Documents: json, xml, text search, hstore, ltree; and uuid and bool, which are as simple.

Sources: https://www.postgresql.org/docs/current/datatype-json.html,
https://www.postgresql.org/docs/current/datatype-textsearch.html
"""

from __future__ import annotations

import json
import uuid as uuids
from typing import TYPE_CHECKING

from harness.data.shapes import TypeShape
from harness.data.values.source import Source, Strategies, cycle

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_NAMESPACE = uuids.UUID("6d0f7f2e-6c5b-4c2f-9a3e-3b1c5a7d9e10")


def boolean(_: TypeShape) -> Source:
    """``boolean``."""
    return Source(cycle("true", "false"), ("false", "true"))


def uuid(_: TypeShape) -> Source:
    """``uuid``."""
    return Source(lambda number: str(uuids.uuid5(_NAMESPACE, str(number))),
                  ("00000000-0000-0000-0000-000000000000",), ("ffffffff-ffff-ffff-ffff-ffffffffffff",),
                  lambda st: st.uuids().map(str))


def json_(_: TypeShape) -> Source:
    """``json``, which keeps blanks, order and doubled keys, and ``jsonb``, which does not."""
    return Source(
        lambda number: json.dumps({"id": number + 1, "name": "Ada"}),
        ("{}", "null", '{"a": {"b": [1, {"c": null}]}, "name": "Ada  Lovelace"}', '{"key": 1, "key": 2, "b":  [ ]}',
         "[]"),
        ('"text"', "0", "12345678901234567890.12345", "false", '[1, "2", null, {"x": []}]', '{"": ""}',
         '{"ü": "名前", "quote": "\\"\\\\"}', "1e3"),
        _any_json,
    )


def _any_json(st: Strategies) -> SearchStrategy[str]:
    scalars = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
    names = st.sampled_from(("a", "b", "name", ""))
    documents: SearchStrategy[object] = st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=6)
    return documents.map(json.dumps)


def json_path(_: TypeShape) -> Source:
    """``jsonpath``."""
    return Source(lambda number: f"$.a[{number}]", ("$",), ("strict $.* ? (@ > 1)",))


def xml(_: TypeShape) -> Source:
    """``xml``, content as well as documents; a server built without libxml refuses them all."""
    return Source(lambda number: f'<item id="{number + 1}">text</item>', ("", "<a/>"),
                  ("<a>1</a><b/>", "text &amp; more", "<a><![CDATA[<b>]]></a>"))


def search_vector(_: TypeShape) -> Source:
    """``tsvector``."""
    return Source(lambda number: f"'item{number + 1}':1 'word':2", ("", "'a':1A,2B 'b c':3"),
                  ("'it''s'", "'é':1,16383"))


def search_query(_: TypeShape) -> Source:
    """``tsquery``."""
    return Source(lambda number: f"'item{number + 1}' & 'word'", ("", "!'a' | 'b'"), ("'a' <-> 'b'", "'a':*AB"))


def key_values(_: TypeShape) -> Source:
    """``hstore``.

    Source: https://www.postgresql.org/docs/current/hstore.html
    """
    return Source(lambda number: f'"id"=>"{number + 1}"', ("", '"a"=>NULL'), ('"a b"=>"c, \\"d\\""', '""=>""'))


def label_path(_: TypeShape) -> Source:
    """``ltree``.

    Source: https://www.postgresql.org/docs/current/ltree.html
    """
    return Source(lambda number: f"Top.Item{number + 1}", ("", "Top"), ("a.b.c.d.e", "x" * 200, "TOP"))


def vector(shape: TypeShape) -> Source:
    """``vector(n)`` of pgvector, whose modifier is the number of dimensions."""
    size = shape.modifier if shape.modifier > 0 else 3

    def filled(value: str) -> str:
        return "[" + ",".join([value] * size) + "]"

    return Source(lambda number: filled(f"{number + 1}"), (filled("0.5"),), (filled("-1e-8"), filled("1e8")))
