SELECT l.oid,
       l.lanname AS name,
       l.lanpltrusted AS is_trusted,
       NULLIF(l.lanplcallfoid, 0)::regproc::text AS handler,
       NULLIF(l.laninline, 0)::regproc::text AS inline_handler,
       NULLIF(l.lanvalidator, 0)::regproc::text AS validator,
       pg_get_userbyid(l.lanowner) AS owner,
       coalesce(l.lanacl, acldefault('l', l.lanowner))::text[] AS privileges
  FROM pg_language l
 WHERE l.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_language'::regclass AND e.objid = l.oid AND e.deptype = 'e')
