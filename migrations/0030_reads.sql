-- Who read what, the newest first, within a part of the tree: what an auditor looks through.

CREATE INDEX audit_reads_newest ON audit_reads (cell, read_at);
