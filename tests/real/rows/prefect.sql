-- b68b3cad6b8a RT307 NotNullViolationError
-- before
INSERT INTO block (name, blockref) VALUES ('a', 'r');

-- b68b3cad6b8a RT308 UniqueViolationError
-- live
INSERT INTO block_spec (id, name, version) VALUES (md5('1')::uuid, 'a', '1'), (md5('2')::uuid, 'b', '1');
INSERT INTO block (name, block_spec_id) VALUES ('a', md5('1')::uuid), ('a', md5('2')::uuid);

-- 14dc68cc5853 RT102 flow_run.state_name, RT306
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO flow_run (id, name, flow_id) VALUES (md5('r')::uuid, 'r', md5('f')::uuid);
INSERT INTO flow_run_state (id, type, name, flow_run_id) VALUES (md5('s')::uuid, 'RUNNING', 'Running', md5('r')::uuid);
UPDATE flow_run SET state_id = md5('s')::uuid;
-- look
SELECT id, state_name FROM flow_run;

-- 1c9390e2f9c6 RT307 UniqueViolationError
-- before
INSERT INTO block_schema (name, version, fields) VALUES ('a', '1', '{}'), ('a', '2', '{}');

-- 1c9390e2f9c6 RT102 block_schema.name, RT102 block_schema.version, RT304 NotNullViolationError
-- before
INSERT INTO block_schema (name, version, fields) VALUES ('a', '1', '{}');
-- look
SELECT id, name, version FROM block_schema;

-- 724e6dcc6b5d RT308 TypeError
-- live
INSERT INTO block_type (id, name) VALUES (md5('t')::uuid, 't');
INSERT INTO block_schema (checksum, block_type_id, capabilities) VALUES ('c', md5('t')::uuid, 'null');

-- 724e6dcc6b5d RT102 block_schema.type
-- before
INSERT INTO block_type (id, name) VALUES (md5('t')::uuid, 't');
INSERT INTO block_schema (checksum, block_type_id, type) VALUES ('c', md5('t')::uuid, 'NOTIFICATION');
-- look
SELECT id, type FROM block_schema;

-- 2fe6fe6ca16e RT307 TypeError
-- before
INSERT INTO block_type (id, name) VALUES (md5('t')::uuid, 't');
INSERT INTO block_schema (checksum, block_type_id, fields) VALUES ('c', md5('t')::uuid, 'null');

-- 2fe6fe6ca16e RT102 block_schema.fields, RT102 block_schema.checksum
-- before
INSERT INTO block_type (id, name) VALUES (md5('t')::uuid, 't');
INSERT INTO block_schema (checksum, block_type_id, fields) VALUES ('c', md5('t')::uuid, '{"title": "x"}');
-- look
SELECT id, fields, checksum FROM block_schema;

-- 2fe6fe6ca16e RT307 UniqueViolationError
-- before
INSERT INTO block_type (id, name) VALUES (md5('t')::uuid, 't');
INSERT INTO block_schema (checksum, block_type_id, fields) VALUES ('c', md5('t')::uuid, '{}'), ('d', md5('t')::uuid, '{}');

-- 2fe6fe6ca16e RT304 UniqueViolationError
-- live
INSERT INTO block_type (id, name) VALUES (md5('t')::uuid, 't');
INSERT INTO block_schema (checksum, block_type_id, fields) VALUES ('c', md5('t')::uuid, '{}'), ('d', md5('t')::uuid, '{}');

-- 2f46fc3f3beb RT303 NotNullViolationError
-- before
INSERT INTO block_type (id, name) VALUES (md5('t')::uuid, 't');
INSERT INTO block_schema (id, checksum, block_type_id) VALUES (md5('s')::uuid, 'c', md5('t')::uuid);
INSERT INTO block_document (id, name, block_schema_id, block_type_id)
VALUES (md5('d')::uuid, 'd', md5('s')::uuid, md5('t')::uuid);
INSERT INTO flow_run_notification_policy (name, block_document_id) VALUES ('n', md5('d')::uuid);

-- 2f46fc3f3beb RT308 NotNullViolationError
-- live
INSERT INTO block_type (id, name) VALUES (md5('t')::uuid, 't');
INSERT INTO block_schema (id, checksum, block_type_id) VALUES (md5('s')::uuid, 'c', md5('t')::uuid);
INSERT INTO block_document (id, name, block_schema_id, block_type_id)
VALUES (md5('d')::uuid, 'd', md5('s')::uuid, md5('t')::uuid);
INSERT INTO flow_run_notification_policy (block_document_id) VALUES (md5('d')::uuid);

