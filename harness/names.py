"""Names shared by every module: revisions, relations, steps, and how PostgreSQL quotes an identifier."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, NewType

RevisionId = NewType("RevisionId", str)

_FUNCTION = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")

# Words that are no column's name without quotes: https://www.postgresql.org/docs/current/sql-keywords-appendix.html
_RESERVED_WORDS = """
all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze
from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
returning right select session_user similar some symmetric system_user table tablesample then to trailing true union
unique user using variadic verbose when where window with
"""
RESERVED = frozenset(_RESERVED_WORDS.split())
_PLAIN_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_$]*\Z")


def quote_identifier(identifier: str) -> str:
    """Quote one identifier for use in SQL text, always with double quotes.

    Source: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
    """
    return '"' + identifier.replace('"', '""') + '"'


@lru_cache(maxsize=4096)
def show_identifier(identifier: str) -> str:
    """Write one identifier for a person: quoted only where PostgreSQL would need the quotes."""
    plain = _PLAIN_IDENTIFIER.match(identifier) and identifier not in RESERVED
    return identifier if plain else quote_identifier(identifier)


class QualifiedName(NamedTuple):  # of all values here the one that is hashed and compared most
    """A schema-qualified name of a relation, type, function or other object that lives in a schema."""

    schema: str
    name: str

    def __str__(self) -> str:
        """Show the name as reports print it, for example ``public.users``."""
        return f"{show_identifier(self.schema)}.{show_identifier(self.name)}"

    @property
    def sql(self) -> str:
        """The name quoted for use in SQL text."""
        return f"{quote_identifier(self.schema)}.{quote_identifier(self.name)}"


class Direction(StrEnum):
    """Which of a revision's two functions a step runs."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"


class StepName(StrEnum):
    """The five migrations of one revision's round trip, in the order they run."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    REUPGRADE = "reupgrade"
    LIVE_DOWNGRADE = "live_downgrade"
    LIVE_UPGRADE = "live_upgrade"


def is_function(text: str) -> bool:
    """Whether a text that may name a file has the form ``module:function``."""
    return _FUNCTION.fullmatch(text) is not None
