-- What pg_dump prints of the database itself where it is asked to create it.
SELECT 0::oid AS oid,
       ARRAY(SELECT coalesce(quote_ident(pg_get_userbyid(NULLIF(s.setrole, 0))) || ': ', '') || setting
               FROM pg_db_role_setting s
              CROSS JOIN unnest(s.setconfig) setting
              WHERE s.setdatabase = d.oid) AS settings,
       NULLIF(d.datconnlimit, -1) AS connection_limit,
       d.datistemplate AS is_template,
       pg_get_userbyid(d.datdba) AS owner,
       coalesce(d.datacl, acldefault('d', d.datdba))::text[] AS privileges
  FROM pg_database d
 WHERE d.datname = current_database()
