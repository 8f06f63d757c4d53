-- 交接班: one shift leaves the desk to the next.

CREATE TABLE matters_handovers (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    -- The desk: the part of the tree that the shift looked after.
    place_id {uuid} NOT NULL,
    place_path TEXT {c} NOT NULL,
    by_cell INTEGER NOT NULL,
    by_id {uuid} NOT NULL,
    left_at BIGINT NOT NULL,
    -- What the next shift should know besides, under the key of who wrote it.
    words_sealed {bytes},
    -- Who sees to what is urgent and nobody's until somebody signs.
    watch_cell INTEGER,
    watch_id {uuid},
    taken_cell INTEGER,
    taken_id {uuid},
    taken_at BIGINT,
    withdrawn_at BIGINT,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, place_id) REFERENCES places_places (cell, id)
);
CREATE INDEX matters_handovers_place ON matters_handovers (cell, place_path, left_at);
CREATE INDEX matters_handovers_by ON matters_handovers (by_cell, by_id, left_at);

-- What waited when the shift ended, in the order of the clocks.
CREATE TABLE matters_handover_items (
    cell INTEGER NOT NULL,
    handover_id {uuid} NOT NULL,
    matter_id {uuid} NOT NULL,
    position INTEGER NOT NULL,
    urgent BOOLEAN NOT NULL,
    -- It goes to whoever signs.
    passed BOOLEAN NOT NULL,
    -- There is a remark for the next shift: in the timeline of the matter, of the instant of left_at.
    noted BOOLEAN NOT NULL,
    PRIMARY KEY (cell, handover_id, matter_id),
    FOREIGN KEY (cell, handover_id) REFERENCES matters_handovers (cell, id),
    FOREIGN KEY (cell, matter_id) REFERENCES matters_matters (cell, id)
);
