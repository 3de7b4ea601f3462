-- Unique indexes, those of constraints too. indkey holds 0 for an expression; NULLS NOT DISTINCT came with PostgreSQL 15.
SELECT i.indrelid::bigint, own.relname, i.indisprimary,
       coalesce((SELECT array_agg(a.attname::text ORDER BY key.place)
                 FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS key (attnum, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.attnum
                 WHERE key.place <= i.indnkeyatts), '{}'),
       pg_catalog.pg_get_expr(i.indexprs, i.indrelid), pg_catalog.pg_get_expr(i.indpred, i.indrelid),
       coalesce((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false),
       -- Columns that the expressions read: pg_depend names every column the index needs.
       coalesce((SELECT array_agg(DISTINCT a.attname::text)
                 FROM pg_catalog.pg_depend d
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                 WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid
                   AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = i.indrelid
                   AND d.refobjsubid > 0), '{}'),
       i.indisexclusion
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class own ON own.oid = i.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition /* restricted */
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE i.indisunique AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY i.indrelid, NOT i.indisprimary, own.relname
