"""Foreign data and replication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.catalog.objects.base import NOTHING, CatalogObject, InDatabase, not_compared
from harness.names import show_identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignDataWrapper(InDatabase):
    """A foreign-data wrapper: pg_foreign_data_wrapper."""

    KIND: ClassVar[str] = "foreign data wrapper"

    oid: int = not_compared()  # given anew to an object made again
    name: str
    handler: str | None
    validator: str | None
    options: frozenset[str]
    owner: str
    privileges: frozenset[str]
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignServer(InDatabase):
    """A foreign server: pg_foreign_server."""

    KIND: ClassVar[str] = "server"

    oid: int = not_compared()  # given anew to an object made again
    name: str
    foreign_data_wrapper: str
    type: str | None
    version: str | None
    options: frozenset[str]
    owner: str
    privileges: frozenset[str]
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMapping(CatalogObject):
    """A user mapping: pg_user_mapping. Passwords are hidden."""

    KIND: ClassVar[str] = "user mapping"

    oid: int = not_compared()  # given anew to an object made again
    role: str
    server: str
    options: frozenset[str]

    @property
    def title(self) -> str:
        """``FOR app SERVER files``."""
        return f"FOR {show_identifier(self.role)} SERVER {show_identifier(self.server)}"

    @property
    def schema(self) -> str | None:
        """None."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication(InDatabase):
    """A publication: pg_publication."""

    KIND: ClassVar[str] = "publication"

    oid: int = not_compared()  # given anew to an object made again
    name: str
    all_tables: bool
    publish: frozenset[str]
    via_partition_root: bool
    generated_columns: str
    tables: frozenset[str]
    """With columns and condition where they are limited."""
    schemas: frozenset[str]
    owner: str
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(InDatabase):
    """A subscription: pg_subscription. Its connection is hidden."""

    KIND: ClassVar[str] = "subscription"

    oid: int = not_compared()  # given anew to an object made again
    name: str
    connection: str
    publications: frozenset[str]
    options: frozenset[str]
    owner: str
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING
