-- Erasing somebody finds what is theirs without reading everybody's.
CREATE INDEX identity_phones_person ON identity_phones (cell, person_cell, person_id);
CREATE INDEX jobs_messages_person ON jobs_messages (cell, person_cell, person_id);
CREATE INDEX audit_reads_reader ON audit_reads (reader_cell, reader_id, read_at);
