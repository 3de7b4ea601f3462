SELECT s.oid,
       s.subname AS name,
       -- A connection string may hold a password, which must not get into a report.
       '(hidden) ' || left(md5(s.subconninfo), 8) AS connection,
       s.subpublications AS publications,
       -- The other columns differ from one major version to the next; left out is what says how far it has come.
       ARRAY(SELECT format('%s = %s', key, CASE key WHEN 'subtwophasestate' THEN replace(value, 'p', 'e') ELSE value END)
               FROM jsonb_each_text(to_jsonb(s) - '{oid,subdbid,subname,subowner,subenabled,subskiplsn,subconninfo,subpublications}'::text[]))
           AS options,
       pg_get_userbyid(s.subowner) AS owner
  FROM pg_subscription s
 WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
