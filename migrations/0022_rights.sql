-- Requests that something kept about a person be corrected, and what became of them.
CREATE TABLE rights_corrections (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    -- name | sex | birth_date | address | phone | identity | place | household | credential | other
    field TEXT NOT NULL,
    -- Which credential is wrong.
    credential_id {uuid},
    -- asked | corrected | refused | withdrawn
    state TEXT NOT NULL,
    -- How it stood when it was asked for, how it should be, what shows that: under the key of whose data it is.
    stood_sealed {bytes},
    wanted_sealed {bytes},
    grounds_sealed {bytes},
    channel TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    -- Who asked: they themselves, or staff for them.
    asked_cell INTEGER,
    asked_by {uuid},
    -- Until when it is answered; NULL while the year it ends in is not loaded.
    due_at BIGINT,
    -- When somebody above heard that it was not.
    late_at BIGINT,
    decided_at BIGINT,
    decided_cell INTEGER,
    decided_by {uuid},
    -- What it has become, and why, under the same key.
    became_sealed {bytes},
    reason_sealed {bytes},
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, person_id) REFERENCES people_people (cell, id)
);
CREATE INDEX rights_corrections_state ON rights_corrections (cell, state, asked_at);
CREATE INDEX rights_corrections_person ON rights_corrections (cell, person_id);

-- Who answers for the personal information of a county, or of the city, from a day on. Only ever added to.
CREATE TABLE rights_data_handlers (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    valid_from TEXT NOT NULL,
    body TEXT NOT NULL,
    contact TEXT NOT NULL,
    phone TEXT NOT NULL,
    address TEXT NOT NULL,
    officer TEXT NOT NULL,
    named_at BIGINT NOT NULL,
    named_cell INTEGER,
    named_by {uuid},
    PRIMARY KEY (cell, id)
);

-- Impact assessments, each version as it was approved. Nothing takes one away.
CREATE TABLE rights_assessments (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    -- sensitive | automated | passed_on | abroad | grave
    occasion TEXT NOT NULL,
    purpose TEXT NOT NULL,
    effect TEXT NOT NULL,
    measures TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    review_on TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    approved_on TEXT NOT NULL,
    entered_at BIGINT NOT NULL,
    entered_cell INTEGER,
    entered_by {uuid},
    PRIMARY KEY (cell, id, version)
);