-- 0f27d462bf6d RT102 block_document.is_default_storage_block_document
-- before
INSERT INTO block_type (id, name) VALUES (md5('t')::uuid, 't');
INSERT INTO block_schema (id, checksum, block_type_id) VALUES (md5('s')::uuid, 'c', md5('t')::uuid);
INSERT INTO block_document (name, block_schema_id, block_type_id, is_default_storage_block_document)
VALUES ('d', md5('s')::uuid, md5('t')::uuid, true);
-- look
SELECT id, is_default_storage_block_document FROM block_document;

-- e085c9cbf8ce RT102 deployment.flow_runner_type, RT102 deployment.flow_runner_config, RT102 deployment.description
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO deployment (name, flow_id, flow_runner_type, flow_runner_config, description)
VALUES ('d', md5('f')::uuid, 'docker', '{"image": "x"}', 'text');
-- look
SELECT id, flow_runner_type, flow_runner_config, description FROM deployment;

-- e085c9cbf8ce RT102 flow_run.flow_runner_type, RT102 flow_run.flow_runner_config, RT102 flow_run.empirical_config
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO flow_run (name, flow_id, flow_runner_type, flow_runner_config, empirical_config)
VALUES ('r', md5('f')::uuid, 'docker', '{"image": "x"}', '{"a": 1}');
-- look
SELECT id, flow_runner_type, flow_runner_config, empirical_config FROM flow_run;

-- 4ff2f2bf81f4 RT307 UniqueViolationError
-- before
INSERT INTO block_type (name) VALUES ('Slack Webhook'), ('slack-webhook');

-- 4ff2f2bf81f4 RT102 block_schema.fields, RT102 block_schema.checksum
-- before
INSERT INTO block_type (id, name) VALUES (md5('t')::uuid, 'Slack Webhook');
INSERT INTO block_schema (checksum, block_type_id, fields)
VALUES ('c', md5('t')::uuid, '{"block_type_name": "Slack Webhook", "block_schema_references": {}}');
-- look
SELECT id, fields, checksum FROM block_schema;

-- add97ce1937d RT102 deployment.is_schedule_active
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO deployment (name, flow_id, is_schedule_active) VALUES ('d', md5('f')::uuid, true);
-- look
SELECT id, is_schedule_active FROM deployment;

-- 77eb737fc759 RT105 work_queue.filter
-- live
INSERT INTO work_queue (name, filter) VALUES ('q', NULL);
-- look
SELECT id, filter FROM work_queue;

-- 2d5e000696f1 RT304 UniqueViolationError
-- live
INSERT INTO block_type (id, name, slug) VALUES (md5('t')::uuid, 't', 't');
INSERT INTO block_schema (checksum, block_type_id, version) VALUES ('c', md5('t')::uuid, '1'), ('c', md5('t')::uuid, '2');

-- d481d5058a19 RT101 worker_pool
-- before
INSERT INTO worker_pool (name) VALUES ('p');
-- look
SELECT id FROM worker_pool;

-- d481d5058a19 RT101 worker_pool_queue
-- before
INSERT INTO worker_pool (id, name) VALUES (md5('p')::uuid, 'p');
INSERT INTO worker_pool_queue (name, priority, worker_pool_id) VALUES ('q', 1, md5('p')::uuid);
-- look
SELECT id FROM worker_pool_queue;

-- d481d5058a19 RT101 worker
-- before
INSERT INTO worker_pool (id, name) VALUES (md5('p')::uuid, 'p');
INSERT INTO worker (name, worker_pool_id) VALUES ('w', md5('p')::uuid);
-- look
SELECT name FROM worker;

-- d481d5058a19 RT102 deployment.worker_pool_queue_id
-- before
INSERT INTO worker_pool (id, name) VALUES (md5('p')::uuid, 'p');
INSERT INTO worker_pool_queue (id, name, priority, worker_pool_id) VALUES (md5('q')::uuid, 'q', 1, md5('p')::uuid);
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO deployment (name, flow_id, worker_pool_queue_id) VALUES ('d', md5('f')::uuid, md5('q')::uuid);
-- look
SELECT id, worker_pool_queue_id FROM deployment;

