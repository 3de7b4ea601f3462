"""Set back what is no table, type or routine."""

from __future__ import annotations

import re
from typing import Any

from harness.catalog import Snapshot, objects
from harness.catalog.objects import CatalogObject
from harness.findings.restoring.again import Altered, Statements, foreign_options
from harness.findings.restoring.code import execute
from harness.findings.restoring.properties import literal, on_database, reference, switch
from harness.names import show_identifier

# https://www.postgresql.org/docs/current/sql-alterrole.html
_WITHOUT = {
    "SUPERUSER": "NOSUPERUSER", "NOINHERIT": "INHERIT", "CREATEROLE": "NOCREATEROLE", "CREATEDB": "NOCREATEDB",
    "LOGIN": "NOLOGIN", "REPLICATION": "NOREPLICATION", "BYPASSRLS": "NOBYPASSRLS",
    "CONNECTION LIMIT": "CONNECTION LIMIT -1",
}
"""What takes an attribute of a role away. Nothing does that with VALID UNTIL, which only ever becomes infinity."""
# Lists of identifiers, which are kept with their quotes: variable_is_guc_list_quote() of pg_dump.
_LISTS = frozenset({"local_preload_libraries", "search_path", "session_preload_libraries", "shared_preload_libraries",
                    "temp_tablespaces", "unix_socket_directories"})


def switched(altered: Altered[Any]) -> Statements:
    """Triggers and rules: switched on or off where that is all, else made again."""
    before = altered.before
    if altered.names != {"enabled"}:
        return altered.anew()
    word = "TRIGGER" if isinstance(before, objects.Trigger) else "RULE"
    return [execute(f"ALTER TABLE {before.table} {switch(before.enabled)} {word} {show_identifier(before.name)}")]


def event_trigger(altered: Altered[objects.EventTrigger]) -> Statements:
    """The same of an event trigger."""
    before = altered.before
    if altered.names != {"enabled"}:
        return altered.anew()
    return [execute(f"ALTER EVENT TRIGGER {before.title} {switch(before.enabled)}")]


def extension(altered: Altered[objects.Extension]) -> Statements:
    """Move it to its schema."""
    before = altered.before
    return [execute(f"ALTER EXTENSION {before.title} SET SCHEMA {show_identifier(before.installed_schema)}")]


def operator_family(altered: Altered[objects.OperatorFamily]) -> Statements:
    """Only its members can differ. It is not made again: its classes would go with it."""
    before, after = altered.before, altered.after
    gone = [re.sub(r"^(OPERATOR|FUNCTION) (\d+) .*?\(([^()]*)\).*", r"\1 \2 (\3)", member)
            for member in sorted(after.members - before.members)]
    come = sorted(before.members - after.members)
    return [execute(f"ALTER OPERATOR FAMILY {before.title} {word} {', '.join(members)}")
            for word, members in (("DROP", gone), ("ADD", come)) if members]


def operator_class(altered: Altered[objects.OperatorClass]) -> Statements:
    """Make it again; None where it is in another family, with which it goes when that is dropped."""
    return None if "family" in altered.names else altered.anew()


def statistics(altered: Altered[objects.Statistics]) -> Statements:
    """Set the target where that is all, else make it again."""
    before, target = altered.before, altered.before.statistics_target
    if altered.names != {"statistics_target"}:
        return altered.anew()
    return [execute(f"ALTER STATISTICS {before.name} SET STATISTICS {-1 if target is None else target}")]


def with_options(altered: Altered[Any]) -> Statements:
    """What foreign data is made of: options are altered; all else needs it made again, which its users forbid."""
    before, after, names = altered.before, altered.after, altered.names
    if names - {"options", "version"}:
        return None if _is_used(before, altered.now) else altered.anew()
    if any("=(hidden) " in option for option in before.options ^ after.options):
        return None  # passwords are not read
    version = f" VERSION {'NULL' if before.version is None else literal(before.version)}" if "version" in names else ""
    options = f" {foreign_options(before.options, after.options)}" if "options" in names else ""
    return [execute(f"ALTER {reference(before)}{version}{options}")]


def _is_used(item: CatalogObject, side: Snapshot) -> bool:
    match item:
        case objects.ForeignDataWrapper():
            return any(server.foreign_data_wrapper == item.name for server in side.of(objects.ForeignServer))
        case objects.ForeignServer():
            return (any(mapping.server == item.name for mapping in side.of(objects.UserMapping))
                    or any(table.server == item.name for table in side.of(objects.Table)))
        case _:
            return False


def database(altered: Altered[objects.Database]) -> Statements:
    """Settings and limits of the database itself."""
    before, after = altered.before, altered.after
    gone, come = (map(_setting, sorted(some)) for some in (after.settings - before.settings,
                                                           before.settings - after.settings))
    statements = [f"ALTER {subject} RESET {name}" for subject, name, _ in gone]
    statements += [f"ALTER {subject} SET {name} = {value}" for subject, name, value in come]
    if "connection_limit" in altered.names:
        limit = -1 if before.connection_limit is None else before.connection_limit
        statements.append(f"ALTER DATABASE %I CONNECTION LIMIT {limit}")
    if "is_template" in altered.names:
        statements.append(f"ALTER DATABASE %I IS_TEMPLATE {str(before.is_template).lower()}")
    return [on_database(statement) for statement in statements]


def _setting(text: str) -> tuple[str, str, str]:
    """Whose it is, its name, and its value as SET takes it."""
    found = re.match(r'(?:("(?:[^"]|"")*"|[^":=]+): )?([^=]+)=(.*)', text, re.DOTALL)
    assert found is not None, text
    role, name, value = found.groups()
    subject = f"ROLE {role} IN DATABASE %I" if role is not None else "DATABASE %I"
    return subject, name, value if name in _LISTS else literal(value)


def role(altered: Altered[objects.Role]) -> Statements:
    """The statements; None for an end of its validity that it did not have."""
    before, after = altered.before, altered.after
    kinds = {_kind(attribute) for attribute in before.attributes}
    gone = [_kind(attribute) for attribute in sorted(after.attributes) if _kind(attribute) not in kinds]
    if any(kind not in _WITHOUT for kind in gone):
        return None
    words = [_WITHOUT[kind] for kind in gone] + sorted(before.attributes - after.attributes)
    statements = [f"ALTER ROLE {before.title} {' '.join(words)}"] if words else []
    statements += [f"REVOKE {membership.split(' WITH ')[0]} FROM {before.title}"
                   for membership in sorted(after.member_of - before.member_of)]
    for membership in sorted(before.member_of - after.member_of):
        group, *options = membership.split(" WITH ")
        given = f" WITH {', '.join(options)}" if options else ""
        statements.append(f"GRANT {group} TO {before.title}{given}")
    statements += [f"ALTER ROLE {before.title} RESET {setting.partition('=')[0]}"
                   for setting in sorted(after.settings - before.settings)]
    for setting in sorted(before.settings - after.settings):
        name, _, value = setting.partition("=")
        statements.append(f"ALTER ROLE {before.title} SET {name} = {value if name in _LISTS else literal(value)}")
    return [execute(statement) for statement in statements]


def _kind(attribute: str) -> str:
    return re.sub(r" ['\d-].*", "", attribute)
