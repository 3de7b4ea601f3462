"""Values of the forms that checks usually ask for, whatever they are written with: addresses, dates, documents.

They are tried only where a check is, and only kept where the server lets them through.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import uuid as uuids
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from harness.data.shapes import TypeShape
from harness.data.values import source_of
from harness.data.values.compound import array_item

_COUNT = 12
"""Values of each form, so that rows differ."""
_SIZES_AT_MOST = 4
_LONGEST = 300
_DAYS_BACK = 40
_PATH = re.compile(r"\$((?:\.(?:\w+|\"[^\"]+\")|\[\*\])+)")
_MEMBER = re.compile(r"@\.(\w+|\"[^\"]+\")")

Maker = Callable[[Sequence[str], Sequence[str]], Iterator[str]]
"""Makes values out of the literals and the numbers that a check names."""


def usual_values(base: TypeShape, literals: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    """Values of a type in the forms that checks ask for."""
    if base.category == "S" or base.name.name == "citext":
        yield from _texts(literals, numbers)
    elif base.category == "A" and base.over is not None:
        yield from _arrays(literals, numbers, base.over)
    elif base.kind == "c":
        yield from _composites(base, literals, numbers)
    elif base.kind == "r":
        yield from _ranges(base)
    else:
        make = _BY_NAME.get(base.name.name)
        if make is not None:
            yield from make(literals, numbers)


def _texts(literals: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    for number in range(_COUNT):
        yield from _forms(number)
    yield from dict.fromkeys(numbers)
    for text in numbers:
        if text.lstrip("-").isdigit():
            yield from (str(int(text) + step) for step in range(-5, 15))
            size = min(int(text), _LONGEST)
            yield from ("".join(chr(97 + (number + place) % 26) for place in range(size)) for number in range(_COUNT))
            # As many parts as the number says, with a literal between them.
            yield from (literal.join("abcdefghijklm"[place] for place in range(size)) for literal in literals[:3]
                        if 1 < size < 9)  # noqa: PLR2004 - parts of a name, an address, a path
    for literal in literals:
        if len(literal) <= 40:  # noqa: PLR2004 - a prefix, a suffix, something in between
            for number in range(_COUNT):
                word = "abcdefghijklmnop"[number:number + 4]
                yield from (f"{literal}{word}", f"{word}{literal}", f"{word}{literal}{word}", literal.upper(),
                            literal.lower())
        yield from (part for part in re.split(r"[,;|\s]+", literal) if part and part != literal)
    if literals:
        yield from _documents(literals, numbers)


def _forms(number: int) -> Iterator[str]:
    """The n-th text of each form."""
    word = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu")[
        number % 12]
    digest = hashlib.sha256(word.encode()).hexdigest()
    day = date(2024, 1 + number % 12, 1)
    yield from (
        word, word.upper(), word.capitalize(), f"{word}{number}", f"{word}-{number}", f"{word}_{number}",
        f"{word}@example.com", f"https://example.com/{word}", f"{word}.example.com", f"/{word}/{number}",
        f"{word.capitalize()}#{number}x9Z", f"{number}", f"{number}.{number}", f"{1000 + number}",
        f"{10_000_000 + number}", f"+4930{100_000 + number}", day.isoformat(), f"{day} 09:30:00", f"{number:02d}:30",
        f"192.0.2.{number}", f"1.{number}.0", digest[:32], digest[:40], digest, str(uuids.UUID(digest[:32], version=4)),
        f'{{"{word}": {number}}}', f"[{number}]", "true" if number % 2 else "false", f"{word[:2]}-{word[:2].upper()}",
        word[:2], word[:2].upper(), word[:3].upper(), word[0].upper(),
    )


def _documents(literals: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    """Documents with the members that paths name, each with a value of every kind."""
    values = ['"text"', "1", "true", "[1, 2, 3]", '{"a": 1}', '["a", "b"]', '"2024-01-15"', '"a@example.com"', "null"]
    for text in numbers:
        if text.lstrip("-").isdigit():
            values += [str(int(text) + step) for step in (0, 1, -1)]
            values += [f'"{int(text) + 1}"', f'"{"abcdefghij"[:max(int(text), 0)]}"']
    values += [f'"{literal}"' for literal in literals if re.fullmatch(r"[\w .-]{1,40}", literal)]
    paths = list(_paths(literals))
    whole = [path[0] for path in paths if path]
    for value in dict.fromkeys(values):
        for path in paths:
            yield _nested(path, value)
        if whole:
            yield "{" + ", ".join(f'"{name}": {value}' for name in dict.fromkeys(whole)) + "}"
    if len(whole) == 2:  # noqa: PLR2004 - a start and an end
        pairs = (("1", "2"), ('"2024-01-15"', '"2024-02-15"'), ('"a"', '"b"'), ("1", '"text"'), ('"text"', "1"))
        for low, high in pairs:
            yield f'{{"{whole[0]}": {low}, "{whole[1]}": {high}}}'
    yield '{"note": "' + "a longer text that fills the document up, as documents are in practice" + '"}'


def _paths(literals: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The paths that literals name: a member's name, ``{a,b}``, ``$.a.b[*]``; and all names on top of each other."""
    names = [literal for literal in literals if re.fullmatch(r"\w[\w -]*", literal)]
    yield from ((name,) for name in dict.fromkeys(names))
    if 1 < len(names) <= 5:  # noqa: PLR2004 - a -> b ->> c
        yield from (tuple(names[:size]) for size in range(2, len(names) + 1))
    for literal in literals:
        if re.fullmatch(r"\{\w+(?:,\w+)*\}", literal):
            yield tuple(literal[1:-1].split(","))
        for path in _PATH.findall(literal):
            steps = [name.strip('"') or star for name, star in re.findall(r"\.(\w+|\"[^\"]+\")|(\[\*\])", path)]
            yield tuple(steps)
            yield from ((*steps, member.strip('"')) for member in _MEMBER.findall(literal))


