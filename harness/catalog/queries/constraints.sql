SELECT o.oid,
       o.conrelid AS relid,
       ARRAY[n.nspname, c.relname]::text[] AS table,
       o.conname AS name,
       o.contype::text AS contype,
       pg_get_constraintdef(o.oid) AS definition,
       coalesce(x.reloptions, '{}') AS index_options,
       s.spcname AS index_tablespace,
       coalesce(i.indisclustered, false) AS index_is_clustered,
       coalesce(i.indisreplident, false) AS index_is_replica_identity,
       (SELECT ARRAY[pn.nspname, p.relname]::text[]
          FROM pg_inherits h
          JOIN pg_class p ON p.oid = h.inhparent
          JOIN pg_namespace pn ON pn.oid = p.relnamespace
         WHERE h.inhrelid = x.oid) AS index_attached_to,
       d.description AS index_comment,
       o.contype <> 'c' OR o.conislocal OR c.relispartition AS is_local,
       o.coninhcount > 0 AS is_inherited
  FROM pg_constraint o
  JOIN pg_class c ON c.oid = o.conrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_class x ON x.oid = o.conindid AND o.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_index i ON i.indexrelid = x.oid
  LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace
  LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = x.oid AND d.objsubid = 0
 WHERE @among(o.conrelid)@
   AND o.contype IN ('c', 'f', 'p', 'u', 'x')
   -- A foreign key of or to a partitioned table has copies for the partitions, which follow the one that was written.
   AND (o.contype <> 'f' OR o.conparentid = 0)
   AND c.relpersistence <> 't'
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
