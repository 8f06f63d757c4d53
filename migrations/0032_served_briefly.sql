-- Whether a volunteer named what they did when they left: then somebody was served, however short it was.
ALTER TABLE service_attendance ADD COLUMN did BOOLEAN NOT NULL DEFAULT FALSE;
