"""Whether a downgrade takes back what its upgrade did, as far as the source of both tells.

Both are added up, the downgrade after the upgrade: an object that the upgrade makes and nothing takes away is left
behind, one that it takes away and nothing makes again is lost. An object of which anything is not certain is not spoken
of, nor what only the downgrade makes or takes away: it may have come or gone with something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from harness.audit.facts import DATA_ACTS, Act, Body, Doubt, Effect, Kind, SourceFacts
from harness.audit.sql_cursor import within

_OF_TABLES = frozenset({Kind.COLUMN, Kind.INDEX, Kind.CONSTRAINT, Kind.TRIGGER, Kind.POLICY})
_WITH_PARTS = frozenset({Kind.TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW})
_OF_COLUMNS = frozenset({Kind.INDEX, Kind.CONSTRAINT})
_GO_WITH_TABLES = _OF_TABLES | {Kind.TABLE, Kind.SEQUENCE}
"""What goes with a table: its parts, its partitions and what inherits from it, and the sequences that it owns."""
_GO_WITH_COLUMNS = _OF_COLUMNS | {Kind.SEQUENCE}
_NO_OBJECTS = frozenset({Kind.OTHER, Kind.SEARCH_PATH})
_IN_SCHEMAS_ALONE = frozenset({Kind.TABLE, Kind.INDEX, Kind.TYPE, Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.SEQUENCE,
                               Kind.FUNCTION, Kind.EXTENSION, Kind.SCHEMA})
"""Kinds of which a name alone tells which object it is."""
_DEPEND = frozenset({Kind.CONSTRAINT, Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.TRIGGER, Kind.FUNCTION, Kind.INDEX,
                     Kind.COLUMN, Kind.POLICY})
"""What a DROP … CASCADE of something else may take away."""


class Rollback(StrEnum):
    """What the source tells of a downgrade."""

    COMPLETE = "complete"
    """It takes back every object; rows and settings of columns are not compared."""
    NOTHING_TO_DO = "nothing to do"
    """The upgrade changes nothing."""
    UNTOLD = "cannot be told"
    INCOMPLETE = "incomplete"
    EMPTY = "empty"
    """It does nothing, though the upgrade surely changed something."""
    REFUSES = "refuses"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """Upgrade and downgrade of one revision beside each other."""

    rollback: Rollback
    left: tuple[Effect, ...] = ()
    """What the upgrade surely makes and the downgrade surely does not take away."""
    lost: tuple[Effect, ...] = ()
    """What the upgrade surely takes away (or renames) and the downgrade surely does not bring back."""
    why_untold: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class _Key:
    kind: Kind
    table: str | None
    name: str


@dataclass(slots=True)
class _Net:
    """What is there more or less than before."""

    more: dict[_Key, Effect] = field(default_factory=dict)
    fewer: dict[_Key, Effect] = field(default_factory=dict)
    untold: set[_Key] = field(default_factory=set)
    something: list[Effect] = field(default_factory=list)
    """Drops and renames of which it is not told what they are of."""
    freed: set[_Key] = field(default_factory=set)
    """Names that the downgrade took from what was not made here, so that what is renamed to them is in its place."""
    dropped: set[str] = field(default_factory=set)
    """Tables of before that the upgrade drops: what is made on one in its place, the old one may have had as well."""
    is_downgrade: bool = False
    """Whether the downgrade is being added: it only takes back, what it does beyond that is not looked at."""


def mirror(facts: SourceFacts, types_made_twice: frozenset[str] = frozenset()) -> Mirror:
    """Compare the two functions; ``types_made_twice``: types that another revision makes, too."""
    upgrade, downgrade = facts.upgrade, facts.downgrade
    if downgrade.body is Body.MISSING:
        return Mirror(rollback=Rollback.MISSING)
    if downgrade.body is Body.REFUSES:
        return Mirror(rollback=Rollback.REFUSES)
    net = _Net()
    for effect in upgrade.effects:
        _apply(net, effect)
    net.untold |= {key for key in net.more if key.kind is Kind.TYPE and key.name in types_made_twice}
    if downgrade.body is Body.EMPTY:
        return _beside_nothing(facts, net)
    net.is_downgrade = True
    for effect in downgrade.effects:
        _apply(net, effect)
    return _judge(facts, net)


def _beside_nothing(facts: SourceFacts, net: _Net) -> Mirror:
    """The upgrade beside a downgrade that does nothing."""
    upgrade = facts.upgrade
    left, lost = _certain(net, upgrade.doubts)
    effects = [effect for effect in upgrade.effects if effect.kind not in _NO_OBJECTS]
    only_makes = not upgrade.doubts and not any(effect.act in (Act.DROP, Act.RENAME) for effect in effects)
    made = only_makes and any(effect.act is Act.CREATE and effect.is_certain for effect in effects)
    altered = any(effect.act in (Act.ALTER, Act.ATTACH, Act.INSERT) and effect.is_certain for effect in effects)
    if left or lost or made or altered:
        return Mirror(rollback=Rollback.EMPTY, left=left, lost=lost)
    if not upgrade.effects and not upgrade.doubts:
        return Mirror(rollback=Rollback.NOTHING_TO_DO)
    return Mirror(rollback=Rollback.UNTOLD, why_untold=(_whether_anything_changes(facts),))


def _judge(facts: SourceFacts, net: _Net) -> Mirror:
    doubts = (*facts.upgrade.doubts, *facts.downgrade.doubts)
    if net.more or net.fewer:  # else every name was met again as it was written, wherever it is
        doubts += tuple(_search_paths(facts))
    left, lost = _certain(net, doubts)
    if left or lost:
        return Mirror(rollback=Rollback.INCOMPLETE, left=left, lost=lost)
    why = [*doubts]
    why += [Doubt(effect.line, f"may leave {effect.kind} {effect.name or ''}".rstrip()) for effect in net.more.values()]
    why += [Doubt(effect.line, f"may not bring back {effect.kind} {effect.name or ''}".rstrip())
            for effect in net.fewer.values()]
    why += _unmatched_alterations(facts)
    if facts.downgrade.refusal is not None:
        why.append(Doubt(facts.downgrade.refusal_line, f"raises {facts.downgrade.refusal} after it began"))
    return Mirror(rollback=Rollback.UNTOLD if why else Rollback.COMPLETE, why_untold=tuple(why))


def _whether_anything_changes(facts: SourceFacts) -> Doubt:
    """Why nothing is said against an empty downgrade."""
    if facts.upgrade.doubts:
        return facts.upgrade.doubts[0]
    effect = facts.upgrade.effects[0]
    what = "rows" if effect.act in DATA_ACTS else f"{effect.kind} {effect.name or ''}".rstrip()
    return Doubt(effect.line, f"whether upgrade() changes {what} depends on what is there")


def _search_paths(facts: SourceFacts) -> Iterator[Doubt]:
    """Where names without a schema get another one than elsewhere."""
    for effect in (*facts.upgrade.effects, *facts.downgrade.effects):
        if effect.kind is Kind.SEARCH_PATH:
            yield Doubt(effect.line, "sets search_path, which says of which schema a name without one is")


def _unmatched_alterations(facts: SourceFacts) -> Iterator[Doubt]:
    """Columns whose settings the upgrade changes and the downgrade does not touch."""
    touched = {(effect.table, effect.name) for effect in facts.downgrade.effects if effect.kind is Kind.COLUMN}
    touched |= {(effect.table, effect.new_name) for effect in facts.downgrade.effects if effect.act is Act.RENAME}
    touched |= {(effect.table, effect.name) for effect in facts.upgrade.effects
                if effect.act is Act.CREATE and effect.kind is Kind.COLUMN}
    tables = {effect.name for function in (facts.upgrade, facts.downgrade) for effect in function.effects
              if effect.kind is Kind.TABLE and effect.act in (Act.CREATE, Act.DROP)}
    for effect in facts.upgrade.effects:
        if (effect.act is Act.ALTER and effect.kind is Kind.COLUMN and effect.table not in tables
                and (effect.table, effect.name) not in touched):
            yield Doubt(effect.line, f"alters column {effect.in_table}, which downgrade() does not touch")


# -- adding up ---------------------------------------------------------------------------------------------------------


def _apply(net: _Net, effect: Effect) -> None:
    match effect.act:
        case Act.CREATE:
            _create(net, effect)
        case Act.DROP:
            _drop(net, effect)
        case Act.RENAME:
            _rename(net, effect)
        case Act.ATTACH:
            _attach(net, effect)
        case _:
            pass


def _key(effect: Effect) -> _Key:
    """What is compared; an object without a name of its own is told by its place."""
    table = None if effect.kind in _IN_SCHEMAS_ALONE else effect.table
    return _Key(effect.kind, table, effect.name if effect.name is not None else f"\x00{effect.line}")


def _create(net: _Net, effect: Effect) -> None:
    if effect.kind in _OF_TABLES and effect.table is None and effect.kind is not Kind.INDEX:
        return  # of which table it is the source does not tell
    if effect.kind is Kind.OTHER or (effect.name is None and effect.kind not in _OF_COLUMNS):
        return
    if effect.kind is Kind.COLUMN:  # with its definition constraints may come back
        net.untold |= {other for other in net.fewer if other.kind is Kind.CONSTRAINT and other.table == effect.table}
    key = _key(effect)
    doubtful = effect.table in net.dropped or any(_may_be(each, key, effect) for each in net.something)
    if doubtful or not effect.is_certain:
        net.untold.add(key)
    net.untold |= {other for other, gone in net.fewer.items()
                   if other.table == key.table and _may_complete(effect, gone)}
    if effect.name is None:  # it may be any of those that were dropped
        net.untold |= {other for other in net.fewer if other.kind is effect.kind and other.table == key.table}
    if key in net.fewer:
        del net.fewer[key]
    elif not net.is_downgrade:
        net.more[key] = effect


def _drop(net: _Net, effect: Effect) -> None:
    if effect.kind is Kind.OTHER:
        return
    if effect.name is None or (effect.table is None and effect.kind in _OF_TABLES - {Kind.INDEX}):
        _drop_something(net, effect)
        return
    key = _key(effect)
    if not effect.is_certain:
        net.untold |= {key, *_belonging(net, effect)}
        return
    if effect.if_exists and key not in net.more:
        net.untold.add(key)
    if effect.cascades:
        net.untold |= {other for other, made in net.more.items()
                       if other.kind in _DEPEND or (other.kind is Kind.TABLE and made.table is not None)}
    if key in net.more:
        del net.more[key]
    else:
        if effect.kind in _OF_COLUMNS:  # it may be one that was made without a name, or with a part of it
            net.untold |= {other for other, made in net.more.items() if other.kind is effect.kind
                           and effect.table in (None, made.table)
                           and (other.name.startswith("\x00") or _may_complete(made, effect))}
        _take(net, key, effect)
    _drop_what_belongs(net, effect)


def _take(net: _Net, key: _Key, effect: Effect) -> None:
    """Something of before goes, or its name."""
    if net.is_downgrade:
        net.freed.add(key)
        return
    net.fewer[key] = effect
    if effect.act is Act.DROP and key.kind is Kind.TABLE:
        net.dropped.add(key.name)


def _may_complete(made: Effect, named: Effect) -> bool:
    """Whether a naming convention may have made of one constraint's name, as it was given, that of the other."""
    return made.constraint_type is not None and named.kind is Kind.CONSTRAINT and str(made.name) in str(named.name)


