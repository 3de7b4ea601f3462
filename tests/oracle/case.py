"""One DDL change, and whether it shows."""

from __future__ import annotations

from dataclasses import dataclass

# What a case is about, by the beginning of its name; the longest counts.
KINDS = {
    "access-method": "access method", "aggregate": "aggregate", "base-type": "base type", "shell-type": "base type",
    "cast": "cast", "check": "check constraint", "collation": "collation", "column": "column",
    "composite": "composite type", "constraint": "constraint", "conversion": "conversion", "database": "database",
    "default-privileges": "default privileges", "domain": "domain", "enum": "enum type",
    "event-trigger": "event trigger", "exclusion": "exclusion constraint", "extension": "extension",
    "foreign-column": "foreign table", "foreign-key": "foreign key", "foreign-table": "foreign table",
    "function": "function", "identity": "identity column", "index": "index", "language": "language",
    "large-object": "large object", "materialized-view": "materialized view", "not-null": "not null constraint",
    "operator": "operator", "operator-class": "operator class", "operator-family": "operator family",
    "parent": "inheritance", "child": "inheritance", "partition": "partitioning", "policy": "policy",
    "primary-key": "primary key", "procedure": "procedure", "public": "schema", "publication": "publication",
    "range": "range type", "role": "role", "rule": "rule", "schema": "schema", "security-label": "security label",
    "sequence": "sequence", "serial": "sequence", "server": "foreign server", "statistics": "statistics",
    "subscription": "subscription", "system": "system privileges", "table": "table",
    "text-search-configuration": "text search configuration", "text-search-dictionary": "text search dictionary",
    "text-search-parser": "text search parser", "text-search-template": "text search template",
    "temporal": "temporal constraint", "transform": "transform", "trigger": "trigger", "unique": "unique constraint",
    "user-mapping": "user mapping", "view": "view", "virtual": "column", "wrapper": "foreign data wrapper",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a database holds, what is done to it, and whether pg_dump then prints another text."""

    id: str
    setup: str
    change: str
    differs: bool = True
    since: int = 14
    """The first major version of the server that knows the statement."""
    built_with: str | None = None
    """What the server must have been built with."""

    @property
    def makes_roles(self) -> bool:
        """Whether it makes roles, which belong to the whole server."""
        return "CREATE ROLE" in self.setup

    @property
    def kind(self) -> str:
        """What it is about; nothing in particular where it does not differ."""
        if not self.differs:
            return "no change"
        return KINDS[max((begin for begin in KINDS if f"{self.id}-".startswith(f"{begin}")), key=len)]


def cases(setup: str, changes: dict[str, str], *, since: int = 14, differs: bool = True,
          built_with: str | None = None) -> tuple[Case, ...]:
    """One case for each change, all to the same objects."""
    return tuple(Case(id=name, setup=setup, change=change, since=since, differs=differs,
                      built_with=built_with) for name, change in changes.items())
