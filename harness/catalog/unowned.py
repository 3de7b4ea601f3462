"""Leave out of a snapshot who owns what and who may use it: that differs from server to server."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from functools import cache

from harness.catalog.objects import CatalogObject, Database, DefaultPrivileges, Role, SystemPrivileges, View
from harness.catalog.snapshot import Snapshot

_ONLY_PRIVILEGES = (DefaultPrivileges, Role, SystemPrivileges)
_PRIVILEGES_OF_COLUMN = re.compile(r" PRIVILEGES \{.*?\}(?= STORAGE | COMPRESSION | STATISTICS | OPTIONS |$)",
                                    re.DOTALL)


def without_owners(snapshot: Snapshot) -> Snapshot:
    """The same without roles, owners and privileges, default ones and those on PostgreSQL's own objects included."""
    return Snapshot(tuple([item for found in snapshot.objects if (item := unowned(found)) is not None]))


def unowned(item: CatalogObject) -> CatalogObject | None:
    """The object without its owner and privileges; None for one that says nothing else."""
    if isinstance(item, _ONLY_PRIVILEGES) or (isinstance(item, Database) and not _is_set_up(item)):
        return None
    values: dict[str, object] = dict(_blank(type(item)))  # type: ignore[arg-type]  # a class is hashable
    if isinstance(item, View):
        properties = (_PRIVILEGES_OF_COLUMN.sub("", text) for text in item.column_properties)
        values["column_properties"] = tuple(text for text in properties if _says_more_than_a_name(text))
    return replace(item, **values) if values else item  # type: ignore[type-var]  # every class is a dataclass


def _is_set_up(item: Database) -> bool:
    return bool(item.settings or item.connection_limit is not None or item.is_template)


def _says_more_than_a_name(text: str) -> bool:
    return re.fullmatch(r'[^" ]+|"([^"]|"")*"', text) is None


@cache
def _blank(cls: type[CatalogObject]) -> tuple[tuple[str, object], ...]:
    names = [item.name for item in fields(cls)]  # type: ignore[arg-type]  # every class is a dataclass
    return tuple((name, "" if name == "owner" else frozenset()) for name in names
                 if name == "owner" or name.endswith("privileges"))
