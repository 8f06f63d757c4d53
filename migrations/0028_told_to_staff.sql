-- What a volunteer tells of whom they served is for those who look after it, and not for the page of whose matter it is.
ALTER TABLE matters_notes ADD COLUMN for_staff BOOLEAN NOT NULL DEFAULT FALSE;
