-- Roles belong to the whole server. Passwords are not read: the same one is kept in another form each time.
SELECT r.oid,
       r.rolname AS name,
       array_remove(ARRAY[
           CASE WHEN r.rolsuper THEN 'SUPERUSER' END,
           CASE WHEN NOT r.rolinherit THEN 'NOINHERIT' END,
           CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
           CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
           CASE WHEN r.rolcanlogin THEN 'LOGIN' END,
           CASE WHEN r.rolreplication THEN 'REPLICATION' END,
           CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
           'CONNECTION LIMIT ' || NULLIF(r.rolconnlimit, -1),
           'VALID UNTIL ' || quote_literal(r.rolvaliduntil::text)], NULL) AS attributes,
       ARRAY(SELECT format('%I', g.rolname) || CASE WHEN m.admin_option THEN ' WITH ADMIN OPTION' ELSE '' END
                    @membership_options@
               FROM pg_auth_members m
               JOIN pg_roles g ON g.oid = m.roleid
              WHERE m.member = r.oid) AS member_of,
       coalesce(r.rolconfig, '{}') AS settings,
       shobj_description(r.oid, 'pg_authid') AS comment
  FROM pg_roles r
 WHERE r.oid >= 16384
