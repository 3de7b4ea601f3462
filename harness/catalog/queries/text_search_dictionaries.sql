SELECT o.oid,
       ARRAY[n.nspname, o.dictname]::text[] AS name,
       (SELECT format('%I.%I', tn.nspname, t.tmplname)
          FROM pg_ts_template t
          JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
         WHERE t.oid = o.dicttemplate) AS template,
       o.dictinitoption AS options,
       pg_get_userbyid(o.dictowner) AS owner
  FROM pg_ts_dict o
  JOIN pg_namespace n ON n.oid = o.dictnamespace
 WHERE o.oid >= 16384
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_ts_dict'::regclass AND e.objid = o.oid AND e.deptype = 'e')
