-- What the file is called by whoever brought it in, sealed under the key of the import, for it may name somebody.
ALTER TABLE exchange_imports ADD COLUMN name_sealed {bytes};
