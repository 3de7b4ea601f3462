SELECT x.oid,
       i.indrelid AS relid,
       ARRAY[n.nspname, x.relname]::text[] AS name,
       ARRAY[tn.nspname, c.relname]::text[] AS table,
       pg_get_indexdef(x.oid) AS definition,
       s.spcname AS tablespace,
       i.indisvalid OR x.relkind = 'I' AS is_valid,
       i.indisclustered AS is_clustered,
       i.indisreplident AS is_replica_identity,
       -- Only expressions have statistics targets of their own; the position among the columns names them.
       ARRAY(SELECT a.attnum || ': ' || a.attstattarget
               FROM pg_attribute a
              WHERE a.attrelid = x.oid AND a.attstattarget >= 0
              ORDER BY a.attnum) AS statistics_targets,
       (SELECT ARRAY[pn.nspname, p.relname]::text[]
          FROM pg_inherits h
          JOIN pg_class p ON p.oid = h.inhparent
          JOIN pg_namespace pn ON pn.oid = p.relnamespace
         WHERE h.inhrelid = x.oid) AS attached_to
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = x.relnamespace
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace tn ON tn.oid = c.relnamespace
  LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace
 WHERE @among(i.indrelid)@
   AND c.relkind IN ('r', 'p', 'm')
   AND c.relpersistence <> 't'
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   -- The index that implements a constraint is part of it.
   AND NOT EXISTS (SELECT FROM pg_constraint o
                    WHERE o.conrelid = i.indrelid AND o.conindid = x.oid AND o.contype IN ('p', 'u', 'x'))
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
