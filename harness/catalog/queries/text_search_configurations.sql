SELECT o.oid,
       ARRAY[n.nspname, o.cfgname]::text[] AS name,
       (SELECT format('%I.%I', pn.nspname, p.prsname)
          FROM pg_ts_parser p
          JOIN pg_namespace pn ON pn.oid = p.prsnamespace
         WHERE p.oid = o.cfgparser) AS parser,
       ARRAY(SELECT t.alias || ': ' || string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno)
               FROM pg_ts_config_map m
               JOIN ts_token_type(o.cfgparser) t ON t.tokid = m.maptokentype
              WHERE m.mapcfg = o.oid
              GROUP BY t.alias) AS mappings,
       pg_get_userbyid(o.cfgowner) AS owner
  FROM pg_ts_config o
  JOIN pg_namespace n ON n.oid = o.cfgnamespace
 WHERE o.oid >= 16384
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_ts_config'::regclass AND e.objid = o.oid AND e.deptype = 'e')
