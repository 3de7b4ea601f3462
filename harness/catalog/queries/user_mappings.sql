SELECT m.umid AS oid,
       m.usename AS role,
       m.srvname AS server,
       -- A password must not get into a report; its digest tells whether it changed.
       ARRAY(SELECT CASE WHEN option ILIKE '%password%=%'
                         THEN split_part(option, '=', 1) || '=(hidden) ' || left(md5(option), 8) ELSE option END
               FROM unnest(m.umoptions) option) AS options
  -- The catalog behind this view is for superusers alone.
  FROM pg_user_mappings m
