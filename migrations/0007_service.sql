-- Attendance, records of service, their confirmation and ratings.

CREATE TABLE service_attendance (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    task_id {uuid} NOT NULL,
    offer_id {uuid} NOT NULL,
    person_cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    -- qr | code | desk
    in_by TEXT NOT NULL,
    in_device_at BIGINT,
    in_at BIGINT NOT NULL,
    out_by TEXT,
    out_device_at BIGINT,
    out_at BIGINT,
    -- True when nobody checked out and the planned end was taken.
    forgotten BOOLEAN NOT NULL,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, task_id) REFERENCES dispatch_tasks (cell, id),
    FOREIGN KEY (cell, offer_id) REFERENCES dispatch_offers (cell, id)
);
CREATE INDEX service_attendance_task ON service_attendance (cell, task_id);
CREATE INDEX service_attendance_person ON service_attendance (person_cell, person_id, in_at);

-- Fields of 志愿服务记录与证明出具办法(试行)(民政部令第67号)articles 4 to 10. Kept ten years.
CREATE TABLE service_records (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    task_id {uuid},
    matter_id {uuid},
    attendance_id {uuid},
    person_cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    activity TEXT NOT NULL,
    day TEXT NOT NULL,
    place_id {uuid} NOT NULL,
    place_path TEXT {c} NOT NULL,
    content TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    organisation_id {uuid},
    in_charge TEXT NOT NULL,
    -- both_present | desk | code | late
    evidence TEXT NOT NULL,
    late_reason TEXT NOT NULL,
    recorded_cell INTEGER,
    recorded_by {uuid},
    recorded_at BIGINT NOT NULL,
    record_due_at BIGINT,
    -- to_be_confirmed | confirmed | contested | void
    state TEXT NOT NULL,
    confirmed_cell INTEGER,
    confirmed_by {uuid},
    confirmed_at BIGINT,
    -- served | staff
    confirmed_as TEXT,
    invented BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, task_id) REFERENCES dispatch_tasks (cell, id),
    FOREIGN KEY (cell, place_id) REFERENCES places_places (cell, id)
);
CREATE INDEX service_records_person ON service_records (person_cell, person_id, day);
CREATE INDEX service_records_task ON service_records (cell, task_id);
CREATE INDEX service_records_state ON service_records (cell, state, recorded_at, id);
CREATE INDEX service_records_place ON service_records (cell, place_path, day);

CREATE TABLE service_ratings (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    matter_id {uuid} NOT NULL,
    -- Which opening of the matter this rates: one rating each.
    round INTEGER NOT NULL,
    solved BOOLEAN NOT NULL,
    -- 1 very dissatisfied to 5 very satisfied (好差评 levels).
    satisfaction INTEGER NOT NULL,
    words_sealed {bytes},
    rated_cell INTEGER,
    rated_by {uuid},
    channel TEXT NOT NULL,
    rated_at BIGINT NOT NULL,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, matter_id) REFERENCES matters_matters (cell, id)
);
CREATE UNIQUE INDEX service_ratings_round ON service_ratings (cell, matter_id, round);
