SELECT o.oid,
       ARRAY[n.nspname, o.stxname]::text[] AS name,
       ARRAY[tn.nspname, c.relname]::text[] AS table,
       pg_get_statisticsobjdef(o.oid) AS definition,
       CASE WHEN o.stxstattarget >= 0 THEN o.stxstattarget END AS statistics_target,
       pg_get_userbyid(o.stxowner) AS owner
  FROM pg_statistic_ext o
  JOIN pg_namespace n ON n.oid = o.stxnamespace
  JOIN pg_class c ON c.oid = o.stxrelid
  JOIN pg_namespace tn ON tn.oid = c.relnamespace
 WHERE o.oid >= 16384
   AND c.relpersistence <> 't'
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_statistic_ext'::regclass AND e.objid = o.oid AND e.deptype = 'e')