-- d481d5058a19 RT102 flow_run.worker_pool_queue_id
-- before
INSERT INTO worker_pool (id, name) VALUES (md5('p')::uuid, 'p');
INSERT INTO worker_pool_queue (id, name, priority, worker_pool_id) VALUES (md5('q')::uuid, 'q', 1, md5('p')::uuid);
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO flow_run (name, flow_id, worker_pool_queue_id) VALUES ('r', md5('f')::uuid, md5('q')::uuid);
-- look
SELECT id, worker_pool_queue_id FROM flow_run;

-- 2882cd2df465 RT307 CardinalityViolationError
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO flow_run (id, name, flow_id) VALUES (md5('r')::uuid, 'r', md5('f')::uuid);
INSERT INTO task_run (id, name, task_key, dynamic_key, flow_run_id)
VALUES (md5('k')::uuid, 'k', 'k', '0', md5('r')::uuid);
INSERT INTO task_run_state (id, type, name, task_run_id, has_data)
VALUES (md5('s')::uuid, 'RUNNING', 'Running', md5('k')::uuid, true);
INSERT INTO artifact (key, task_run_state_id) VALUES ('a', md5('s')::uuid);

-- 2882cd2df465 RT101 artifact
-- before
INSERT INTO artifact (key) VALUES ('a');
-- look
SELECT id FROM artifact;

-- 2882cd2df465 RT102 flow_run_state.result_artifact_id
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO flow_run (id, name, flow_id) VALUES (md5('r')::uuid, 'r', md5('f')::uuid);
INSERT INTO artifact (id, key) VALUES (md5('a')::uuid, 'a');
INSERT INTO flow_run_state (id, type, name, flow_run_id, result_artifact_id, has_data)
VALUES (md5('s')::uuid, 'RUNNING', 'Running', md5('r')::uuid, md5('a')::uuid, true);
-- look
SELECT id, result_artifact_id FROM flow_run_state;

-- 2882cd2df465 RT102 task_run_state.result_artifact_id
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO flow_run (id, name, flow_id) VALUES (md5('r')::uuid, 'r', md5('f')::uuid);
INSERT INTO task_run (id, name, task_key, dynamic_key, flow_run_id)
VALUES (md5('k')::uuid, 'k', 'k', '0', md5('r')::uuid);
INSERT INTO artifact (id, key) VALUES (md5('a')::uuid, 'a');
INSERT INTO task_run_state (id, type, name, task_run_id, result_artifact_id, has_data)
VALUES (md5('s')::uuid, 'RUNNING', 'Running', md5('k')::uuid, md5('a')::uuid, true);
-- look
SELECT id, result_artifact_id FROM task_run_state;

-- 2882cd2df465 RT105 flow_run_state.result_artifact_id
-- live
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO flow_run (id, name, flow_id) VALUES (md5('r')::uuid, 'r', md5('f')::uuid);
INSERT INTO artifact (id, key) VALUES (md5('a')::uuid, 'a');
INSERT INTO flow_run_state (id, type, name, flow_run_id, result_artifact_id, has_data)
VALUES (md5('s')::uuid, 'RUNNING', 'Running', md5('r')::uuid, md5('a')::uuid, true);
-- look
SELECT id, result_artifact_id FROM flow_run_state;

-- 2882cd2df465 RT105 task_run_state.result_artifact_id
-- live
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO flow_run (id, name, flow_id) VALUES (md5('r')::uuid, 'r', md5('f')::uuid);
INSERT INTO task_run (id, name, task_key, dynamic_key, flow_run_id)
VALUES (md5('k')::uuid, 'k', 'k', '0', md5('r')::uuid);
INSERT INTO artifact (id, key) VALUES (md5('a')::uuid, 'a');
INSERT INTO task_run_state (id, type, name, task_run_id, result_artifact_id, has_data)
VALUES (md5('s')::uuid, 'RUNNING', 'Running', md5('k')::uuid, md5('a')::uuid, true);
-- look
SELECT id, result_artifact_id FROM task_run_state;

-- 2882cd2df466 RT102 artifact.flow_run_state_id
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO flow_run (id, name, flow_id) VALUES (md5('r')::uuid, 'r', md5('f')::uuid);
INSERT INTO flow_run_state (id, type, name, flow_run_id) VALUES (md5('s')::uuid, 'RUNNING', 'Running', md5('r')::uuid);
INSERT INTO artifact (key, flow_run_state_id) VALUES ('a', md5('s')::uuid);
-- look
SELECT id, flow_run_state_id FROM artifact;

