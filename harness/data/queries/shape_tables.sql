-- One row per table that holds rows of its own; a partition is part of its root.
SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text,
       EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal),
       c.relrowsecurity,
       coalesce((SELECT array_agg(pg_catalog.pg_get_partition_constraintdef(leaf.relid) ORDER BY leaf.relid::pg_catalog.regclass::text)
                 FROM pg_catalog.pg_partition_tree(c.oid) leaf
                 WHERE c.relkind = 'p' AND leaf.isleaf AND leaf.relid <> c.oid), '{}')
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition /* restricted */
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                  AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname
