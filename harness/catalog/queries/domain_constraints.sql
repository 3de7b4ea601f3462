SELECT o.oid,
       ARRAY[n.nspname, t.typname]::text[] AS domain,
       o.conname AS name,
       pg_get_constraintdef(o.oid) AS definition
  FROM pg_constraint o
  JOIN pg_type t ON t.oid = o.contypid
  JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE o.oid >= 16384
   AND o.contype = 'c'
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
