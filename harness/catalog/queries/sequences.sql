SELECT c.oid,
       c.oid AS relid,
       ARRAY[n.nspname, c.relname]::text[] AS name,
       c.relpersistence = 'u' AS unlogged,
       format_type(s.seqtypid, NULL) AS type,
       s.seqstart AS start,
       s.seqincrement AS increment,
       s.seqmin AS min_value,
       s.seqmax AS max_value,
       s.seqcache AS cache,
       s.seqcycle AS cycle,
       CASE WHEN o.objid IS NOT NULL THEN ARRAY[tn.nspname, t.relname]::text[] END AS owned_by_table,
       a.attname AS owned_by_column,
       pg_get_userbyid(c.relowner) AS owner,
       coalesce(c.relacl, acldefault('s', c.relowner))::text[] AS privileges
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_sequence s ON s.seqrelid = c.oid
  LEFT JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.objsubid = 0
       AND o.refclassid = 'pg_class'::regclass AND o.deptype = 'a'
  LEFT JOIN pg_class t ON t.oid = o.refobjid
  LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
  LEFT JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
 WHERE @among(c.oid)@
   AND c.relkind = 'S'
   AND c.relpersistence <> 't'
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   -- The sequence of an identity column ('i') is part of the column.
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype IN ('e', 'i'))
