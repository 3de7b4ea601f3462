"""Where the catalogs of PostgreSQL 14 to 18 differ: the one place that knows.

A query names such a place ``@so@``, and what stands there is chosen by the server's major version. Where it says
``@among(a.column)@`` it is confined to some relations, or to all that PostgreSQL did not bring.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_PLACE = re.compile(r"@(\w+)@")
_AMONG = re.compile(r"@among\(([\w.]+)\)@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A piece of SQL that the catalogs allow ``since`` a major version, and what stands there before."""

    since: int
    sql: str
    before: str


VARIANTS: dict[str, Variant] = {
    # NOT NULL became a constraint of its own, with a name, in 18. https://www.postgresql.org/docs/18/release-18.html
    "not_null_join": Variant(
        since=18,
        sql="LEFT JOIN LATERAL (SELECT k.* FROM pg_constraint k WHERE a.attnotnull AND k.conrelid = a.attrelid "
            "AND k.contype = 'n' AND k.conkey[1] = a.attnum OFFSET 0) nn ON true",
        before="",
    ),
    "not_null_constraint": Variant(
        since=18,
        sql="NULLIF(concat_ws(' ', NULLIF(nn.conname, c.relname || '_' || a.attname || '_not_null'), "
            "CASE WHEN nn.connoinherit THEN 'NO INHERIT' END, CASE WHEN NOT nn.convalidated THEN 'NOT VALID' END, "
            "CASE WHEN NOT (nn.conislocal OR c.relispartition) THEN 'INHERITED' END), '')",
        before="NULL",
    ),
    "not_null_comment": Variant(
        since=18,
        sql="(SELECT m.description FROM pg_description m "
            "WHERE m.classoid = 'pg_constraint'::regclass AND m.objoid = nn.oid)",
        before="NULL",
    ),
    # The same for domains came with 17.
    "domain_not_null_constraint": Variant(
        since=17,
        sql="(SELECT NULLIF(nn.conname, t.typname || '_not_null') FROM pg_constraint nn "
            "WHERE nn.contypid = t.oid AND nn.contype = 'n')",
        before="NULL",
    ),
    "domain_not_null_comment": Variant(
        since=17,
        sql="(SELECT m.description FROM pg_description m JOIN pg_constraint nn ON nn.oid = m.objoid "
            "WHERE m.classoid = 'pg_constraint'::regclass AND nn.contypid = t.oid AND nn.contype = 'n')",
        before="NULL",
    ),
    # https://www.postgresql.org/docs/17/catalog-pg-collation.html
    "collation_locale": Variant(since=17, sql="o.colllocale", before="@collation_icu_locale@"),
    "collation_icu_locale": Variant(since=15, sql="o.colliculocale", before="NULL"),
    "collation_rules": Variant(since=16, sql="o.collicurules", before="NULL"),
    # https://www.postgresql.org/docs/15/catalog-pg-publication-rel.html and -namespace.html
    "publication_table_parts": Variant(
        since=15,
        sql="|| coalesce((SELECT ' (' || string_agg(format('%I', a.attname), ', ' ORDER BY a.attname) || ')' "
            "FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (r.prattrs)), '') "
            "|| coalesce(' WHERE ' || pg_get_expr(r.prqual, r.prrelid), '')",
        before="",
    ),
    "publication_schemas": Variant(
        since=15,
        sql="ARRAY(SELECT sn.nspname FROM pg_publication_namespace ps JOIN pg_namespace sn ON sn.oid = ps.pnnspid "
            "WHERE ps.pnpubid = p.oid)",
        before="'{}'::text[]",
    ),
    # https://www.postgresql.org/docs/16/catalog-pg-auth-members.html
    "membership_options": Variant(
        since=16,
        sql="|| CASE WHEN m.inherit_option THEN '' ELSE ' WITH INHERIT FALSE' END "
            "|| CASE WHEN m.set_option THEN '' ELSE ' WITH SET FALSE' END",
        before="",
    ),
    "publication_generated_columns": Variant(
        since=18, sql="CASE p.pubgencols WHEN 's' THEN 'stored' ELSE 'none' END", before="'none'",
    ),
}


@cache
def query(name: str, major: int, *, some: bool = False) -> str:
    """The SQL text of ``queries/<name>.sql`` for a server of this major version.

    With ``some`` it reads only what belongs to the relations whose oids are its parameter ``$1``.
    """
    text = (files("harness.catalog") / "queries" / f"{name}.sql").read_text(encoding="utf-8")
    text = _AMONG.sub(r"\1 = ANY ($1::oid[])" if some else r"\1 >= 16384", text)

    def variant(place: re.Match[str]) -> str:
        found = VARIANTS[place[1]]
        return found.sql if major >= found.since else found.before

    while _PLACE.search(text):
        text = _PLACE.sub(variant, text)
    return text
