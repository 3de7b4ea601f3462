"""Read only what has changed since an earlier reading.

What one object's text shows of another is mostly its name, and the columns of a relation. Hence the rules: where a
relation changed, the views, rules and policies on it are read again; where it or a column was renamed, so is all that
depends on it; where anything else was renamed, so is everything. An object that was not there before, or is not there
any more, is shown by no other that has not changed itself.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from harness.catalog import objects
from harness.catalog.objects import CatalogObject
from harness.catalog.reading import Ask, Reader
from harness.catalog.signature import Changes, Signature, Word, find_changes, read_signature, signature_columns
from harness.catalog.sources import OF_RARE, SOURCES, Answer, Remarks, Source, build, presence_column
from harness.catalog.versions import query
from harness.catalog.watches import Scope
from harness.names import QualifiedName

_TABLES = frozenset("rpf")
_WITH_INDEXES = frozenset("rpm")
_WITH_RULES = frozenset("rpfvm")
_VIEWS = frozenset("vm")
_RELKINDS = {
    "tables": _TABLES, "columns": _TABLES, "constraints": _TABLES, "triggers": _WITH_RULES, "policies": _TABLES,
    "rules": _WITH_RULES, "statistics": _WITH_RULES, "indexes": _WITH_INDEXES, "views": _VIEWS,
    "sequences": frozenset("S"), "composite_types": frozenset("c"),
}
"""Which kinds of relations a query reads, or what belongs to them."""


class Entry(NamedTuple):
    """An object, where it stands among the others, and what it is read again with."""

    place: tuple[str, str]
    group: int | str
    """The oid of the relation that it belongs to, or its scope."""
    item: CatalogObject


_place = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Memory:
    """What a later reading needs of an earlier one."""

    signature: Signature
    version_tables: frozenset[QualifiedName]
    present: frozenset[str]
    """The queries that had something to read."""
    entries: tuple[Entry, ...]
    """In the order of their places."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read together: some queries, each whole or, where so marked, for ``relations`` only."""

    sources: tuple[tuple[Source, bool], ...]
    remarks: tuple[str, ...]
    relations: tuple[int, ...] = ()

    def asks(self, major: int) -> list[Ask]:
        """The queries."""
        oids = self.relations
        asked = [Ask(query(source.query, major, some=some), oids if some else None) for source, some in self.sources]
        return asked + [Ask(query(name, major), oids if name == "relation_comments" else None) for name in self.remarks]

    def entries(self, answers: Sequence[Answer], groups: Container[int | str] | None = None) -> Iterator[Entry]:
        """Make of the answers what was wanted, or no more than the objects of some groups."""
        found = dict(zip(self.remarks, answers[len(self.sources):], strict=True))
        nothing: Answer = ((), [])
        remarks = Remarks([*found.get("comments", nothing)[1], *found.get("relation_comments", nothing)[1]],
                          found.get("security_labels", nothing)[1])
        for (source, _), answer in zip(self.sources, answers[:len(self.sources)], strict=True):
            for relid, item in build(source, answer, remarks, groups):
                yield Entry((item.kind, item.title), relid or source.scope.value, item)


