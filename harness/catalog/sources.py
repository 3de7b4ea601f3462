"""Which query fills which class of objects, and how its rows become objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, get_type_hints

from harness.catalog import objects
from harness.catalog.objects import CatalogObject
from harness.catalog.watches import Scope
from harness.names import QualifiedName

Answer = tuple[tuple[str, ...], list[tuple[Any, ...]]]
"""The names of a query's columns, and its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One query and what it fills."""

    query: str
    """``queries/<name>.sql``. What belongs to a relation has the relation's oid in the column ``relid``."""
    cls: type[CatalogObject]
    catalog: str
    """Under which comments and labels on the objects are kept."""
    scope: Scope
    if_any: str = ""
    """Rows, as SQL after FROM, without which there is nothing to read."""


def _source(query: str, cls: type[CatalogObject], catalog: str, scope: Scope = Scope.EVERYTHING,
            if_any: str = "") -> Source:
    return Source(query=query, cls=cls, catalog=catalog, scope=scope, if_any=if_any)


def _rare(query: str, cls: type[CatalogObject], catalog: str) -> Source:
    return _source(query, cls, catalog, if_any=f"{catalog} WHERE oid >= 16384")


SOURCES: tuple[Source, ...] = (
    _source("schemas", objects.Schema, "pg_namespace", Scope.SCHEMAS),
    _rare("extensions", objects.Extension, "pg_extension"),
    _source("enum_types", objects.EnumType, "pg_type", Scope.TYPES, "pg_type WHERE oid >= 16384 AND typtype = 'e'"),
    _source("composite_types", objects.CompositeType, "pg_type", Scope.RELATIONS),
    _source("domains", objects.Domain, "pg_type", Scope.TYPES, "pg_type WHERE oid >= 16384 AND typtype = 'd'"),
    _source("domain_constraints", objects.DomainConstraint, "pg_constraint", Scope.TYPES,
            "pg_constraint WHERE oid >= 16384 AND contypid <> 0"),
    _source("functions", objects.Function, "pg_proc", Scope.ROUTINES, "pg_proc WHERE oid >= 16384 AND prokind <> 'a'"),
    _source("sequences", objects.Sequence, "pg_class", Scope.RELATIONS),
    _source("tables", objects.Table, "pg_class", Scope.RELATIONS),
    _source("columns", objects.Column, "pg_class", Scope.RELATIONS),
    _source("constraints", objects.Constraint, "pg_constraint", Scope.RELATIONS),
    _source("indexes", objects.Index, "pg_class", Scope.RELATIONS),
    _source("views", objects.View, "pg_class", Scope.RELATIONS),
    _source("rules", objects.Rule, "pg_rewrite", Scope.RELATIONS, "pg_rewrite WHERE oid >= 16384"),
    _source("triggers", objects.Trigger, "pg_trigger", Scope.RELATIONS, "pg_trigger WHERE NOT tgisinternal"),
    _source("policies", objects.Policy, "pg_policy", Scope.RELATIONS, "pg_policy"),
    _source("base_types", objects.BaseType, "pg_type", Scope.TYPES,
            "pg_type WHERE oid >= 16384 AND typtype IN ('b', 'r', 'p') AND typcategory <> 'A'"),
    _source("aggregates", objects.Aggregate, "pg_proc", Scope.ROUTINES, "pg_aggregate WHERE aggfnoid >= 16384"),
    _rare("operators", objects.Operator, "pg_operator"),
    _rare("operator_families", objects.OperatorFamily, "pg_opfamily"),
    _rare("operator_classes", objects.OperatorClass, "pg_opclass"),
    _rare("casts", objects.Cast, "pg_cast"),
    _rare("collations", objects.Collation, "pg_collation"),
    _rare("conversions", objects.Conversion, "pg_conversion"),
    _rare("text_search_parsers", objects.TextSearchParser, "pg_ts_parser"),
    _rare("text_search_templates", objects.TextSearchTemplate, "pg_ts_template"),
    _rare("text_search_dictionaries", objects.TextSearchDictionary, "pg_ts_dict"),
    _rare("text_search_configurations", objects.TextSearchConfiguration, "pg_ts_config"),
    _source("statistics", objects.Statistics, "pg_statistic_ext", Scope.RELATIONS, "pg_statistic_ext"),
    _rare("event_triggers", objects.EventTrigger, "pg_event_trigger"),
    _rare("languages", objects.Language, "pg_language"),
    _rare("access_methods", objects.AccessMethod, "pg_am"),
    _rare("transforms", objects.Transform, "pg_transform"),
    _rare("foreign_data_wrappers", objects.ForeignDataWrapper, "pg_foreign_data_wrapper"),
    _rare("foreign_servers", objects.ForeignServer, "pg_foreign_server"),
    _source("user_mappings", objects.UserMapping, "pg_user_mapping", if_any="pg_user_mappings"),
    _rare("publications", objects.Publication, "pg_publication"),
    _rare("subscriptions", objects.Subscription, "pg_subscription"),
    _source("default_privileges", objects.DefaultPrivileges, "pg_default_acl", if_any="pg_default_acl"),
    _source("system_privileges", objects.SystemPrivileges, ""),
    _source("database", objects.Database, ""),
    _source("roles", objects.Role, "", if_any="pg_roles WHERE oid >= 16384"),
)

