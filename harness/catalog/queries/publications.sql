SELECT p.oid,
       p.pubname AS name,
       p.puballtables AS all_tables,
       array_remove(ARRAY[
           CASE WHEN p.pubinsert THEN 'insert' END,
           CASE WHEN p.pubupdate THEN 'update' END,
           CASE WHEN p.pubdelete THEN 'delete' END,
           CASE WHEN p.pubtruncate THEN 'truncate' END], NULL) AS publish,
       p.pubviaroot AS via_partition_root,
       @publication_generated_columns@ AS generated_columns,
       ARRAY(SELECT format('%I.%I', tn.nspname, c.relname) @publication_table_parts@
               FROM pg_publication_rel r
               JOIN pg_class c ON c.oid = r.prrelid
               JOIN pg_namespace tn ON tn.oid = c.relnamespace
              WHERE r.prpubid = p.oid) AS tables,
       @publication_schemas@ AS schemas,
       pg_get_userbyid(p.pubowner) AS owner
  FROM pg_publication p
 WHERE NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_publication'::regclass AND e.objid = p.oid AND e.deptype = 'e')
