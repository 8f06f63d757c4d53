-- 异议: what is said against a record of service stands by itself, with who said it, what the volunteer says to it, and how it
-- was answered. Kept as long as the records.

CREATE TABLE service_objections (
    cell INTEGER NOT NULL,
    record_id {uuid} NOT NULL,
    -- 1 for the first against this record.
    number INTEGER NOT NULL,
    raised_at BIGINT NOT NULL,
    -- Whose it is: of whom somebody acted for, where somebody did.
    raised_cell INTEGER NOT NULL,
    raised_by {uuid} NOT NULL,
    -- served | volunteer | staff
    raised_as TEXT NOT NULL,
    words TEXT,
    -- open | answered | decided | withdrawn
    state TEXT NOT NULL,
    -- What the record was before, with its confirmation, so that it can become so again when it is taken back.
    record_state TEXT NOT NULL,
    confirmed_at BIGINT,
    confirmed_as TEXT,
    confirmed_cell INTEGER,
    confirmed_by {uuid},
    heard_at BIGINT,
    -- Who wrote down what the volunteer says.
    heard_cell INTEGER,
    heard_by {uuid},
    -- What the volunteer says to it, under the volunteer's key.
    words_sealed {bytes},
    answered_at BIGINT,
    answered_cell INTEGER,
    answered_by {uuid},
    answer TEXT,
    -- unchanged | corrected | void
    found TEXT,
    -- When it was decided or taken back.
    ended_at BIGINT,
    PRIMARY KEY (cell, record_id, number),
    FOREIGN KEY (cell, record_id) REFERENCES service_records (cell, id)
);

-- What was said before stood in the record's own reason, as if it were that of its confirmation.
INSERT INTO service_objections (cell, record_id, number, raised_at, raised_cell, raised_by, raised_as, words, state,
    record_state)
    SELECT r.cell, r.id, 1, e.recorded_at, COALESCE(e.on_behalf_cell, e.actor_cell), COALESCE(e.on_behalf_id, e.actor_id),
        CASE WHEN COALESCE(e.on_behalf_id, e.actor_id) = r.served_id THEN 'served'
            WHEN COALESCE(e.on_behalf_id, e.actor_id) = r.person_id THEN 'volunteer' ELSE 'staff' END,
        -- What a void left there, which an appeal overturned, was not said against the record.
        CASE WHEN EXISTS (SELECT 1 FROM audit_events w WHERE w.cell = e.cell AND w.subject_id = e.subject_id
            AND w.verb = 'service.void' AND w.id > e.id) THEN NULL ELSE r.reason END,
        CASE r.state WHEN 'contested' THEN 'open' WHEN 'recorded' THEN 'answered' ELSE 'decided' END, 'recorded'
    FROM service_records r JOIN audit_events e ON e.cell = r.cell AND e.subject_id = r.id AND e.verb = 'service.contest'
    WHERE r.reason IS NOT NULL AND r.state <> 'void' AND e.actor_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM audit_events l WHERE l.cell = e.cell AND l.subject_id = e.subject_id
            AND l.verb = 'service.contest' AND l.id > e.id);
UPDATE service_records SET reason = NULL WHERE state <> 'void' AND EXISTS (SELECT 1 FROM service_objections j
    WHERE j.cell = service_records.cell AND j.record_id = service_records.id);
