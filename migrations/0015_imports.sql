-- Spreadsheets that are brought in. The file itself is never kept: its rows are, sealed under a key of the import, until
-- the result has been looked at long enough; then the key is destroyed and the rows go.

CREATE TABLE exchange_imports (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    -- people | teams | credentials
    intake TEXT NOT NULL,
    -- Who brings it in; nobody for the command line.
    person_cell INTEGER,
    person_id {uuid},
    -- reading | checking | checked | applying | done | cancelled
    state TEXT NOT NULL,
    -- The columns of the file, as a JSON list of our names for them; empty for one that nobody knows.
    columns TEXT NOT NULL,
    rows_total INTEGER NOT NULL,
    -- Sheets that were not read.
    hidden INTEGER NOT NULL,
    further INTEGER NOT NULL,
    -- How it ended: rows that added something, that were there already, and that were refused.
    added INTEGER NOT NULL,
    same INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- The rows and their key are gone.
    cleared BOOLEAN NOT NULL,
    PRIMARY KEY (cell, id)
);
CREATE INDEX exchange_imports_person ON exchange_imports (person_cell, person_id, created_at);

CREATE TABLE exchange_import_rows (
    cell INTEGER NOT NULL,
    import_id {uuid} NOT NULL,
    -- The number beside the row in the file.
    row INTEGER NOT NULL,
    -- waiting; new | same | refused once checked; added instead of new once applied.
    state TEXT NOT NULL,
    cells_sealed {bytes} NOT NULL,
    -- Why it was refused: column, code and what the words mention.
    problem_sealed {bytes},
    PRIMARY KEY (cell, import_id, row),
    FOREIGN KEY (cell, import_id) REFERENCES exchange_imports (cell, id)
);
CREATE INDEX exchange_import_rows_state ON exchange_import_rows (cell, import_id, state, row);
