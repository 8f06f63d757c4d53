-- Everybody of a telephone is found by it, also who is not signed in by it: first by what is shown of the number.
CREATE INDEX people_people_phone ON people_people (cell, phone_masked);
