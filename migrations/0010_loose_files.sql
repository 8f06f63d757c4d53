-- Files in the store that belong to nothing yet: photos of drafts, and those whose form was refused. What is attached to a
-- matter leaves the table; what stays longer than a draft is kept goes, with its file.

CREATE TABLE exchange_loose (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    -- When it came in, or the draft it belongs to was last kept.
    kept_at BIGINT NOT NULL,
    -- Given up: the file is removed outside any transaction, and the row after it.
    given_up BOOLEAN NOT NULL,
    PRIMARY KEY (cell, id)
);
CREATE INDEX exchange_loose_age ON exchange_loose (cell, given_up, kept_at);
CREATE INDEX identity_drafts_age ON identity_drafts (cell, updated_at);
