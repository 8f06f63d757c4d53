-- How many slots of a task are free, counted where the slots are taken: a list of what can be taken then reads only that,
-- however many full tasks lie ahead.
ALTER TABLE dispatch_tasks ADD COLUMN free INTEGER NOT NULL DEFAULT 0;
UPDATE dispatch_tasks SET free = (SELECT COUNT(*) FROM dispatch_slots s WHERE s.cell = dispatch_tasks.cell
    AND s.task_id = dispatch_tasks.id AND s.offer_id IS NULL AND s.staff_id IS NULL);

DROP INDEX dispatch_tasks_open;
DROP INDEX dispatch_tasks_township;
-- In the order of the list: around a township, and of a county.
CREATE INDEX dispatch_tasks_takeable_near ON dispatch_tasks (cell, township, starts_at, id)
    WHERE open AND state = 'standing' AND free > 0;
CREATE INDEX dispatch_tasks_takeable ON dispatch_tasks (cell, starts_at, id)
    WHERE open AND state = 'standing' AND free > 0;
