-- Offers that run out are found by their task. By this index, which no statement needs, SQLite without statistics read all
-- accepted offers of a county where those of one task were asked for.
DROP INDEX dispatch_offers_waiting;
