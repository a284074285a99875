-- Tokens that CI jobs get for a signed statement of who they are (kind WORKLOAD): nobody made them, so user_id is null.
-- label: the name of the workload. They are deleted an hour after their end.
ALTER TABLE tokens MODIFY COLUMN user_id BIGINT UNSIGNED NULL;
CREATE INDEX tokens_kind ON tokens (kind, label, expires_ms);
