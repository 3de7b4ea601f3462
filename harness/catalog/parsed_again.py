"""What the server writes of an expression that it is given as it wrote it before.

``kind IN ('a', 'b')`` of a varchar is written with one cast of the array, and that, read again, with one of each
element. So every such check is another text once a dump was restored, and the same check.
"""

from __future__ import annotations

import re

_LITERAL = r"'(?:[^']|'')*'::character varying"
_ARRAY = re.compile(rf"\(\(ARRAY\[({_LITERAL}(?:, {_LITERAL})*)\]\)::text\[\]\)")


def parsed_again(text: str) -> str:
    """``text`` as it is once it was parsed and written again; one that was is left as it is."""
    if "::text[]" not in text:
        return text
    return _ARRAY.sub(lambda found: f"(ARRAY[{re.sub(_LITERAL, lambda each: f'({each[0]})::text', found[1])}])", text)
