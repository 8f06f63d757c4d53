-- 申请复核: who lost hours because a review found a record false may ask, once, that it is looked at again.

-- What the record was when it was found false, with its confirmation, so that it can become so again.
ALTER TABLE service_reviews ADD COLUMN record_state TEXT;
ALTER TABLE service_reviews ADD COLUMN confirmed_at BIGINT;
ALTER TABLE service_reviews ADD COLUMN confirmed_as TEXT;
-- Until when one may appeal; NULL while the year it ends in is not loaded, and for what was decided before there were appeals:
-- then there is no term.
ALTER TABLE service_reviews ADD COLUMN appeal_by BIGINT;

-- Of records that are void already, the event says when and as what they had been confirmed.
UPDATE service_reviews SET record_state = 'confirmed',
    confirmed_at = COALESCE((SELECT MAX(e.recorded_at) FROM audit_events e WHERE e.cell = service_reviews.cell
        AND e.subject_id = service_reviews.record_id AND e.verb = 'service.confirm'), opened_at),
    confirmed_as = COALESCE((SELECT CASE e.data WHEN '{"standing":"served_by_phone"}' THEN 'served_by_phone'
        WHEN '{"standing":"served"}' THEN 'served' ELSE 'staff' END FROM audit_events e
        WHERE e.cell = service_reviews.cell AND e.subject_id = service_reviews.record_id AND e.verb = 'service.confirm'
        ORDER BY e.id DESC LIMIT 1), 'staff')
    WHERE state = 'upheld';

CREATE TABLE service_appeals (
    cell INTEGER NOT NULL,
    record_id {uuid} NOT NULL,
    -- The finding it is against, by when that was made: a record that is looked at anew may be found false anew.
    found_at BIGINT NOT NULL,
    -- Where it was served and whose hours they were, as in the record.
    place_path TEXT {c} NOT NULL,
    person_cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    -- waiting | stands | overturned
    state TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    -- Who wrote it down: the volunteer, or staff for them.
    asked_cell INTEGER NOT NULL,
    asked_by {uuid} NOT NULL,
    -- What the volunteer says against it, under the volunteer's key.
    words_sealed {bytes},
    decided_at BIGINT,
    decided_cell INTEGER,
    decided_by {uuid},
    reason TEXT,
    PRIMARY KEY (cell, record_id, found_at),
    FOREIGN KEY (cell, record_id) REFERENCES service_reviews (cell, record_id)
);
CREATE INDEX service_appeals_state ON service_appeals (cell, state, place_path);
