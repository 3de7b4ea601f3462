SELECT o.oid,
       ARRAY[n.nspname, o.prsname]::text[] AS name,
       array_remove(ARRAY[
           'START = ' || o.prsstart::regproc,
           'GETTOKEN = ' || o.prstoken::regproc,
           'END = ' || o.prsend::regproc,
           'LEXTYPES = ' || o.prslextype::regproc,
           'HEADLINE = ' || NULLIF(o.prsheadline::oid, 0)::regproc], NULL) AS options
  FROM pg_ts_parser o
  JOIN pg_namespace n ON n.oid = o.prsnamespace
 WHERE o.oid >= 16384
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_ts_parser'::regclass AND e.objid = o.oid AND e.deptype = 'e')
