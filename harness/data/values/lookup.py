"""Which source a type has."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from harness.data.shapes import TypeShape
from harness.data.values import compound, documents, networks, numbers, texts, times
from harness.data.values.source import Source

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

PROBES = ("", "0", "1", "2", "3", "a", "b", "{}", "[]", "()", "(0,1)", "(0,2)", "1 2", "10:20:", "2024-01-15", "true",
          "integer", "POINT(1 2)", "POINT(3 4)", "[1,2,3]", "1.0", "a.b")
"""Texts to try on the server for a type without a source."""

_BY_NAME: dict[str, Callable[[TypeShape], Source]] = {
    "int2": numbers.integer, "int4": numbers.integer, "int8": numbers.integer, "oid": numbers.integer,
    "numeric": numbers.numeric, "float4": numbers.floating, "float8": numbers.floating, "money": numbers.money,
    "pg_lsn": numbers.log_position,
    "text": texts.text, "varchar": texts.text, "citext": texts.text, "bpchar": texts.fixed_text,
    "char": texts.single_byte, "name": texts.identifier, "bytea": texts.bytes_, "bit": texts.bits,
    "varbit": texts.bits,
    "date": times.date, "timestamp": times.timestamp, "timestamptz": times.timestamp, "time": times.time,
    "timetz": times.time, "interval": times.interval,
    "bool": documents.boolean, "uuid": documents.uuid, "json": documents.json_, "jsonb": documents.json_,
    "jsonpath": documents.json_path, "xml": documents.xml, "tsvector": documents.search_vector,
    "tsquery": documents.search_query, "hstore": documents.key_values, "ltree": documents.label_path,
    "vector": documents.vector,
    "inet": networks.host, "cidr": networks.network, "macaddr": networks.hardware, "macaddr8": networks.hardware8,
    "point": networks.point, "line": networks.line, "lseg": networks.segment, "box": networks.box,
    "path": networks.path, "polygon": networks.polygon, "circle": networks.circle,
}


@lru_cache(maxsize=4096)
def source_of(shape: TypeShape) -> Source | None:
    """The values of a type, or of what a domain is over (its checks are not looked at); None for an unknown type."""
    base = shape.base
    if base.kind == "e":
        return compound.enum(base)
    if base.category == "A" and base.over is not None:
        return compound.array(base, source_of)
    if base.kind == "r":
        return compound.range_(base, source_of)
    if base.kind == "m":
        return compound.multirange(base, source_of)
    if base.kind == "c":
        return compound.composite(base, source_of)
    make = _BY_NAME.get(base.name.name)
    return make(base) if make is not None else None


def strategy_of(shape: TypeShape) -> SearchStrategy[str] | None:
    """A strategy of texts that the server takes as this type; None for an unknown type."""
    source = source_of(shape)
    return source.strategy if source is not None else None
