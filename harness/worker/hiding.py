"""Keep values of rows out of what is told of errors and statements, where a dump's rows must not be seen.

What stands in the revision itself is no row's value and is told as it is. Of a server's error the first line is kept
where its class names objects alone; of any other error only its kind.

Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

HIDDEN = "(its message may hold values of rows, which are hidden)"
_NAMES_OBJECTS = "23"
"""Integrity constraint violations: table, column and constraint; the key and the row come in the detail."""
_MAY_QUOTE_TEXT = ("0A", "3F", "42", "55")
"""Errors about objects. What they quote may have been put into a statement from a row, as in ``WHERE name = Ada``."""
_NO_VALUES = ("08", "25", "40", "53", "57", "58")
_QUOTED = re.compile(r'"([^"]*)"|\'([^\']*)\'')
_TEXT = re.compile(r"(?:[eEbBxX]|[uU]&)?'(?:[^'\\]|''|\\.)*'?", re.DOTALL)
_DOLLAR_QUOTED = re.compile(r"\$(\w*)\$.*?(?:\$\1\$|$)", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w.\"$:])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w\"])")
_WORD = re.compile(r"(?<!\w)[^\W\d]\w*")
_ELLIPSIS = "'…'"
_KEYWORD_LIST = """
ACTION ADD ALL ALTER ALWAYS AND ANALYZE ANY ARRAY AS ASC AUTHORIZATION BEFORE BEGIN BETWEEN BIGINT BIGSERIAL BIT BOOLEAN
BY BYTEA CASCADE CASE CAST CHAR CHARACTER CHECK CIDR CITEXT COALESCE COLLATE COLUMN COMMENT COMMIT CONCURRENTLY CONFLICT
CONSTRAINT COPY COUNT CREATE CROSS CURRENT_DATE CURRENT_TIMESTAMP DATABASE DATE DECIMAL DEFAULT DEFERRABLE DEFERRED
DELETE DESC DISTINCT DO DOMAIN DOUBLE DROP EACH ELSE END ENUM ESCAPE EXCEPT EXCLUDE EXECUTE EXISTS EXTENSION FALSE FLOAT
FOR FOREIGN FROM FULL FUNCTION GENERATED GIN GIST GLOBAL GRANT GROUP HASH HAVING HSTORE IDENTITY IF ILIKE IMMEDIATE IN
INCLUDE INDEX INET INHERITS INITIALLY INNER INSERT INT INTEGER INTERSECT INTERVAL INTO IS JOIN JSON JSONB KEY LANGUAGE
LATERAL LEFT LIKE LIMIT LOCAL LOCK MACADDR MATERIALIZED MATCH MAX MERGE MIN MONEY NO NOT NOTHING NOW NULL NULLS NUMERIC
OF OFFSET ON ONLY OR ORDER OUTER OVER OWNED OWNER PARTITION POLICY PRECISION PRIMARY PRIVILEGES PROCEDURE RANGE REAL
RECURSIVE REFERENCES REFRESH RENAME REPLACE RESTART RESTRICT RETURNING REVOKE RIGHT ROLE ROW ROWS RULE SCHEMA SELECT
SEQUENCE SERIAL SET SMALLINT START STATISTICS STORED SUM TABLE TEMPORARY TEXT THEN TIME TIMESTAMP TO TRIGGER TRUE
TRUNCATE TSVECTOR TYPE UNION UNIQUE UNLOGGED UPDATE USING UUID VALID VALIDATE VALUE VALUES VARCHAR VARYING VIEW WHEN
WHERE WITH WITHOUT XML ZONE
"""
_KEYWORDS = frozenset(_KEYWORD_LIST.split())
"""Words of SQL that are no row's value where they stand bare."""
_CHANGES_SCHEMA = re.compile(r"\s*(?:ALTER|CREATE|DROP|COMMENT|GRANT|REVOKE)\b", re.IGNORECASE)
_hidden = False


def hide_values(*, hidden: bool) -> None:
    """Hide them from now on, in this process, or do not."""
    global _hidden  # noqa: PLW0603 - it is one fact about the process
    _hidden = hidden


def is_hiding() -> bool:
    """Whether values are hidden."""
    return _hidden


def message_without_values(text: str, sqlstate: str | None, files: Iterable[str]) -> str:
    """The message of an error as it may be told; ``files`` are those of the user's code that it came through."""
    sources = [_source(file) for file in files]
    first = text.partition("\n")[0].strip()
    if not sqlstate:
        return first if first and any(first in source for source in sources) else HIDDEN
    if sqlstate.startswith((_NAMES_OBJECTS, *_NO_VALUES)):
        return first
    if sqlstate.startswith(_MAY_QUOTE_TEXT):
        return _QUOTED.sub(lambda found: found[0] if _is_word_of(sources, found[1] or found[2] or "") else '"…"', first)
    return first if any(first in source for source in sources) else HIDDEN


def statement_without_values(statement: str, files: Iterable[str]) -> str:
    """A statement on one line as it may be told: as it is where it stands so in the user's code."""
    plain = " ".join(statement.split())
    sources = [_source(file) for file in files]
    if any(plain in " ".join(source.split()) for source in sources):
        return plain
    hidden = _TEXT.sub(_ELLIPSIS, _DOLLAR_QUOTED.sub("$…$", plain))
    hidden = _WORD.sub(lambda found: found[0] if found[0].upper() in _KEYWORDS or _is_word_of(sources, found[0])
                       else "…", hidden)
    return hidden if _CHANGES_SCHEMA.match(hidden) else _NUMBER.sub("…", hidden)


def _is_word_of(sources: Iterable[str], word: str) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", source) for source in sources)


@lru_cache(maxsize=256)
def _source(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
