-- Numbered forms of paper: printed in batches, entered line by line with the time that is written on them.

CREATE TABLE paper_batches (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    code TEXT {c} NOT NULL,
    -- registration | sign_in
    sort TEXT NOT NULL,
    -- Of a registration form the kind that it comes in as.
    kind TEXT,
    -- Of a sign-in sheet the task whose it is; NULL for a blank one.
    task_id {uuid},
    place_id {uuid} NOT NULL,
    place_path TEXT {c} NOT NULL,
    forms INTEGER NOT NULL,
    printed_cell INTEGER,
    printed_by {uuid},
    printed_at BIGINT NOT NULL,
    invented BOOLEAN NOT NULL,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, place_id) REFERENCES places_places (cell, id),
    FOREIGN KEY (cell, task_id) REFERENCES dispatch_tasks (cell, id)
);
CREATE UNIQUE INDEX paper_batches_code ON paper_batches (cell, code);
CREATE INDEX paper_batches_place ON paper_batches (cell, place_path, id);

CREATE TABLE paper_forms (
    cell INTEGER NOT NULL,
    serial TEXT {c} NOT NULL,
    batch_id {uuid} NOT NULL,
    -- From 1, in the order of printing.
    no INTEGER NOT NULL,
    -- When its first line was entered.
    entered_at BIGINT,
    -- misprinted | miswritten | lost | unused
    spoilt TEXT,
    spoilt_cell INTEGER,
    spoilt_by {uuid},
    spoilt_at BIGINT,
    PRIMARY KEY (cell, serial),
    FOREIGN KEY (cell, batch_id) REFERENCES paper_batches (cell, id)
);
CREATE UNIQUE INDEX paper_forms_batch ON paper_forms (cell, batch_id, no);

-- What a line of a form became: a matter or a record of service.
CREATE TABLE paper_lines (
    cell INTEGER NOT NULL,
    serial TEXT {c} NOT NULL,
    line INTEGER NOT NULL,
    matter_id {uuid},
    record_id {uuid},
    -- What is written on the paper; entered_at is when somebody typed it in.
    written_at BIGINT NOT NULL,
    entered_cell INTEGER,
    entered_by {uuid},
    entered_at BIGINT NOT NULL,
    PRIMARY KEY (cell, serial, line),
    FOREIGN KEY (cell, serial) REFERENCES paper_forms (cell, serial),
    FOREIGN KEY (cell, matter_id) REFERENCES matters_matters (cell, id),
    FOREIGN KEY (cell, record_id) REFERENCES service_records (cell, id)
);
CREATE INDEX paper_lines_matter ON paper_lines (cell, matter_id);
CREATE INDEX paper_lines_record ON paper_lines (cell, record_id);
