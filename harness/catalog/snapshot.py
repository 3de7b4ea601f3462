"""Read every schema object of a database into a Snapshot, in a fixed number of round trips."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeVar, get_type_hints

import psycopg
from psycopg.rows import dict_row

from harness.catalog import objects
from harness.catalog.objects import CatalogObject
from harness.catalog.versions import query
from harness.names import QualifiedName

_Kind = TypeVar("_Kind", bound=CatalogObject)

# Which query fills which class, and the catalog under which comments and labels on its objects are kept.
_SOURCES: tuple[tuple[str, type[CatalogObject], str], ...] = (
    ("schemas", objects.Schema, "pg_namespace"),
    ("extensions", objects.Extension, "pg_extension"),
    ("enum_types", objects.EnumType, "pg_type"),
    ("composite_types", objects.CompositeType, "pg_type"),
    ("domains", objects.Domain, "pg_type"),
    ("domain_constraints", objects.DomainConstraint, "pg_constraint"),
    ("functions", objects.Function, "pg_proc"),
    ("sequences", objects.Sequence, "pg_class"),
    ("tables", objects.Table, "pg_class"),
    ("columns", objects.Column, "pg_class"),
    ("constraints", objects.Constraint, "pg_constraint"),
    ("indexes", objects.Index, "pg_class"),
    ("views", objects.View, "pg_class"),
    ("rules", objects.Rule, "pg_rewrite"),
    ("triggers", objects.Trigger, "pg_trigger"),
    ("policies", objects.Policy, "pg_policy"),
    ("base_types", objects.BaseType, "pg_type"),
    ("aggregates", objects.Aggregate, "pg_proc"),
    ("operators", objects.Operator, "pg_operator"),
    ("operator_families", objects.OperatorFamily, "pg_opfamily"),
    ("operator_classes", objects.OperatorClass, "pg_opclass"),
    ("casts", objects.Cast, "pg_cast"),
    ("collations", objects.Collation, "pg_collation"),
    ("conversions", objects.Conversion, "pg_conversion"),
    ("text_search_parsers", objects.TextSearchParser, "pg_ts_parser"),
    ("text_search_templates", objects.TextSearchTemplate, "pg_ts_template"),
    ("text_search_dictionaries", objects.TextSearchDictionary, "pg_ts_dict"),
    ("text_search_configurations", objects.TextSearchConfiguration, "pg_ts_config"),
    ("statistics", objects.Statistics, "pg_statistic_ext"),
    ("event_triggers", objects.EventTrigger, "pg_event_trigger"),
    ("languages", objects.Language, "pg_language"),
    ("access_methods", objects.AccessMethod, "pg_am"),
    ("transforms", objects.Transform, "pg_transform"),
    ("foreign_data_wrappers", objects.ForeignDataWrapper, "pg_foreign_data_wrapper"),
    ("foreign_servers", objects.ForeignServer, "pg_foreign_server"),
    ("user_mappings", objects.UserMapping, "pg_user_mapping"),
    ("publications", objects.Publication, "pg_publication"),
    ("subscriptions", objects.Subscription, "pg_subscription"),
    ("default_privileges", objects.DefaultPrivileges, "pg_default_acl"),
    ("system_privileges", objects.SystemPrivileges, ""),
)

# What PostgreSQL's deparsers let themselves be guided by, as pg_dump sets it.
_SETTINGS = {
    "search_path": "",
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "extra_float_digits": "3",
    "bytea_output": "hex",
    "quote_all_identifiers": "off",
    "row_security": "off",
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every schema object of a database at one moment. Two are equal when ``pg_dump`` would print the same."""

    objects: tuple[CatalogObject, ...]
    """In the order of their kinds and names."""

    def of(self, kind: type[_Kind]) -> tuple[_Kind, ...]:
        """The objects of one class."""
        return tuple(item for item in self.objects if isinstance(item, kind))


