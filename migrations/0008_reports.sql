-- What the public figures need: the end of the level's clock at the first answer, and indexes that answer alone.

ALTER TABLE matters_matters ADD COLUMN first_response_due_at BIGINT;

CREATE INDEX matters_matters_raised ON matters_matters (kind, recorded_at, place_path, merged_into, first_response_at,
    first_response_due_at, category, channel, reporter_group);
CREATE INDEX matters_matters_closed ON matters_matters (kind, closed_at, place_path, merged_into, outcome, satisfaction,
    category, reporter_group);
CREATE INDEX service_records_figures ON service_records (state, day, place_path, evidence, minutes, person_cell, person_id,
    cell, matter_id);
