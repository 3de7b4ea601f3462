SELECT o.oid,
       ARRAY[n.nspname, o.collname]::text[] AS name,
       CASE o.collprovider WHEN 'i' THEN 'icu' WHEN 'c' THEN 'libc' WHEN 'b' THEN 'builtin' ELSE 'default' END
           AS provider,
       o.collcollate AS lc_collate,
       o.collctype AS lc_ctype,
       @collation_locale@ AS locale,
       @collation_rules@ AS rules,
       o.collisdeterministic AS is_deterministic,
       pg_get_userbyid(o.collowner) AS owner
  FROM pg_collation o
  JOIN pg_namespace n ON n.oid = o.collnamespace
 WHERE o.oid >= 16384
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_collation'::regclass AND e.objid = o.oid AND e.deptype = 'e')
