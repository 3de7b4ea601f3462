SELECT o.oid,
       ARRAY[n.nspname, o.tmplname]::text[] AS name,
       array_remove(ARRAY[
           'INIT = ' || NULLIF(o.tmplinit::oid, 0)::regproc,
           'LEXIZE = ' || o.tmpllexize::regproc], NULL) AS options
  FROM pg_ts_template o
  JOIN pg_namespace n ON n.oid = o.tmplnamespace
 WHERE o.oid >= 16384
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_ts_template'::regclass AND e.objid = o.oid AND e.deptype = 'e')
