-- What PostgreSQL or an extension brought is left out of a snapshot, but not a privilege that was given on it since.
WITH granted AS (
    SELECT 'pg_class'::regclass AS classoid, c.oid AS objoid, 0 AS objsubid, c.relacl AS acl,
           CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char" AS type, c.relowner AS owner
      FROM pg_class c WHERE c.relacl IS NOT NULL
     UNION ALL
    SELECT 'pg_class'::regclass, a.attrelid, a.attnum, a.attacl, 'c', 10 FROM pg_attribute a WHERE a.attacl IS NOT NULL
     UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 0, p.proacl, 'f', p.proowner FROM pg_proc p WHERE p.proacl IS NOT NULL
     UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 0, t.typacl, 'T', t.typowner FROM pg_type t WHERE t.typacl IS NOT NULL
     UNION ALL
    SELECT 'pg_namespace'::regclass, n.oid, 0, n.nspacl, 'n', n.nspowner
      FROM pg_namespace n WHERE n.nspacl IS NOT NULL AND n.nspname <> 'public'
     UNION ALL
    SELECT 'pg_language'::regclass, l.oid, 0, l.lanacl, 'l', l.lanowner FROM pg_language l WHERE l.lanacl IS NOT NULL
     UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, 0, w.fdwacl, 'F', w.fdwowner
      FROM pg_foreign_data_wrapper w WHERE w.fdwacl IS NOT NULL
)
SELECT g.objoid AS oid,
       upper(o.type) AS type,
       o.identity AS identity,
       g.acl::text[] AS privileges,
       initial::text[] AS usual
  FROM granted g
  LEFT JOIN pg_init_privs i USING (classoid, objoid, objsubid)
  CROSS JOIN LATERAL coalesce(i.initprivs, acldefault(g.type, g.owner)) initial
  CROSS JOIN LATERAL pg_identify_object(g.classoid, g.objoid, g.objsubid) o
 WHERE (g.objoid < 16384
        OR EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = g.classoid AND e.objid = g.objoid AND e.deptype = 'e'))
   AND NOT (g.acl @> initial AND initial @> g.acl)
   -- pg_dump says nothing of what lies in it either.
   AND o.schema IS DISTINCT FROM 'information_schema'
   AND o.identity <> 'information_schema'
