"""Objects of a snapshot as values that JSON can hold, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from harness.catalog import objects
from harness.catalog.objects import CatalogObject
from harness.catalog.sources import object_of
from harness.names import QualifiedName

_DIGEST_DIGITS = 12


def to_values(item: CatalogObject) -> dict[str, Any]:
    """The class's name as ``is`` and every field that says something, oids left out."""
    named = {field.name: _plain(getattr(item, field.name)) for field in fields(item)  # type: ignore[arg-type]
             if field.name != "oid"}
    return {"is": type(item).__name__} | {name: value for name, value in named.items() if _says_something(value)}


def from_values(values: Mapping[str, Any]) -> CatalogObject:
    """The object that ``to_values`` told of.

    Raises:
        ValueError: the values are of no such object.
    """
    name = values.get("is")
    if name not in objects.__all__ or name == "CatalogObject":
        raise ValueError(f"{name!r} is no kind of object")
    return object_of(getattr(objects, str(name)), {key: value for key, value in values.items() if key != "is"})


def digest(item: CatalogObject) -> str:
    """Twelve hexadecimal digits that two objects share when they are equal, on whatever server they were read.

    A field that says nothing does not count, so that one which a later release adds changes no digest.
    """
    compared = {field.name for field in fields(item) if field.compare}  # type: ignore[arg-type]
    values = {name: value for name, value in to_values(item).items() if name == "is" or name in compared}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:_DIGEST_DIGITS]


def _plain(value: Any) -> Any:
    match value:
        case QualifiedName():
            return [value.schema, value.name]
        case frozenset():
            return sorted(value)
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def _says_something(value: Any) -> bool:
    return value is not None and value is not False and value not in ("", [])
