-- When a volunteer who had accepted signed in, and signed out again: from the first on a task is neither cancelled nor given
-- back, and pages say what there is still to do.
ALTER TABLE dispatch_offers ADD COLUMN began_at BIGINT;
ALTER TABLE dispatch_offers ADD COLUMN left_at BIGINT;
UPDATE dispatch_offers SET
    began_at = (SELECT a.in_at FROM service_attendance a WHERE a.cell = dispatch_offers.cell
        AND a.offer_id = dispatch_offers.id),
    left_at = (SELECT a.out_at FROM service_attendance a WHERE a.cell = dispatch_offers.cell
        AND a.offer_id = dispatch_offers.id);
