SELECT k.oid,
       format_type(k.castsource, NULL) AS source,
       format_type(k.casttarget, NULL) AS target,
       CASE k.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || k.castfunc::regprocedure
                         WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END AS method,
       CASE k.castcontext WHEN 'i' THEN 'IMPLICIT' WHEN 'a' THEN 'ASSIGNMENT' END AS context
  FROM pg_cast k
 WHERE k.oid >= 16384
   -- The casts between a range type and its multirange ('i') come with them.
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_cast'::regclass AND e.objid = k.oid AND e.deptype IN ('e', 'i'))
