-- Records that are looked at before their hours count, and those that the person served is asked about. Kept as long as
-- the records.

CREATE TABLE service_reviews (
    cell INTEGER NOT NULL,
    record_id {uuid} NOT NULL,
    -- Where it was served and whose hours they are, as in the record.
    place_path TEXT {c} NOT NULL,
    person_cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    -- Why it is looked at: what the rules found, as a JSON list, and how much it weighs.
    signs TEXT NOT NULL,
    score BIGINT NOT NULL,
    -- open | cleared | upheld
    state TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    -- Who had confirmed it by then.
    confirmed_cell INTEGER,
    confirmed_by {uuid},
    -- Until when the volunteer may answer; NULL while the year it ends in is not loaded.
    answer_by BIGINT,
    heard_at BIGINT,
    -- Who wrote the answer down.
    heard_cell INTEGER,
    heard_by {uuid},
    -- What the volunteer says to it, under the volunteer's key.
    words_sealed {bytes},
    decided_at BIGINT,
    decided_cell INTEGER,
    decided_by {uuid},
    reason TEXT,
    PRIMARY KEY (cell, record_id),
    FOREIGN KEY (cell, record_id) REFERENCES service_records (cell, id)
);
CREATE INDEX service_reviews_state ON service_reviews (cell, state, place_path);

CREATE TABLE service_call_backs (
    cell INTEGER NOT NULL,
    record_id {uuid} NOT NULL,
    place_path TEXT {c} NOT NULL,
    drawn_at BIGINT NOT NULL,
    asked_at BIGINT,
    asked_cell INTEGER,
    asked_by {uuid},
    -- done | not_done | no_answer
    said TEXT,
    PRIMARY KEY (cell, record_id),
    FOREIGN KEY (cell, record_id) REFERENCES service_records (cell, id)
);
CREATE INDEX service_call_backs_said ON service_call_backs (cell, said, place_path);

-- What one person entered or confirmed within minutes.
CREATE INDEX service_records_entered ON service_records (recorded_cell, recorded_by, recorded_at);
CREATE INDEX service_records_confirmed ON service_records (confirmed_cell, confirmed_by, confirmed_at);

-- The figures leave out what is looked at: the id leads to the review.
DROP INDEX service_records_figures;
CREATE INDEX service_records_figures ON service_records (state, day, place_path, evidence, minutes, person_cell, person_id,
    cell, matter_id, id);
