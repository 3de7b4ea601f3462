SELECT d.classoid::regclass::text AS catalog, d.objoid AS oid, d.objsubid AS subid, d.description
  FROM pg_description d
 WHERE d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass
