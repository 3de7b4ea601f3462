"""Owners, privileges, comments and security labels: what stands beside the statement that makes an object."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.catalog import Snapshot, objects
from harness.catalog.objects import CatalogObject
from harness.findings.restoring.code import execute, on
from harness.names import show_identifier

# https://www.postgresql.org/docs/current/ddl-priv.html#PRIVILEGE-ABBREVS-TABLE
_WORDS = {
    "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "D": "TRUNCATE", "x": "REFERENCES", "t": "TRIGGER",
    "m": "MAINTAIN", "C": "CREATE", "c": "CONNECT", "T": "TEMPORARY", "X": "EXECUTE", "U": "USAGE",
}
_ITEM = re.compile(r"(?P<grantee>.*)=(?P<letters>[A-Za-z*]*)/(?P<grantor>.*)", re.DOTALL)
_PUBLIC_HAS = {"FUNCTION": "X", "PROCEDURE": "X", "TYPE": "U", "DOMAIN": "U", "LANGUAGE": "U", "DATABASE": "Tc"}
"""What everybody may do where nothing was granted or revoked."""
Privileges = frozenset[str]


def reference(item: CatalogObject) -> str:
    """How DROP, ALTER and COMMENT name the object, its kind first."""
    match item:
        case objects.Constraint() | objects.Trigger() | objects.Rule() | objects.Policy():
            kind = "CONSTRAINT" if isinstance(item, objects.Constraint) else item.kind.upper()
            return f"{kind} {show_identifier(item.name)} ON {item.table}"
        case objects.DomainConstraint():
            return f"CONSTRAINT {show_identifier(item.name)} ON DOMAIN {item.domain}"
        case objects.Aggregate():
            return f"AGGREGATE {item.name}({item.signature or '*'})"
        case objects.UserMapping(role="public"):
            return f"USER MAPPING FOR PUBLIC SERVER {show_identifier(item.server)}"
        case _:
            return f"{item.kind.upper()} {item.title}"


def grant_object(item: CatalogObject) -> str:
    """How GRANT names the object."""
    match item:
        case objects.Table() | objects.View():
            return f"TABLE {item.title}"
        case objects.Aggregate() | objects.Function():
            return f"{'PROCEDURE' if item.kind == 'procedure' else 'FUNCTION'} {item.title}"
        case objects.ForeignServer():
            return f"FOREIGN SERVER {item.title}"
        case _:
            return reference(item)


def owner(item: Any) -> str:
    """Set the owner back."""
    if isinstance(item, objects.Database):
        return on_database(f"ALTER DATABASE %I OWNER TO {show_identifier(item.owner)}")
    return execute(f"ALTER {reference(item)} OWNER TO {show_identifier(item.owner)}")


def comment(item: CatalogObject, text: str | None) -> str:
    """Set the comment back."""
    match item:
        case objects.Table() if item.kind == "table":
            return on(item.name, "drop_table_comment") if text is None else on(item.name, "create_table_comment", text)
        case objects.Column():
            return on(item.table, "alter_column", item.name, comment=repr(text))
        case _:
            return execute(comment_sql(reference(item), text))


def comment_sql(name: str, text: str | None) -> str:
    """The same, of anything."""
    return f"COMMENT ON {name} IS {'NULL' if text is None else literal(text)}"


def security_labels(item: CatalogObject, wanted: frozenset[str], present: frozenset[str]) -> Iterator[str]:
    """Set the labels back."""
    providers: dict[str, str | None] = {label.partition(": ")[0]: None for label in present - wanted}
    providers |= {label.partition(": ")[0]: label.partition(": ")[2] for label in wanted - present}
    for provider, text in sorted(providers.items()):
        shown = "NULL" if text is None else literal(text)
        yield execute(f"SECURITY LABEL FOR {show_identifier(provider)} ON {reference(item)} IS {shown}")


def privileges(what: str, wanted: Privileges, present: Privileges, columns: str = "") -> Iterator[str]:
    """GRANT and REVOKE what makes ``wanted`` of ``present``, with the privileges on ``columns`` where given."""
    now, then = _by_grantee(present), _by_grantee(wanted)
    for grantee in sorted(now.keys() | then.keys()):
        had, has = then.get(grantee, {}), now.get(grantee, {})
        shown = grantee or "PUBLIC"
        gone = [letter for letter in has if letter not in had]
        less = [letter for letter, option in has.items() if option and had.get(letter) is False]
        come = [letter for letter, option in had.items() if letter not in has and not option]
        more = [letter for letter, option in had.items() if option and not has.get(letter)]
        if gone:
            yield f"REVOKE {_list(gone, columns)} ON {what} FROM {shown}"
        if less:
            yield f"REVOKE GRANT OPTION FOR {_list(less, columns)} ON {what} FROM {shown}"
        if come:
            yield f"GRANT {_list(come, columns)} ON {what} TO {shown}"
        if more:
            yield f"GRANT {_list(more, columns)} ON {what} TO {shown} WITH GRANT OPTION"


def usual_privileges(item: Any, side: Snapshot) -> Privileges:
    """What a new object of this kind has: all for its owner, and what everybody has."""
    kind = grant_object(item).split(" ", 1)[0]
    held = "".join(sorted({letter for other in side.of(type(item)) for letter in _owned_letters(other)}))
    public = _PUBLIC_HAS.get(kind)
    quoted = show_identifier(item.owner)
    return frozenset([f"{quoted}={held}/{quoted}", *([f"={public}/{quoted}"] if public else [])])


def made_anew(item: Any, side: Snapshot) -> Iterator[str]:
    """All that a new object does not have of itself."""
    maker = next((database.owner for database in side.of(objects.Database)), None)
    if getattr(item, "owner", maker) != maker:
        yield owner(item)
    if getattr(item, "privileges", None) and not isinstance(item, objects.Column | objects.DefaultPrivileges):
        for statement in privileges(grant_object(item), item.privileges, usual_privileges(item, side)):
            yield execute(statement)
    if isinstance(item, objects.Column) and item.privileges:
        columns = f"({show_identifier(item.name)})"
        yield from map(execute, privileges(f"TABLE {item.table}", item.privileges, frozenset(), columns))
    if getattr(item, "comment", None) is not None:
        yield comment(item, item.comment)
    yield from security_labels(item, getattr(item, "security_labels", frozenset()), frozenset())


def default_privileges(item: objects.DefaultPrivileges, wanted: Privileges, present: Privileges) -> list[str]:
    """Set default privileges back."""
    where = f" IN SCHEMA {show_identifier(item.in_schema)}" if item.in_schema else ""
    return [execute(f"ALTER DEFAULT PRIVILEGES FOR ROLE {show_identifier(item.role)}{where} {statement}")
            for statement in privileges(item.on_objects, wanted, present)]


def usual_default_privileges(item: objects.DefaultPrivileges) -> Privileges:
    """What holds where nothing is said: in a schema nothing more, elsewhere all for the role and what everybody has."""
    if item.in_schema is not None:
        return frozenset()
    name = show_identifier(item.role)
    own = {text for text in item.privileges if text.startswith(f"{name}=")}
    public = _PUBLIC_HAS.get(item.on_objects.removesuffix("S"))
    return frozenset(own | ({f"={public}/{name}"} if public else set()))


def system_privileges(item: objects.SystemPrivileges, wanted: Privileges, present: Privileges) -> list[str]:
    """Set privileges on what PostgreSQL or an extension brought back."""
    kind, name, columns = item.type, item.identity, ""
    if kind == "TYPE" and "." not in name:
        return []  # GRANT does not know a type by the name that the standard gives it
    if kind.endswith(" COLUMN"):
        name, _, column = name.rpartition(".")
        kind, columns = "TABLE", f"({column})"
    kind = "TABLE" if kind in {"VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE"} else kind
    return [execute(statement) for statement in privileges(f"{kind} {name}", wanted, present, columns)]


def on_database(statement: str) -> str:
    """A migration does not know what its database is called; ``%I`` stands for it."""
    return execute(f"DO $do$ BEGIN EXECUTE format({literal(statement)}, current_database()); END $do$")


def column_properties(item: objects.Column) -> Iterator[str]:
    """What a new column does not have of itself."""
    alter = f"ALTER TABLE {item.table} ALTER COLUMN {show_identifier(item.name)}"
    if item.storage is not None:
        yield execute(f"{alter} SET STORAGE {item.storage}")
    if item.compression is not None:
        yield execute(f"{alter} SET COMPRESSION {item.compression}")
    if item.statistics_target is not None:
        yield execute(f"{alter} SET STATISTICS {item.statistics_target}")
    if item.options:
        yield execute(f"{alter} SET ({', '.join(sorted(item.options))})")


def switch(enabled: str) -> str:
    """How a trigger or rule is given its state."""
    return {"yes": "ENABLE", "no": "DISABLE"}.get(enabled, f"ENABLE {enabled}")


def literal(text: str) -> str:
    """As SQL writes a text."""
    return "'" + text.replace("'", "''") + "'"


def _owned_letters(item: Any) -> str:
    name = show_identifier(item.owner)
    found = (_ITEM.fullmatch(text) for text in item.privileges)
    return "".join(parts["letters"] for parts in found if parts and parts["grantee"] == name).replace("*", "")


def _by_grantee(items: Privileges) -> Mapping[str, dict[str, bool]]:
    """For each grantee the letters, with whether they may be granted on."""
    found: dict[str, dict[str, bool]] = {}
    for item in items:
        parts = _ITEM.fullmatch(item)
        if parts is not None:
            letters = found.setdefault(parts["grantee"], {})
            for letter, star in re.findall(r"([A-Za-z])(\*?)", parts["letters"]):
                letters[letter] = letters.get(letter, False) or bool(star)
    return found


def _list(letters: list[str], columns: str) -> str:
    return ", ".join(f"{_WORDS[letter]}{' ' + columns if columns else ''}" for letter in sorted(letters))