-- 2882cd2df466 RT102 artifact.task_run_state_id
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO flow_run (id, name, flow_id) VALUES (md5('r')::uuid, 'r', md5('f')::uuid);
INSERT INTO task_run (id, name, task_key, dynamic_key, flow_run_id)
VALUES (md5('k')::uuid, 'k', 'k', '0', md5('r')::uuid);
INSERT INTO task_run_state (id, type, name, task_run_id) VALUES (md5('s')::uuid, 'RUNNING', 'Running', md5('k')::uuid);
INSERT INTO artifact (key, task_run_state_id) VALUES ('a', md5('s')::uuid);
-- look
SELECT id, task_run_state_id FROM artifact;

-- 2882cd2df466 RT102 flow_run_state.has_data
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO flow_run (id, name, flow_id) VALUES (md5('r')::uuid, 'r', md5('f')::uuid);
INSERT INTO flow_run_state (type, name, flow_run_id, has_data) VALUES ('RUNNING', 'Running', md5('r')::uuid, true);
-- look
SELECT id, has_data FROM flow_run_state;

-- 2882cd2df466 RT102 task_run_state.has_data
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO flow_run (id, name, flow_id) VALUES (md5('r')::uuid, 'r', md5('f')::uuid);
INSERT INTO task_run (id, name, task_key, dynamic_key, flow_run_id)
VALUES (md5('k')::uuid, 'k', 'k', '0', md5('r')::uuid);
INSERT INTO task_run_state (type, name, task_run_id, has_data) VALUES ('RUNNING', 'Running', md5('k')::uuid, true);
-- look
SELECT id, has_data FROM task_run_state;

-- 0a1250a5aa25 RT307 NotNullViolationError
-- before
INSERT INTO work_pool (name) VALUES ('p');

-- 0a1250a5aa25 RT307 ForeignKeyViolationError
-- before
INSERT INTO work_pool (id, name, type) VALUES (md5('p')::uuid, 'p', 'process');
INSERT INTO work_pool_queue (id, name, priority, work_pool_id) VALUES (md5('q')::uuid, 'q', 1, md5('p')::uuid);
UPDATE work_pool SET default_queue_id = md5('q')::uuid;

-- 0a1250a5aa25 RT104 work_pool
-- live
INSERT INTO work_pool (name, type) VALUES ('p', 'process');
-- look
SELECT id FROM work_pool;

-- 0a1250a5aa25 RT104 work_pool_queue
-- live
INSERT INTO work_pool (id, name, type) VALUES (md5('p')::uuid, 'p', 'process');
INSERT INTO work_pool_queue (name, priority, work_pool_id) VALUES ('q', 1, md5('p')::uuid);
-- look
SELECT id FROM work_pool_queue;

-- f98ae6d8e2cc RT102 deployment.work_queue_id
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO work_queue (id, name) VALUES (md5('q')::uuid, 'default');
INSERT INTO deployment (name, flow_id, work_queue_id) VALUES ('d', md5('f')::uuid, md5('q')::uuid);
-- look
SELECT id, work_queue_id FROM deployment;

-- f98ae6d8e2cc RT102 flow_run.work_queue_id
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO work_queue (id, name) VALUES (md5('q')::uuid, 'default');
INSERT INTO flow_run (name, flow_id, work_queue_id) VALUES ('r', md5('f')::uuid, md5('q')::uuid);
-- look
SELECT id, work_queue_id FROM flow_run;

-- f98ae6d8e2cc RT101 work_pool
-- before
INSERT INTO work_pool (name, type) VALUES ('p', 'process');
-- look
SELECT id FROM work_pool;

-- f98ae6d8e2cc RT101 work_pool_queue
-- before
INSERT INTO work_pool (id, name, type) VALUES (md5('p')::uuid, 'p', 'process');
INSERT INTO work_pool_queue (name, priority, work_pool_id) VALUES ('q', 1, md5('p')::uuid);
-- look
SELECT id FROM work_pool_queue;

