"""What CREATE DATABASE does not take over from its template: settings, privileges and the connection limit.

Source: https://www.postgresql.org/docs/current/manage-ag-templatedbs.html
"""

from __future__ import annotations

import psycopg
from psycopg import sql

# Lists of identifiers, which are kept with their quotes: variable_is_guc_list_quote() of pg_dump.
_QUOTED_LISTS = frozenset({"local_preload_libraries", "search_path", "session_preload_libraries",
                           "shared_preload_libraries", "temp_tablespaces", "unix_socket_directories"})
_SETTINGS_SQL = """
    SELECT pg_catalog.pg_get_userbyid(s.setrole), s.setrole <> 0, pg_catalog.split_part(setting, '=', 1),
           pg_catalog.substr(setting, pg_catalog.strpos(setting, '=') + 1)
    FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
    CROSS JOIN pg_catalog.unnest(s.setconfig) setting WHERE d.datname = %s
"""
_PRIVILEGES_SQL = """
    SELECT a.privilege_type, CASE WHEN a.grantee <> 0 THEN pg_catalog.pg_get_userbyid(a.grantee) END, a.is_grantable
    FROM pg_catalog.pg_database d CROSS JOIN pg_catalog.aclexplode(d.datacl) a WHERE d.datname = %s
"""
_HAS_ANY_SQL = """
    SELECT d.datconnlimit, pg_catalog.pg_get_userbyid(d.datdba), d.datacl IS NOT NULL,
           EXISTS (SELECT FROM pg_catalog.pg_db_role_setting s WHERE s.setdatabase = d.oid)
    FROM pg_catalog.pg_database d WHERE d.datname = %s
"""


def copy_properties(connection: psycopg.Connection, source: str, name: str) -> None:
    """Give the database ``name`` what ``source`` has of it; ``connection`` is in autocommit mode."""
    row = connection.execute(_HAS_ANY_SQL, [source]).fetchone()
    assert row is not None, "it is there"
    limit, owner, has_privileges, has_settings = row
    database = sql.Identifier(name)
    if limit != -1:
        connection.execute(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}").format(database, sql.Literal(limit)))
    if has_settings:
        _copy_settings(connection, source, database)
    if has_privileges:
        _copy_privileges(connection, source, database, owner)


def _copy_settings(connection: psycopg.Connection, source: str, database: sql.Identifier) -> None:
    for role, is_for_role, setting, value in connection.execute(_SETTINGS_SQL, [source]).fetchall():
        subject = (sql.SQL("ROLE {} IN DATABASE {}").format(sql.Identifier(role), database) if is_for_role
                   else sql.SQL("DATABASE {}").format(database))
        written = sql.SQL(value) if setting in _QUOTED_LISTS else sql.Literal(value)
        connection.execute(sql.SQL("ALTER {} SET {} TO {}").format(subject, _setting_name(setting), written))


def _copy_privileges(connection: psycopg.Connection, source: str, database: sql.Identifier, owner: str) -> None:
    for holder in (sql.SQL("PUBLIC"), sql.Identifier(owner)):
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM {}").format(database, holder))
    for privilege, grantee, is_grantable in connection.execute(_PRIVILEGES_SQL, [source]).fetchall():
        connection.execute(sql.SQL("GRANT {} ON DATABASE {} TO {}{}").format(
            sql.SQL(privilege), database, sql.Identifier(grantee) if grantee is not None else sql.SQL("PUBLIC"),
            sql.SQL(" WITH GRANT OPTION" if is_grantable else "")))


def _setting_name(name: str) -> sql.Composable:
    """Its parts, of which custom settings have two."""
    return sql.SQL(".").join(map(sql.Identifier, name.split(".")))