# What is remarked on objects, and where there are such remarks.
_REMARKS = {
    "comments": "",
    "relation_comments": "pg_description WHERE objoid >= 16384",
    "security_labels": "pg_seclabel",
}


@cache
def presence_column(*, is_superuser: bool) -> str:
    """The SQL of an array of the names of those queries that have something to read."""
    # Only a superuser may read subscriptions; pg_dump leaves them out for others too.
    conditions = {source.query: source.if_any for source in SOURCES
                  if is_superuser or source.cls is not objects.Subscription} | _REMARKS
    names = (f"CASE WHEN EXISTS (SELECT FROM {rows}) THEN '{name}' END" if rows else f"'{name}'"
             for name, rows in conditions.items())
    return "array_remove(ARRAY[" + ",\n".join(names) + "], NULL)"


IF_ANY_OF_RELATIONS = {
    **{source.query: source.if_any.partition(" ")[0] for source in SOURCES
       if source.scope is Scope.RELATIONS and source.if_any},
    "relation_comments": "pg_description",
}
"""Queries about relations that may have nothing to read, with the catalog that tells whether they have."""


class Remarks:
    """Comments and security labels, which PostgreSQL keeps apart from the objects they are on."""

    def __init__(self, comments: Iterable[tuple[Any, ...]], labels: Iterable[tuple[Any, ...]]) -> None:
        self._comments = {(catalog, oid, subid): text for catalog, oid, subid, text in comments}
        self._labels: defaultdict[tuple[str, int, int], set[str]] = defaultdict(set)
        for catalog, oid, subid, provider, label in labels:
            self._labels[catalog, oid, subid].add(f"{provider}: {label}")

    def on(self, place: tuple[str, int, int], wanted: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """The fields of ``wanted`` that say what is remarked on an object."""
        if "comment" in wanted and place in self._comments:
            yield "comment", self._comments[place]
        if "security_labels" in wanted and place in self._labels:
            yield "security_labels", frozenset(self._labels[place])


def build(
    source: Source, answer: Answer, remarks: Remarks, relations: Container[int | str] | None = None
) -> Iterator[tuple[int, CatalogObject]]:
    """Make an object of each row, beside the oid of the relation that it belongs to, or 0.

    Where ``relations`` are given, of what belongs to others none is made.
    """
    names, rows = answer
    every = _READERS[source.cls]
    readers = [(name, reader) for name in names if (reader := every.get(name)) is not None]
    belongs = "relid" in names
    for row in rows:
        values = dict(zip(names, row, strict=True))
        relid = values.pop("relid") if belongs else 0
        if relations is not None and relid not in relations:
            continue
        for name, reader in readers:
            values[name] = reader(values[name])
        values.update(remarks.on((source.catalog, values["oid"], values.get("attnum", 0)), every))
        yield relid, source.cls(**values)


def _readers(cls: type[CatalogObject]) -> dict[str, Callable[[Any], Any] | None]:
    """How each field is made of the value that the driver gives, by the field's type; None where it is that value."""
    hints = get_type_hints(cls)
    readers: dict[Any, Callable[[Any], Any]] = {
        QualifiedName: lambda value: QualifiedName(*value),
        QualifiedName | None: lambda value: None if value is None else QualifiedName(*value),
        tuple[QualifiedName, ...]: lambda value: tuple(QualifiedName(*item) for item in value),
        tuple[str, ...]: tuple,
        frozenset[str]: frozenset,
    }
    return {item.name: readers.get(hints[item.name]) for item in fields(cls)}  # type: ignore[arg-type]  # every class is a dataclass


_READERS = {source.cls: _readers(source.cls) for source in SOURCES}


def object_of(cls: type[CatalogObject], values: Mapping[str, Any]) -> CatalogObject:
    """Make an object of ``values``, as the driver would give them; what is left out says nothing.

    Raises:
        ValueError: a field is unknown, or of the wrong kind.
    """
    readers = _READERS[cls]
    if unknown := values.keys() - readers.keys():
        raise ValueError(f"{cls.__name__} has no {', '.join(sorted(unknown))}")
    made = dict(zip(readers, _NOTHING[cls], strict=True))
    try:
        for name, value in values.items():
            reader = readers[name]
            made[name] = value if reader is None else reader(value)
        return cls(**made)
    except TypeError as error:
        raise ValueError(str(error)) from error


def _nothing(cls: type[CatalogObject]) -> tuple[Any, ...]:
    """What each field holds when it says nothing, by the field's type."""
    hints = get_type_hints(cls)
    nothing: dict[Any, Any] = {
        int: 0, str: "", bool: False, frozenset[str]: frozenset(), tuple[str, ...]: (), tuple[QualifiedName, ...]: (),
    }
    return tuple(nothing.get(hints[item.name]) for item in fields(cls))  # type: ignore[arg-type]  # the same


_NOTHING = {source.cls: _nothing(source.cls) for source in SOURCES}
