-- A message that was not taken is tried again, further and further apart, as long as it is of use: next_try_at is NULL once it
-- was sent or given up.
ALTER TABLE jobs_messages ADD COLUMN next_try_at BIGINT;
ALTER TABLE jobs_messages ADD COLUMN useful_until BIGINT;
UPDATE jobs_messages SET next_try_at = created_at, useful_until = created_at
    + CASE WHEN template = 'sign-in-code' THEN 600000 ELSE 86400000 END WHERE sent_at IS NULL AND tries < 5;
CREATE INDEX jobs_messages_next ON jobs_messages (cell, next_try_at);
