-- Places, the cells they fall into, and the working-day calendar.

-- A cell is a small number given once to a county-level unit (0 is the city itself). Codes change; cells do not.
CREATE TABLE places_cells (
    cell INTEGER NOT NULL PRIMARY KEY,
    place_id {uuid} NOT NULL
);

CREATE TABLE places_places (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    -- city | county | township | community | village | grid
    level TEXT NOT NULL,
    parent_cell INTEGER,
    parent_id {uuid},
    -- Codes from the city down, each closed by a slash: 3717/371722/371722003/
    path TEXT {c} NOT NULL,
    initials TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    successor_id {uuid},
    -- True for places of the simulator beside the real ones.
    invented BOOLEAN NOT NULL,
    PRIMARY KEY (cell, id)
);
CREATE UNIQUE INDEX places_places_code ON places_places (cell, code, valid_from);
CREATE INDEX places_places_path ON places_places (path);
CREATE INDEX places_places_parent ON places_places (parent_cell, parent_id, code);
CREATE INDEX places_places_by_code ON places_places (code);

CREATE TABLE places_years (
    cell INTEGER NOT NULL,
    year INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (cell, year)
);

-- The days of a loaded year that differ from Monday to Friday.
CREATE TABLE places_days (
    cell INTEGER NOT NULL,
    day TEXT NOT NULL,
    year INTEGER NOT NULL,
    -- holiday | workday
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (cell, day)
);
