SELECT c.oid,
       c.oid AS relid,
       ARRAY[n.nspname, c.relname]::text[] AS table,
       a.attname AS name,
       a.attnum AS attnum,
       format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attcollation <> t.typcollation
            THEN (SELECT format('%I.%I', cn.nspname, co.collname)
                    FROM pg_collation co
                    JOIN pg_namespace cn ON cn.oid = co.collnamespace
                   WHERE co.oid = a.attcollation)
            END AS collation,
       a.attnotnull AS not_null,
       @not_null_constraint@ AS not_null_constraint,
       @not_null_comment@ AS not_null_comment,
       pg_get_expr(d.adbin, d.adrelid) AS default,
       CASE a.attgenerated WHEN 's' THEN 'STORED' WHEN 'v' THEN 'VIRTUAL' END AS generated,
       CASE WHEN a.attidentity <> '' THEN
            (SELECT format('GENERATED %s AS IDENTITY (SEQUENCE NAME %s START WITH %s INCREMENT BY %s MINVALUE %s '
                           'MAXVALUE %s CACHE %s%s)%s',
                           CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END,
                           s.seqrelid::regclass, s.seqstart, s.seqincrement, s.seqmin,
                           s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' END,
                           CASE WHEN q.relpersistence <> c.relpersistence
                                THEN CASE q.relpersistence WHEN 'u' THEN ' UNLOGGED' ELSE ' LOGGED' END END)
               FROM pg_sequence s
               JOIN pg_class q ON q.oid = s.seqrelid
              WHERE s.seqrelid = i.objid)
            END AS identity,
       -- Since PostgreSQL 17 a partition's column may be an identity without a sequence of its own: its root's.
       CASE WHEN i.objid IS NOT NULL THEN
            (SELECT coalesce(q.relacl, acldefault('s', q.relowner))::text[] FROM pg_class q WHERE q.oid = i.objid)
            ELSE '{}' END AS identity_privileges,
       (SELECT m.description FROM pg_description m
         WHERE m.classoid = 'pg_class'::regclass AND m.objoid = i.objid AND m.objsubid = 0) AS identity_comment,
       CASE WHEN a.attstorage <> t.typstorage THEN
            CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
            END AS storage,
       CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
       CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END AS statistics_target,
       coalesce(a.attoptions, '{}') AS options,
       coalesce(a.attfdwoptions, '{}') AS foreign_options,
       a.attislocal OR c.relispartition AS is_local,
       a.attinhcount > 0 AS is_inherited,
       coalesce(a.attacl, '{}')::text[] AS privileges
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid
  JOIN pg_type t ON t.oid = a.atttypid
  -- OFFSET 0 keeps these as they stand, so that nothing is looked up for the many columns that have none.
  LEFT JOIN LATERAL (SELECT f.adbin, f.adrelid
                       FROM pg_attrdef f
                      WHERE a.atthasdef AND f.adrelid = a.attrelid AND f.adnum = a.attnum OFFSET 0) d ON true
  LEFT JOIN LATERAL (SELECT e.objid
                       FROM pg_depend e
                      WHERE a.attidentity <> '' AND e.classid = 'pg_class'::regclass
                        AND e.refclassid = 'pg_class'::regclass AND e.refobjid = a.attrelid
                        AND e.refobjsubid = a.attnum AND e.deptype = 'i' OFFSET 0) i ON true
  @not_null_join@
 WHERE @among(c.oid)@
   AND c.relkind IN ('r', 'p', 'f')
   AND c.relpersistence <> 't'
   AND a.attnum > 0
   AND NOT a.attisdropped
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