class Recall:
    """One reading."""

    def __init__(self, reader: Reader, version_tables: frozenset[QualifiedName], *, with_roles: bool) -> None:
        self._reader = reader
        self._with_roles = with_roles
        self._version_tables = version_tables

    def read(self, known: Memory | None, touched: frozenset[int] | None) -> Memory:
        """All objects there are; ``known`` itself where nothing has changed."""
        if known is not None and known.version_tables != self._version_tables:
            known = None
        if known is not None and touched is not None and (memory := self._read_touched(known, touched)) is not None:
            return memory
        signature, present = self._look()
        if known is not None:
            if known.signature == signature:
                return known
            changes = find_changes(known.signature, signature)
            renewed = None if changes is None else self._renew(known.entries, changes, present)
            if renewed is not None:
                return Memory(signature, self._version_tables, present, renewed)
        sources = _sources(frozenset(Scope), signature.relkinds(), present)
        entries = self._fetch(Wanted(tuple((source, False) for source in sources),
                                     _remarks(present, "comments", "security_labels")))
        return Memory(signature, self._version_tables, present, tuple(sorted(entries, key=_place)))

    # -- piece by piece ----------------------------------------------------------------------------------------------

    def _look(self) -> tuple[Signature, frozenset[str]]:
        """Which versions everything has, and which queries have something to read."""
        _, ((*values, present),) = self._reader.begin(_look_sql(self._reader, with_rare=True))
        return read_signature(values, None), frozenset(present)

    def _renew(self, entries: tuple[Entry, ...], changes: Changes, present: frozenset[str]) -> tuple[Entry, ...] | None:
        """The entries as they are now; None where what changed may show anywhere."""
        kinds: dict[int | str, str] = {word.oid: word.relkind for word in changes.words(Scope.RELATIONS)}
        kinds |= {scope.value: "" for scope in (Scope.TYPES, Scope.ROUTINES, Scope.SCHEMAS) if changes.words(scope)}
        # On what is new or gone nothing depends that is neither.
        named = {word.oid for word in (*changes.renamed, *changes.altered) if _may_be_renamed(word, changes)}
        changed = {word.oid for word in (*changes.altered, *changes.renamed) if word.scope is Scope.RELATIONS}
        if not (self._add(kinds, "dependents", changed) and self._add(kinds, "namers", named)):
            return None
        read = self._fetch(_of_groups(kinds, present))
        dropped = [entry for entry in entries if entry.group in kinds]
        if not _tell_all(changes, dropped):
            return None
        more: dict[int | str, str] = {}
        if not self._add(more, "namers", _with_renamed_columns(dropped, read) - named):
            return None
        if more := {oid: relkind for oid, relkind in more.items() if oid not in kinds}:
            read += self._fetch(_of_groups(more, present))
        return _put_in(entries, kinds.keys() | more.keys(), read)

    def _add(self, kinds: dict[int | str, str], name: str, relations: Collection[int]) -> bool:
        """Add what else has to be read when some relations changed; whether that is not everything."""
        if not relations:
            return True
        (answer,) = self._reader.ask([Ask(query(name, self._reader.major), sorted(relations))])
        found = _Dependents.of(answer)
        kinds |= found.relations
        if found.has_routines:
            kinds[Scope.ROUTINES.value] = ""
        return not found.has_others

    def _fetch(self, wanted: Wanted) -> list[Entry]:
        return self._without_what_is_left_out(wanted.entries(self._reader.ask(wanted.asks(self._reader.major))))

    # -- at once -----------------------------------------------------------------------------------------------------

    def _read_touched(self, known: Memory, touched: frozenset[int]) -> Memory | None:
        """Look at what may have changed and read what probably has; None where that was not enough."""
        major, relkinds = self._reader.major, known.signature.relkinds() | _TABLES
        wanted = _of_groups(dict.fromkeys(touched, ""), known.present, relkinds)
        look = [Ask(_look_sql(self._reader, with_rare=False)), Ask(query("dependents", major), sorted(touched))]
        (_, ((*values, seen),)), depending, *answers = self._reader.once([*look, *wanted.asks(major)])
        signature = read_signature(values, known.signature)
        if signature == known.signature:
            return known
        present = frozenset(seen) | (known.present & OF_RARE)
        changes = find_changes(known.signature, signature)
        groups = None if changes is None else _groups_at_once(changes, _Dependents.of(depending))
        if (changes is None or groups is None or not groups <= touched or not present <= known.present
                or not signature.relkinds() <= relkinds):
            return None
        read = self._without_what_is_left_out(wanted.entries(answers, groups))
        dropped = [entry for entry in known.entries if entry.group in groups]
        if not _tell_all(changes, dropped) or _with_renamed_columns(dropped, read):
            return None
        return Memory(signature, self._version_tables, present, _put_in(known.entries, groups, read))

    def _without_what_is_left_out(self, entries: Iterable[Entry]) -> list[Entry]:
        tables = self._version_tables
        return [entry for entry in entries if not (
            entry.item.relation in tables or (isinstance(entry.item, objects.Table) and entry.item.name in tables)
            or (isinstance(entry.item, objects.Role) and not self._with_roles))]


