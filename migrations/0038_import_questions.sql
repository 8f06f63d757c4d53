-- Of the rows that came in those in which somebody is asked first, and the names of the columns that were not read, sealed
-- under the key of the import as its rows are.
ALTER TABLE exchange_imports ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE exchange_imports ADD COLUMN unread_sealed {bytes};
