"""Read only what has changed since an earlier reading.

What one object's text shows of another is mostly its name, and the columns of a relation. Hence the rules: where a name
changed, everything is read again; where a relation changed, so are the views, rules and policies on it. An object that
was not there before, or is not there any more, is shown by no other that has not changed itself.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from harness.catalog import objects
from harness.catalog.objects import CatalogObject
from harness.catalog.reading import Ask, Reader
from harness.catalog.signature import Changes, Signature, Word, find_changes, signature_columns
from harness.catalog.sources import SOURCES, Answer, Remarks, Source, build, presence_column
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
    entries: tuple[Entry, ...]
    """In the order of their places."""


class Recall:
    """One reading."""

    def __init__(self, reader: Reader, version_tables: frozenset[QualifiedName]) -> None:
        self._reader = reader
        self._version_tables = version_tables
        self._present: frozenset[str] = frozenset()

    def read(self, known: Memory | None) -> Memory:
        """All objects there are; ``known`` itself where nothing has changed."""
        signature = self._look()
        if known is not None and known.version_tables == self._version_tables:
            if known.signature == signature:
                return known
            changes = find_changes(known.signature, signature)
            renewed = None if changes is None else self._renew(known.entries, changes)
            if renewed is not None:
                return Memory(signature, self._version_tables, tuple(renewed))
        wanted = self._sources(frozenset(Scope), signature.relkinds())
        entries = self._fetch([(source, False) for source in wanted], ["comments", "security_labels"])
        return Memory(signature, self._version_tables, tuple(sorted(entries, key=_place)))

    def _look(self) -> Signature:
        """Which versions everything has; and note which queries have something to read."""
        major, is_superuser = self._reader.major, self._reader.is_superuser
        columns = [signature_columns(major, is_superuser=is_superuser), presence_column(is_superuser=is_superuser)]
        _, ((*scopes, others, present),) = self._reader.begin("SELECT " + ",\n".join(columns))
        self._present = frozenset(present)
        return Signature(tuple(scopes), others)

    def _renew(self, entries: tuple[Entry, ...], changes: Changes) -> list[Entry] | None:
        """The entries as they are now; None where what changed may show anywhere."""
        relations = changes.words(Scope.RELATIONS)
        groups: set[int | str] = {word.oid for word in relations}
        groups.update(scope.value for scope in (Scope.TYPES, Scope.ROUTINES, Scope.SCHEMAS) if changes.words(scope))
        relkinds = {word.relkind for word in relations}
        # On what is new or gone nothing depends that is neither.
        if altered := [word for word in changes.altered if word.scope is Scope.RELATIONS]:
            dependents = self._dependents(altered)
            if dependents is None:
                return None
            groups.update(dependents)
            relkinds.update(dependents.values())
        dropped = [entry for entry in entries if entry.group in groups]
        if not _tell_all(changes, dropped):
            return None
        read = self._read_groups(groups, frozenset(relkinds))
        if _has_renamed_column(dropped, read):
            return None
        kept = [entry for entry in entries if entry.group not in groups]
        for entry in read:
            insort(kept, entry, key=_place)
        return kept

    def _dependents(self, relations: Iterable[Word]) -> dict[int | str, str] | None:
        """What else has to be read when some relations changed, with the relkinds; None for everything."""
        oids = [word.oid for word in relations]
        ((_, ((found, has_routines, has_others),)),) = self._reader.ask(
            [Ask(query("dependents", self._reader.major), oids)])
        if has_others:
            return None
        dependents: dict[int | str, str] = {int(oid): relkind for oid, relkind in found}
        if has_routines:
            dependents[Scope.ROUTINES.value] = ""
        return dependents

    def _read_groups(self, groups: set[int | str], relkinds: frozenset[str]) -> list[Entry]:
        scopes = frozenset(scope for scope in Scope if scope.value in groups)
        relations = sorted(group for group in groups if isinstance(group, int))
        wanted = [(source, False) for source in self._sources(scopes, frozenset())]
        if relations:
            wanted += [(source, True) for source in self._sources(frozenset({Scope.RELATIONS}), relkinds)]
        remarks = (["comments"] if scopes else []) + (["relation_comments"] if relations else []) + ["security_labels"]
        return self._fetch(wanted, remarks, relations)

    def _sources(self, scopes: frozenset[Scope], relkinds: frozenset[str]) -> list[Source]:
        return [source for source in SOURCES
                if source.scope in scopes and source.query in self._present
                and (source.scope is not Scope.RELATIONS or _RELKINDS[source.query] & relkinds)]

    def _fetch(self, wanted: list[tuple[Source, bool]], remarks: list[str], relations: list[int] | None = None
               ) -> list[Entry]:
        """Make entries of what some queries give, each whole or, where so marked, for ``relations`` only."""
        major = self._reader.major
        names = [name for name in remarks if name in self._present]
        asked = [Ask(query(source.query, major, some=some), relations if some else None) for source, some in wanted]
        asked += [Ask(query(name, major), relations if name == "relation_comments" else None) for name in names]
        answers = self._reader.ask(asked)
        found = dict(zip(names, answers[len(wanted):], strict=True))
        nothing: Answer = ((), [])
        read = Remarks([*found.get("comments", nothing)[1], *found.get("relation_comments", nothing)[1]],
                       found.get("security_labels", nothing)[1])
        return [
            Entry((item.kind, item.title), relid or source.scope.value, item)
            for (source, _), answer in zip(wanted, answers[:len(wanted)], strict=True)
            for relid, item in build(source, answer, read)
            if not self._is_left_out(item)
        ]

    def _is_left_out(self, item: CatalogObject) -> bool:
        tables = self._version_tables
        return item.relation in tables or (isinstance(item, objects.Table) and item.name in tables)


def _tell_all(changes: Changes, dropped: Iterable[Entry]) -> bool:
    """Whether of all that was altered an object is known, which tells what others may show of it.

    A view does not tell the names of its columns. Of what an extension has there is no object.
    """
    by_group = {entry.group for entry in dropped}
    by_oid = {(entry.group, entry.item.oid) for entry in dropped}
    for word in changes.altered:
        match word.scope, word.relkind:
            case Scope.RELATIONS, "i" | "I":
                continue
            case Scope.RELATIONS, "v" | "m" | "c":
                return False
            case Scope.RELATIONS, _:
                if word.oid not in by_group:
                    return False
            case Scope.ROUTINES | Scope.SCHEMAS, _:
                if (word.scope.value, word.oid) not in by_oid:
                    return False
    return True


def _has_renamed_column(before: Iterable[Entry], after: Iterable[Entry]) -> bool:
    was, now = ({(entry.group, entry.item.attnum): entry.item.name for entry in side
                 if isinstance(entry.item, objects.Column)} for side in (before, after))
    return any(now.get(column, name) != name for column, name in was.items())
