"""Read only what has changed since an earlier reading.

What one object's text shows of another is mostly its name, and the columns of a relation. Hence the rules: where a
relation changed, the views, rules and policies on it are read again; where it or a column was renamed, so is all that
depends on it; where anything else was renamed, so is everything. An object that was not there before, or is not there
any more, is shown by no other that has not changed itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from harness.catalog import objects
from harness.catalog.objects import CatalogObject
from harness.catalog.reading import Ask, Reader
from harness.catalog.signature import (
    Changes,
    Glance,
    Signature,
    Word,
    find_changes,
    follow,
    glance_columns,
    look_columns,
    read_glance,
    read_look,
    types_columns,
    with_types,
)
from harness.catalog.sources import (
    IF_ANY_OF_RELATIONS,
    SOURCES,
    Answer,
    Remarks,
    Source,
    build,
    presence_column,
)
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

GroupKey = int | str
"""The oid of a relation, or a scope."""


@dataclass(frozen=True, eq=False)
class Group:
    """Objects that are read together: those of one relation, or of one scope."""

    items: tuple[CatalogObject, ...]

    @cached_property
    def relations(self) -> frozenset[QualifiedName | None]:
        """What they are parts of."""
        return frozenset(item.relation for item in self.items)


Groups = Mapping[GroupKey, Group]


@dataclass(frozen=True, slots=True)
class Memory:
    """What a later reading needs of an earlier one."""

    signature: Signature
    version_tables: frozenset[QualifiedName]
    present: frozenset[str]
    """The queries that may have something to read."""
    relkinds: frozenset[str]
    """The kinds of relations that there may be."""
    groups: Groups
    """Those of which there is any object."""


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

    def groups(
        self, answers: Sequence[Answer], version_tables: frozenset[QualifiedName],
        only: Container[GroupKey] | None = None,
    ) -> Groups:
        """Make of the answers what was wanted, or ``only`` some groups, without what is of ``version_tables``."""
        made: defaultdict[GroupKey, list[CatalogObject]] = defaultdict(list)
        for key, item in self._items(answers, only):
            if item.relation in version_tables or (isinstance(item, objects.Table) and item.name in version_tables):
                continue
            made[key].append(item)
        return {key: Group(tuple(items)) for key, items in made.items()}

    def _items(
        self, answers: Sequence[Answer], only: Container[GroupKey] | None
    ) -> Iterator[tuple[GroupKey, CatalogObject]]:
        found = dict(zip(self.remarks, answers[len(self.sources):], strict=True))
        nothing: Answer = ((), [])
        remarks = Remarks([*found.get("comments", nothing)[1], *found.get("relation_comments", nothing)[1]],
                          found.get("security_labels", nothing)[1])
        for (source, _), answer in zip(self.sources, answers[:len(self.sources)], strict=True):
            for relid, item in build(source, answer, remarks, only):
                yield relid or source.scope.value, item


class Recall:
    """One reading."""

    def __init__(self, reader: Reader, version_tables: frozenset[QualifiedName], *, with_roles: bool = True) -> None:
        self._reader = reader
        self._version_tables = version_tables
        self._with_roles = with_roles

    def read(self, known: Memory | None, touched: frozenset[int] | None) -> Memory:
        """All objects there are; where nothing has changed, with the very groups of ``known``."""
        if known is not None and known.version_tables != self._version_tables:
            known = None
        if known is not None and touched is not None and (memory := self._read_touched(known, touched)) is not None:
            return memory
        signature, present = self._look()
        if known is not None and known.signature == signature:
            return replace(known, signature=signature)
        relkinds = frozenset(Word.parse(Scope.RELATIONS, oid, word).relkind
                             for oid, word in signature.relations.items())
        memory = Memory(signature, self._version_tables, present, relkinds, {})
        if known is not None:
            changes = find_changes(known.signature, signature)
            renewed = None if changes is None else self._renew(known.groups, changes, present)
            if renewed is not None:
                return replace(memory, groups=renewed)
        sources = _sources(frozenset(Scope), relkinds, present)
        groups = self._fetch(Wanted(tuple((source, False) for source in sources),
                                    _remarks(present, "comments", "security_labels")))
        return replace(memory, groups=groups)

    # -- piece by piece ----------------------------------------------------------------------------------------------

    def _look(self) -> tuple[Signature, frozenset[str]]:
        """Which versions everything has, and which queries have something to read."""
        columns = [look_columns(self._reader.major, is_superuser=self._reader.is_superuser),
                   presence_column(is_superuser=self._reader.is_superuser)]
        _, ((*values, present),) = self._reader.begin("SELECT " + ",\n".join(columns))
        return read_look(values), frozenset(present) - (frozenset() if self._with_roles else {"roles"})

    def _renew(self, groups: Groups, changes: Changes, present: frozenset[str]) -> Groups | None:
        """The groups as they are now; None where what changed may show anywhere."""
        kinds: dict[GroupKey, str] = {word.oid: word.relkind for word in changes.words(Scope.RELATIONS)}
        kinds |= {scope.value: "" for scope in (Scope.TYPES, Scope.ROUTINES, Scope.SCHEMAS) if changes.words(scope)}
        # On what is new or gone nothing depends that is neither.
        named = {word.oid for word in (*changes.renamed, *changes.altered) if _may_be_renamed(word, changes)}
        changed = {word.oid for word in (*changes.altered, *changes.renamed) if word.scope is Scope.RELATIONS}
        if not (self._add(kinds, "dependents", changed) and self._add(kinds, "namers", named)):
            return None
        read = self._fetch(_of_groups(kinds, present))
        dropped = _among(groups, kinds)
        if not _tell_all(changes, dropped):
            return None
        more: dict[GroupKey, str] = {}
        if not self._add(more, "namers", _with_renamed_columns(dropped, read) - named):
            return None
        if more := {oid: relkind for oid, relkind in more.items() if oid not in kinds}:
            read = {**read, **self._fetch(_of_groups(more, present))}
        return _put_in(groups, kinds.keys() | more.keys(), read)

    def _add(self, kinds: dict[GroupKey, str], name: str, relations: Collection[int]) -> bool:
        """Add what else has to be read when some relations changed; whether that is not everything."""
        if not relations:
            return True
        (answer,) = self._reader.ask([Ask(query(name, self._reader.major), sorted(relations))])
        found = _Dependents.of(answer)
        kinds |= found.relations
        if found.has_routines:
            kinds[Scope.ROUTINES.value] = ""
        return not found.has_others

    def _fetch(self, wanted: Wanted) -> Groups:
        return wanted.groups(self._reader.ask(wanted.asks(self._reader.major)), self._version_tables)

    # -- at once -----------------------------------------------------------------------------------------------------

    def _read_touched(self, known: Memory, touched: frozenset[int]) -> Memory | None:
        """Glance at what may have changed and read what probably has; None where more did."""
        major, relkinds, oids = self._reader.major, _relkinds_among(known, touched), sorted(touched)
        wanted = _of_groups(dict.fromkeys(touched, ""), known.present, relkinds)
        look = f"SELECT {glance_columns(major, is_superuser=self._reader.is_superuser)}"
        (_, (values,)), depending, *answers = self._reader.once([
            Ask(look, oids, known.signature.horizon), Ask(query("dependents", major), oids), *wanted.asks(major)])
        glance = read_glance(values)
        followed = follow(known.signature, glance, touched)
        if followed is None:
            ((_, (values,)),) = self._reader.once([
                Ask(f"SELECT {types_columns(major)}", horizon=known.signature.horizon)])
            followed = follow(known.signature, with_types(glance, values), touched)
        if followed is None:
            return None
        signature, changes = followed
        if signature == known.signature:
            return replace(known, signature=signature)
        present = known.present | _queries_of(glance, changes)
        groups = _groups_at_once(changes, _Dependents.of(depending))
        renewed: Groups | None = None
        if groups is not None and groups <= touched and present == known.present and glance.relkinds <= relkinds:
            read = wanted.groups(answers, self._version_tables, groups)
            dropped = _among(known.groups, groups)
            if _tell_all(changes, dropped) and not _with_renamed_columns(dropped, read):
                renewed = _put_in(known.groups, groups, read)
        if renewed is None:
            self._reader.begin()
            renewed = self._renew(known.groups, changes, present)
        return None if renewed is None else Memory(signature, self._version_tables, present,
                                                   known.relkinds | glance.relkinds, renewed)


def _queries_of(glance: Glance, changes: Changes) -> set[str]:
    """The queries that have something to read where these changes are all."""
    found = {name for name, catalog in IF_ANY_OF_RELATIONS.items() if catalog in glance.catalogs}
    if changes.words(Scope.TYPES):
        found.update(source.query for source in SOURCES if source.scope is Scope.TYPES)
    return found


def _relkinds_among(known: Memory, touched: frozenset[int]) -> frozenset[str]:
    """Which kinds of relations there may be among these: of those that are new as well as known ones, or tables."""
    words = [known.signature.relations.get(oid) for oid in touched]
    if None in words:
        return known.relkinds | _TABLES
    return frozenset(Word.parse(Scope.RELATIONS, 0, word).relkind for word in words if word is not None)


class _Dependents(NamedTuple):
    """What else has to be read when some relations changed."""

    relations: dict[GroupKey, str]
    """Their relkinds by oid."""
    has_routines: bool
    has_others: bool

    @classmethod
    def of(cls, answer: Answer) -> _Dependents:
        _, ((found, has_routines, has_others),) = answer
        return cls({int(oid): relkind for oid, relkind in found}, has_routines, has_others)


def _groups_at_once(changes: Changes, found: _Dependents) -> set[GroupKey] | None:
    """What has to be read where only relations were altered, came or went; None where there is more to it."""
    if changes.renamed or any(_may_be_renamed(word, changes) for word in changes.altered):
        return None
    groups: set[GroupKey] = {word.oid if word.scope is Scope.RELATIONS else word.scope.value
                              for word in (*changes.gone, *changes.come, *changes.altered)}
    if changes.altered:
        if found.has_others or found.has_routines:
            return None
        groups.update(found.relations)
    return groups


def _of_groups(
    kinds: Mapping[GroupKey, str], present: frozenset[str], relkinds: frozenset[str] | None = None
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


def _among(groups: Groups, keys: Iterable[GroupKey]) -> Groups:
    return {key: groups[key] for key in keys if key in groups}


def _put_in(groups: Groups, keys: Container[GroupKey], read: Groups) -> Groups:
    """The groups with those of some keys as they were read."""
    return {**{key: group for key, group in groups.items() if key not in keys}, **read}


def _may_be_renamed(word: Word, changes: Changes) -> bool:
    """Whether a relation's name, or those of its columns, may be others now; a view does not tell those."""
    return word in changes.renamed or (word.scope is Scope.RELATIONS and word.relkind in "vmc")


def _tell_all(changes: Changes, dropped: Groups) -> bool:
    """Whether of all that was altered an object is known, which tells what others may show of it.

    Of what an extension has there is no object.
    """
    by_oid = {(key, item.oid) for key, group in dropped.items() if isinstance(key, str) for item in group.items}
    for word in (*changes.altered, *changes.renamed):
        match word.scope, word.relkind:
            case Scope.RELATIONS, "i" | "I" | "v" | "m" | "c":
                continue
            case Scope.RELATIONS, _:
                if word.oid not in dropped:
                    return False
            case Scope.ROUTINES | Scope.SCHEMAS, _:
                if (word.scope.value, word.oid) not in by_oid:
                    return False
    return True


def _with_renamed_columns(before: Groups, after: Groups) -> set[int]:
    was, now = ({(item.oid, item.attnum): item.name for item in _items_of(side)
                 if isinstance(item, objects.Column)} for side in (before, after))
    return {oid for (oid, attnum), name in was.items() if now.get((oid, attnum), name) != name}


def _items_of(groups: Groups) -> Iterator[CatalogObject]:
    return chain.from_iterable(group.items for group in groups.values())
