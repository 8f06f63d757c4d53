-- Certificates of record (志愿服务记录证明, 民政部令第67号 articles 14 to 17), the register of each issuing unit, and which
-- records each certificate stands on. Kept as long as the records.

-- The last number that a unit gave in a year. Numbers have no gap: one is taken with the certificate or not at all.
CREATE TABLE service_registers (
    cell INTEGER NOT NULL,
    organisation_id {uuid} NOT NULL,
    year INTEGER NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (cell, organisation_id, year),
    FOREIGN KEY (cell, organisation_id) REFERENCES people_organisations (cell, id)
);

-- The cell is the unit's; the volunteer may live in another.
CREATE TABLE service_certificates (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    -- What is typed or scanned to verify it.
    code TEXT NOT NULL,
    organisation_id {uuid} NOT NULL,
    -- Where the unit works.
    place_path TEXT {c} NOT NULL,
    year INTEGER NOT NULL,
    serial BIGINT NOT NULL,
    person_cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    -- What verifying shows: the name masked, the unit as it was called.
    name_masked TEXT NOT NULL,
    unit TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    recorded_minutes BIGINT NOT NULL,
    late_minutes BIGINT NOT NULL,
    -- What was certified, as it was printed, under the volunteer's key.
    content_sealed {bytes} NOT NULL,
    issued_at BIGINT NOT NULL,
    issued_cell INTEGER,
    issued_by {uuid},
    -- A record in it was voided or cut down since.
    doubted_at BIGINT,
    revoked_at BIGINT,
    revoked_cell INTEGER,
    revoked_by {uuid},
    -- record_wrong | details_wrong | returned
    revoked_as TEXT,
    -- What the unit wrote about it, under the volunteer's key.
    note_sealed {bytes},
    invented BOOLEAN NOT NULL,
    PRIMARY KEY (cell, id),
    FOREIGN KEY (cell, organisation_id) REFERENCES people_organisations (cell, id)
);
CREATE UNIQUE INDEX service_certificates_code ON service_certificates (cell, code);
CREATE UNIQUE INDEX service_certificates_number ON service_certificates (cell, organisation_id, year, serial);
CREATE INDEX service_certificates_person ON service_certificates (person_cell, person_id, issued_at);
CREATE INDEX service_certificates_place ON service_certificates (cell, place_path, issued_at);

CREATE TABLE service_certificate_records (
    cell INTEGER NOT NULL,
    certificate_id {uuid} NOT NULL,
    record_id {uuid} NOT NULL,
    -- As certified.
    minutes BIGINT NOT NULL,
    PRIMARY KEY (cell, certificate_id, record_id),
    FOREIGN KEY (cell, certificate_id) REFERENCES service_certificates (cell, id),
    FOREIGN KEY (cell, record_id) REFERENCES service_records (cell, id)
);
CREATE INDEX service_certificate_records_record ON service_certificate_records (cell, record_id);
