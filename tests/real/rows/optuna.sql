-- v1.3.0.a RT103 trial_system_attributes
-- before
INSERT INTO trials (state) VALUES ('RUNNING');
-- look
SELECT trial_system_attribute_id FROM trial_system_attributes;

-- v2.4.0.a RT307 NotNullViolation
-- before
INSERT INTO trial_values (step, value) VALUES (1, 0.5);

-- v2.4.0.a RT101 trial_values, RT304 UndefinedColumn
-- before
INSERT INTO trials (trial_id, state, value) VALUES (1, 'RUNNING', 0.5);
INSERT INTO trial_values (trial_value_id, trial_id, step, value) VALUES (100, 1, 1, 0.5);
-- look
SELECT trial_value_id FROM trial_values WHERE trial_value_id = 100;

-- v2.6.0.a RT308 StringDataRightTruncation
-- live
INSERT INTO study_user_attributes (key, value_json) VALUES ('k', repeat('x', 2049));

-- v3.0.0.a RT307 JSONDecodeError
-- before
INSERT INTO trial_params (param_name, distribution_json) VALUES ('p', 'no JSON');

-- v3.0.0.b RT101 trial_values
-- before
INSERT INTO trial_values (trial_value_id, value, objective) VALUES (1, NULL, 0);
-- look
SELECT trial_value_id FROM trial_values;

-- v3.0.0.b RT308 NotNullViolation
-- live
INSERT INTO trials (trial_id, state) VALUES (1, 'RUNNING');
INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value) VALUES (1, 1, NULL);

-- v3.0.0.d RT102 trial_values.value
-- before
INSERT INTO trial_values (value, objective) VALUES ('Infinity', 0);
-- look
SELECT trial_value_id, value FROM trial_values;

-- v2.4.0.a RT102 studies.direction, RT304 UndefinedColumn
-- before
INSERT INTO studies (study_name, direction) VALUES ('s', 'MINIMIZE');
-- look
SELECT study_id, to_jsonb(studies) -> 'direction' AS direction FROM studies;

-- v2.4.0.a RT102 trials.value, RT304 UndefinedColumn
-- before
INSERT INTO trials (state, value) VALUES ('RUNNING', 0.5);
-- look
SELECT trial_id, to_jsonb(trials) -> 'value' AS value FROM trials;

-- v2.4.0.a RT102 trial_values.step, RT102 trial_values.value, RT304 UndefinedColumn
-- before
INSERT INTO trials (trial_id, state, value) VALUES (1, 'RUNNING', 0.75);
INSERT INTO trial_values (trial_id, step, value) VALUES (1, 1, 0.5);
-- look
SELECT trial_id, to_jsonb(trial_values) -> 'step' AS step, value FROM trial_values;
