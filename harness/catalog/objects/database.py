"""Objects that lie in no schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.catalog.objects.base import NOTHING, CatalogObject, InDatabase, not_compared
from harness.names import show_identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Database(CatalogObject):
    """The database itself: pg_database and pg_db_role_setting. Name, encoding and comment are its maker's affair."""

    KIND: ClassVar[str] = "database"

    oid: int = not_compared()  # 0: a copy has another
    settings: frozenset[str]
    """``work_mem=1MB``; one that holds for a role alone has its name before it."""
    connection_limit: int | None
    is_template: bool
    owner: str
    privileges: frozenset[str]

    @property
    def title(self) -> str:
        """``current_database()``: two that are compared have names of their own."""
        return "current_database()"

    @property
    def schema(self) -> str | None:
        """None."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(InDatabase):
    """A role, which all databases of a server share: pg_roles and pg_auth_members. Its password is not read."""

    KIND: ClassVar[str] = "role"

    oid: int = not_compared()  # given anew to an object made again
    name: str
    attributes: frozenset[str]
    member_of: frozenset[str]
    settings: frozenset[str]
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(InDatabase):
    """An extension, which stands for all its members: pg_extension."""

    KIND: ClassVar[str] = "extension"

    oid: int = not_compared()  # given anew to an object made again
    name: str
    installed_schema: str
    version: str = not_compared(default="")  # pg_dump leaves it to the server that restores
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(InDatabase):
    """A procedural language: pg_language."""

    KIND: ClassVar[str] = "language"

    oid: int = not_compared()  # given anew to an object made again
    name: str
    is_trusted: bool
    handler: str | None
    inline_handler: str | None
    validator: str | None
    owner: str
    privileges: frozenset[str]
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessMethod(InDatabase):
    """An access method: pg_am."""

    KIND: ClassVar[str] = "access method"

    oid: int = not_compared()  # given anew to an object made again
    name: str
    type: str
    handler: str
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTrigger(InDatabase):
    """An event trigger: pg_event_trigger."""

    KIND: ClassVar[str] = "event trigger"

    oid: int = not_compared()  # given anew to an object made again
    name: str
    event: str
    tags: frozenset[str]
    function: str
    enabled: str
    owner: str
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultPrivileges(CatalogObject):
    """Privileges that objects to come will have: pg_default_acl."""

    KIND: ClassVar[str] = "default privileges"

    oid: int = not_compared()  # given anew to an object made again
    role: str
    in_schema: str | None
    on_objects: str
    privileges: frozenset[str]

    @property
    def title(self) -> str:
        """``FOR ROLE app IN SCHEMA public ON TABLES``."""
        where = f" IN SCHEMA {show_identifier(self.in_schema)}" if self.in_schema else ""
        return f"FOR ROLE {show_identifier(self.role)}{where} ON {self.on_objects}"

    @property
    def schema(self) -> str | None:
        """The schema that they are for."""
        return self.in_schema


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPrivileges(CatalogObject):
    """Privileges, unlike those it came with, on an object of PostgreSQL's own or of an extension."""

    KIND: ClassVar[str] = "privileges"

    oid: int = not_compared()  # given anew to an object made again
    type: str
    identity: str
    privileges: frozenset[str]
    usual: frozenset[str] = not_compared(default=NOTHING)  # what it came with, which differs from release to release

    @property
    def title(self) -> str:
        """``ON FUNCTION pg_catalog.pg_sleep(double precision)``."""
        return f"ON {self.type} {self.identity}"

    @property
    def schema(self) -> str | None:
        """None."""
        return None
