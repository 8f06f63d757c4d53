-- What is read of somebody whom nobody has registered belongs to no person: person_id is that of the matter or task that tells
-- of them, and this is where it lies. Empty for everybody else.
ALTER TABLE audit_reads ADD COLUMN place_path TEXT {c};
