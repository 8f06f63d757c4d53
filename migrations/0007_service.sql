-- Attendance, records of service, their confirmation and ratings.

-- The signatures of one volunteer on one accepted offer.
CREATE TABLE service_attendance (
    cell INTEGER NOT NULL,
    offer_id {uuid} NOT NULL,
    task_id {uuid} NOT NULL,
    person_cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    -- card_qr | venue_qr | code | desk
    in_means TEXT NOT NULL,
    in_device_at BIGINT,
    in_at BIGINT NOT NULL,
    in_cell INTEGER,
    in_by {uuid},
    -- Also unattended: nobody checked out, and the planned end was taken.
    out_means TEXT,
    out_device_at BIGINT,
    out_at BIGINT,
    out_cell INTEGER,
    out_by {uuid},
    PRIMARY KEY (cell, offer_id),
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
    offer_id {uuid},
    matter_id {uuid},
    person_cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    -- Who was served, when one person was.
    served_cell INTEGER,
    served_id {uuid},
    activity TEXT NOT NULL,
    -- The local day on which it began.
    day TEXT NOT NULL,
    place_id {uuid} NOT NULL,
    place_path TEXT {c} NOT NULL,
    -- Empty until a forgotten check-out is explained.
    content TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    organisation_id {uuid},
    charge_cell INTEGER,
    charge_id {uuid},
    -- both_present | desk | code | late
    evidence TEXT NOT NULL,
    -- checked_out | to_be_confirmed; a late entry was never signed.
    closing TEXT,
    late_reason TEXT,
    -- Everyone who entered a part of it, as a JSON list of ids; the first stands beside it for lists.
    entered_by TEXT NOT NULL,
    recorded_cell INTEGER,
    recorded_by {uuid},
    recorded_at BIGINT NOT NULL,
    -- The ten working days of article 11; NULL while the year they end in is not loaded.
    record_due_at BIGINT,
    -- recorded | confirmed | contested | void
    state TEXT NOT NULL,
    confirmed_cell INTEGER,
    confirmed_by {uuid},
    confirmed_at BIGINT,
    -- served | served_by_phone | staff
    confirmed_as TEXT,
    -- Why it was last contested or voided.
    reason TEXT,
    -- What the volunteer told about the person served, as one JSON object under the key of key_owner.
    told_sealed {bytes},
    key_cell INTEGER,
    key_owner {uuid},
    -- The volunteer asks that a social worker look in.
    look_wanted BOOLEAN NOT NULL,
    invented BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, task_id) REFERENCES dispatch_tasks (cell, id),
    FOREIGN KEY (cell, matter_id) REFERENCES matters_matters (cell, id),
    FOREIGN KEY (cell, organisation_id) REFERENCES people_organisations (cell, id),
    FOREIGN KEY (cell, place_id) REFERENCES places_places (cell, id)
);
CREATE INDEX service_records_person ON service_records (person_cell, person_id, day);
CREATE INDEX service_records_served ON service_records (served_cell, served_id, state);
CREATE INDEX service_records_task ON service_records (cell, task_id);
CREATE INDEX service_records_matter ON service_records (cell, matter_id);
CREATE INDEX service_records_state ON service_records (cell, state, recorded_at, id);
CREATE INDEX service_records_place ON service_records (cell, place_path, day);

CREATE TABLE service_ratings (
    cell INTEGER NOT NULL,
    matter_id {uuid} NOT NULL,
    -- 1 for the first answer, one more each time the person is asked again.
    round INTEGER NOT NULL,
    -- yes | partly | no
    solved TEXT NOT NULL,
    -- 1 very dissatisfied to 5 very satisfied (好差评 levels).
    satisfaction INTEGER NOT NULL,
    -- Under the key of key_owner: the person served, or the matter where nobody is known.
    words_sealed {bytes},
    key_cell INTEGER,
    key_owner {uuid},
    rated_cell INTEGER,
    rated_by {uuid},
    channel TEXT NOT NULL,
    rated_at BIGINT NOT NULL,
    PRIMARY KEY (cell, matter_id, round),
    FOREIGN KEY (cell, matter_id) REFERENCES matters_matters (cell, id)
);