-- f98ae6d8e2cc RT101 worker
-- before
INSERT INTO work_pool (id, name, type) VALUES (md5('p')::uuid, 'p', 'process');
INSERT INTO worker (name, work_pool_id) VALUES ('w', md5('p')::uuid);
-- look
SELECT id FROM worker;

-- f98ae6d8e2cc RT102 work_queue.priority, RT103 work_queue
-- before
INSERT INTO work_queue (name, priority) VALUES ('a', 7);
-- look
SELECT name, priority FROM work_queue;

-- f98ae6d8e2cc RT303 ForeignKeyViolationError
-- before
INSERT INTO work_pool (id, name, type)
VALUES (md5('d')::uuid, 'default-agent-pool', 'prefect-agent'), (md5('p')::uuid, 'p', 'process');
INSERT INTO work_queue (id, name, work_pool_id) VALUES (md5('q')::uuid, 'q', md5('p')::uuid);
INSERT INTO agent (name, work_queue_id) VALUES ('a', md5('q')::uuid);

-- f98ae6d8e2cc RT308 UniqueViolationError
-- live
INSERT INTO work_pool (id, name, type)
VALUES (md5('p')::uuid, 'p', 'process'), (md5('r')::uuid, 'r', 'process');
INSERT INTO work_queue (name, work_pool_id) VALUES ('q', md5('p')::uuid), ('q', md5('r')::uuid);

-- f98ae6d8e2cc RT104 work_pool
-- live
INSERT INTO work_pool (id, name, type) VALUES (md5('p')::uuid, 'p', 'process');
-- look
SELECT name FROM work_pool WHERE name = 'p';

-- f98ae6d8e2cc RT104 work_queue
-- live
INSERT INTO work_pool (id, name, type)
VALUES (md5('d')::uuid, 'default-agent-pool', 'prefect-agent'), (md5('p')::uuid, 'p', 'process');
INSERT INTO work_queue (name, work_pool_id) VALUES ('q', md5('p')::uuid);
-- look
SELECT name FROM work_queue WHERE name = 'q';

-- 2a88656f4a23 RT101 work_pool_queue
-- before
INSERT INTO work_pool (id, name, type) VALUES (md5('p')::uuid, 'p', 'process');
INSERT INTO work_pool_queue (name, priority, work_pool_id) VALUES ('q', 1, md5('p')::uuid);
-- look
SELECT id FROM work_pool_queue;

-- cfdfec5d7557 RT308 ForeignKeyViolationError
-- live
INSERT INTO artifact (key, flow_run_id) VALUES ('a', md5('nowhere')::uuid);

-- 7d918a392297 RT308 ForeignKeyViolationError
-- live
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO flow_run (name, flow_id, deployment_id) VALUES ('r', md5('f')::uuid, md5('nowhere')::uuid);

-- aa84ac237ce8 RT308 UniqueViolationError
-- live
INSERT INTO artifact (key) VALUES ('a'), ('a');

-- 15f5083c16bd RT307 OverflowError
-- before
INSERT INTO artifact_collection (key, created) VALUES ('a', '0044-03-15 12:00:00 BC');

-- 15f5083c16bd RT102 artifact_collection.task_run_id, RT102 artifact_collection.flow_run_id, RT102 artifact_collection.type, RT102 artifact_collection.data, RT102 artifact_collection.description, RT102 artifact_collection.metadata_, RT306
-- before
INSERT INTO artifact (id, key, task_run_id, flow_run_id, type, data, description, metadata_)
VALUES (md5('a')::uuid, 'a', md5('k')::uuid, md5('r')::uuid, 'table', '[1]', 'new', '{"a": 1}');
INSERT INTO artifact_collection (key, latest_id, description) VALUES ('a', md5('a')::uuid, 'old');
-- look
SELECT key, task_run_id, flow_run_id, type, data, description, metadata_ FROM artifact_collection;

-- 4e9a6f93eb6c RT102 concurrency_limit_v2.slot_decay_per_second
-- before
INSERT INTO concurrency_limit_v2 (active, name, "limit", active_slots, denied_slots, avg_slot_occupancy_seconds)
VALUES (true, 'l', 1, 0, 0, 2);
-- look
SELECT id, slot_decay_per_second FROM concurrency_limit_v2;

-- 05ea6f882b1d RT308 NotNullViolationError
-- live
INSERT INTO task_run (name, task_key, dynamic_key) VALUES ('k', 'k', '0');

