SELECT c.oid,
       c.oid AS relid,
       ARRAY[n.nspname, c.relname]::text[] AS name,
       c.relkind::text AS relkind,
       c.relpersistence = 'u' AS unlogged,
       am.amname AS access_method,
       s.spcname AS tablespace,
       coalesce(c.reloptions, '{}') || ARRAY(SELECT 'toast.' || option FROM unnest(t.reloptions) option) AS options,
       CASE WHEN NOT c.relispartition THEN
            ARRAY(SELECT ARRAY[pn.nspname, p.relname]::text[]
                    FROM pg_inherits i
                    JOIN pg_class p ON p.oid = i.inhparent
                    JOIN pg_namespace pn ON pn.oid = p.relnamespace
                   WHERE i.inhrelid = c.oid
                   ORDER BY i.inhseqno)
            ELSE '{}' END AS inherits,
       CASE WHEN c.relispartition THEN
            (SELECT ARRAY[pn.nspname, p.relname]::text[]
               FROM pg_inherits i
               JOIN pg_class p ON p.oid = i.inhparent
               JOIN pg_namespace pn ON pn.oid = p.relnamespace
              WHERE i.inhrelid = c.oid)
            END AS partition_of,
       pg_get_expr(c.relpartbound, c.oid) AS partition_bound,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
       CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type,
       CASE c.relreplident WHEN 'n' THEN 'NOTHING' WHEN 'f' THEN 'FULL' ELSE 'DEFAULT' END AS replica_identity,
       c.relrowsecurity AS row_security,
       c.relforcerowsecurity AS force_row_security,
       fs.srvname AS server,
       coalesce(ft.ftoptions, '{}') AS foreign_options,
       pg_get_userbyid(c.relowner) AS owner,
       coalesce(c.relacl, acldefault('r', c.relowner))::text[] AS privileges
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_am am ON am.oid = c.relam
  LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
  LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
  LEFT JOIN pg_foreign_table ft ON ft.ftrelid = c.oid
  LEFT JOIN pg_foreign_server fs ON fs.oid = ft.ftserver
 WHERE @among(c.oid)@
   AND c.relkind IN ('r', 'p', 'f')
   AND c.relpersistence <> 't'
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
