"""Which catalogs are watched for changes, and what has to be read again when a row of one changed.

A changed row has another ``xmin``, and no two transactions of a server share one. Between transactions a row's key and
its ``xmin`` therefore tell its version, in every database of the server: a clone has the rows of its template.
(Freezing keeps ``xmin``; what PostgreSQL writes in place, such as ``relhasindex``, no snapshot shows.)

Source: https://www.postgresql.org/docs/current/ddl-system-columns.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.locks import RARE_CATALOGS


class Scope(StrEnum):
    """What is read again together."""

    RELATIONS = "relations"
    """One relation with its columns, constraints, indexes and all else that comes and goes with it."""
    TYPES = "types"
    """Enum types, domains, ranges and base types."""
    ROUTINES = "routines"
    """Functions, procedures and aggregates."""
    SCHEMAS = "schemas"
    """Schemas."""
    EVERYTHING = "everything"
    """The whole snapshot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Some rows of one catalog; the fields but for the first two are SQL."""

    catalog: str
    scope: Scope
    rows: str
    """Where the rows come from: what follows FROM. Those of the catalog are called ``w``."""
    key: str = "0"
    """The oid of the object, for relations that of the relation, that a row belongs to."""
    row: str = "w.oid"
    """Which row it is, as a number; among those of one key no two have the same."""
    content: str = ""
    """What to look at instead of ``xmin``, where there is none."""
    identity: str = ""
    """What other objects may show of the object, so that everything is read again when it changes."""
    relkind: str = ""
    """As a number."""
    since: int = 14
    """The first major version of the server that has the catalog."""
    for_superusers: bool = False

    @property
    def is_rare(self) -> bool:
        """Whether a transaction tells that it has written to the catalog."""
        return self.catalog in RARE_CATALOGS

    @property
    def condition(self) -> str:
        """Which rows of the catalog it is about: what follows WHERE in ``rows``."""
        return self.rows.partition(" WHERE ")[2] or "true"

    @property
    def has_own_key(self) -> bool:
        """Whether its rows belong to objects that can be told apart."""
        return self.key.startswith("w.")


OURS = 16384
"""The first oid that PostgreSQL does not use itself: FirstNormalObjectId."""
_BROUGHT = OURS - 1
# What initdb wrote first of all has the xmin 1, from which there is no distance to others. Nobody can drop it, and once
# it is altered it has another.
_NOT_BUILT_IN = "w.xmin <> '1'"


def _on_relation(catalog: str, key: str, row: str = "w.oid", only: str = "true") -> Watch:
    return Watch(catalog=catalog, scope=Scope.RELATIONS, rows=f"{catalog} w WHERE {only}", key=key, row=row)


def _all(catalog: str, row: str = "w.oid", only: str = _NOT_BUILT_IN, *, since: int = 14,
         for_superusers: bool = False) -> Watch:
    return Watch(catalog=catalog, scope=Scope.EVERYTHING, rows=f"{catalog} w WHERE {only}", row=row, since=since,
                 for_superusers=for_superusers)


_RELATIONS = (
    Watch(catalog="pg_class", scope=Scope.RELATIONS, key="w.oid", relkind="w.relkind::int4",
          identity="hashnameextended(w.relname, w.relnamespace::int8)",
          # A TOAST table has no properties but those that its table gives it, whose own row then changes too.
          rows=f"pg_class w WHERE w.oid >= {OURS} "
               "AND w.relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)"),
    _on_relation("pg_attribute", "w.attrelid", "w.attrelid::bigint << 16 | w.attnum",
                 f"w.attrelid >= {OURS} AND w.attnum > 0"),
    # The columns of the relations that PostgreSQL brought are known as those of one.
    _on_relation("pg_attribute", f"{_BROUGHT}::oid", "w.attrelid::bigint << 16 | w.attnum",
                 f"w.attrelid < {OURS} AND w.attnum > 0 AND {_NOT_BUILT_IN}"),
    Watch(catalog="", scope=Scope.RELATIONS, key=f"{_BROUGHT}::oid", identity="0::int8", content="0",
          rows="(SELECT) w"),
    _on_relation("pg_attrdef", "w.adrelid", "w.adnum"),
    _on_relation("pg_constraint", "w.conrelid", only="w.conrelid <> 0"),
    _on_relation("pg_index", "w.indrelid", "w.indexrelid", f"w.indrelid >= {OURS}"),
    _on_relation("pg_trigger", "w.tgrelid", only="NOT w.tgisinternal"),
    _on_relation("pg_policy", "w.polrelid"),
    _on_relation("pg_rewrite", "w.ev_class", only=f"w.oid >= {OURS}"),
    _on_relation("pg_statistic_ext", "w.stxrelid"),
    _on_relation("pg_inherits", "w.inhrelid", "w.inhparent"),
    _on_relation("pg_partitioned_table", "w.partrelid", "0"),
    # ALTER SEQUENCE writes this row anew whatever it changes, so that who owns the sequence need not be watched apart.
    _on_relation("pg_sequence", "w.seqrelid", "0"),
    _on_relation("pg_foreign_table", "w.ftrelid", "0"),
    _on_relation("pg_type", "w.typrelid", only=f"w.typrelid >= {OURS}"),
    _on_relation("pg_description", "w.objoid", "w.objsubid",
                 f"w.objoid >= {OURS} AND w.classoid = 'pg_class'::regclass"),
)

# Of a type that is altered in any way, its labels or constraints too, everything may show: its storage for one.
_VERSION = "hashint8extended(w.oid::int8, age('3'::xid)::int8 - age(w.xmin))"
_TYPES = (
    # An array type has no properties but those that its elements' type gives it.
    Watch(catalog="pg_type", scope=Scope.TYPES, key="w.oid", identity=_VERSION,
          rows=f"pg_type w WHERE w.oid >= {OURS} AND w.typrelid = 0 AND NOT (w.typarray = 0 AND w.typelem <> 0)"),
    Watch(catalog="pg_enum", scope=Scope.TYPES, rows="pg_enum w", key="w.enumtypid", identity=_VERSION),
    Watch(catalog="pg_range", scope=Scope.TYPES, rows=f"pg_range w WHERE w.rngtypid >= {OURS}", key="w.rngtypid",
          row="0"),
    Watch(catalog="pg_constraint", scope=Scope.TYPES, rows="pg_constraint w WHERE w.contypid <> 0", key="w.contypid",
          identity=_VERSION),
)

_ROUTINES = (
    Watch(catalog="pg_proc", scope=Scope.ROUTINES, key="w.oid",
          rows=f"pg_proc w WHERE w.oid >= {OURS} AND w.pronamespace <> 'pg_catalog'::regnamespace",
          identity="hash_record_extended(ROW(w.proname, w.pronamespace, w.prokind, w.proargtypes, w.proallargtypes, "
                   "w.proargmodes, w.proargnames, w.provariadic, w.prorettype, w.proretset), 0)"),
    Watch(catalog="pg_aggregate", scope=Scope.ROUTINES, key="w.aggfnoid::oid", row="0",
          rows=f"pg_aggregate w WHERE w.aggfnoid >= {OURS}"),
)

_SCHEMAS = (
    Watch(catalog="pg_namespace", scope=Scope.SCHEMAS, key="w.oid", identity="hashnameextended(w.nspname, 0)",
          rows=f"pg_namespace w WHERE {_NOT_BUILT_IN}"),
    # The two that are built in, where they are as they were.
    Watch(catalog="pg_namespace", scope=Scope.SCHEMAS, key="w.oid", content="w.oid",
          identity="hashnameextended(w.nspname, 0)",
          rows="pg_namespace w WHERE w.xmin = '1'"),
)

_OF_ANY_CLASS = "(w.classoid::bigint << 48) # (w.objoid::bigint << 16) # w.objsubid"
_EVERYTHING = (
    # What PostgreSQL brought, which hardly anyone alters.
    _all("pg_class", only=f"{_NOT_BUILT_IN} AND (w.oid < {OURS} OR w.relnamespace = 'pg_catalog'::regnamespace)"),
    _all("pg_proc", only=f"{_NOT_BUILT_IN} AND (w.oid < {OURS} OR w.pronamespace = 'pg_catalog'::regnamespace)"),
    _all("pg_type", only=f"{_NOT_BUILT_IN} AND w.oid < {OURS}"),
    # What is rare, or may change how others are shown by being there.
    *map(_all, ("pg_operator", "pg_opclass", "pg_opfamily", "pg_amop", "pg_amproc", "pg_am", "pg_cast", "pg_collation",
                "pg_conversion", "pg_language", "pg_transform", "pg_ts_parser", "pg_ts_template", "pg_ts_dict",
                "pg_ts_config", "pg_extension", "pg_event_trigger", "pg_foreign_data_wrapper", "pg_foreign_server",
                "pg_publication", "pg_publication_rel", "pg_default_acl")),
    _all("pg_publication_namespace", since=15),
    _all("pg_subscription", for_superusers=True),
    _all("pg_ts_config_map", "(w.mapcfg::bigint << 20 | w.maptokentype) << 10 | w.mapseqno"),
    _all("pg_init_privs", _OF_ANY_CLASS),
    _all("pg_seclabel", f"{_OF_ANY_CLASS} # hashtextextended(w.provider, 0)"),
    # The members of extensions.
    _all("pg_depend", "w.classid::bigint << 32 | w.objid::bigint", "w.refclassid = 'pg_extension'::regclass"),
    # The comments that are not on relations or columns: on what is ours, and on the schemas that PostgreSQL brought.
    _all("pg_description", _OF_ANY_CLASS, f"w.objoid >= {OURS} AND w.classoid <> 'pg_class'::regclass"),
    Watch(catalog="pg_description", scope=Scope.EVERYTHING, row="w.objoid",
          rows=f"pg_namespace n JOIN pg_description w ON w.objoid = n.oid AND w.classoid = 'pg_namespace'::regclass "
               f"WHERE n.oid < {OURS} AND {_NOT_BUILT_IN}"),
    # The catalogs behind these two views are for superusers alone.
    Watch(catalog="pg_user_mappings", scope=Scope.EVERYTHING, rows="pg_user_mappings w",
          content="w.umid, w.srvname, w.usename, w.umoptions"),
    Watch(catalog="pg_roles", scope=Scope.EVERYTHING, rows="pg_roles w",
          content="w.oid, w.rolname, w.rolsuper, w.rolinherit, w.rolcreaterole, w.rolcreatedb, w.rolcanlogin, "
                  "w.rolreplication, w.rolbypassrls, w.rolconnlimit, w.rolvaliduntil, w.rolconfig"),
    _all("pg_auth_members", "w.roleid::bigint << 32 | w.member::bigint"),
    _all("pg_shdescription", "w.objoid", "w.classoid = 'pg_authid'::regclass"),
    Watch(catalog="pg_database", scope=Scope.EVERYTHING,
          rows="pg_database w WHERE w.datname = current_database()",
          content="w.datdba, w.datconnlimit, w.datistemplate, w.datacl"),
    Watch(catalog="pg_db_role_setting", scope=Scope.EVERYTHING,
          rows="pg_database d JOIN pg_db_role_setting w ON w.setdatabase = d.oid WHERE d.datname = current_database()",
          content="w.setrole, w.setconfig"),
    Watch(catalog="pg_tablespace", scope=Scope.EVERYTHING, rows="pg_tablespace w", content="w.oid, w.spcname"),
    # The session: whose it is, of which run of which server, and what deparsing heeds. One with temporary objects,
    # which come first when a name is looked up, is like no other.
    Watch(catalog="", scope=Scope.EVERYTHING, rows="(SELECT) w",
          content="current_user, current_setting('is_superuser'), current_setting('standard_conforming_strings'), "
                  "current_setting('lc_monetary'), pg_postmaster_start_time(), "
                  "CASE WHEN pg_my_temp_schema() <> 0 THEN clock_timestamp() END"),
)

WATCHES: tuple[Watch, ...] = _RELATIONS + _TYPES + _ROUTINES + _SCHEMAS + _EVERYTHING

COUNTED = {
    "pg_class": "w.oid", "pg_attribute": "w.attrelid", "pg_attrdef": "w.adrelid", "pg_constraint": "w.conrelid",
    "pg_index": "w.indrelid", "pg_trigger": "w.tgrelid", "pg_policy": "w.polrelid", "pg_rewrite": "w.ev_class",
    "pg_statistic_ext": "w.stxrelid", "pg_inherits": "w.inhrelid", "pg_partitioned_table": "w.partrelid",
    "pg_sequence": "w.seqrelid", "pg_foreign_table": "w.ftrelid", "pg_type": "w.typrelid",
}
"""Catalogs whose rows are counted whole, which is cheap, with the oid of the relation that a row belongs to.

A row of pg_type that is an array type is not: it comes with the row type of a relation, which it does not tell.
"""
