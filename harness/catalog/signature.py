"""Which versions the rows of a database's catalogs have, and what changed between two moments.

There are two ways to look. A look tells the version of everything. A glance is told which relations were probably
altered: it tells their versions, and of all the rest only whether anything was written or deleted since. What was
written has the ``xmin`` of a transaction that was not over at the earlier moment; and where nothing was written, what
was deleted is missing from the number of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from harness.catalog.watches import COUNTED, OURS, WATCHES, Scope, Watch

PIECEMEAL = (Scope.RELATIONS, Scope.TYPES, Scope.ROUTINES, Scope.SCHEMAS)
"""What is known object by object."""
_TYPES = PIECEMEAL.index(Scope.TYPES)

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
    """How many rows are counted, those of types apart."""
    type_rows: int
    """How many rows are of types."""
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
    """How many rows are counted, of all relations and of none, those of types too."""
    new_elsewhere: int
    """How many of them were written since and belong to no relation that was told of."""
    contents: str
    horizon: str
    types: Words | None = None
    """Of all types; None: they were not looked at."""
    type_rows: int = 0
    """How many of the rows are of types, where they were looked at."""
    new_types: int = 0
    """How many of the new ones are."""

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
    """The signature after a glance at ``touched`` relations, and what changed of them and of types.

    None where more changed, or what did may show anywhere.
    """
    types, type_rows = known.objects[_TYPES], known.type_rows
    if glance.types is not None:
        types, type_rows = glance.types, glance.type_rows
    elsewhere = known.rows - sum(known.counts.get(oid, 0) for oid in touched)
    if (glance.new_elsewhere != glance.new_types
            or glance.rows - sum(glance.counts.values()) - type_rows != elsewhere
            or glance.contents != known.contents):
        return None
    before = {oid: known.relations[oid] for oid in touched if oid in known.relations}
    changes = _changes([(Scope.RELATIONS, before, glance.relations), (Scope.TYPES, known.objects[_TYPES], types)])
    if changes is None:
        return None
    others = {oid: rows for oid, rows in known.counts.items() if oid not in touched}
    relations = {oid: word for oid, word in known.relations.items() if oid not in touched} | dict(glance.relations)
    signature = replace(known, objects=(relations, types, *known.objects[_TYPES + 1:]), rows=glance.rows - type_rows,
                        type_rows=type_rows, counts=others | dict(glance.counts), horizon=glance.horizon)
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
_NEW = "count(*) FILTER (WHERE age <= (SELECT age({horizon}::xid)))"
_HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::xid::text"


@cache
def look_columns(major: int, *, is_superuser: bool) -> str:
    """The SQL of the columns of which ``read_look`` makes a signature."""
    watched = _watched(major, is_superuser=is_superuser)
    totals = "\nUNION ALL ".join(f"SELECT count(*) FROM {rows}" for rows in _all_rows(watched))
    return ",\n".join([
        *(_words(watched[scope]) for scope in PIECEMEAL),
        _versions(pair for pair in watched[Scope.EVERYTHING] if not (pair[1].content or pair[1].is_rare)),
        _versions(pair for pair in watched[Scope.EVERYTHING] if pair[1].content),
        _versions(pair for pair in watched[Scope.EVERYTHING] if pair[1].is_rare),
        f"(SELECT sum(rows)::int8 FROM ({totals}) part (rows))", _types_counted(watched), _counts(watched), _HORIZON,
    ])


def read_look(values: Sequence[Any]) -> Signature:
    """Make a signature of the values of these columns."""
    *scopes, others, contents, rare, rows, type_rows, counts, horizon = values
    return Signature(tuple(map(_read_words, scopes)), others, contents, rare, rows - type_rows, type_rows,
                     _read_counts(counts), horizon)


@cache
def glance_columns(major: int, *, is_superuser: bool) -> str:
    """The SQL of the columns of which ``read_glance`` makes a glance.

    Its parameters are the oids of the relations that were touched and the horizon of what is known.
    """
    watched = _watched(major, is_superuser=is_superuser)
    own = "\nUNION ALL ".join(_of_touched(tag, watch) for tag, watch in watched[Scope.RELATIONS] if watch.has_own_key)
    every = "\nUNION ALL ".join(f"SELECT age(w.xmin) FROM {rows}" for rows in _all_rows(watched))
    new = _NEW.format(horizon="$2")
    words = ("SELECT key, coalesce(max(relkind), 0), bit_xor(identity), bit_xor(version), bit_or(catalog), count(*), "
             f"{new}\nFROM ({own}) row (key, relkind, identity, version, catalog, age) GROUP BY key")
    told = f"{_joined(_WORD)} FILTER (WHERE identity IS NOT NULL), {_joined('key, rows')}, sum(new)::text"
    return ",\n".join([
        f"(SELECT ARRAY[{told}]\nFROM ({words}) word ({_WORD}, rows, new))",
        f"(SELECT ARRAY[count(*), {new}] FROM ({every}) row (age))",
        _versions(pair for pair in watched[Scope.EVERYTHING] if pair[1].content), _HORIZON,
    ])


def read_glance(values: Sequence[Any]) -> Glance:
    """Make a glance of the values of these columns."""
    (relations, counts, new_here), (rows, new), contents, horizon = values
    return Glance(_read_words(relations or ""), _read_counts(counts or ""), rows, new - int(new_here or 0), contents,
                  horizon)


@cache
def types_columns(major: int) -> str:
    """The SQL of what ``with_types`` adds to a glance, whose horizon is the one parameter."""
    rows = "\nUNION ALL ".join(f"SELECT age(w.xmin) FROM {watch.rows}"
                               for _, watch in _watched(major, is_superuser=False)[Scope.TYPES])
    return f"{types_column(major)},\n(SELECT ARRAY[count(*), {_NEW.format(horizon='$1')}] FROM ({rows}) row (age))"


def with_types(glance: Glance, values: Sequence[Any]) -> Glance:
    """The glance with what was seen of types right after it."""
    words, (rows, new) = values
    return replace(glance, types=_read_words(words), type_rows=rows, new_types=new)


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


_WORD = "key, relkind, identity, version, catalogs"


def _joined(columns: str) -> str:
    return f"string_agg(concat_ws(':', {columns}), ' ')"


def _words(watched: Iterable[tuple[int, Watch]]) -> str:
    """One text of the words of all objects."""
    rows = "\nUNION ALL ".join(f"SELECT {watch.key}, {', '.join(_told(tag, watch))} FROM {watch.rows}"
                               for tag, watch in watched)
    # What has no identity are TOAST tables and what PostgreSQL brought.
    return (f"(SELECT coalesce({_joined(_WORD)}, '')\n"
            "FROM (SELECT key, coalesce(max(relkind), 0), bit_xor(identity), bit_xor(version), bit_or(catalog)\n"
            f"FROM ({rows}) row (key, relkind, identity, version, catalog) GROUP BY key) word ({_WORD}) "
            "WHERE identity IS NOT NULL)")


def _read_words(text: str) -> Words:
    pairs = (word.partition(":") for word in text.split())
    return {int(oid): word for oid, _, word in pairs}


def _told(tag: int, watch: Watch) -> tuple[str, str, str, str]:
    """What a row tells of its object: relkind, identity, version and catalog."""
    return (watch.relkind or "NULL::int4", watch.identity or "NULL::int8", _version(tag, watch),
            f"{1 << tag if watch.scope is Scope.RELATIONS else 0}::int8")


def _of_touched(tag: int, watch: Watch) -> str:
    """What the rows tell that belong to a touched relation; those that are only counted tell nothing."""
    told = ", ".join(f"CASE WHEN {watch.condition} THEN {value} END" for value in _told(tag, watch))
    rows = f"{watch.catalog} w WHERE true" if watch.catalog in COUNTED else watch.rows
    return f"SELECT {watch.key}, {told}, age(w.xmin) FROM {rows} AND {watch.key} = {_TOUCHED}"


def _all_rows(watched: _Watched) -> list[str]:
    """Where the rows come from that are counted: what follows FROM, part by part."""
    whole = [f"{catalog} w{' WHERE NOT (w.typarray = 0 AND w.typelem <> 0)' if catalog == 'pg_type' else ''}"
             for catalog in COUNTED]
    return whole + [watch.rows for scope in (Scope.RELATIONS, Scope.TYPES, Scope.EVERYTHING)
                    for _, watch in watched[scope]
                    if watch.catalog not in COUNTED and not watch.is_rare and not watch.content]


def _types_counted(watched: _Watched) -> str:
    """How many of all rows are of types."""
    rows = "\nUNION ALL ".join(f"SELECT count(*) FROM {watch.rows}" for _, watch in watched[Scope.TYPES])
    return f"(SELECT sum(rows)::int8 FROM ({rows}) part (rows))"


def _counts(watched: _Watched) -> str:
    """How many rows belong to each relation."""
    owned = [f"SELECT {owner} FROM {catalog} w WHERE {owner} >= {OURS}" for catalog, owner in COUNTED.items()]
    owned += [f"SELECT {watch.key} FROM {watch.rows} AND {watch.key} >= {OURS}"
              for _, watch in watched[Scope.RELATIONS] if watch.has_own_key and watch.catalog not in COUNTED]
    rows = "\nUNION ALL ".join(owned)
    return (f"(SELECT coalesce({_joined('key, rows')}, '')\n"
            f"FROM (SELECT key, count(*) FROM ({rows}) row (key) GROUP BY key) word (key, rows))")


def _read_counts(text: str) -> Counts:
    pairs = (word.partition(":") for word in text.split())
    return {int(oid): int(rows) for oid, _, rows in pairs}


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
