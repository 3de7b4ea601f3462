SELECT o.oid,
       ARRAY[n.nspname, o.oprname]::text[] AS name,
       coalesce(format_type(NULLIF(o.oprleft, 0), NULL), 'NONE') AS left_type,
       format_type(o.oprright, NULL) AS right_type,
       array_remove(ARRAY[
           'FUNCTION = ' || o.oprcode::regproc,
           'COMMUTATOR = ' || NULLIF(o.oprcom, 0)::regoperator,
           'NEGATOR = ' || NULLIF(o.oprnegate, 0)::regoperator,
           'RESTRICT = ' || NULLIF(o.oprrest::oid, 0)::regproc,
           'JOIN = ' || NULLIF(o.oprjoin::oid, 0)::regproc,
           CASE WHEN o.oprcanmerge THEN 'MERGES' END,
           CASE WHEN o.oprcanhash THEN 'HASHES' END], NULL) AS options,
       pg_get_userbyid(o.oprowner) AS owner
  FROM pg_operator o
  JOIN pg_namespace n ON n.oid = o.oprnamespace
 WHERE o.oid >= 16384
   -- Named as another's commutator or negator, but never made.
   AND o.oprcode <> 0
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_operator'::regclass AND e.objid = o.oid AND e.deptype = 'e')
