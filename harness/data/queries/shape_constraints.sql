-- Checks, foreign keys and exclusions; NOT NULL constraints of PostgreSQL 18 are read from pg_attribute. On a partitioned
-- table each foreign key to or from a partition has a constraint of its own with a parent.
SELECT k.conrelid::bigint, k.conname, k.contype::text, k.condeferrable, pg_catalog.pg_get_constraintdef(k.oid),
       coalesce((SELECT array_agg(a.attname::text ORDER BY key.place)
                 FROM unnest(k.conkey) WITH ORDINALITY AS key (attnum, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.attnum), '{}'),
       other_schema.nspname, other.relname,
       coalesce((SELECT array_agg(a.attname::text ORDER BY key.place)
                 FROM unnest(k.confkey) WITH ORDINALITY AS key (attnum, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = key.attnum), '{}'),
       k.confmatchtype::text, other.relkind = 'p'
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class other ON other.oid = k.confrelid
LEFT JOIN pg_catalog.pg_namespace other_schema ON other_schema.oid = other.relnamespace
WHERE k.contype IN ('c', 'f', 'x') AND k.conparentid = 0 /* restricted */
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY k.conrelid, k.conname