def _drop_something(net: _Net, effect: Effect) -> None:
    """Something whose name is computed goes: whatever of that kind there is, or is made later, may be it."""
    net.something.append(effect)
    net.untold |= {key for key, other in (*net.more.items(), *net.fewer.items()) if _may_be(effect, key, other)}


def _may_be(effect: Effect, key: _Key, other: Effect) -> bool:
    """Whether a drop of something may have been of this object."""
    if effect.kind in _WITH_PARTS:
        return True
    if effect.kind is Kind.COLUMN and key.kind in _OF_COLUMNS:
        return effect.table in (None, other.table)
    return key.kind is effect.kind and (effect.table is None or other.table in (None, effect.table))


def _drop_what_belongs(net: _Net, effect: Effect) -> None:
    for key in _belonging(net, effect):
        del net.more[key]
    if effect.kind in _WITH_PARTS:
        for key in [key for key, other in net.fewer.items()
                    if other.table == effect.name and key.kind in _OF_TABLES]:
            del net.fewer[key]


def _belonging(net: _Net, effect: Effect) -> list[_Key]:
    """What goes with an object, and with the tables among that."""
    found: dict[_Key, None] = {}
    pending = [effect]
    while pending:
        whole = pending.pop()
        for key, other in net.more.items():
            if key not in found and _goes_with(net, key, other, whole):
                found[key] = None
                pending += [other] if key.kind is Kind.TABLE else []
    return list(found)


