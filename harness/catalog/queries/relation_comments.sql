-- The comments on some relations and on their parts.
WITH commented (classid, oid) AS (
    SELECT 'pg_class'::regclass, oid FROM unnest($1::oid[]) oid
     UNION ALL
    SELECT 'pg_class'::regclass, i.indexrelid FROM pg_index i WHERE i.indrelid = ANY ($1::oid[])
     UNION ALL
    SELECT 'pg_constraint'::regclass, o.oid FROM pg_constraint o WHERE o.conrelid = ANY ($1::oid[])
     UNION ALL
    SELECT 'pg_trigger'::regclass, t.oid FROM pg_trigger t WHERE t.tgrelid = ANY ($1::oid[])
     UNION ALL
    SELECT 'pg_policy'::regclass, p.oid FROM pg_policy p WHERE p.polrelid = ANY ($1::oid[])
     UNION ALL
    SELECT 'pg_rewrite'::regclass, r.oid FROM pg_rewrite r WHERE r.ev_class = ANY ($1::oid[])
     UNION ALL
    SELECT 'pg_statistic_ext'::regclass, s.oid FROM pg_statistic_ext s WHERE s.stxrelid = ANY ($1::oid[])
     UNION ALL
    SELECT 'pg_type'::regclass, t.oid FROM pg_type t WHERE t.typrelid = ANY ($1::oid[])
)
SELECT d.classoid::regclass::text AS catalog, d.objoid AS oid, d.objsubid AS subid, d.description
  FROM commented c
  JOIN pg_description d ON d.classoid = c.classid AND d.objoid = c.oid
