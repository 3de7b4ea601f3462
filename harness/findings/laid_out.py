"""Tell functions whose source is only laid out otherwise from those that do something else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.audit.sql_tokens import Sort, tokens
from harness.catalog import Action, Change
from harness.catalog.objects import Function

_LANGUAGE = re.compile(r"^ LANGUAGE (?:sql|plpgsql)\b", re.MULTILINE)
"""As ``pg_get_functiondef`` writes it; in other languages blanks may matter."""
_BODY = re.compile(r"^AS (?P<quote>\$(?:function|procedure)x*\$)(?P<body>.*)(?P=quote)\n*\Z", re.MULTILINE | re.DOTALL)


def is_laid_out_otherwise(change: Change) -> bool:
    """Whether all that differs are blanks, line breaks, comments and the case of words in a function's source."""
    before, after = change.before, change.after
    if change.action is not Action.ALTERED or not isinstance(before, Function) or not isinstance(after, Function):
        return False
    if {item.attribute for item in change.attributes} != {"definition"}:
        return False
    sides = [_parts(item.definition) for item in (before, after)]
    return None not in sides and sides[0] == sides[1]


def _parts(definition: str) -> tuple[str, tuple[str, ...]] | None:
    """What stands before the source, and the tokens of that; None where it is in another language, or parsed."""
    found = _BODY.search(definition)
    if found is None or not _LANGUAGE.search(definition[:found.start()]):
        return None
    return definition[:found.start()], tuple(_written(found["body"]))


def _written(source: str) -> Iterator[str]:
    for token in tokens(source):
        text = source[token.start:token.end]
        yield text.lower() if token.sort is Sort.WORD else text
