-- v1.3.0.a RT103 trial_system_attributes
-- before
INSERT INTO trials (state) VALUES ('RUNNING');
-- look
SELECT trial_system_attribute_id FROM trial_system_attributes;

