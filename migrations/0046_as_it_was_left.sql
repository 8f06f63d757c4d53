-- What of a matter stood when a shift ended: step, level, clocks, and who had it and went there, by their ids. JSON; NULL where it
-- was left before this was kept.
ALTER TABLE matters_handover_items ADD COLUMN stood TEXT;
