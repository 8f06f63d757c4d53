-- What stands of a matter is asked for at each last slot; what is over stays, and grows.
DROP INDEX dispatch_tasks_matter;
CREATE INDEX dispatch_tasks_matter ON dispatch_tasks (cell, matter_id, state);
