"""What every object of a snapshot can say about itself, and how its fields are read and compared."""

from __future__ import annotations

from dataclasses import field
from typing import Any, ClassVar

from harness.names import QualifiedName, show_identifier


def not_compared(default: Any = 0) -> Any:
    """Declare a field that does not count in comparing; the reason stands beside the field."""
    return field(default=default, compare=False)


NOTHING: frozenset[str] = frozenset()


class CatalogObject:
    """One object of a database. Its fields are what PostgreSQL can say differently about two objects of one name."""

    __slots__ = ()

    KIND: ClassVar[str]

    oid: int

    @property
    def kind(self) -> str:
        """What it is, in PostgreSQL's words, as ``DROP`` wants them."""
        return self.KIND

    @property
    def title(self) -> str:
        """The name that reports show; with ``kind`` it identifies the object in its database."""
        raise NotImplementedError

    @property
    def schema(self) -> str | None:
        """The schema it lies in; None for what lies in none."""
        raise NotImplementedError

    @property
    def relation(self) -> QualifiedName | None:
        """The table, view or domain that it is a part of, and with which it comes and goes."""
        return None


class InDatabase(CatalogObject):
    """An object that lies in no schema."""

    __slots__ = ()

    name: str

    @property
    def title(self) -> str:
        """The bare name."""
        return show_identifier(self.name)

    @property
    def schema(self) -> str | None:
        """None."""
        return None


class InSchema(CatalogObject):
    """An object with a qualified name of its own."""

    __slots__ = ()

    name: QualifiedName

    @property
    def title(self) -> str:
        """``public.users``."""
        return str(self.name)

    @property
    def schema(self) -> str | None:
        """The schema of the name."""
        return self.name.schema


class OnTable(CatalogObject):
    """An object that is named within a table or view."""

    __slots__ = ()

    table: QualifiedName
    name: str

    @property
    def title(self) -> str:
        """``public.users.email``."""
        return f"{self.table}.{show_identifier(self.name)}"

    @property
    def schema(self) -> str | None:
        """The schema of the table."""
        return self.table.schema

    @property
    def relation(self) -> QualifiedName | None:
        """The table."""
        return self.table
