"""Which versions the rows of a database's catalogs have, and what changed between two moments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from harness.catalog.watches import WATCHES, Scope, Watch

PIECEMEAL = (Scope.RELATIONS, Scope.TYPES, Scope.ROUTINES, Scope.SCHEMAS)
"""What is known object by object."""
_OFTEN = PIECEMEAL[:2]
"""Of this the part that is not told by writes to the rare catalogs."""


@dataclass(frozen=True, slots=True)
class Word:
    """One object in a signature."""

    scope: Scope
    oid: int
    relkind: str
    """Of relations."""
    identity: str
    """A hash of what others may show of it."""

    @classmethod
    def parse(cls, scope: Scope, text: str) -> Word:
        """Read ``oid:relkind:identity:version``."""
        oid, relkind, identity, _ = text.split(":")
        return cls(scope, int(oid), chr(int(relkind)), identity)


@dataclass(frozen=True, slots=True)
class Signature:
    """The versions of all that a snapshot is made of."""

    objects: tuple[str, ...]
    """For each piecemeal scope the words of its objects."""
    others: str
    """The versions of what is not known object by object."""
    rare: str
    """The same of what is in the rare catalogs."""

    def relkinds(self) -> frozenset[str]:
        """Which kinds of relations there are."""
        return frozenset(chr(int(word.split(":", 2)[1])) for word in self.objects[0].split())


@dataclass(frozen=True, slots=True)
class Changes:
    """What is not as it was."""

    gone: tuple[Word, ...]
    come: tuple[Word, ...]
    altered: tuple[Word, ...]
    """As they are now."""
    renamed: tuple[Word, ...]
    """Relations with another name or schema, as they are now."""

    def words(self, scope: Scope) -> list[Word]:
        """All of one scope."""
        return [word for word in (*self.gone, *self.come, *self.altered, *self.renamed) if word.scope is scope]


def find_changes(known: Signature, present: Signature) -> Changes | None:
    """What changed; None when that may show anywhere."""
    if (known.others, known.rare) != (present.others, present.rare):
        return None
    gone: list[Word] = []
    come: list[Word] = []
    altered: list[Word] = []
    renamed: list[Word] = []
    for scope, was, now in zip(PIECEMEAL, known.objects, present.objects, strict=True):
        if was == now:
            continue
        before, after = set(was.split()), set(now.split())
        left = {word.oid: word for word in (Word.parse(scope, text) for text in before - after)}
        for word in (Word.parse(scope, text) for text in after - before):
            former = left.pop(word.oid, None)
            if former is None:
                come.append(word)
            elif former.identity == word.identity:
                altered.append(word)
            elif scope is Scope.RELATIONS:
                renamed.append(word)
            else:
                return None
        gone.extend(left.values())
    return Changes(tuple(gone), tuple(come), tuple(altered), tuple(renamed))


@cache
def signature_columns(major: int, *, is_superuser: bool, with_rare: bool) -> str:
    """The SQL of the columns of which ``read_signature`` makes a signature."""
    watched = [(tag, watch) for tag, watch in enumerate(WATCHES, start=1)
               if major >= watch.since and (is_superuser or not watch.for_superusers)]
    others = [pair for pair in watched if pair[1].scope is Scope.EVERYTHING]
    columns = [_objects(pair for pair in watched if pair[1].scope is scope)
               for scope in (PIECEMEAL if with_rare else _OFTEN)]
    columns.append(_whole(pair for pair in others if not pair[1].is_rare))
    if with_rare:
        columns.append(_whole(pair for pair in others if pair[1].is_rare))
    return ",\n".join(columns)


def read_signature(values: Sequence[str], known: Signature | None) -> Signature:
    """Make a signature of the columns' values; where they are without the rare catalogs, these are as ``known``."""
    if known is None:
        *scopes, others, rare = values
        return Signature(tuple(scopes), others, rare)
    *scopes, others = values
    return Signature((*scopes, *known.objects[len(scopes):]), others, known.rare)


@cache
def types_column(major: int) -> str:
    """The SQL of the column of a signature that tells of types alone."""
    return _objects((tag, watch) for tag, watch in enumerate(WATCHES, start=1)
                    if watch.scope is Scope.TYPES and major >= watch.since)


def types_altered(known: str, present: str) -> bool:
    """Whether a type was altered between two values of that column; not whether one came or went."""
    before, after = set(known.split()), set(present.split())
    gone = {Word.parse(Scope.TYPES, text).oid for text in before - after}
    return any(Word.parse(Scope.TYPES, text).oid in gone for text in after - before)


def _objects(watched: Iterable[tuple[int, Watch]]) -> str:
    rows = "\nUNION ALL ".join(
        f"SELECT {watch.key}, {watch.relkind or 'NULL::int4'}, {watch.identity or 'NULL::int8'}, "
        f"{_version(tag, watch)} FROM {watch.rows}" for tag, watch in watched)
    # Rows of what has no identity are those of TOAST tables and of what PostgreSQL brought.
    return ("(SELECT coalesce(string_agg(concat_ws(':', key, relkind, identity, version), ' '), '')\n"
            "FROM (SELECT key, coalesce(max(relkind), 0) AS relkind, bit_xor(identity) AS identity, "
            "bit_xor(version) AS version\n"
            f"FROM ({rows}) row (key, relkind, identity, version) GROUP BY key) word WHERE identity IS NOT NULL)")


def _whole(watched: Iterable[tuple[int, Watch]]) -> str:
    rows = "\nUNION ALL ".join(
        f"SELECT bit_xor({_version(tag, watch)}) AS version FROM {watch.rows}" for tag, watch in watched)
    return f"(SELECT string_agg(coalesce(version, 0)::text, ' ') FROM (\n{rows}) word)"


def _version(tag: int, watch: Watch) -> str:
    """A number that another version of the row, another row, or a row of another watch would not have."""
    if watch.content:
        return f"hash_record_extended(ROW({watch.content}), {tag})"
    # There is no other way from a transaction id to a number than by its distance from another: here from the first
    # one, 3, with the number of the watch above it.
    return f"hashint8extended(({watch.row})::int8, (SELECT {tag << 40} + age('3'::xid)) - age(w.xmin))"
