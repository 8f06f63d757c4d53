-- What was done, what was read, and what is still to be done.

CREATE TABLE audit_events (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    occurred_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    actor_cell INTEGER,
    actor_id {uuid},
    on_behalf_cell INTEGER,
    on_behalf_id {uuid},
    channel TEXT NOT NULL,
    verb TEXT NOT NULL,
    -- mat, tsk, per …: the prefix of the subject's id.
    subject_kind TEXT NOT NULL,
    subject_id {uuid} NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (cell, id)
);
CREATE INDEX audit_events_subject ON audit_events (cell, subject_id, id);
CREATE INDEX audit_events_actor ON audit_events (actor_cell, actor_id, id);

-- One row per reader, person, field and ten minutes.
CREATE TABLE audit_reads (
    cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    field TEXT NOT NULL,
    reader_cell INTEGER NOT NULL,
    reader_id {uuid} NOT NULL,
    slot BIGINT NOT NULL,
    read_at BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id {uuid} NOT NULL,
    PRIMARY KEY (cell, person_id, field, reader_cell, reader_id, slot)
);
CREATE INDEX audit_reads_time ON audit_reads (cell, person_id, read_at);

CREATE TABLE jobs_queue (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    job TEXT NOT NULL,
    data TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    -- A waiting job with the same key is not queued twice.
    key TEXT {c} NOT NULL,
    tries INTEGER NOT NULL,
    claimed_until BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (cell, id)
);
CREATE UNIQUE INDEX jobs_queue_key ON jobs_queue (cell, job, key);
CREATE INDEX jobs_queue_due ON jobs_queue (cell, due_at);

-- Messages on their way to people: the notifier takes them from here.
CREATE TABLE jobs_messages (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    person_cell INTEGER,
    person_id {uuid},
    template TEXT NOT NULL,
    to_sealed {bytes} NOT NULL,
    body_sealed {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    tries INTEGER NOT NULL,
    last_error TEXT,
    PRIMARY KEY (cell, id)
);
CREATE INDEX jobs_messages_waiting ON jobs_messages (cell, sent_at, created_at);

CREATE TABLE audit_settings (
    cell INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (cell, name)
);
