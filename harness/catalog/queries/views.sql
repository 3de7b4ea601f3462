SELECT c.oid,
       c.oid AS relid,
       ARRAY[n.nspname, c.relname]::text[] AS name,
       c.relkind::text AS relkind,
       pg_get_viewdef(c.oid) AS definition,
       coalesce(c.reloptions, '{}') || ARRAY(SELECT 'toast.' || option FROM unnest(t.reloptions) option) AS options,
       am.amname AS access_method,
       s.spcname AS tablespace,
       ARRAY(SELECT format('%I', a.attname) || concat(
                        ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid),
                        ' COMMENT ' || quote_literal(m.description),
                        ' PRIVILEGES ' || a.attacl::text,
                        CASE WHEN a.attstorage <> y.typstorage THEN ' STORAGE ' || a.attstorage::text END,
                        CASE WHEN a.attcompression <> '' THEN ' COMPRESSION ' || a.attcompression::text END,
                        CASE WHEN a.attstattarget >= 0 THEN ' STATISTICS ' || a.attstattarget END,
                        ' OPTIONS ' || a.attoptions::text)
               FROM pg_attribute a
               JOIN pg_type y ON y.oid = a.atttypid
               LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
               LEFT JOIN pg_description m
                      ON m.classoid = 'pg_class'::regclass AND m.objoid = c.oid AND m.objsubid = a.attnum
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                AND (d.oid IS NOT NULL OR m.description IS NOT NULL OR a.attacl IS NOT NULL
                     OR a.attstorage <> y.typstorage OR a.attcompression <> '' OR a.attstattarget >= 0
                     OR a.attoptions IS NOT NULL)) AS column_properties,
       pg_get_userbyid(c.relowner) AS owner,
       coalesce(c.relacl, acldefault('r', c.relowner))::text[] AS privileges
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_am am ON am.oid = c.relam
  LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
  LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
 WHERE @among(c.oid)@
   AND c.relkind IN ('v', 'm')
   AND c.relpersistence <> 't'
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