def _goes_with(net: _Net, key: _Key, other: Effect, whole: Effect) -> bool:
    """Whether it is part of a table or view, over a column or owned by it, in a schema, or the label of a type."""
    if whole.kind in _WITH_PARTS:
        return other.table == whole.name and key.kind in _GO_WITH_TABLES
    if whole.kind is Kind.COLUMN and key.kind in _GO_WITH_COLUMNS and other.table == whole.table:
        if other.columns is None:
            net.untold.add(key)
        return other.columns is not None and whole.name in other.columns
    if whole.kind is Kind.SCHEMA:
        return whole.cascades and _is_in(other, key, str(whole.name))
    return whole.kind is Kind.TYPE and key.kind is Kind.LABEL and key.table == whole.name


def _is_in(effect: Effect, key: _Key, schema: str) -> bool:
    return (effect.table or key.name).startswith(f"{schema}.")


def _rename(net: _Net, effect: Effect) -> None:
    if effect.name is None or effect.new_name is None:
        _drop_something(net, effect)
        return
    old, new = _key(effect), _key(replace(effect, name=effect.new_name))
    if not effect.is_certain:
        net.untold |= {old, new}
    made = net.more.pop(old, None)
    if made is None:
        _take(net, old, effect)
    if new in net.fewer:
        del net.fewer[new]
    elif new in net.freed:
        net.freed.remove(new)
    elif made is not None or not net.is_downgrade:
        net.more[new] = replace(made or effect, name=effect.new_name, constraint_type=None)
    if effect.kind is Kind.COLUMN:
        _rename_in_columns(net, effect)
    elif effect.kind is Kind.SCHEMA:
        _move(net, lambda key, other: _in_schema(key, other, str(effect.name), str(effect.new_name)))
    else:
        _move(net, lambda key, other: _of_renamed(key, other, effect))
        net.untold |= {key for key, other in net.more.items() if other.table in net.dropped}


