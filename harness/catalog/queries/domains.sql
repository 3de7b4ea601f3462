SELECT t.oid,
       ARRAY[n.nspname, t.typname]::text[] AS name,
       format_type(t.typbasetype, t.typtypmod) AS type,
       CASE WHEN t.typcollation <> b.typcollation THEN format('%I.%I', cn.nspname, o.collname) END AS collation,
       t.typnotnull AS not_null,
       @domain_not_null_constraint@ AS not_null_constraint,
       @domain_not_null_comment@ AS not_null_comment,
       t.typdefault AS default,
       pg_get_userbyid(t.typowner) AS owner,
       coalesce(t.typacl, acldefault('T', t.typowner))::text[] AS privileges
  FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_type b ON b.oid = t.typbasetype
  LEFT JOIN pg_collation o ON o.oid = t.typcollation
  LEFT JOIN pg_namespace cn ON cn.oid = o.collnamespace
 WHERE t.oid >= 16384
   AND t.typtype = 'd'
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
