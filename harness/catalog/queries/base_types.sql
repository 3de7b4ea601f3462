SELECT t.oid,
       ARRAY[n.nspname, t.typname]::text[] AS name,
       CASE WHEN NOT t.typisdefined THEN 'shell' WHEN t.typtype = 'r' THEN 'range' ELSE 'base' END AS form,
       CASE WHEN NOT t.typisdefined THEN '{}'
            WHEN t.typtype = 'r' THEN array_remove(ARRAY[
                'SUBTYPE = ' || format_type(r.rngsubtype, NULL),
                'MULTIRANGE_TYPE_NAME = ' || r.rngmultitypid::regtype,
                'SUBTYPE_OPCLASS = ' || (SELECT format('%I.%I', cn.nspname, c.opcname)
                                           FROM pg_opclass c
                                           JOIN pg_namespace cn ON cn.oid = c.opcnamespace
                                          WHERE c.oid = r.rngsubopc),
                'COLLATION = ' || NULLIF(r.rngcollation, 0)::regcollation,
                'CANONICAL = ' || NULLIF(r.rngcanonical::oid, 0)::regproc,
                'SUBTYPE_DIFF = ' || NULLIF(r.rngsubdiff::oid, 0)::regproc], NULL)
            ELSE array_remove(ARRAY[
                'INPUT = ' || t.typinput::regproc,
                'OUTPUT = ' || t.typoutput::regproc,
                'RECEIVE = ' || NULLIF(t.typreceive::oid, 0)::regproc,
                'SEND = ' || NULLIF(t.typsend::oid, 0)::regproc,
                'TYPMOD_IN = ' || NULLIF(t.typmodin::oid, 0)::regproc,
                'TYPMOD_OUT = ' || NULLIF(t.typmodout::oid, 0)::regproc,
                'ANALYZE = ' || NULLIF(t.typanalyze::oid, 0)::regproc,
                'SUBSCRIPT = ' || NULLIF(t.typsubscript::oid, 0)::regproc,
                'INTERNALLENGTH = ' || t.typlen,
                CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END,
                'ALIGNMENT = ' || t.typalign::text,
                'STORAGE = ' || t.typstorage::text,
                'CATEGORY = ' || quote_literal(t.typcategory::text),
                CASE WHEN t.typispreferred THEN 'PREFERRED' END,
                'DEFAULT = ' || quote_literal(t.typdefault),
                'ELEMENT = ' || format_type(NULLIF(t.typelem, 0), NULL),
                'DELIMITER = ' || quote_literal(t.typdelim::text),
                CASE WHEN t.typcollation <> 0 THEN 'COLLATABLE' END], NULL)
            END AS options,
       pg_get_userbyid(t.typowner) AS owner,
       coalesce(t.typacl, acldefault('T', t.typowner))::text[] AS privileges
  FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_range r ON r.rngtypid = t.oid
 WHERE t.oid >= 16384
   AND t.typtype IN ('b', 'r', 'p')
   AND n.nspname NOT LIKE 'pg\_%'
   AND n.nspname <> 'information_schema'
   -- An array type comes with its element type.
   AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = t.oid)
   AND NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
