"""Set back what a downgrade left altered: attribute by attribute where that can be, else by making it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from harness.catalog import Snapshot, objects
from harness.catalog.objects import CatalogObject
from harness.findings.restoring import columns, others, relations, types
from harness.findings.restoring.again import Altered, Anew, Statements
from harness.findings.restoring.code import execute
from harness.findings.restoring.properties import (
    comment,
    default_privileges,
    grant_object,
    on_database,
    owner,
    privileges,
    security_labels,
    system_privileges,
)
from harness.names import show_identifier

_COMMON = ("owner", "privileges", "comment", "security_labels")
_Set = Callable[[Altered[Any]], Statements]
_HOW: Mapping[type[CatalogObject], _Set] = {
    objects.Column: columns.column, objects.Table: relations.table, objects.View: relations.view,
    objects.Index: relations.index, objects.Constraint: relations.constraint, objects.EnumType: types.enum,
    objects.CompositeType: types.composite, objects.Domain: types.domain, objects.Function: types.function,
    objects.Sequence: types.sequence, objects.Trigger: others.switched, objects.Rule: others.switched,
    objects.EventTrigger: others.event_trigger, objects.Extension: others.extension,
    objects.OperatorFamily: others.operator_family, objects.OperatorClass: others.operator_class,
    objects.Statistics: others.statistics, objects.ForeignDataWrapper: others.with_options,
    objects.ForeignServer: others.with_options, objects.UserMapping: others.with_options,
    objects.Database: others.database, objects.Role: others.role,
    objects.Subscription: lambda _: None,  # where it leads is not read
}
"""How what is particular to a kind is set back; the other kinds are made again."""


def set_back(before: CatalogObject, after: CatalogObject, was: Snapshot, now: Snapshot) -> Statements:
    """The statements that make ``before`` of ``after``; None where they cannot be told."""
    differing = [item.name for item in fields(before) if item.compare  # type: ignore[arg-type]  # all are dataclasses
                 and getattr(before, item.name) != getattr(after, item.name)]
    own = frozenset(differing) - set(_COMMON)
    statements: Statements = []
    if own:
        altered = Altered(before, after, own, was, now)
        how = _HOW.get(type(before))
        statements = how(altered) if how is not None else altered.anew()
    if statements is None or isinstance(statements, Anew):
        return statements
    return [*statements, *(statement for name in _COMMON if name in differing
                           for statement in _common(name, before, after))]


def _common(name: str, before: Any, after: Any) -> Iterator[str]:
    match name:
        case "owner":
            yield owner(before)
        case "comment":
            yield comment(before, before.comment)
        case "security_labels":
            yield from security_labels(before, before.security_labels, after.security_labels)
        case _:
            yield from _privileges(before, after)


def _privileges(before: Any, after: Any) -> Iterator[str]:
    wanted, present = before.privileges, after.privileges
    match before:
        case objects.Column():
            yield from map(execute, privileges(f"TABLE {before.table}", wanted, present,
                                               f"({show_identifier(before.name)})"))
        case objects.Database():
            yield from map(on_database, privileges("DATABASE %I", wanted, present))
        case objects.Language(is_trusted=False):
            return  # nobody but superusers may use it, whatever was granted
        case objects.DefaultPrivileges():
            yield from default_privileges(before, wanted, present)
        case objects.SystemPrivileges():
            yield from system_privileges(before, wanted, present)
        case _:
            yield from map(execute, privileges(grant_object(before), wanted, present))
