-- 当事人说明: what whoever a report is about was asked, and what they answered.

CREATE TABLE matters_replies (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    matter_id {uuid} NOT NULL,
    -- The party, when they are registered.
    party_cell INTEGER,
    party_id {uuid},
    -- Under the key of the party, or the matter's own when they are not registered: how the desk calls them and what they
    -- are told; and what they say.
    asked_sealed {bytes},
    words_sealed {bytes},
    key_cell INTEGER NOT NULL,
    key_owner {uuid} NOT NULL,
    asked_cell INTEGER NOT NULL,
    asked_by {uuid} NOT NULL,
    asked_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    -- Who wrote the answer down: the party, or staff for them.
    given_cell INTEGER,
    given_by {uuid},
    given_at BIGINT,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, matter_id) REFERENCES matters_matters (cell, id)
);
CREATE INDEX matters_replies_matter ON matters_replies (cell, matter_id, id);
CREATE INDEX matters_replies_party ON matters_replies (party_cell, party_id, id);
