"""How text is sorted, encoded and searched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.catalog.objects.base import InSchema, not_compared
from harness.names import QualifiedName


@dataclass(frozen=True, slots=True, kw_only=True)
class Collation(InSchema):
    """A collation: pg_collation."""

    KIND: ClassVar[str] = "collation"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    provider: str
    lc_collate: str | None
    lc_ctype: str | None
    locale: str | None
    rules: str | None
    is_deterministic: bool
    owner: str
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion(InSchema):
    """A conversion of encodings: pg_conversion."""

    KIND: ClassVar[str] = "conversion"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    source_encoding: str
    target_encoding: str
    function: str
    is_default: bool
    owner: str
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearchParser(InSchema):
    """A text search parser: pg_ts_parser."""

    KIND: ClassVar[str] = "text search parser"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    options: frozenset[str]
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearchTemplate(InSchema):
    """A text search template: pg_ts_template."""

    KIND: ClassVar[str] = "text search template"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    options: frozenset[str]
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearchDictionary(InSchema):
    """A text search dictionary: pg_ts_dict."""

    KIND: ClassVar[str] = "text search dictionary"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    template: str
    options: str | None
    owner: str
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearchConfiguration(InSchema):
    """A text search configuration: pg_ts_config."""

    KIND: ClassVar[str] = "text search configuration"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    parser: str
    mappings: frozenset[str]
    """Dictionaries by token type, in the order they are asked."""
    owner: str
    comment: str | None = None
