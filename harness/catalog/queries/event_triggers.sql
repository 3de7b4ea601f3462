SELECT t.oid,
       t.evtname AS name,
       t.evtevent AS event,
       coalesce(t.evttags, '{}') AS tags,
       t.evtfoid::regproc::text AS function,
       CASE t.evtenabled WHEN 'O' THEN 'yes' WHEN 'D' THEN 'no' WHEN 'R' THEN 'REPLICA' ELSE 'ALWAYS' END AS enabled,
       pg_get_userbyid(t.evtowner) AS owner
  FROM pg_event_trigger t
 WHERE NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_event_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e')
