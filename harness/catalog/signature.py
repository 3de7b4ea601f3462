"""Which versions the rows of a database's catalogs have, and what changed between two moments.

There are two ways to look. A look tells the version of everything. A glance is told which relations were probably
altered: it tells their versions, and of all the rest only whether anything was written or deleted since. What was
written has the ``xmin`` of a transaction that was not over at the earlier moment; and where nothing was written, what
was deleted is missing from the number of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from harness.catalog.watches import COUNTED, OURS, WATCHES, Scope, Watch

PIECEMEAL = (Scope.RELATIONS, Scope.TYPES, Scope.ROUTINES, Scope.SCHEMAS)
"""What is known object by object."""

Words = Mapping[int, str]
"""By the oid of an object: its relkind, a hash of what others may show of it, the version of its rows, and the catalogs
that hold them, as far as they are watched for relations."""

Counts = Mapping[int, int]
"""How many rows that are counted belong to each relation, by its oid."""


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
    def parse(cls, scope: Scope, oid: int, text: str) -> Word:
        """Read ``relkind:identity:version:catalogs``."""
        relkind, identity, *_ = text.split(":")
        return cls(scope, oid, chr(int(relkind)), identity)


@dataclass(frozen=True, slots=True)
class Signature:
    """The versions of all that a snapshot is made of."""

    objects: tuple[Words, ...]
    """For each piecemeal scope."""
    others: str
    """The versions of what is not known object by object."""
    contents: str
    """The same of what has no version but what it says."""
    rare: str
    """The same of what is in the rare catalogs."""
    rows: int
    """How many rows are counted."""
    counts: Counts
    horizon: str = field(compare=False)  # it says nothing of what there is
    """The first transaction that may not have been over."""

    @property
    def relations(self) -> Words:
        """The words of relations."""
        return self.objects[0]


@dataclass(frozen=True, slots=True)
class Glance:
    """What a glance tells."""

    relations: Words
    """Of those that were told to be altered, as far as there are such."""
    counts: Counts
    """The same."""
    rows: int
    """How many rows are counted, of all relations and of none."""
    new_elsewhere: int
    """How many of them were written since and belong to no relation that was told of."""
    contents: str
    horizon: str

    @property
    def relkinds(self) -> frozenset[str]:
        """Which kinds of relations were told of."""
        return frozenset(chr(int(word.split(":", 1)[0])) for word in self.relations.values())

    @property
    def catalogs(self) -> frozenset[str]:
        """Which catalogs tell of these relations."""
        bits = 0
        for word in self.relations.values():
            bits |= int(word.rpartition(":")[2])
        return frozenset(watch.catalog for tag, watch in enumerate(WATCHES) if bits >> tag & 1)


@dataclass(frozen=True, slots=True)
class Changes:
    """What is not as it was."""

    gone: tuple[Word, ...]
    come: tuple[Word, ...]
    altered: tuple[Word, ...]
    """As they are now."""
    renamed: tuple[Word, ...]
    """Relations with another name or schema, as they are now."""

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.gone or self.come or self.altered or self.renamed)

    def words(self, scope: Scope) -> list[Word]:
        """All of one scope."""
        return [word for word in (*self.gone, *self.come, *self.altered, *self.renamed) if word.scope is scope]


def find_changes(known: Signature, present: Signature) -> Changes | None:
    """What changed; None when that may show anywhere."""
    if (known.others, known.contents, known.rare) != (present.others, present.contents, present.rare):
        return None
    return _changes(zip(PIECEMEAL, known.objects, present.objects, strict=True))


def follow(known: Signature, glance: Glance, touched: frozenset[int]) -> tuple[Signature, Changes] | None:
    """The signature after a glance at ``touched`` relations, and what changed of them; None if anything else did."""
    before = {oid: known.relations[oid] for oid in touched if oid in known.relations}
    others = {oid: rows for oid, rows in known.counts.items() if oid not in touched}
    elsewhere = known.rows - sum(known.counts.get(oid, 0) for oid in touched)
    if glance.new_elsewhere or glance.rows - sum(glance.counts.values()) != elsewhere:
        return None
    if glance.contents != known.contents:
        return None
    changes = _changes([(Scope.RELATIONS, before, glance.relations)])
    assert changes is not None, "where a relation's name shows is known"
    relations = {oid: word for oid, word in known.relations.items() if oid not in touched} | dict(glance.relations)
    signature = Signature((relations, *known.objects[1:]), known.others, known.contents, known.rare, glance.rows,
                          others | dict(glance.counts), glance.horizon)
    return signature, changes


def _changes(scopes: Iterable[tuple[Scope, Words, Words]]) -> Changes | None:
    gone: list[Word] = []
    come: list[Word] = []
    altered: list[Word] = []
    renamed: list[Word] = []
    for scope, was, now in scopes:
        gone += [Word.parse(scope, oid, was[oid]) for oid in was.keys() - now.keys()]
        for oid, text in now.items():
            earlier = was.get(oid)
            if earlier == text:
                continue
            word = Word.parse(scope, oid, text)
            if earlier is None:
                come.append(word)
            elif Word.parse(scope, oid, earlier).identity == word.identity:
                altered.append(word)
            elif scope is Scope.RELATIONS:
                renamed.append(word)
            else:
                return None
    return Changes(tuple(gone), tuple(come), tuple(altered), tuple(renamed))


def types_altered(known: Words, present: Words) -> bool:
    """Whether a type was altered between two moments; not whether one came or went."""
    return any(present.get(oid, word) != word for oid, word in known.items())


# -- the SQL ---------------------------------------------------------------------------------------------------------

_Watched = Mapping[Scope, Sequence[tuple[int, Watch]]]
"""The watches of a server by their scope, each with its number."""

_TOUCHED = "ANY ($1::oid[])"
_IS_NEW = "age(w.xmin) BETWEEN 0 AND (SELECT age($2::xid))"
_HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::xid::text"


@cache
def look_columns(major: int, *, is_superuser: bool) -> str:
    """The SQL of the columns of which ``read_look`` makes a signature."""
    watched = _watched(major, is_superuser=is_superuser)
    return ",\n".join([
        *(_words(watched[scope]) for scope in PIECEMEAL),
        _versions(pair for pair in watched[Scope.EVERYTHING] if not (pair[1].content or pair[1].is_rare)),
        _versions(pair for pair in watched[Scope.EVERYTHING] if pair[1].content),
        _versions(pair for pair in watched[Scope.EVERYTHING] if pair[1].is_rare),
        f"(SELECT sum(rows)::int8 FROM ({_totals(watched, 'false')}) part (rows, new))",
        _counts(watched, f">= {OURS}", "false"), _HORIZON,
    ])


def read_look(values: Sequence[Any]) -> Signature:
    """Make a signature of the values of these columns."""
    *scopes, others, contents, rare, rows, (counts, _), horizon = values
    return Signature(tuple(map(_read_words, scopes)), others, contents, rare, rows, _read_counts(counts), horizon)


@cache
def glance_columns(major: int, *, is_superuser: bool) -> str:
    """The SQL of the columns of which ``read_glance`` makes a glance.

    Its parameters are the oids of the relations that were touched and the horizon of what is known.
    """
    watched = _watched(major, is_superuser=is_superuser)
    return ",\n".join([
        _words(((tag, watch) for tag, watch in watched[Scope.RELATIONS] if watch.has_own_key), among=_TOUCHED),
        _counts(watched, f"= {_TOUCHED}", _IS_NEW),
        f"(SELECT ARRAY[sum(rows)::int8, sum(new)::int8] FROM ({_totals(watched, _IS_NEW)}) part (rows, new))",
        _versions(pair for pair in watched[Scope.EVERYTHING] if pair[1].content), _HORIZON,
    ])


def read_glance(values: Sequence[Any]) -> Glance:
    """Make a glance of the values of these columns."""
    relations, (counts, new_here), (rows, new), contents, horizon = values
    return Glance(_read_words(relations), _read_counts(counts), rows, new - int(new_here), contents, horizon)


@cache
def types_column(major: int) -> str:
    """The SQL of a column of which ``read_types`` makes the words of types."""
    return _words(_watched(major, is_superuser=False)[Scope.TYPES])


def read_types(value: str) -> Words:
    """The words of types."""
    return _read_words(value)


def _watched(major: int, *, is_superuser: bool) -> _Watched:
    found: dict[Scope, list[tuple[int, Watch]]] = {scope: [] for scope in Scope}
    for tag, watch in enumerate(WATCHES):
        if major >= watch.since and (is_superuser or not watch.for_superusers):
            found[watch.scope].append((tag, watch))
    return found


def _words(watched: Iterable[tuple[int, Watch]], among: str | None = None) -> str:
    """One text of the words of all objects, or of those with some oids."""
    rows = "\nUNION ALL ".join(
        f"SELECT {watch.key}, {watch.relkind or 'NULL::int4'}, {watch.identity or 'NULL::int8'}, "
        f"{_version(tag, watch)}, {1 << tag if watch.scope is Scope.RELATIONS else 0}::int8 "
        f"FROM {watch.rows}{f' AND {watch.key} = {among}' if among else ''}" for tag, watch in watched)
    # What has no identity are TOAST tables and what PostgreSQL brought.
    return ("(SELECT coalesce(string_agg(concat_ws(':', key, relkind, identity, version, catalogs), ' '), '')\n"
            "FROM (SELECT key, coalesce(max(relkind), 0), bit_xor(identity), bit_xor(version), bit_or(catalog)\n"
            f"FROM ({rows}) row (key, relkind, identity, version, catalog) GROUP BY key) "
            "word (key, relkind, identity, version, catalogs) WHERE identity IS NOT NULL)")


def _read_words(text: str) -> Words:
    pairs = (word.partition(":") for word in text.split())
    return {int(oid): word for oid, _, word in pairs}


def _counts(watched: _Watched, condition: str, is_new: str) -> str:
    """An array of two texts: how many rows belong to each relation, and how many of all of them are new."""
    owned = [(f"{catalog} w WHERE {owner} {condition}", owner) for catalog, owner in COUNTED.items()]
    owned += [(f"{watch.rows} AND {watch.key} {condition}", watch.key)
              for _, watch in watched[Scope.RELATIONS] if watch.has_own_key and watch.catalog not in COUNTED]
    rows = "\nUNION ALL ".join(f"SELECT {owner}, ({is_new})::int FROM {rows}" for rows, owner in owned)
    return ("(SELECT ARRAY[coalesce(string_agg(concat_ws(':', key, rows), ' '), ''), coalesce(sum(new), 0)::text]\n"
            f"FROM (SELECT key, count(*), sum(new) FROM ({rows}) row (key, new) GROUP BY key) word (key, rows, new))")


def _read_counts(text: str) -> Counts:
    pairs = (word.partition(":") for word in text.split())
    return {int(oid): int(rows) for oid, _, rows in pairs}


def _totals(watched: _Watched, is_new: str) -> str:
    """How many rows there are and how many of them are new, part by part."""
    whole = [f"{catalog} w{' WHERE NOT (w.typarray = 0 AND w.typelem <> 0)' if catalog == 'pg_type' else ''}"
             for catalog in COUNTED]
    parts = [watch.rows for scope in (Scope.RELATIONS, Scope.TYPES, Scope.EVERYTHING) for _, watch in watched[scope]
             if watch.catalog not in COUNTED and not watch.is_rare and not watch.content]
    return "\nUNION ALL ".join(f"SELECT count(*), count(*) FILTER (WHERE {is_new}) FROM {rows}"
                               for rows in (*whole, *parts))


def _versions(watched: Iterable[tuple[int, Watch]]) -> str:
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
