-- Persons, households, organisations, memberships, skills. Columns that end in _sealed are protected fields: read them
-- through the vault only, and write the reading to audit_reads.

CREATE TABLE people_households (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    place_id {uuid} NOT NULL,
    place_path TEXT {c} NOT NULL,
    door TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, place_id) REFERENCES places_places (cell, id)
);

CREATE TABLE people_people (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    name TEXT NOT NULL,
    initials TEXT NOT NULL,
    sex TEXT,
    birth_date TEXT,
    household_id {uuid},
    place_id {uuid} NOT NULL,
    place_path TEXT {c} NOT NULL,
    -- Empty, or a group that figures are counted by: courier, rider, …
    reporter_group TEXT NOT NULL,
    phone_masked TEXT NOT NULL,
    phone_sealed {bytes},
    identity_masked TEXT NOT NULL,
    identity_sealed {bytes},
    identity_hash {bytes},
    address_masked TEXT NOT NULL,
    address_sealed {bytes},
    invented BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    erased_at BIGINT,
    ended_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, place_id) REFERENCES places_places (cell, id),
    FOREIGN KEY (cell, household_id) REFERENCES people_households (cell, id)
);
CREATE INDEX people_people_place ON people_people (cell, place_path, id);
CREATE INDEX people_people_household ON people_people (cell, household_id);
CREATE UNIQUE INDEX people_people_identity ON people_people (cell, identity_hash);

CREATE TABLE people_organisations (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    name TEXT NOT NULL,
    initials TEXT NOT NULL,
    -- committee | department | station | team | enterprise | shop | association | federation | branch | provider
    kind TEXT NOT NULL,
    credit_code TEXT,
    place_id {uuid} NOT NULL,
    place_path TEXT {c} NOT NULL,
    parent_id {uuid},
    -- Professional labels of a team; a team may carry several.
    labels TEXT NOT NULL,
    invented BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, place_id) REFERENCES places_places (cell, id)
);
CREATE INDEX people_organisations_place ON people_organisations (cell, place_path, id);
CREATE UNIQUE INDEX people_organisations_credit ON people_organisations (cell, credit_code);

-- Person × role × place or organisation × period. The cell is the place's; the person may live in another.
CREATE TABLE people_memberships (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    person_cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    role TEXT NOT NULL,
    organisation_id {uuid},
    place_path TEXT {c} NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, organisation_id) REFERENCES people_organisations (cell, id)
);
CREATE INDEX people_memberships_person ON people_memberships (person_cell, person_id);
CREATE INDEX people_memberships_role ON people_memberships (cell, role, place_path);
CREATE INDEX people_memberships_organisation ON people_memberships (cell, organisation_id, role);

-- What dispatch needs to know of a volunteer, kept beside the person so that a search reads one narrow row each.
CREATE TABLE people_volunteers (
    cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    place_path TEXT {c} NOT NULL,
    -- The township's code, by which candidates are searched.
    township TEXT {c} NOT NULL,
    -- When in the week one is usually free, as JSON.
    week TEXT NOT NULL,
    quiet_until BIGINT,
    insured_until BIGINT,
    guardian_consent_until BIGINT,
    active BOOLEAN NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (cell, person_id),
    FOREIGN KEY (cell, person_id) REFERENCES people_people (cell, id)
);
CREATE INDEX people_volunteers_township ON people_volunteers (cell, township, active);

CREATE TABLE people_credentials (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    skill TEXT NOT NULL,
    -- Empty for a skill the volunteer states; the number of a certificate where the law asks for one.
    number TEXT NOT NULL,
    issuer TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    -- The day on which someone other than the holder looked at the document.
    verified_on TEXT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, person_id) REFERENCES people_people (cell, id)
);
CREATE INDEX people_credentials_person ON people_credentials (cell, person_id, skill);

-- Who is whose kin, as declared; a declaration counts both ways. The two may live in different cells.
CREATE TABLE people_kin (
    cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    kin_cell INTEGER NOT NULL,
    kin_id {uuid} NOT NULL,
    declared_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (cell, person_id, kin_cell, kin_id),
    FOREIGN KEY (cell, person_id) REFERENCES people_people (cell, id)
);
CREATE INDEX people_kin_of ON people_kin (kin_cell, kin_id);
