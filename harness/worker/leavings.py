"""What a statement leaves behind outside of the database's own objects: in its session, and in the server's roles."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CHANGES_SESSION = re.compile(
    r"(?:^|;)\s*(?:set\s+(?!local\b|transaction\b|constraints\b)|reset\b|listen\b|prepare\b|declare\b|load\b)"
    r"|\bset_config\s*\(|\bpg_(?:try_)?advisory_lock|\bcreate\s+(?:local\s+|global\s+)?temp(?:orary)?\b"
    r"|\binto\s+temp(?:orary)?\b",
    re.IGNORECASE,
)
_CREATE_ROLE = re.compile(r'\bcreate\s+(?:role|user|group)\s+(?:"((?:[^"]|"")+)"|(\w+))', re.IGNORECASE)


def changes_session(statement: str) -> bool:
    """Whether it may leave in its session what a later statement meets there."""
    return _CHANGES_SESSION.search(statement) is not None


def roles_created(statement: str) -> Iterator[str]:
    """The roles that it may create, by name."""
    for quoted, plain in _CREATE_ROLE.findall(statement):
        yield quoted.replace('""', '"') or plain.lower()
