-- What shows the columns of a relation that changed, though its own rows did not: views, rules, policies and the bodies of
-- functions, directly or by a function that returns its rows. A partition's trigger is shown where it is switched
-- apart from the one of its parent. OFFSET 0 has the few dependencies looked up in the index instead of all read.
WITH RECURSIVE shape (classid, objid) AS (
    SELECT 'pg_class'::regclass::oid, oid FROM unnest($1::oid[]) oid
     UNION
    SELECT d.classid, d.objid
      FROM shape s
     CROSS JOIN LATERAL (SELECT * FROM pg_depend WHERE refclassid = s.classid AND refobjid = s.objid OFFSET 0) d
     WHERE d.classid IN ('pg_type'::regclass, 'pg_proc'::regclass)
), dependent AS (
    SELECT s.classid AS shape, d.classid, d.objid
      FROM shape s
     CROSS JOIN LATERAL (SELECT * FROM pg_depend WHERE refclassid = s.classid AND refobjid = s.objid OFFSET 0) d
)
SELECT ARRAY(SELECT ARRAY[c.oid::text, c.relkind::text]
               FROM pg_class c
              WHERE c.oid = ANY (ARRAY (
                              SELECT r.ev_class FROM dependent d JOIN pg_rewrite r ON r.oid = d.objid
                               WHERE d.classid = 'pg_rewrite'::regclass
                               UNION
                              SELECT p.polrelid FROM dependent d JOIN pg_policy p ON p.oid = d.objid
                               WHERE d.classid = 'pg_policy'::regclass
                               UNION
                              SELECT h.inhrelid FROM pg_inherits h WHERE h.inhparent = ANY ($1::oid[])
                               UNION
                              -- What the changed index or sequence belongs to.
                              SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = ANY ($1::oid[])
                               UNION
                              SELECT d.refobjid
                                FROM pg_depend d
                               WHERE d.classid = 'pg_class'::regclass AND d.objid = ANY ($1::oid[]) AND d.objsubid = 0
                                 AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
                                 AND d.deptype IN ('a', 'i')))) AS relations,
       EXISTS (SELECT FROM shape s WHERE s.classid = 'pg_proc'::regclass) AS has_routines,
       -- Something else uses the type of the relation's rows.
       EXISTS (SELECT FROM dependent d
                WHERE d.shape = 'pg_type'::regclass
                  AND d.classid NOT IN ('pg_type'::regclass, 'pg_proc'::regclass, 'pg_rewrite'::regclass,
                                        'pg_policy'::regclass)) AS has_others
