-- Reads within ten minutes are one row for each thing that was read: three requests of one person are three.

ALTER TABLE audit_reads RENAME TO audit_reads_before;
CREATE TABLE audit_reads (
    cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    field TEXT NOT NULL,
    reader_cell INTEGER NOT NULL,
    reader_id {uuid} NOT NULL,
    slot BIGINT NOT NULL,
    read_at BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id {uuid} NOT NULL,
    place_path TEXT {c},
    PRIMARY KEY (cell, person_id, field, reader_cell, reader_id, subject_id, slot)
);
INSERT INTO audit_reads (cell, person_id, field, reader_cell, reader_id, slot, read_at, purpose, subject_kind,
    subject_id, place_path)
    SELECT cell, person_id, field, reader_cell, reader_id, slot, read_at, purpose, subject_kind, subject_id, place_path
    FROM audit_reads_before;
DROP TABLE audit_reads_before;
CREATE INDEX audit_reads_time ON audit_reads (cell, person_id, read_at);
CREATE INDEX audit_reads_reader ON audit_reads (reader_cell, reader_id, read_at);
CREATE INDEX audit_reads_newest ON audit_reads (cell, read_at);
