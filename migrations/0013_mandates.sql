-- Mandates 委托授权: one person acts for another. The cell is that of the one represented.

CREATE TABLE people_mandates (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    delegate_cell INTEGER NOT NULL,
    delegate_id {uuid} NOT NULL,
    -- * or keys of kinds of matters, with spaces between
    kinds TEXT NOT NULL,
    -- Codes of matters that were private before and were named all the same, with spaces between.
    named TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    asked_cell INTEGER,
    asked_by {uuid},
    -- self | phone | slip
    confirmed_how TEXT,
    confirmed_at BIGINT,
    confirmed_cell INTEGER,
    confirmed_by {uuid},
    valid_to BIGINT NOT NULL,
    revoked_at BIGINT,
    revoked_cell INTEGER,
    revoked_by {uuid},
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, person_id) REFERENCES people_people (cell, id)
);
CREATE INDEX people_mandates_person ON people_mandates (cell, person_id);
CREATE INDEX people_mandates_delegate ON people_mandates (delegate_cell, delegate_id);

-- For whom a session acts: the cell and id of the mandate, looked at anew with each request.
ALTER TABLE identity_sessions ADD COLUMN mandate_cell INTEGER;
ALTER TABLE identity_sessions ADD COLUMN mandate_id {uuid};

-- 「谁替我办过事」
CREATE INDEX audit_events_behalf ON audit_events (on_behalf_cell, on_behalf_id, id);

-- Consents 同意: what somebody said to which version of a text; only ever added to.
CREATE TABLE people_consents (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    purpose TEXT {c} NOT NULL,
    version INTEGER NOT NULL,
    given BOOLEAN NOT NULL,
    channel TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    said_cell INTEGER,
    said_by {uuid},
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, person_id) REFERENCES people_people (cell, id)
);
CREATE INDEX people_consents_person ON people_consents (cell, person_id, purpose, id);
