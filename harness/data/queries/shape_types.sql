-- Every type that a table's column is made of: what a domain is over, an array of, a range of, a composite of.
WITH RECURSIVE used (oid) AS (
    SELECT a.atttypid
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition /* restricted */ AND a.attnum > 0 AND NOT a.attisdropped
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    UNION
    SELECT part.oid
    FROM used
    JOIN pg_catalog.pg_type t ON t.oid = used.oid
    CROSS JOIN LATERAL (
        SELECT t.typbasetype WHERE t.typbasetype <> 0
        UNION ALL SELECT t.typelem WHERE t.typelem <> 0 AND t.typcategory = 'A'
        UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)
        UNION ALL SELECT r.rngtypid FROM pg_catalog.pg_range r WHERE t.oid = r.rngmultitypid
        UNION ALL SELECT f.atttypid FROM pg_catalog.pg_attribute f
                  WHERE f.attrelid = t.typrelid AND t.typtype = 'c' AND f.attnum > 0 AND NOT f.attisdropped
    ) AS part (oid)
)
SELECT t.oid::bigint, n.nspname, t.typname, t.typtype::text, t.typcategory::text, t.typnotnull,
       t.typbasetype::bigint, t.typtypmod, pg_catalog.format_type(nullif(t.typbasetype, 0), t.typtypmod),
       coalesce(part.oid::bigint, 0), pg_catalog.format_type(part.oid, NULL),
       coalesce((SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
                 FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), '{}'),
       coalesce((SELECT array_agg(pg_catalog.pg_get_constraintdef(k.oid) ORDER BY k.conname)
                 FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '{}'),
       ARRAY(SELECT f.attname::text FROM pg_catalog.pg_attribute f
             WHERE f.attrelid = t.typrelid AND t.typtype = 'c' AND f.attnum > 0 AND NOT f.attisdropped ORDER BY f.attnum),
       ARRAY(SELECT f.atttypid::bigint FROM pg_catalog.pg_attribute f
             WHERE f.attrelid = t.typrelid AND t.typtype = 'c' AND f.attnum > 0 AND NOT f.attisdropped ORDER BY f.attnum),
       ARRAY(SELECT f.atttypmod FROM pg_catalog.pg_attribute f
             WHERE f.attrelid = t.typrelid AND t.typtype = 'c' AND f.attnum > 0 AND NOT f.attisdropped ORDER BY f.attnum),
       ARRAY(SELECT pg_catalog.format_type(f.atttypid, f.atttypmod) FROM pg_catalog.pg_attribute f
             WHERE f.attrelid = t.typrelid AND t.typtype = 'c' AND f.attnum > 0 AND NOT f.attisdropped ORDER BY f.attnum)
FROM used
JOIN pg_catalog.pg_type t ON t.oid = used.oid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_range own ON own.rngtypid = t.oid
LEFT JOIN pg_catalog.pg_range many ON many.rngmultitypid = t.oid
CROSS JOIN LATERAL (
    SELECT CASE WHEN t.typcategory = 'A' AND t.typtype = 'b' THEN t.typelem
                ELSE coalesce(own.rngsubtype, many.rngtypid) END AS oid) AS part