class _Dependents(NamedTuple):
    """What else has to be read when some relations changed."""

    relations: dict[int | str, str]
    """Their relkinds by oid."""
    has_routines: bool
    has_others: bool

    @classmethod
    def of(cls, answer: Answer) -> _Dependents:
        _, ((found, has_routines, has_others),) = answer
        return cls({int(oid): relkind for oid, relkind in found}, has_routines, has_others)


def _groups_at_once(changes: Changes, found: _Dependents) -> set[int | str] | None:
    """What has to be read where only relations were altered, came or went; None where there is more to it."""
    if changes.renamed or any(_may_be_renamed(word, changes) for word in changes.altered):
        return None
    groups: set[int | str] = {word.oid if word.scope is Scope.RELATIONS else word.scope.value
                              for word in (*changes.gone, *changes.come, *changes.altered)}
    if changes.altered:
        if found.has_others or found.has_routines:
            return None
        groups.update(found.relations)
    return groups


def _look_sql(reader: Reader, *, with_rare: bool) -> str:
    columns = [signature_columns(reader.major, is_superuser=reader.is_superuser, with_rare=with_rare),
               presence_column(is_superuser=reader.is_superuser, with_rare=with_rare)]
    return "SELECT " + ",\n".join(columns)


def _of_groups(
    kinds: Mapping[int | str, str], present: frozenset[str], relkinds: frozenset[str] | None = None
) -> Wanted:
    """What some groups are read with; ``kinds`` are their relkinds, unless all of ``relkinds`` may be among them."""
    scopes = frozenset(scope for scope in Scope if scope.value in kinds)
    relations = tuple(sorted(group for group in kinds if isinstance(group, int)))
    sources = [(source, False) for source in _sources(scopes, frozenset(), present)]
    remarks = ["comments"] if scopes else []
    if relations:
        found = frozenset(kinds.values()) if relkinds is None else relkinds
        sources += [(source, True) for source in _sources(frozenset({Scope.RELATIONS}), found, present)]
        remarks.append("relation_comments")
    return Wanted(tuple(sources), _remarks(present, *remarks, "security_labels"), relations)


def _sources(scopes: frozenset[Scope], relkinds: frozenset[str], present: frozenset[str]) -> list[Source]:
    return [source for source in SOURCES
            if source.scope in scopes and source.query in present
            and (source.scope is not Scope.RELATIONS or _RELKINDS[source.query] & relkinds)]


def _remarks(present: frozenset[str], *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if name in present)


def _put_in(entries: Iterable[Entry], groups: Container[int | str], read: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries with those of some groups as they were read."""
    kept = [entry for entry in entries if entry.group not in groups]
    for entry in read:
        insort(kept, entry, key=_place)
    return tuple(kept)


def _may_be_renamed(word: Word, changes: Changes) -> bool:
    """Whether a relation's name, or those of its columns, may be others now; a view does not tell those."""
    return word in changes.renamed or (word.scope is Scope.RELATIONS and word.relkind in "vmc")


def _tell_all(changes: Changes, dropped: Iterable[Entry]) -> bool:
    """Whether of all that was altered an object is known, which tells what others may show of it.

    Of what an extension has there is no object.
    """
    by_group = {entry.group for entry in dropped}
    by_oid = {(entry.group, entry.item.oid) for entry in dropped}
    for word in (*changes.altered, *changes.renamed):
        match word.scope, word.relkind:
            case Scope.RELATIONS, "i" | "I" | "v" | "m" | "c":
                continue
            case Scope.RELATIONS, _:
                if word.oid not in by_group:
                    return False
            case Scope.ROUTINES | Scope.SCHEMAS, _:
                if (word.scope.value, word.oid) not in by_oid:
                    return False
    return True


def _with_renamed_columns(before: Iterable[Entry], after: Iterable[Entry]) -> set[int]:
    was, now = ({(entry.item.oid, entry.item.attnum): entry.item.name for entry in side
                 if isinstance(entry.item, objects.Column)} for side in (before, after))
    return {oid for (oid, attnum), name in was.items() if now.get((oid, attnum), name) != name}