-- 7c453555d3a5 RT307 ForeignKeyViolationError
-- before
INSERT INTO flow_run_input (key, value, flow_run_id) VALUES ('a', 'b', md5('nowhere')::uuid);

-- 954db7517015 RT307 NotNullViolationError
-- before
INSERT INTO automation (id, name, description, trigger, actions) VALUES (md5('a')::uuid, 'a', '', '{}', '[]');
INSERT INTO automation_bucket (automation_id, bucketing_key, start, "end", count, triggered_at)
VALUES (md5('a')::uuid, '[]', now(), now(), 1, now());

-- 954db7517015 RT308 UniqueViolationError
-- live
INSERT INTO automation (id, name, description, trigger, actions) VALUES (md5('a')::uuid, 'a', '', '{}', '[]');
INSERT INTO automation_bucket (automation_id, trigger_id, bucketing_key, start, "end", count, triggered_at)
VALUES (md5('a')::uuid, md5('1')::uuid, '[]', now(), now(), 1, now()),
       (md5('a')::uuid, md5('2')::uuid, '[]', now(), now(), 1, now());

-- 94622c1663e8 RT105 variable.value
-- live
INSERT INTO variable (name, value) VALUES ('v', '1');
-- look
SELECT id, value FROM variable;

-- 7495a5013e7e RT307 NotNullViolationError
-- before
INSERT INTO automation_event_follower (leader_event_id, follower_event_id, received, follower)
VALUES (md5('l')::uuid, md5('f')::uuid, now(), '{}');

-- 7495a5013e7e RT308 UniqueViolationError
-- live
INSERT INTO automation_event_follower (leader_event_id, follower_event_id, received, follower, scope)
VALUES (md5('l')::uuid, md5('f')::uuid, now(), '{}', 'a'), (md5('l')::uuid, md5('f')::uuid, now(), '{}', 'b');

-- 5d03c01be85e RT102 artifact_collection.latest_id
-- before
INSERT INTO artifact_collection (key) VALUES ('a');
-- look
SELECT id, latest_id FROM artifact_collection;

-- 5d03c01be85e RT102 deployment.schedule, RT102 deployment.is_schedule_active, RT102 deployment.flow_data, RT102 deployment.manifest_path
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO deployment (name, flow_id, schedule, is_schedule_active, flow_data, manifest_path)
VALUES ('d', md5('f')::uuid, '{"cron": "0 0 * * *"}', false, '{"a": 1}', 'p');
-- look
SELECT id, schedule, is_schedule_active, flow_data, manifest_path FROM deployment;

-- 5d03c01be85e RT102 deployment_schedule.max_active_runs, RT102 deployment_schedule.catchup
-- before
INSERT INTO flow (id, name) VALUES (md5('f')::uuid, 'f');
INSERT INTO deployment (id, name, flow_id) VALUES (md5('d')::uuid, 'd', md5('f')::uuid);
INSERT INTO deployment_schedule (schedule, active, deployment_id, max_active_runs, catchup)
VALUES ('{}', true, md5('d')::uuid, 3, true);
-- look
SELECT id, max_active_runs, catchup FROM deployment_schedule;

-- 4160a4841eed RT307 TypeError
-- before
INSERT INTO block_type (id, name, slug) VALUES (md5('t')::uuid, 't', 't');
INSERT INTO block_schema (id, checksum, block_type_id) VALUES (md5('s')::uuid, 'c', md5('t')::uuid);
INSERT INTO block_document (id, name, block_schema_id, block_type_id)
VALUES (md5('d')::uuid, 'd', md5('s')::uuid, md5('t')::uuid);
INSERT INTO flow_run_notification_policy (state_names, block_document_id) VALUES ('12', md5('d')::uuid);

-- 4160a4841eed RT101 flow_run_notification_policy
-- before
INSERT INTO block_type (id, name, slug) VALUES (md5('t')::uuid, 't', 't');
INSERT INTO block_schema (id, checksum, block_type_id) VALUES (md5('s')::uuid, 'c', md5('t')::uuid);
INSERT INTO block_document (id, name, block_schema_id, block_type_id)
VALUES (md5('d')::uuid, 'd', md5('s')::uuid, md5('t')::uuid);
INSERT INTO flow_run_notification_policy (block_document_id) VALUES (md5('d')::uuid);
-- look
SELECT id FROM flow_run_notification_policy;