def _nested(path: Sequence[str], value: str) -> str:
    for step in reversed(path):
        value = f"[{value}]" if step == "[*]" else f'{{"{step}": {value}}}'
    return value


def _arrays(literals: Sequence[str], numbers: Sequence[str], element: TypeShape) -> Iterator[str]:
    source = source_of(element)
    plain = [source.ordinary(number) for number in range(_COUNT)] if source is not None else []
    named = [array_item(item) for item in dict.fromkeys(literals)] or [array_item(item) for item in plain]
    others = [array_item(item) for item in plain]
    sizes = [int(text) for text in numbers if text.isdigit() and int(text) <= _LONGEST][:_SIZES_AT_MOST]
    for size in dict.fromkeys([*(size + step for size in sizes for step in (0, 1, -1)), 1, 2, 3]):
        for items in (named, others):
            for start in range(_COUNT if items and size > 0 else 0):
                yield "{" + ",".join(items[(start + place) % len(items)] for place in range(size)) + "}"
    yield "{" + ",".join(named) + "}"
    for start in range(len(others) - 1):
        yield "{" + ",".join((*named, others[start])) + "}"
        yield f"{{{{{others[start]},{others[start + 1]}}}}}"


def _composites(base: TypeShape, literals: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    """Composites whose attributes hold what the check names, all of them the value of the same place."""
    columns = []
    for _, attribute in base.attributes:
        source = source_of(attribute)
        plain = [source.ordinary(number) for number in range(_COUNT)] if source is not None else [""]
        columns.append([*usual_values(attribute.base, literals, numbers), *literals, *plain])
    for place in range(max(map(len, columns), default=0)):
        yield "(" + ",".join(array_item(values[place % len(values)]) for values in columns) + ")"


def _ranges(base: TypeShape) -> Iterator[str]:
    source = source_of(base.over) if base.over is not None else None
    for number in range(_COUNT if source is not None else 0):
        assert source is not None
        low, high = array_item(source.ordinary(number)), array_item(source.ordinary(number + 1))
        yield from (f"[{low},)", f"(,{high}]", f"[{low},{low}]", f"({low},{high})")


def _dates(literals: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    """Every month of some years, the years that numbers name, and the days around today."""
    years = {int(text) for text in (*numbers, *literals) if text.isdigit() and 1000 <= int(text) <= 9999}  # noqa: PLR2004 - years
    for year in sorted({*years, 2023, 2024}):
        yield from (f"{year}-{month:02d}-{day:02d}" for month in range(1, 13) for day in (1, 15))
    today = date.today()  # noqa: DTZ011 - a check that names today asks the server, which is on this machine
    yield from ((today + timedelta(days=step)).isoformat() for step in (*range(0, -_DAYS_BACK, -1), *range(1, 10)))


def _moments(literals: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    yield from _dates(literals, numbers)
    yield from (f"{day} 12:34:56" for day in _dates(literals, numbers))


def _bytes(_: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    for text in numbers:
        size = int(Decimal(text))
        if 0 < size <= _LONGEST:
            yield from ("\\x" + bytes((number + place) % 256 for place in range(size)).hex()
                        for number in range(_COUNT))


def _uuids(_: Sequence[str], __: Sequence[str]) -> Iterator[str]:
    for version in (4, 7, 1, 5):
        for number in range(_COUNT):
            digest = hashlib.sha256(f"{number}".encode()).hexdigest()[:32]
            yield str(uuids.UUID(f"{digest[:12]}{version}{digest[13:16]}a{digest[17:]}"))


def _hosts(literals: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    """Hosts inside of the networks that are named, and with masks of the lengths that are."""
    for literal in literals:
        try:
            network = ipaddress.ip_network(literal, strict=False)
        except ValueError:
            continue
        yield from (str(network[number]) for number in range(1, min(_COUNT, network.num_addresses)))
    masks = [int(text) for text in numbers if text.isdigit()]
    for mask in dict.fromkeys(masks):
        yield from (f"192.0.2.{number}/{mask}" for number in range(_COUNT if mask <= 32 else 0))  # noqa: PLR2004 - IPv4
        yield from (f"2001:db8::{number}/{mask}" for number in range(_COUNT if mask <= 128 else 0))  # noqa: PLR2004 - IPv6
    yield from (f"10.0.0.{number}" for number in range(_COUNT))
    yield from (f"2001:db8::{number + 1}" for number in range(_COUNT))


def _networks(literals: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    masks = [8, 16, 24, 32, 48, 64, *(int(text) for text in numbers if text.isdigit())]
    for address in (*_hosts(literals, numbers), *(f"10.{number}.0.0" for number in range(_COUNT)),
                    *(f"2001:db8:{number}::" for number in range(_COUNT))):
        for mask in dict.fromkeys(masks):
            try:
                yield str(ipaddress.ip_network(f"{address.partition('/')[0]}/{mask}", strict=False))
            except ValueError:
                continue


def _hardware(literals: Sequence[str], _: Sequence[str]) -> Iterator[str]:
    for literal in literals:
        octets = literal.split(":")
        yield from (":".join([*octets[:-1], f"{number + 1:02x}"]) for number in range(_COUNT))


def _label_paths(literals: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    for literal in literals:
        yield from (f"{literal}.A{number}" for number in range(_COUNT))
    for text in numbers:
        if text.isdigit() and 0 < int(text) < _LONGEST:
            yield from (".".join([f"A{number}", *"B" * (int(text) - 1)]) for number in range(_COUNT))


def _pairs(literals: Sequence[str], _: Sequence[str]) -> Iterator[str]:
    """``hstore`` with the keys that are named."""
    names = [literal.replace('"', '\\"') for literal in dict.fromkeys(literals)]
    for number in range(_COUNT if names else 0):
        yield ", ".join(f'"{name}"=>"{number}"' for name in names)
        yield from (f'"{name}"=>"{number}"' for name in names)


def _boxes(_: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    yield from (f"({size},{number + size}),(0,{number})" for size in _lengths(numbers) for number in range(_COUNT))


def _circles(_: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    yield from (f"<({number},0),{size}>" for size in _lengths(numbers) for number in range(_COUNT))


def _polygons(_: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    for size in _lengths(numbers):
        for number in range(_COUNT):
            yield "(" + ",".join(f"({place},{place * place + number})" for place in range(max(size, 1))) + ")"


def _lengths(numbers: Sequence[str]) -> list[int]:
    named = [int(Decimal(text)) for text in numbers if abs(Decimal(text)) <= _LONGEST]
    return list(dict.fromkeys([*(size + step for size in named for step in (0, 1)), 1, 4]))


_BY_NAME: Mapping[str, Maker] = MappingProxyType({
    "json": _documents, "jsonb": _documents, "date": _dates, "timestamp": _moments, "timestamptz": _moments,
    "bytea": _bytes, "uuid": _uuids, "inet": _hosts, "cidr": _networks, "macaddr": _hardware, "macaddr8": _hardware,
    "ltree": _label_paths, "hstore": _pairs, "box": _boxes, "circle": _circles, "polygon": _polygons,
})
