-- Tasks cut from matters, their slots, and the offers that volunteers answer freely.

CREATE TABLE dispatch_tasks (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    code TEXT {c} NOT NULL,
    matter_id {uuid} NOT NULL,
    title TEXT NOT NULL,
    category TEXT NOT NULL,
    -- What the volunteer should know beforehand; no protected text.
    notes TEXT NOT NULL,
    place_id {uuid} NOT NULL,
    place_path TEXT {c} NOT NULL,
    township TEXT {c} NOT NULL,
    -- Community and building, shown before acceptance; the full address stays with the matter.
    place_hint TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    slots INTEGER NOT NULL,
    -- Needed skills, risks, age and the rest, as the rules read them.
    needs TEXT NOT NULL,
    -- planned | inviting | filled | serving | done | cancelled
    state TEXT NOT NULL,
    open BOOLEAN NOT NULL,
    wave INTEGER NOT NULL,
    check_code TEXT NOT NULL,
    qr_token TEXT {c} NOT NULL,
    cut_cell INTEGER,
    cut_by {uuid},
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    invented BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, matter_id) REFERENCES matters_matters (cell, id),
    FOREIGN KEY (cell, place_id) REFERENCES places_places (cell, id)
);
CREATE UNIQUE INDEX dispatch_tasks_code ON dispatch_tasks (cell, code);
CREATE UNIQUE INDEX dispatch_tasks_qr ON dispatch_tasks (cell, qr_token);
CREATE INDEX dispatch_tasks_matter ON dispatch_tasks (cell, matter_id);
CREATE INDEX dispatch_tasks_open ON dispatch_tasks (cell, township, open, state, starts_at, id);

-- One row per person wanted: taking a slot is one conditional update.
CREATE TABLE dispatch_slots (
    cell INTEGER NOT NULL,
    task_id {uuid} NOT NULL,
    no INTEGER NOT NULL,
    offer_id {uuid},
    PRIMARY KEY (cell, task_id, no),
    FOREIGN KEY (cell, task_id) REFERENCES dispatch_tasks (cell, id)
);

CREATE TABLE dispatch_offers (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    task_id {uuid} NOT NULL,
    person_cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    wave INTEGER NOT NULL,
    -- offered | accepted | declined | expired | withdrawn | cancelled
    state TEXT NOT NULL,
    -- Why this person, as data; shown to the desk and to the person.
    reasons TEXT NOT NULL,
    reply_by BIGINT,
    offered_at BIGINT NOT NULL,
    answered_at BIGINT,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, task_id) REFERENCES dispatch_tasks (cell, id)
);
CREATE UNIQUE INDEX dispatch_offers_once ON dispatch_offers (cell, task_id, person_cell, person_id);
CREATE INDEX dispatch_offers_person ON dispatch_offers (person_cell, person_id, state, starts_at);
CREATE INDEX dispatch_offers_waiting ON dispatch_offers (cell, state, reply_by);
