-- What tells the certificates of one issuing unit from those of another (代字): given to a unit once, with its first
-- certificate, and printed before the number. Certificates issued before keep the number they were issued with.
ALTER TABLE people_organisations ADD COLUMN designation TEXT;
CREATE UNIQUE INDEX people_organisations_designation ON people_organisations (cell, designation);
ALTER TABLE service_certificates ADD COLUMN designation TEXT;
