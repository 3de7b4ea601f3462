SELECT w.oid,
       w.fdwname AS name,
       NULLIF(w.fdwhandler, 0)::regproc::text AS handler,
       NULLIF(w.fdwvalidator, 0)::regproc::text AS validator,
       coalesce(w.fdwoptions, '{}') AS options,
       pg_get_userbyid(w.fdwowner) AS owner,
       coalesce(w.fdwacl, acldefault('F', w.fdwowner))::text[] AS privileges
  FROM pg_foreign_data_wrapper w
 WHERE NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_foreign_data_wrapper'::regclass AND e.objid = w.oid AND e.deptype = 'e')
