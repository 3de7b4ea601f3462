SELECT o.oid,
       c.oid AS relid,
       ARRAY[n.nspname, o.stxname]::text[] AS name,
       ARRAY[tn.nspname, c.relname]::text[] AS table,
       pg_get_statisticsobjdef(o.oid) AS definition,
       ARRAY(SELECT CASE kind WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' WHEN 'm' THEN 'mcv'
                              ELSE 'expressions' END
               FROM unnest(o.stxkind) kind) AS kinds,
       ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (o.stxkeys))
           || pg_get_statisticsobjdef_expressions(o.oid) AS subjects,
       CASE WHEN o.stxstattarget >= 0 THEN o.stxstattarget END AS statistics_target,
       pg_get_userbyid(o.stxowner) AS owner
  FROM pg_statistic_ext o
  JOIN pg_namespace n ON n.oid = o.stxnamespace
  JOIN pg_class c ON c.oid = o.stxrelid
  JOIN pg_namespace tn ON tn.oid = c.relnamespace
 WHERE @among(c.oid)@
   AND c.relpersistence <> 't'
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_statistic_ext'::regclass AND e.objid = o.oid AND e.deptype = 'e')
