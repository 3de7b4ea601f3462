SELECT t.oid,
       c.oid AS relid,
       ARRAY[n.nspname, c.relname]::text[] AS table,
       t.tgname AS name,
       pg_get_triggerdef(t.oid) AS definition,
       CASE t.tgenabled WHEN 'O' THEN 'yes' WHEN 'D' THEN 'no' WHEN 'R' THEN 'REPLICA' ELSE 'ALWAYS' END AS enabled,
       t.tgparentid <> 0 AS is_inherited
  FROM pg_trigger t
  JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_trigger p ON p.oid = t.tgparentid
 WHERE @among(c.oid)@
   AND NOT t.tgisinternal
   -- A partition's copy of a trigger counts only where it was switched apart from its parent's.
   AND (t.tgparentid = 0 OR t.tgenabled <> p.tgenabled)
   AND c.relpersistence <> 't'
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.deptype = 'e'
                      AND (e.classid, e.objid) IN (('pg_trigger'::regclass, t.oid), ('pg_class'::regclass, c.oid)))
