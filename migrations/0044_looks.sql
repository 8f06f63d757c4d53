-- 需要社工去看看: where a volunteer asked for somebody to look in is found without walking through all that was ever done.

CREATE INDEX audit_events_looks ON audit_events (cell, subject_id, id) WHERE verb = 'service.look_wanted';
