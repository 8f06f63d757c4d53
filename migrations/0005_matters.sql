-- Matters: everything that comes in and must be answered.

CREATE TABLE matters_matters (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    code TEXT {c} NOT NULL,
    kind TEXT NOT NULL,
    kind_version INTEGER NOT NULL,
    -- The key of the present step, or closed.
    step TEXT NOT NULL,
    -- review | dispatch | doing | confirm | call_back | closed: the tabs of the desk, the same for all kinds.
    phase TEXT NOT NULL,
    level TEXT,
    private BOOLEAN NOT NULL,
    place_id {uuid} NOT NULL,
    place_path TEXT {c} NOT NULL,
    township TEXT {c} NOT NULL,
    reporter_cell INTEGER,
    reporter_id {uuid},
    reporter_group TEXT NOT NULL,
    subject_cell INTEGER,
    subject_id {uuid},
    -- What staff and lists call it; never protected text.
    title TEXT NOT NULL,
    category TEXT NOT NULL,
    fields TEXT NOT NULL,
    -- Protected fields as one JSON object, under the key of key_owner.
    fields_sealed {bytes},
    key_cell INTEGER,
    key_owner {uuid},
    channel TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    -- The whole workflow state as the engine keeps it.
    state TEXT NOT NULL,
    due_at BIGINT,
    step_due_at BIGINT,
    -- The earlier of the two, for queues; a far date when neither runs.
    sort_at BIGINT NOT NULL,
    next_word_at BIGINT,
    handler_cell INTEGER,
    handler_id {uuid},
    organisation_id {uuid},
    first_response_at BIGINT,
    closed_at BIGINT,
    outcome TEXT,
    solved BOOLEAN,
    satisfaction INTEGER,
    reopened INTEGER NOT NULL,
    merged_into {uuid},
    invented BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, place_id) REFERENCES places_places (cell, id)
);
CREATE UNIQUE INDEX matters_matters_code ON matters_matters (cell, code);
CREATE INDEX matters_matters_queue ON matters_matters (cell, township, phase, sort_at, id);
CREATE INDEX matters_matters_phase ON matters_matters (cell, phase, sort_at, id);
CREATE INDEX matters_matters_place ON matters_matters (cell, place_path, id);
CREATE INDEX matters_matters_kind ON matters_matters (cell, kind, id);
CREATE INDEX matters_matters_reporter ON matters_matters (reporter_cell, reporter_id, id);
CREATE INDEX matters_matters_subject ON matters_matters (subject_cell, subject_id, id);
CREATE INDEX matters_matters_handler ON matters_matters (handler_cell, handler_id, sort_at);

-- The departments of a joint review, one row each.
CREATE TABLE matters_parts (
    cell INTEGER NOT NULL,
    matter_id {uuid} NOT NULL,
    organisation_id {uuid} NOT NULL,
    answered_at BIGINT,
    due_at BIGINT,
    PRIMARY KEY (cell, matter_id, organisation_id),
    FOREIGN KEY (cell, matter_id) REFERENCES matters_matters (cell, id),
    FOREIGN KEY (cell, organisation_id) REFERENCES people_organisations (cell, id)
);
CREATE INDEX matters_parts_organisation ON matters_parts (cell, organisation_id, answered_at, matter_id);

CREATE TABLE matters_followers (
    cell INTEGER NOT NULL,
    matter_id {uuid} NOT NULL,
    person_cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    followed_at BIGINT NOT NULL,
    PRIMARY KEY (cell, matter_id, person_cell, person_id),
    FOREIGN KEY (cell, matter_id) REFERENCES matters_matters (cell, id)
);

CREATE TABLE matters_files (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    matter_id {uuid} NOT NULL,
    media TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    sha256 {bytes} NOT NULL,
    -- Until a handler has looked for faces and plates, only handlers see it.
    released BOOLEAN NOT NULL,
    added_cell INTEGER,
    added_by {uuid},
    added_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, matter_id) REFERENCES matters_matters (cell, id)
);
CREATE INDEX matters_files_matter ON matters_files (cell, matter_id);
