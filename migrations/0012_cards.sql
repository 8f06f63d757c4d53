-- Service cards 便民服务卡. What the QR and the code open is kept as keyed hashes: a card can be printed once, when it is
-- made, and replaced afterwards.

CREATE TABLE people_cards (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    -- The holder; of a household's card, who it was handed to.
    person_id {uuid} NOT NULL,
    household_id {uuid},
    token_hash {bytes} NOT NULL,
    code_hash {bytes} NOT NULL,
    -- valid | replaced | lost
    state TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    issued_cell INTEGER,
    issued_by {uuid},
    ended_at BIGINT,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, person_id) REFERENCES people_people (cell, id),
    FOREIGN KEY (cell, household_id) REFERENCES people_households (cell, id)
);
CREATE UNIQUE INDEX people_cards_token ON people_cards (cell, token_hash);
CREATE UNIQUE INDEX people_cards_code ON people_cards (cell, code_hash);
CREATE INDEX people_cards_person ON people_cards (cell, person_id);
CREATE INDEX people_cards_household ON people_cards (cell, household_id);

-- Who wants a card and has none yet; the row goes when it is made.
CREATE TABLE people_card_requests (
    cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    for_household BOOLEAN NOT NULL,
    place_path TEXT {c} NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (cell, person_id),
    FOREIGN KEY (cell, person_id) REFERENCES people_people (cell, id)
);
CREATE INDEX people_card_requests_place ON people_card_requests (cell, place_path);
