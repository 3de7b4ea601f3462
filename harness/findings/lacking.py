"""What to do about a name that is missing where it comes with an extension."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from harness.names import show_identifier
from harness.worker.protocol import Failure

_UNDEFINED = frozenset({"42883", "42704"})
"""A function; a type or an operator class."""
# https://www.postgresql.org/docs/current/contrib.html, https://postgis.net/docs/reference.html,
# https://github.com/pgvector/pgvector
_BRINGS: Mapping[str, str] = MappingProxyType({
    "uuid-ossp": r"uuid_generate_v\d\w*|uuid_nil",
    "pg_trgm": r"gin_trgm_ops|gist_trgm_ops|(?:strict_|word_)*similarity|show_trgm",
    "pgcrypto": r"crypt|gen_salt|digest|hmac|gen_random_bytes|pgp_\w+",
    "postgis": r"geometry|geography|box[23]d|(?:st|postgis)_\w+",
    "postgis_raster": r"raster",
    "ltree": r"ltree|lquery|ltxtquery",
    "hstore": r"hstore",
    "citext": r"citext",
    "unaccent": r"unaccent",
    "fuzzystrmatch": r"levenshtein\w*|soundex|d?metaphone",
    "vector": r"(?:half|sparse)?vec(?:tor)?(?:_(?:l2|ip|cosine|l1)_ops)?",
})
_LACKS = re.compile(r'(?:function|type|operator class) "?(?:\w+\.)?"?(?P<name>\w+)', re.IGNORECASE)


def remedy_for_extension(failure: Failure) -> str | None:
    """What to do where a function, type or operator class is missing that an extension brings; None for any other."""
    named = _LACKS.match(failure.message)
    if failure.sqlstate not in _UNDEFINED or named is None:
        return None
    extension = next((name for name, brought in _BRINGS.items()
                      if re.fullmatch(brought, named["name"], re.IGNORECASE)), None)
    return extension and (
        f"it comes with the extension {extension}, which is not there at this revision: have an earlier one create it, "
        "or, where it is there before base, a SQL file that `prepare` of [tool.roundtrip] names: "
        f"CREATE EXTENSION {show_identifier(extension)}")
