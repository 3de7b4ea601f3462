SELECT p.oid,
       ARRAY[n.nspname, p.proname]::text[] AS name,
       oidvectortypes(p.proargtypes) AS arguments,
       pg_get_function_arguments(p.oid) AS signature,
       array_remove(ARRAY[
           'SFUNC = ' || a.aggtransfn::regproc,
           'STYPE = ' || format_type(a.aggtranstype, NULL),
           'SSPACE = ' || NULLIF(a.aggtransspace, 0),
           'FINALFUNC = ' || NULLIF(a.aggfinalfn::oid, 0)::regproc,
           CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
           'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END,
           'COMBINEFUNC = ' || NULLIF(a.aggcombinefn::oid, 0)::regproc,
           'SERIALFUNC = ' || NULLIF(a.aggserialfn::oid, 0)::regproc,
           'DESERIALFUNC = ' || NULLIF(a.aggdeserialfn::oid, 0)::regproc,
           'INITCOND = ' || quote_literal(a.agginitval),
           'MSFUNC = ' || NULLIF(a.aggmtransfn::oid, 0)::regproc,
           'MINVFUNC = ' || NULLIF(a.aggminvtransfn::oid, 0)::regproc,
           'MSTYPE = ' || format_type(NULLIF(a.aggmtranstype, 0), NULL),
           'MSSPACE = ' || NULLIF(a.aggmtransspace, 0),
           'MFINALFUNC = ' || NULLIF(a.aggmfinalfn::oid, 0)::regproc,
           CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
           'MFINALFUNC_MODIFY = ' || CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END,
           'MINITCOND = ' || quote_literal(a.aggminitval),
           'SORTOP = ' || NULLIF(a.aggsortop, 0)::regoperator,
           CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END,
           CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END], NULL) AS options,
       pg_get_userbyid(p.proowner) AS owner,
       coalesce(p.proacl, acldefault('f', p.proowner))::text[] AS privileges
  FROM pg_proc p
  JOIN pg_aggregate a ON a.aggfnoid = p.oid
  JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE p.oid >= 16384
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
