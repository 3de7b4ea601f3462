-- 90e64c465722 RT307 AttributeError
-- before
INSERT INTO runs (run_uuid, user_id) VALUES ('r', 'ada');

-- 90e64c465722 RT307 StringDataRightTruncation
-- before
INSERT INTO experiments (experiment_id, name) VALUES (1, 'e');
INSERT INTO runs (run_uuid, user_id, experiment_id) VALUES ('r', repeat('u', 251), 1);

-- 90e64c465722 RT103 tags, RT306
-- before
INSERT INTO experiments (experiment_id, name) VALUES (1, 'e');
INSERT INTO runs (run_uuid, user_id, experiment_id) VALUES ('r', 'ada', 1);
-- look
SELECT key, value FROM tags;

-- c9d4e5f6a7b8 RT308 UniqueViolation
-- live
INSERT INTO endpoints (endpoint_id, created_at, last_updated_at) VALUES ('e', 1, 1);
INSERT INTO model_definitions (model_definition_id, name, provider, model_name, created_at, last_updated_at)
VALUES ('m', 'm', 'p', 'n', 1, 1);
INSERT INTO endpoint_model_mappings (mapping_id, endpoint_id, model_definition_id, weight, created_at, linkage_type)
VALUES ('1', 'e', 'm', 1, 1, 'PRIMARY'), ('2', 'e', 'm', 1, 1, 'FALLBACK');

-- 1b5f0d9ad7c1 RT303 RuntimeError
-- before
INSERT INTO evaluation_datasets (dataset_id, name) VALUES ('1', 'd'), ('2', 'd');

-- 1b5f0d9ad7c1 RT308 RuntimeError
-- live
INSERT INTO experiments (name, workspace) VALUES ('e', 'a'), ('e', 'b');

-- 75868b020152 RT307 RuntimeError
-- before
INSERT INTO experiments (experiment_id, name) VALUES (1, 'e');
INSERT INTO trace_info (request_id, experiment_id, timestamp_ms, status) VALUES ('t', 1, 1, 'OK');
INSERT INTO spans (trace_id, experiment_id, span_id, status, start_time_unix_nano, content, dimension_attributes)
VALUES ('t', 1, 's', 'OK', 1, '{}', '{"region": "x"}');

-- 75868b020152 RT102 spans.dimension_attributes
-- before
INSERT INTO experiments (experiment_id, name) VALUES (1, 'e');
INSERT INTO trace_info (request_id, experiment_id, timestamp_ms, status) VALUES ('t', 1, 1, 'OK');
INSERT INTO spans (trace_id, experiment_id, span_id, status, start_time_unix_nano, content, dimension_attributes)
VALUES ('t', 1, 's', 'OK', 1, '{}', '{}');
-- look
SELECT span_id, dimension_attributes FROM spans;

-- dc11669786a5 RT102 jobs.status, RT102 jobs.last_update_time
-- before
INSERT INTO jobs (id, creation_time, job_name, params, status, retry_count, last_update_time)
VALUES ('j', 1, 'n', '{}', 1, 0, 1);
-- look
SELECT id, status, last_update_time FROM jobs;
