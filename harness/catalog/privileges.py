"""Show privileges in words: PostgreSQL keeps them as ``app=r*w/owner``."""

from __future__ import annotations

import re

# https://www.postgresql.org/docs/current/ddl-priv.html#PRIVILEGE-ABBREVS-TABLE
_WORDS = {
    "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "D": "TRUNCATE", "x": "REFERENCES", "t": "TRIGGER",
    "m": "MAINTAIN", "C": "CREATE", "c": "CONNECT", "T": "TEMPORARY", "X": "EXECUTE", "U": "USAGE", "s": "SET",
    "A": "ALTER SYSTEM",
}
_ITEM = re.compile(r"(?P<grantee>.*)=(?P<letters>[A-Za-z*]*)/(?P<grantor>.*)", re.DOTALL)


def show_difference(these: frozenset[str], those: frozenset[str]) -> str | None:
    """What ``these`` grant otherwise than ``those``, as ``SELECT to app``; None when nothing."""
    shown = [_show(item) for item in sorted(these - those)]
    return "; ".join(shown) or None


def _show(item: str) -> str:
    parts = _ITEM.fullmatch(item)
    if parts is None:
        return item
    words = (_WORDS.get(letter, letter) + (" WITH GRANT OPTION" if star else "")
             for letter, star in re.findall(r"([A-Za-z])(\*?)", parts["letters"]))
    return f"{', '.join(words)} to {parts['grantee'] or 'PUBLIC'}"
