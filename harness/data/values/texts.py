"""Texts of every kind, bytes and bit strings.

Source: https://www.postgresql.org/docs/current/datatype-character.html
"""

from __future__ import annotations

from itertools import cycle as endlessly
from itertools import islice

from harness.data.shapes import TypeShape
from harness.data.values.source import Source, Wide

_NAMES = ("Ada Lovelace", "Grace Hopper", "Alan Turing", "Edsger Dijkstra", "Barbara Liskov")
_LONG = 1000
"""Characters of the longest text where the type has no limit: past every usual limit, yet fit for an index."""
_LONGEST_LIMITED = 10_000
"""Characters at most where it has one."""
_NAME_BYTES = 63

_TELLING = ("", "ada lovelace", "Ada  Lovelace Byron", " ÅDA ")
_ODD = (
    " ", "ADA LOVELACE", "Ada Lovelace", "Straße Ünïcödé 名前", "👩‍💻", "e\u0301", "\u00e9", "O'Brien \"Bob\" \\", "0",
    "007", "null", "a,b;c|d", "line one\nline two", "{}", "100%", "<b>x</b>", "tab\there", "İstanbul",
)


def text(shape: TypeShape) -> Source:
    """``text``, ``varchar``, ``varchar(n)`` and ``citext``."""
    limit = shape.max_length
    if limit is None:
        return Source(_ordinary, (_long(_LONG), *_TELLING), (*_ODD, _long(256)), _any_text(400))
    telling = tuple(dict.fromkeys(value for value in (_long(min(limit, _LONGEST_LIMITED)), *_TELLING)
                                  if len(value) <= limit))
    odd = tuple(value for value in _ODD if len(value) <= limit)
    return Source(lambda number: _ordinary(number, limit), telling, odd,
                  _any_text(min(limit, 400)))


def fixed_text(shape: TypeShape) -> Source:
    """``char(n)``: padded with blanks, which do not count when compared."""
    limit = shape.max_length or 1
    varying = text(shape)
    if limit <= 3:  # noqa: PLR2004 - codes of countries, currencies, languages
        return Source(lambda number: _code(number, limit), ("", "é"[:limit], "x" * limit), ("Z", "a", "0"),
                      varying.wide)
    return varying


def single_byte(_: TypeShape) -> Source:
    """``"char"``: one byte."""
    return Source(lambda number: chr(ord("a") + number % 26), ("", "Z"), ("0", "~", " "),
                  lambda st: st.integers(33, 126).map(chr))


def identifier(_: TypeShape) -> Source:
    """``name``: at most 63 bytes, more are cut off silently."""
    return Source(lambda number: f"name_{number + 1}", ("", "x" * _NAME_BYTES), ("Two Words", 'q"uote', "naïve"),
                  _any_text(15))


def bytes_(_: TypeShape) -> Source:
    """``bytea`` in hex format."""
    return Source(lambda number: "\\x" + f"item {number + 1}".encode().hex(), ("\\x", "\\x00", "\\xff00fe"),
                  ("\\xdeadbeef", "\\x" + "ab" * 300, "\\x5c", "\\xc3"),
                  lambda st: st.binary(max_size=64).map(lambda data: "\\x" + data.hex()))


def bits(shape: TypeShape) -> Source:
    """``bit(n)``, which takes exactly n bits, and ``bit varying``."""
    limit, fixed = shape.max_length, shape.name.name == "bit"
    size = limit or (1 if fixed else 8)

    def ordinary(number: int) -> str:
        return f"{(number + 1) % 2**size:0{size}b}"

    if fixed:
        return Source(ordinary, ("0" * size, "1" * size), ("1" + "0" * (size - 1),),
                      lambda st: st.integers(0, 2**min(size, 64) - 1).map(lambda value: f"{value:0{size}b}"))
    longest = min(limit or 200, 1000)
    return Source(ordinary, ("", "1" * longest), ("0", "1", "10"[:longest]),
                  lambda st: st.text("01", max_size=longest))


def _any_text(size: int) -> Wide:
    """Texts of at most so many characters.

    No surrogates, which are no characters, and no NUL, which PostgreSQL does not store.
    """
    return lambda st: st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=size)


def _ordinary(number: int, limit: int | None = None) -> str:
    name = _NAMES[number % len(_NAMES)]
    value = name if number < len(_NAMES) else f"{name} {number + 1}"
    if limit is None or len(value) <= limit:
        return value
    first = value.split()[0]
    if number < len(_NAMES) and len(first) <= limit:
        return first
    return _code(number, limit)


def _code(number: int, limit: int) -> str:
    """The n-th word of letters that is at most so long: distinct for as many as there are, and never all digits."""
    letters = []
    for _ in range(min(limit, 6)):
        number, place = divmod(number, 26)
        letters.append(chr(ord("A") + place))
    return "".join(letters)


def _long(size: int) -> str:
    """A text of exactly so many characters in which no stretch repeats soon."""
    words = (f"{number:04d} zyxwvutsrqponmlkjihgfedcba" for number in endlessly(range(10_000)))
    return "".join(islice((character for word in words for character in word), size - 1)) + "." if size else ""
