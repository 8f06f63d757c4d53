-- What people add to their own matter afterwards (补充说明): as private as what they told at first. The event that tells of
-- it holds the note's id, never its words.

CREATE TABLE matters_notes (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    matter_id {uuid} NOT NULL,
    -- Under the key of key_owner: the person whose the matter is, else who wrote it.
    text_sealed {bytes} NOT NULL,
    key_cell INTEGER NOT NULL,
    key_owner {uuid} NOT NULL,
    noted_at BIGINT NOT NULL,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, matter_id) REFERENCES matters_matters (cell, id)
);
CREATE INDEX matters_notes_matter ON matters_notes (cell, matter_id, id);