def _move(net: _Net, moved: Callable[[_Key, Effect], Effect]) -> None:
    """Put what ``moved`` gives another name or place where it is now."""
    for side in (net.more, net.fewer):
        for key, effect in tuple(side.items()):
            now = moved(key, effect)
            if now is not effect:
                del side[key]
                if key in net.untold:
                    net.untold.add(_key(now))
                side[_key(now)] = now


def _of_renamed(key: _Key, other: Effect, whole: Effect) -> Effect:
    """What belongs to a table or type belongs to it under its new name, and moves with it to another schema."""
    name, new_name = str(whole.name), str(whole.new_name)
    if other.table != name or key.kind not in (_GO_WITH_TABLES if whole.kind in _WITH_PARTS else {Kind.LABEL}):
        return other
    schema, new_schema = name.rpartition(".")[0], new_name.rpartition(".")[0]
    moves = schema != new_schema and key.kind in (Kind.INDEX, Kind.SEQUENCE)
    return replace(other, table=new_name, name=within(new_schema or "public", other.name) if moves else other.name)


def _in_schema(key: _Key, other: Effect, schema: str, new_schema: str) -> Effect:
    """What is in a schema is in it under its new name."""
    if not _is_in(other, key, schema):
        return other
    name, table = (new_schema + part.removeprefix(schema) if part and part.startswith(f"{schema}.") else part
                   for part in (other.name, other.table))
    return replace(other, name=name, table=table)


def _attach(net: _Net, effect: Effect) -> None:
    key = _key(effect)
    if not effect.is_certain:
        net.untold.add(key)
    elif key in net.more:
        net.more[key] = replace(net.more[key], table=effect.table, columns=effect.columns)


def _rename_in_columns(net: _Net, effect: Effect) -> None:
    for key, other in net.more.items():
        if (key.kind in _GO_WITH_COLUMNS and other.table == effect.table
                and other.columns and effect.name in other.columns):
            columns = tuple(str(effect.new_name) if name == effect.name else name for name in other.columns)
            net.more[key] = replace(other, columns=columns)


def _certain(net: _Net, doubts: Sequence[Doubt]) -> tuple[tuple[Effect, ...], tuple[Effect, ...]]:
    """What is surely more, and surely fewer; nothing that a doubtful statement could have made or taken away."""
    def is_certain(key: _Key, effect: Effect) -> bool:
        return (effect.is_certain and key not in net.untold
                and not any(_could_concern(doubt, key, effect) for doubt in doubts))

    more, fewer = (tuple(effect for key, effect in side.items() if is_certain(key, effect))
                   for side in (net.more, net.fewer))
    renamed = {(effect.kind, effect.table, effect.name) for effect in more if effect.act is Act.RENAME}
    # A rename that is not taken back is one thing, not two.
    return more, tuple(effect for effect in fewer
                       if not (effect.act is Act.RENAME and (effect.kind, effect.table, effect.new_name) in renamed))


def _could_concern(doubt: Doubt, key: _Key, effect: Effect) -> bool:
    """Whether a doubtful statement may be about an object: it names it, or is put together while it runs."""
    if doubt.sql is None:
        return True
    words = set(re.findall(r"\w+", doubt.sql.lower()))
    names = {name.rpartition(".")[2].lower() for name in (key.name, effect.table) if name and "\x00" not in name}
    return bool(words & {"execute", "cascade", *names})