-- 4160a4841eed RT103 automation
-- before
INSERT INTO block_type (id, name, slug) VALUES (md5('t')::uuid, 't', 't');
INSERT INTO block_schema (id, checksum, block_type_id) VALUES (md5('s')::uuid, 'c', md5('t')::uuid);
INSERT INTO block_document (id, name, block_schema_id, block_type_id)
VALUES (md5('d')::uuid, 'd', md5('s')::uuid, md5('t')::uuid);
INSERT INTO flow_run_notification_policy (block_document_id) VALUES (md5('d')::uuid);
-- look
SELECT name FROM automation;

-- 4160a4841eed RT101 flow_run_notification_queue
-- before
INSERT INTO flow_run_notification_queue (flow_run_notification_policy_id, flow_run_state_id)
VALUES (md5('p')::uuid, md5('s')::uuid);
-- look
SELECT id FROM flow_run_notification_queue;

-- 3b86c5ea017a RT105 task_run.state_id
-- live
INSERT INTO task_run (name, task_key, dynamic_key, state_id) VALUES ('k', 'k', '0', md5('nowhere')::uuid);
-- look
SELECT id, state_id FROM task_run;

-- 9e83011d1f2a RT307 OverflowError
-- before
INSERT INTO concurrency_limit (tag, concurrency_limit, created) VALUES ('a', 1, '0044-03-15 12:00:00 BC');

-- 9e83011d1f2a RT307 TypeError
-- before
INSERT INTO concurrency_limit (tag, concurrency_limit, active_slots) VALUES ('a', 1, '1');

-- 9e83011d1f2a RT102 concurrency_limit.active_slots
-- before
INSERT INTO concurrency_limit (tag, concurrency_limit, active_slots) VALUES ('a', 1, '["no uuid"]');
-- look
SELECT tag, active_slots FROM concurrency_limit;

-- 9e83011d1f2a RT307 UniqueViolationError
-- before
INSERT INTO concurrency_limit (id, tag, concurrency_limit) VALUES (md5('l')::uuid, 'a', 1);
INSERT INTO concurrency_limit_v2 (id, active, name, "limit", active_slots, denied_slots, slot_decay_per_second, avg_slot_occupancy_seconds)
VALUES (md5('l')::uuid, true, 'b', 1, 0, 0, 0, 0);

-- 7218aad17905 RT101 block_document_reference
-- before
INSERT INTO block_type (id, name, slug) VALUES (md5('t')::uuid, 't', 't');
INSERT INTO block_schema (id, checksum, block_type_id) VALUES (md5('s')::uuid, 'c', md5('t')::uuid);
INSERT INTO block_document (id, name, block_schema_id, block_type_id)
VALUES (md5('d')::uuid, 'd', md5('s')::uuid, md5('t')::uuid);
INSERT INTO block_document_reference (name, parent_block_document_id, reference_block_document_id)
VALUES ('a', md5('d')::uuid, md5('d')::uuid);
-- look
SELECT id FROM block_document_reference;

-- 4cdc2ba709a4 RT102 block_document.block_schema_id, RT306
-- before
INSERT INTO block_type (id, name) VALUES (md5('t')::uuid, 'S3 Storage');
INSERT INTO block_schema (id, checksum, block_type_id)
VALUES (md5('s')::uuid, 'sha256:3ffda32926202a34fc30d7618e4792f71088d37fbcf92c18d070104ca6da7431', md5('t')::uuid);
INSERT INTO block_document (name, block_schema_id, block_type_id) VALUES ('d', md5('s')::uuid, md5('t')::uuid);
-- look
SELECT id, block_schema_id FROM block_document;

-- e905fd199258 RT101 block_type, RT306
-- before
INSERT INTO block_type (name) VALUES ('Debug Print Notification');
-- look
SELECT name FROM block_type;

-- bb4dc90d3e29 RT102 block_type.name, RT306
-- before
INSERT INTO block_type (name) VALUES ('DateTime');
-- look
SELECT id, name FROM block_type;

-- f98ae6d8e2cc RT105 work_queue.work_pool_id
-- live
INSERT INTO work_pool (id, name, type) VALUES (md5('p')::uuid, 'p', 'process');
INSERT INTO work_queue (name, work_pool_id) VALUES ('q', md5('p')::uuid);
-- look
SELECT name, work_pool_id FROM work_queue WHERE name = 'q';
