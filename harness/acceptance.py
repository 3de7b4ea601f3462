"""What a team has accepted: findings that it knows of, with the reason and, where there is one, the day it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """One entry of ``[[tool.roundtrip.accept]]``: which findings, and why."""

    rule: str
    """A rule's code or slug."""
    reason: str
    revision: str | None = None
    """A revision's full id; None: any, and the findings that belong to none."""
    object: str | None = None
    """The finding's object, as reports have it; None: any."""
    until: dt.date | None = None
    """The last day on which it holds; None: it does not end."""

    @property
    def subject(self) -> str:
        """What it is about, in a line: ``RT106 0001_initial public.users``."""
        return " ".join(part for part in (self.rule, self.revision, self.object) if part is not None)


def acceptance_from(entry: Mapping[str, Any]) -> Acceptance:
    """Return the acceptance that an entry of the settings describes.

    Raises:
        ValueError: a key is unknown or missing, or a value is not of its kind; the message says which.
    """
    unknown = sorted(entry.keys() - {"rule", "reason", "revision", "object", "until"})
    if unknown:
        raise ValueError(f"{unknown[0]!r} is none of its keys")
    texts: dict[str, str] = {}
    for key in ("rule", "reason", "revision", "object"):
        value = entry.get(key)
        if value is None and key in {"rule", "reason"}:
            raise ValueError(f"it has no {key}")
        if value is not None:
            if not isinstance(value, str) or not value.strip():
                raise ValueError(f"its {key} is not a text")
            texts[key] = value
    return Acceptance(rule=texts["rule"], reason=texts["reason"], revision=texts.get("revision"),
                      object=texts.get("object"), until=_day(entry.get("until")))


def _day(value: object) -> dt.date | None:
    """A TOML date, or the same as a text."""
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"its until is {value!r}, not a day such as 2027-01-31") from None
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    raise ValueError("its until is not a day such as 2027-01-31")
