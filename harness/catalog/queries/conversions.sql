SELECT o.oid,
       ARRAY[n.nspname, o.conname]::text[] AS name,
       pg_encoding_to_char(o.conforencoding) AS source_encoding,
       pg_encoding_to_char(o.contoencoding) AS target_encoding,
       o.conproc::regproc::text AS function,
       o.condefault AS is_default,
       pg_get_userbyid(o.conowner) AS owner
  FROM pg_conversion o
  JOIN pg_namespace n ON n.oid = o.connamespace
 WHERE o.oid >= 16384
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_conversion'::regclass AND e.objid = o.oid AND e.deptype = 'e')
