-- A password somebody else has set is good for choosing one's own, and for nothing else.
ALTER TABLE identity_passwords ADD COLUMN must_change BOOLEAN NOT NULL DEFAULT FALSE;

-- Sessions and tokens are ended by their id.
CREATE UNIQUE INDEX identity_sessions_id ON identity_sessions (cell, id);
CREATE UNIQUE INDEX identity_tokens_id ON identity_tokens (cell, id);
