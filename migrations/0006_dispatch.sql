-- Tasks cut from matters, their slots, and the offers that volunteers answer freely.

CREATE TABLE dispatch_tasks (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    code TEXT {c} NOT NULL,
    -- NULL for a task that stands on its own, such as a team's round.
    matter_id {uuid},
    -- The team it was cut for, whose leader may invite.
    team_id {uuid},
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
    -- standing | cancelled | done
    state TEXT NOT NULL,
    -- Anyone eligible may take a slot.
    open BOOLEAN NOT NULL,
    -- The system invites in waves by the plan of the level.
    waves BOOLEAN NOT NULL,
    check_code TEXT NOT NULL,
    -- Begins with the cell, so that a scanned address finds its row.
    qr_token TEXT {c} NOT NULL,
    cut_cell INTEGER,
    cut_by {uuid},
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    invented BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, matter_id) REFERENCES matters_matters (cell, id),
    FOREIGN KEY (cell, team_id) REFERENCES people_organisations (cell, id),
    FOREIGN KEY (cell, place_id) REFERENCES places_places (cell, id)
);
CREATE UNIQUE INDEX dispatch_tasks_code ON dispatch_tasks (cell, code);
CREATE UNIQUE INDEX dispatch_tasks_qr ON dispatch_tasks (cell, qr_token);
CREATE INDEX dispatch_tasks_matter ON dispatch_tasks (cell, matter_id);
CREATE INDEX dispatch_tasks_open ON dispatch_tasks (cell, open, state, starts_at, id);
CREATE INDEX dispatch_tasks_township ON dispatch_tasks (cell, township, state, starts_at, id);

-- One row per person wanted: taking a slot is one conditional update. It is held by the offer a volunteer accepted, or by
-- a colleague on staff who was given the task.
CREATE TABLE dispatch_slots (
    cell INTEGER NOT NULL,
    task_id {uuid} NOT NULL,
    no INTEGER NOT NULL,
    offer_id {uuid},
    staff_cell INTEGER,
    staff_id {uuid},
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
    -- offered | accepted | declined | expired | withdrawn_by_volunteer | cancelled
    state TEXT NOT NULL,
    -- Why this person, as data; shown to the desk and to the person.
    reasons TEXT NOT NULL,
    -- Why it was declined or left, if they cared to say. Read by nothing that ranks.
    reason TEXT NOT NULL,
    reply_by BIGINT,
    offered_at BIGINT NOT NULL,
    answered_at BIGINT,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, task_id) REFERENCES dispatch_tasks (cell, id)
);
-- One live offer per task and person; answered ones are history.
CREATE UNIQUE INDEX dispatch_offers_once ON dispatch_offers (cell, task_id, person_cell, person_id)
    WHERE state IN ('offered', 'accepted');
CREATE INDEX dispatch_offers_task ON dispatch_offers (cell, task_id, person_cell, person_id);
CREATE INDEX dispatch_offers_person ON dispatch_offers (person_cell, person_id, state, starts_at);
CREATE INDEX dispatch_offers_waiting ON dispatch_offers (cell, state, reply_by);
