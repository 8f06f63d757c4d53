-- That nothing rests on an assessment any more: it stays as it was written, and is kept as long as the law says.

CREATE TABLE rights_assessment_ends (
    cell INTEGER NOT NULL,
    assessment_id {uuid} NOT NULL,
    ended_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    entered_at BIGINT NOT NULL,
    entered_cell INTEGER,
    entered_by {uuid},
    PRIMARY KEY (cell, assessment_id)
);