def capture(
    connection: psycopg.Connection[Any], *, version_tables: frozenset[QualifiedName] = frozenset()
) -> Snapshot:
    """Read all schema objects of the connection's database, except ``version_tables`` with everything of theirs.

    The connection must be in autocommit mode with no transaction open.
    The reading is one read-only transaction of its own that sees one moment; the session's settings stay as they are.
    What belongs to extensions, to PostgreSQL itself or to a session (temporary objects) is left out.

    Source: https://www.postgresql.org/docs/current/catalogs.html

    Raises:
        psycopg.Error: the server refused to read, or the connection is lost.
    """
    major = connection.info.server_version // 10000
    # Only a superuser may read subscriptions; pg_dump leaves them out for others too.
    is_superuser = connection.info.parameter_status("is_superuser") == "on"
    sources = [source for source in _SOURCES if is_superuser or source[1] is not objects.Subscription]
    names = (*(name for name, _, _ in sources), "comments", "security_labels")
    *results, comments, labels = _read(connection, [query(name, major) for name in names])
    remarks = _Remarks(comments, labels)
    found = [
        _build(cls, catalog, row, remarks)
        for (_, cls, catalog), rows in zip(sources, results, strict=True)
        for row in rows
    ]
    kept = [item for item in found if not _belongs_to(item, version_tables)]
    return Snapshot(tuple(sorted(kept, key=lambda item: (item.kind, item.title))))


def _read(connection: psycopg.Connection[Any], queries: list[str]) -> list[list[dict[str, Any]]]:
    """The rows of each query. Everything is sent at once; the first answer is waited for after the last query."""
    cursors = [connection.cursor(row_factory=dict_row) for _ in queries]
    try:
        with connection.pipeline():
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            connection.execute(
                "SELECT pg_catalog.set_config(name, value, true) FROM unnest(%s::text[], %s::text[]) "
                "AS setting (name, value)", [list(_SETTINGS), list(_SETTINGS.values())], prepare=True)
            for cursor, text in zip(cursors, queries, strict=True):
                cursor.execute(text, prepare=True)
            # Not ROLLBACK, after which psycopg forgets what it has prepared.
            connection.execute("COMMIT")
            return [cursor.fetchall() for cursor in cursors]
    except psycopg.Error:
        if not connection.closed:
            connection.rollback()
        raise


class _Remarks:
    """Comments and security labels, which PostgreSQL keeps apart from the objects they are on."""

    def __init__(self, comments: list[dict[str, Any]], labels: list[dict[str, Any]]) -> None:
        self._comments = {(row["catalog"], row["oid"], row["subid"]): row["description"] for row in comments}
        self._labels: defaultdict[tuple[str, int, int], set[str]] = defaultdict(set)
        for row in labels:
            self._labels[row["catalog"], row["oid"], row["subid"]].add(f"{row['provider']}: {row['label']}")

    def on(self, place: tuple[str, int, int], wanted: frozenset[str]) -> Iterator[tuple[str, Any]]:
        if "comment" in wanted:
            yield "comment", self._comments.get(place)
        if "security_labels" in wanted:
            yield "security_labels", frozenset(self._labels.get(place, ()))


def _build(cls: type[CatalogObject], catalog: str, row: dict[str, Any], remarks: _Remarks) -> CatalogObject:
    readers = _READERS[cls]
    values = {name: readers[name](value) for name, value in row.items()}
    values.update(remarks.on((catalog, row["oid"], row.get("attnum", 0)), frozenset(readers)))
    return cls(**values)


def _readers(cls: type[CatalogObject]) -> dict[str, Callable[[Any], Any]]:
    """How each field is made of the value that the driver gives, by the field's type."""
    hints = get_type_hints(cls)
    readers: dict[Any, Callable[[Any], Any]] = {
        QualifiedName: lambda value: QualifiedName(*value),
        QualifiedName | None: lambda value: None if value is None else QualifiedName(*value),
        tuple[QualifiedName, ...]: lambda value: tuple(QualifiedName(*item) for item in value),
        tuple[str, ...]: tuple,
        frozenset[str]: frozenset,
    }
    return {item.name: readers.get(hints[item.name], lambda value: value) for item in fields(cls)}  # type: ignore[arg-type]  # every class is a dataclass


_READERS = {cls: _readers(cls) for _, cls, _ in _SOURCES}


def _belongs_to(item: CatalogObject, tables: frozenset[QualifiedName]) -> bool:
    return item.relation in tables or (isinstance(item, objects.Table) and item.name in tables)
