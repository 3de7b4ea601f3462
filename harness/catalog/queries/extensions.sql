SELECT x.oid,
       x.extname AS name,
       n.nspname AS installed_schema,
       x.extversion AS version
  FROM pg_extension x
  JOIN pg_namespace n ON n.oid = x.extnamespace
 WHERE x.oid >= 16384
