-- Photos that others than their handlers may see: faces and plates are covered on a copy.

CREATE TABLE matters_releases (
    cell INTEGER NOT NULL,
    file_id {uuid} NOT NULL,
    -- The covered copy in the store; NULL when nothing had to be covered.
    shown_id {uuid},
    -- The covered squares, as 3-5,4-5: column and row of the grid of rules::shared::cover.
    covered TEXT NOT NULL,
    by_cell INTEGER,
    by_id {uuid},
    released_at BIGINT NOT NULL,
    PRIMARY KEY (cell, file_id),
    FOREIGN KEY (cell, file_id) REFERENCES matters_files (cell, id)
);

-- It was never set: a row above says it now.
ALTER TABLE matters_files DROP COLUMN released;
