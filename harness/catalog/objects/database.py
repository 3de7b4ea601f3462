"""Objects that lie in no schema."""

from __future__ import annotations

from dataclasses import dataclass

from harness.catalog.objects.base import InDatabase, not_compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(InDatabase):
    """An extension, which stands for all its members: pg_extension."""

    oid: int = not_compared()  # given anew to an object made again
    name: str
    installed_schema: str
    version: str = not_compared(default="")  # pg_dump leaves it to the server that restores
    comment: str | None = None

    @property
    def kind(self) -> str:
        """``extension``."""
        return "extension"
