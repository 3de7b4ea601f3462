SELECT o.oid,
       ARRAY[n.nspname, o.opfname]::text[] AS name,
       am.amname AS access_method,
       -- Members that belong to no operator class.
       ARRAY(SELECT format('OPERATOR %s %s', m.amopstrategy, m.amopopr::regoperator)
                    || coalesce((SELECT format(' FOR ORDER BY %I.%I', fn.nspname, f.opfname)
                                   FROM pg_opfamily f
                                   JOIN pg_namespace fn ON fn.oid = f.opfnamespace
                                  WHERE f.oid = m.amopsortfamily), '')
               FROM pg_amop m
               JOIN pg_depend d ON d.classid = 'pg_amop'::regclass AND d.objid = m.oid
              WHERE d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = o.oid)
       || ARRAY(SELECT format('FUNCTION %s (%s, %s) %s', m.amprocnum, format_type(m.amproclefttype, NULL),
                              format_type(m.amprocrighttype, NULL), m.amproc::regprocedure)
                  FROM pg_amproc m
                  JOIN pg_depend d ON d.classid = 'pg_amproc'::regclass AND d.objid = m.oid
                 WHERE d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = o.oid) AS members,
       pg_get_userbyid(o.opfowner) AS owner
  FROM pg_opfamily o
  JOIN pg_namespace n ON n.oid = o.opfnamespace
  JOIN pg_am am ON am.oid = o.opfmethod
 WHERE o.oid >= 16384
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_opfamily'::regclass AND e.objid = o.oid AND e.deptype = 'e')
