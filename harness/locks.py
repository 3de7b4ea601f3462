"""What a transaction has touched, by the locks that it holds right before it commits.

Whatever changes a table's rows or its shape holds a lock on it until the transaction ends. The worker asks this on the
connections of the user's code, the walk on its own.

Source: https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
Source: https://www.postgresql.org/docs/current/view-pg-locks.html
Source: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-STATS-FUNCTIONS
"""

from __future__ import annotations

from typing import Any

RARE_CATALOGS = {
    "pg_aggregate": 2600, "pg_am": 2601, "pg_amop": 2602, "pg_amproc": 2603, "pg_cast": 2605, "pg_collation": 3456,
    "pg_conversion": 2607, "pg_default_acl": 826, "pg_event_trigger": 3466, "pg_extension": 3079,
    "pg_foreign_data_wrapper": 2328, "pg_foreign_server": 1417, "pg_init_privs": 3394, "pg_language": 2612,
    "pg_namespace": 2615, "pg_opclass": 2616, "pg_operator": 2617, "pg_opfamily": 2753, "pg_proc": 1255,
    "pg_publication": 6104, "pg_publication_namespace": 6237, "pg_publication_rel": 6106, "pg_seclabel": 3596,
    "pg_subscription": 6100, "pg_transform": 3576, "pg_ts_config": 3602, "pg_ts_config_map": 3603, "pg_ts_dict": 3600,
    "pg_ts_parser": 3601, "pg_ts_template": 3764, "pg_user_mapping": 1418,
}
"""Catalogs of what is not part of a relation, by name, with their oids, which are the same on every server.

Where one of them was written to, anything may have changed.
"""

LARGE_OBJECT_CATALOGS = {"pg_largeobject": 2613, "pg_largeobject_metadata": 2995}
"""Catalogs that hold data of the user's. Where they were written to, everything is read again, too."""

_OIDS = ", ".join(map(str, (*RARE_CATALOGS.values(), *LARGE_OBJECT_CATALOGS.values())))

# A partition's rows are read through its root. A deferrable trigger may still write when the transaction commits, and
# these extensions write through connections of their own. As text: drivers differ in what they make of arrays. This is
# asked after every step, and to plan it takes as long as to run it: hence the function behind pg_locks, and no joins.
TOUCHED_SQL = f"""
    SELECT (SELECT pg_catalog.string_agg(
                       l.relation::text || coalesce(',' || pg_catalog.pg_partition_root(l.relation)::oid, ''), ',')
            FROM pg_catalog.pg_lock_status() l
            WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384
              AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')),
           EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgdeferrable AND NOT t.tgisinternal)
           OR EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname IN ('dblink', 'postgres_fdw'))
           OR NOT pg_catalog.current_setting('track_counts')::boolean
           OR EXISTS (SELECT FROM unnest('{{{_OIDS}}}'::oid[]) AS rare (oid)
                      WHERE pg_catalog.pg_stat_get_xact_tuples_inserted(rare.oid)
                          + pg_catalog.pg_stat_get_xact_tuples_updated(rare.oid)
                          + pg_catalog.pg_stat_get_xact_tuples_deleted(rare.oid) > 0)
"""
"""One row, for ``touched_oids``, about the transaction that it is run in."""


def touched_oids(row: Any) -> frozenset[int] | None:
    """The oids of the relations touched, a partition's with its root's; None when the locks do not tell."""
    oids, anything = row
    return None if anything else frozenset(map(int, oids.split(",")) if oids else ())
