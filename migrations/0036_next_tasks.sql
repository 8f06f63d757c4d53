-- Who goes next to a matter is read from its soonest task, however many it has.
DROP INDEX dispatch_tasks_matter;
CREATE INDEX dispatch_tasks_matter ON dispatch_tasks (cell, matter_id, state, starts_at, id);

-- The lists of a desk are of what is open, and what is closed grows from year to year.
CREATE INDEX matters_matters_open ON matters_matters (cell, place_path, phase, sort_at) WHERE phase <> 'closed';
