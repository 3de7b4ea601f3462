SELECT r.oid,
       c.oid AS relid,
       ARRAY[n.nspname, c.relname]::text[] AS table,
       r.rulename AS name,
       pg_get_ruledef(r.oid) AS definition,
       CASE r.ev_enabled WHEN 'O' THEN 'yes' WHEN 'D' THEN 'no' WHEN 'R' THEN 'REPLICA' ELSE 'ALWAYS' END AS enabled
  FROM pg_rewrite r
  JOIN pg_class c ON c.oid = r.ev_class
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE @among(c.oid)@
   -- A view's own rule is its definition.
   AND NOT (r.rulename = '_RETURN' AND c.relkind IN ('v', 'm'))
   AND c.relpersistence <> 't'
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.deptype = 'e'
                      AND (e.classid, e.objid) IN (('pg_rewrite'::regclass, r.oid), ('pg_class'::regclass, c.oid)))
