-- 志愿者编号: what the national system of volunteer service calls a volunteer.
ALTER TABLE people_volunteers ADD COLUMN national_number TEXT;
CREATE UNIQUE INDEX people_volunteers_number ON people_volunteers (cell, national_number);

-- What one unit recorded, in the order of its days: it takes that along for the national system.
CREATE INDEX service_records_unit ON service_records (cell, organisation_id, day);
