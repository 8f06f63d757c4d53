-- Where the file of a photo lies. A photo is taken in before anybody knows of which county the matter will be, so that its
-- file lies with whoever took it; NULL: with the matter.
ALTER TABLE matters_files ADD COLUMN stored_cell INTEGER;

-- Those whose matter it is took theirs in on forms of their own, which keep files with the person.
UPDATE matters_files SET stored_cell = (SELECT m.reporter_cell FROM matters_matters m
    WHERE m.cell = matters_files.cell AND m.id = matters_files.matter_id AND m.reporter_id = matters_files.added_by);
