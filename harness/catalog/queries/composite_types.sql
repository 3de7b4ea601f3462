SELECT t.oid,
       t.typrelid AS relid,
       ARRAY[n.nspname, t.typname]::text[] AS name,
       ARRAY(SELECT format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
                    || CASE WHEN a.attcollation <> y.typcollation
                            THEN format(' COLLATE %I.%I', cn.nspname, o.collname) ELSE '' END
               FROM pg_attribute a
               JOIN pg_type y ON y.oid = a.atttypid
               LEFT JOIN pg_collation o ON o.oid = a.attcollation
               LEFT JOIN pg_namespace cn ON cn.oid = o.collnamespace
              WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
              ORDER BY a.attnum) AS attributes,
       ARRAY(SELECT format('%I: %s', a.attname, d.description)
               FROM pg_attribute a
               JOIN pg_description d
                 ON d.classoid = 'pg_class'::regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum
              WHERE a.attrelid = t.typrelid AND NOT a.attisdropped) AS attribute_comments,
       pg_get_userbyid(t.typowner) AS owner,
       coalesce(t.typacl, acldefault('T', t.typowner))::text[] AS privileges
  FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
 WHERE @among(t.typrelid)@
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
