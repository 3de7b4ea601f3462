"""Set types, routines and sequences back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harness.catalog import objects
from harness.catalog.folding import key_of
from harness.catalog.objects import CatalogObject
from harness.findings.restoring.again import Altered, Anew, Statements
from harness.findings.restoring.code import execute
from harness.findings.restoring.dependents import find_dependents, find_users, without
from harness.findings.restoring.making import make
from harness.findings.restoring.properties import comment_sql, literal
from harness.names import QualifiedName, show_identifier

_OF_SEQUENCE = frozenset({"type", "start", "increment", "min_value", "max_value", "cache", "cycle"})


def enum(altered: Altered[objects.EnumType]) -> Statements:
    """The statements: labels are renamed and added where that is all, else the type is made again."""
    before, wanted, present = altered.before, altered.before.labels, altered.after.labels
    moved = [(old, new) for old, new in zip(present, wanted, strict=False) if old != new]
    if len(wanted) == len(present) and not {old for old, _ in moved} & {new for _, new in moved}:
        return [execute(f"ALTER TYPE {before.name} RENAME VALUE {literal(old)} TO {literal(new)}")
                for old, new in moved]
    if [label for label in wanted if label in present] == list(present):
        first = f" BEFORE {literal(present[0])}" if present else ""
        places = {label: f" AFTER {literal(wanted[place - 1])}" if place else first
                  for place, label in enumerate(wanted) if label not in present}
        return [execute(f"ALTER TYPE {before.name} ADD VALUE {literal(label)}{place}")
                for label, place in places.items()]
    return _enum_anew(altered)


def _enum_anew(altered: Altered[objects.EnumType]) -> Statements:
    """A label cannot be dropped: the type is made again, and all columns are moved to it; None where one cannot be."""
    before = altered.before
    columns = [column for column in altered.now.of(objects.Column)
               if column.type in {str(before.name), f"{before.name}[]"}]
    known = {key_of(item) for item in (before, *columns)}
    dependents = list(find_dependents([before.name], altered.now, known))
    dependents += [user for column in columns for user in find_users(column, altered.now, known)
                   if not _is_made_anew_by_server(user)]
    needed = without(dependents, altered.was, altered.now)
    if needed is None:
        return None
    other = QualifiedName(before.name.schema, f"{before.name.name}_before")
    made, *more = make(before, altered.was) or [""]
    first, last = needed
    return Anew([
        *_unlabelled(altered, columns),
        *first, execute(f"ALTER TYPE {before.name} RENAME TO {show_identifier(other.name)}"), made,
        *_moved(before, columns), *last, execute(f"DROP TYPE {other}"), *more])


def _unlabelled(altered: Altered[objects.EnumType], columns: Iterable[objects.Column]) -> Iterator[str]:
    """What must become of values with a label that the type had not."""
    gone = ", ".join(literal(label) for label in altered.after.labels if label not in altered.before.labels)
    if altered.before.labels:
        if gone:
            yield f"# first give another label to what is {gone}"
        return
    for column in columns:  # it had no label at all, so that nothing but NULL can be in them
        if column.is_inherited:
            continue
        if column.not_null:
            yield f"# first delete the rows of {column.table}: {column.name} is NOT NULL, and no label is left for it"
        else:
            name = show_identifier(column.name)
            yield execute(f"UPDATE {column.table} SET {name} = NULL WHERE {name} IS NOT NULL")


def _is_made_anew_by_server(item: CatalogObject) -> bool:
    """Whether another type of its column is nothing to it: it has no expression, and is made of the new values."""
    return isinstance(item, objects.Index | objects.Statistics) or (
        isinstance(item, objects.Constraint) and item.contype in {"p", "u"})


def _moved(before: objects.EnumType, columns: Iterable[objects.Column]) -> Iterator[str]:
    for column in columns:
        if column.is_inherited:
            continue
        array = "[]" if column.type.endswith("[]") else ""
        name = show_identifier(column.name)
        alter = f"ALTER TABLE {column.table} ALTER COLUMN {name}"
        if column.default is not None:
            yield execute(f"{alter} DROP DEFAULT")
        yield execute(f"{alter} TYPE {before.name}{array} USING {name}::text{array}::{before.name}{array}")
        if column.default is not None and before.labels:  # without labels it had none
            yield execute(f"{alter} SET DEFAULT {column.default}")


def composite(altered: Altered[objects.CompositeType]) -> Statements:
    """The statements: attributes are added, dropped, renamed or altered where one of these is all.

    None for another order of them while anything uses the type.
    """
    before, after = altered.before, altered.after
    statements: list[str] = []
    if "attributes" in altered.names:
        actions = _attribute_actions(before.attributes, after.attributes)
        if actions is None:
            used = any(find_dependents([before.name], altered.now, {key_of(before)}))
            return None if used else altered.anew()
        statements += [execute(f"ALTER TYPE {before.name} {action} CASCADE") for action in actions]
    present = dict(text.split(": ", 1) for text in after.attribute_comments)
    wanted = dict(text.split(": ", 1) for text in before.attribute_comments)
    return [*statements, *(execute(comment_sql(f"COLUMN {before.name}.{name}", wanted.get(name)))
                           for name in sorted(present.keys() | wanted.keys())
                           if present.get(name) != wanted.get(name))]


def _attribute_actions(wanted: tuple[str, ...], present: tuple[str, ...]) -> list[str] | None:
    differing = [(old, new) for old, new in zip(present, wanted, strict=False) if old != new]
    if not differing:
        gone = [f"DROP ATTRIBUTE {_name_of(text)}" for text in present[len(wanted):]]
        return gone + [f"ADD ATTRIBUTE {text}" for text in wanted[len(present):]]
    if len(wanted) != len(present):
        return None
    names_now, names_then = ({_name_of(text) for text in texts} for texts in (present, wanted))
    if all(_type_of(old) == _type_of(new) and _name_of(old) not in names_then and _name_of(new) not in names_now
           for old, new in differing):
        return [f"RENAME ATTRIBUTE {_name_of(old)} TO {_name_of(new)}" for old, new in differing]
    if all(_name_of(old) == _name_of(new) for old, new in differing):
        return [f"ALTER ATTRIBUTE {_name_of(new)} TYPE {_type_of(new)}" for _, new in differing]
    return None


def _name_of(attribute: str) -> str:
    found = re.match(r'"(?:[^"]|"")*"|[^ ]+', attribute)
    return found[0] if found else attribute


def _type_of(attribute: str) -> str:
    return attribute[len(_name_of(attribute)):].strip()


def domain(altered: Altered[objects.Domain]) -> Statements:
    """The statements; None for another type while columns use it."""
    before, after, names = altered.before, altered.after, altered.names
    if {"type", "collation"} & names:
        used = (re.sub(r"(\[\])+\Z", "", column.type) for column in altered.now.of(objects.Column))
        return None if str(before.name) in used else altered.anew()
    alter = f"ALTER DOMAIN {before.name}"
    statements = []
    if "default" in names:
        statements.append(execute(f"{alter} DROP DEFAULT" if before.default is None
                                  else f"{alter} SET DEFAULT {before.default}"))
    if {"not_null", "not_null_constraint"} & names:
        named = before.not_null_constraint
        statements += [execute(f"{alter} DROP NOT NULL")] if after.not_null else []
        made = f"{alter} ADD CONSTRAINT {show_identifier(named)} NOT NULL" if named else f"{alter} SET NOT NULL"
        statements += [execute(made)] if before.not_null else []
    if before.not_null and (before.not_null_comment is not None or "not_null_comment" in names):
        name = show_identifier(before.not_null_constraint or f"{before.name.name}_not_null")
        statements.append(execute(comment_sql(f"CONSTRAINT {name} ON DOMAIN {before.name}", before.not_null_comment)))
    return statements


def function(altered: Altered[objects.Function]) -> Statements:
    """CREATE OR REPLACE where that changes all that differs, else it is made again."""
    before, after = altered.before, altered.after
    first, now = before.definition.splitlines()[0], after.definition.splitlines()[0]
    # What has a default cannot be without one again.
    loses_default = " DEFAULT " in now and first != now
    if _head_of(before) == _head_of(after) and not loses_default:
        return [execute(before.definition.rstrip("\n"))]
    return altered.anew()


def _head_of(item: objects.Function) -> list[str]:
    """Name, arguments without their defaults, and what it returns: what CREATE OR REPLACE does not change."""
    first, *rest = item.definition.splitlines()
    return [re.sub(r" DEFAULT (?:'(?:[^']|'')*'|[^,)'])*", "", first), *rest[:1]]


def sequence(altered: Altered[objects.Sequence]) -> Statements:
    """The statements. Where it stands is kept, unless it counts the other way."""
    before, after, names = altered.before, altered.after, altered.names
    statements = []
    if _OF_SEQUENCE & names:
        restart = " RESTART" if (before.increment > 0) is not (after.increment > 0) else ""
        statements.append(execute(
            f"ALTER SEQUENCE {before.name} AS {before.type} START WITH {before.start} INCREMENT BY {before.increment} "
            f"MINVALUE {before.min_value} MAXVALUE {before.max_value} CACHE {before.cache} "
            f"{'' if before.cycle else 'NO '}CYCLE{restart}"))
    if "unlogged" in names:
        statements.append(execute(f"ALTER SEQUENCE {before.name} SET {'UNLOGGED' if before.unlogged else 'LOGGED'}"))
    if {"owned_by_table", "owned_by_column"} & names:
        owned_by = (f"{before.owned_by_table}.{show_identifier(before.owned_by_column or '')}"
                    if before.owned_by_table is not None else "NONE")
        statements.append(execute(f"ALTER SEQUENCE {before.name} OWNED BY {owned_by}"))
    return statements
