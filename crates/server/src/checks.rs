//! What `doctor` looks for. References that cross cells have no foreign key; all of them are listed here.

/// A statement that counts what must not be there, as `found`. `$1` is now, in milliseconds UTC.
pub struct Check {
    pub finding: &'static str,
    pub sql: &'static str,
    pub remedy: Remedy,
}

/// What follows from a finding.
#[derive(Clone, Copy)]
pub enum Remedy {
    /// `doctor --repair` does this, and nothing is lost by it.
    Repair { does: &'static str, sql: &'static str },
    /// A person decides, and this is what they do.
    Ask(&'static str),
}

use Remedy::{Ask, Repair};

/// For rows that no action of the program leaves behind.
pub const FOREIGN: Remedy = Ask(
    "no action leaves this behind: find out what wrote to the database beside the program, and take the rows from a \
     backup restored elsewhere",
);

pub const CHECKS: &[Check] = &[
    Check {
        finding: "job was given up after eight tries; jobs_queue.last_error says why",
        sql: "SELECT COUNT(*) AS found FROM jobs_queue WHERE tries >= 8",
        remedy: Repair {
            does: "are tried again at once, and fail again unless the cause is gone, which the log has",
            sql: "UPDATE jobs_queue SET tries = 0, claimed_until = NULL, last_error = NULL, \
                  due_at = CASE WHEN due_at > $1 THEN $1 ELSE due_at END WHERE tries >= 8",
        },
    },
    Check {
        finding: "job is held for longer than a node holds one",
        // A claim lasts five minutes. One that ends more than a minute after that was made by a clock that ran ahead; less is
        // what nodes differ by, or was claimed while this looked.
        sql: "SELECT COUNT(*) AS found FROM jobs_queue WHERE claimed_until > $1 + 360000",
        remedy: Repair {
            does: "are free for every node again",
            sql: "UPDATE jobs_queue SET claimed_until = NULL WHERE claimed_until > $1 + 360000",
        },
    },
    Check {
        finding: "job failed and waits to be tried again; jobs_queue.last_error says why",
        sql: "SELECT COUNT(*) AS found FROM jobs_queue WHERE last_error IS NOT NULL AND tries < 8",
        remedy: Ask("it is tried again by itself; if it fails for long, look up its id in the log"),
    },
    Check {
        finding: "message could not be delivered while it was of use, and was given up; jobs_messages.last_error says why",
        sql: "SELECT COUNT(*) AS found FROM jobs_messages WHERE sent_at IS NULL AND next_try_at IS NULL",
        remedy: Ask(
            "see that the gateway answers (HELIN_NOTIFY_URL) and ring those who wait; an old code or invitation is not \
             sent again",
        ),
    },
    Check {
        // The fourth try comes two and a half minutes after the first.
        finding: "message waits for a gateway that has not taken it four times; jobs_messages.last_error says why",
        sql: "SELECT COUNT(*) AS found FROM jobs_messages WHERE sent_at IS NULL AND next_try_at IS NOT NULL AND tries >= 4",
        remedy: Ask("see that the gateway answers (HELIN_NOTIFY_URL); it is tried again by itself while it is of use"),
    },
    Check {
        finding: "matter whose closing and phase disagree",
        sql: "SELECT COUNT(*) AS found FROM matters_matters WHERE (phase = 'closed') <> (closed_at IS NOT NULL)",
        remedy: FOREIGN,
    },
    Check {
        finding: "matter without the event with which it came in",
        sql: "SELECT COUNT(*) AS found FROM matters_matters m WHERE NOT EXISTS (SELECT 1 FROM audit_events e \
              WHERE e.cell = m.cell AND e.subject_id = m.id AND e.verb = 'matters.raised')",
        remedy: FOREIGN,
    },
    Check {
        finding: "task with another number of slots than it says",
        sql: "SELECT COUNT(*) AS found FROM dispatch_tasks t WHERE t.slots <> \
              (SELECT COUNT(*) FROM dispatch_slots s WHERE s.cell = t.cell AND s.task_id = t.id)",
        remedy: Ask("cancel the task at the desk and cut it anew"),
    },
    Check {
        finding: "task that counts other free slots than it has",
        sql: "SELECT COUNT(*) AS found FROM dispatch_tasks t WHERE t.free <> (SELECT COUNT(*) FROM dispatch_slots s \
              WHERE s.cell = t.cell AND s.task_id = t.id AND s.offer_id IS NULL AND s.staff_id IS NULL)",
        remedy: Repair {
            does: "count them again",
            sql: "UPDATE dispatch_tasks SET free = (SELECT COUNT(*) FROM dispatch_slots s \
                  WHERE s.cell = dispatch_tasks.cell AND s.task_id = dispatch_tasks.id AND s.offer_id IS NULL \
                  AND s.staff_id IS NULL), version = version + 1 WHERE free <> (SELECT COUNT(*) FROM dispatch_slots s \
                  WHERE s.cell = dispatch_tasks.cell AND s.task_id = dispatch_tasks.id AND s.offer_id IS NULL \
                  AND s.staff_id IS NULL)",
        },
    },
    Check {
        finding: "slot of a standing task held by an offer that is not accepted, or is of another task",
        sql: "SELECT COUNT(*) AS found FROM dispatch_slots s JOIN dispatch_tasks t ON t.cell = s.cell \
              AND t.id = s.task_id AND t.state <> 'cancelled' WHERE s.offer_id IS NOT NULL AND NOT EXISTS \
              (SELECT 1 FROM dispatch_offers o WHERE o.cell = s.cell AND o.id = s.offer_id \
              AND o.task_id = s.task_id AND o.state = 'accepted')",
        remedy: Ask("call the volunteer and the person served, then cancel the task at the desk and cut it anew"),
    },
    Check {
        finding: "accepted offer without a slot, or with several",
        sql: "SELECT COUNT(*) AS found FROM dispatch_offers o WHERE o.state = 'accepted' AND 1 <> \
              (SELECT COUNT(*) FROM dispatch_slots s WHERE s.cell = o.cell AND s.offer_id = o.id)",
        remedy: Ask("call the volunteer and the person served, then cancel the task at the desk and cut it anew"),
    },
    Check {
        finding: "attendance without an offer of the same person",
        sql: "SELECT COUNT(*) AS found FROM service_attendance a WHERE NOT EXISTS \
              (SELECT 1 FROM dispatch_offers o WHERE o.cell = a.cell AND o.id = a.offer_id \
              AND o.person_cell = a.person_cell AND o.person_id = a.person_id)",
        remedy: FOREIGN,
    },
    Check {
        finding: "record whose minutes are not those between its start and end",
        sql: "SELECT COUNT(*) AS found FROM service_records WHERE minutes < 0 OR minutes > (ended_at - started_at) / 60000",
        remedy: FOREIGN,
    },
    Check {
        finding: "confirmed record that one person recorded and confirmed, or whose hours are the confirmer's own",
        sql: "SELECT COUNT(*) AS found FROM service_records WHERE state = 'confirmed' AND (confirmed_by IS NULL \
              OR (confirmed_cell = recorded_cell AND confirmed_by = recorded_by) \
              OR (confirmed_cell = person_cell AND confirmed_by = person_id))",
        remedy: Ask(
            "have somebody who neither recorded it nor served look at the record, and void it where it is not borne out",
        ),
    },
    Check {
        finding: "record that a review found false and that is not void",
        sql: "SELECT COUNT(*) AS found FROM service_reviews v JOIN service_records r ON r.cell = v.cell \
              AND r.id = v.record_id WHERE v.state = 'upheld' AND r.state <> 'void'",
        remedy: Ask("have who inspects void the record, or look at it once more"),
    },
    Check {
        finding: "record that somebody says is wrong, without what they say",
        sql: "SELECT COUNT(*) AS found FROM service_records r WHERE r.state = 'contested' AND NOT EXISTS (SELECT 1 \
              FROM service_objections j WHERE j.cell = r.cell AND j.record_id = r.id AND j.state = 'open')",
        remedy: Ask("have staff of the place set the record right, or who inspects void it"),
    },
    Check {
        finding: "appeal decided by who appealed, or by who had found the record false",
        sql: "SELECT COUNT(*) AS found FROM service_appeals a LEFT JOIN service_reviews v ON v.cell = a.cell \
              AND v.record_id = a.record_id AND v.decided_at = a.found_at WHERE \
              (a.decided_cell = a.person_cell AND a.decided_by = a.person_id) \
              OR (a.decided_cell = a.asked_cell AND a.decided_by = a.asked_by) \
              OR (a.decided_cell = v.decided_cell AND a.decided_by = v.decided_by)",
        remedy: Ask("have somebody who had no part in it look at the record, and void it where it is not borne out"),
    },
    Check {
        finding: "register of certificates with a gap, or that counts others than there are",
        sql: "SELECT COUNT(*) AS found FROM service_registers g WHERE g.last <> (SELECT COUNT(*) FROM \
              service_certificates c WHERE c.cell = g.cell AND c.organisation_id = g.organisation_id \
              AND c.year = g.year AND c.serial BETWEEN 1 AND g.last)",
        remedy: FOREIGN,
    },
    Check {
        finding: "certificate that stands undoubted on a record that is void or shorter than certified",
        sql: "SELECT COUNT(*) AS found FROM service_certificates c JOIN service_certificate_records i \
              ON i.cell = c.cell AND i.certificate_id = c.id JOIN service_records r ON r.cell = i.cell \
              AND r.id = i.record_id WHERE c.revoked_at IS NULL AND c.doubted_at IS NULL \
              AND (r.state = 'void' OR r.minutes < i.minutes)",
        remedy: Ask("have the unit that issued it look at it, and take it back where it is not borne out"),
    },
    Check {
        finding: "mandate that its delegate confirmed",
        sql: "SELECT COUNT(*) AS found FROM people_mandates WHERE confirmed_cell = delegate_cell \
              AND confirmed_by = delegate_id",
        remedy: Ask("end the mandate, and ask the person it is for whether they wanted it"),
    },
    Check {
        finding: "request for correction that was decided by who asked, or by whose data it is",
        sql: "SELECT COUNT(*) AS found FROM rights_corrections WHERE decided_by IS NOT NULL \
              AND state IN ('corrected', 'refused') AND ((decided_cell = asked_cell AND decided_by = asked_by) \
              OR (decided_cell = cell AND decided_by = person_id))",
        remedy: Ask("have somebody else verify it, and ask anew where it was wrong"),
    },
    Check {
        finding: "person with several valid service cards of one sort",
        sql: "SELECT COUNT(*) AS found FROM (SELECT cell, person_id FROM people_cards WHERE state = 'valid' \
              AND household_id IS NULL GROUP BY cell, person_id HAVING COUNT(*) > 1) AS doubled",
        remedy: Ask("replace the card of that person, which ends all others"),
    },
    Check {
        finding: "rating outside 1 to 5",
        sql: "SELECT COUNT(*) AS found FROM service_ratings WHERE satisfaction < 1 OR satisfaction > 5",
        remedy: FOREIGN,
    },
    Check {
        finding: "event without a subject",
        sql: "SELECT COUNT(*) AS found FROM audit_events WHERE verb = '' OR subject_kind = ''",
        remedy: FOREIGN,
    },
];

/// A pair of columns that names a row of another cell.
pub struct Reference {
    pub table: &'static str,
    pub cell: &'static str,
    pub id: &'static str,
    pub target: &'static str,
}

impl Reference {
    /// Counts the rows that name nothing.
    pub fn sql(&self) -> String {
        let Reference { table, cell, id, target } = self;
        format!(
            "SELECT COUNT(*) AS found FROM {table} r WHERE r.{id} IS NOT NULL AND NOT EXISTS \
             (SELECT 1 FROM {target} t WHERE t.cell = r.{cell} AND t.id = r.{id})"
        )
    }
}

const fn to(table: &'static str, cell: &'static str, id: &'static str, target: &'static str) -> Reference {
    Reference { table, cell, id, target }
}

const PEOPLE: &str = "people_people";

/// Every reference that may cross cells and therefore has no foreign key. A test holds that none is forgotten.
pub const REFERENCES: &[Reference] = &[
    to("places_places", "parent_cell", "parent_id", "places_places"),
    to("places_cells", "cell", "place_id", "places_places"),
    to("people_memberships", "person_cell", "person_id", PEOPLE),
    to("people_kin", "kin_cell", "kin_id", PEOPLE),
    to("matters_handovers", "by_cell", "by_id", PEOPLE),
    to("matters_handovers", "watch_cell", "watch_id", PEOPLE),
    to("matters_handovers", "taken_cell", "taken_id", PEOPLE),
    to("people_cards", "issued_cell", "issued_by", PEOPLE),
    to("people_mandates", "delegate_cell", "delegate_id", PEOPLE),
    to("people_mandates", "asked_cell", "asked_by", PEOPLE),
    to("people_mandates", "confirmed_cell", "confirmed_by", PEOPLE),
    to("people_mandates", "revoked_cell", "revoked_by", PEOPLE),
    to("people_consents", "said_cell", "said_by", PEOPLE),
    to("identity_sessions", "mandate_cell", "mandate_id", "people_mandates"),
    to("identity_phones", "person_cell", "person_id", PEOPLE),
    to("identity_passwords", "person_cell", "person_id", PEOPLE),
    to("audit_events", "actor_cell", "actor_id", PEOPLE),
    to("audit_events", "on_behalf_cell", "on_behalf_id", PEOPLE),
    to("audit_reads", "reader_cell", "reader_id", PEOPLE),
    to("jobs_messages", "person_cell", "person_id", PEOPLE),
    to("matters_matters", "reporter_cell", "reporter_id", PEOPLE),
    to("matters_matters", "subject_cell", "subject_id", PEOPLE),
    to("matters_matters", "handler_cell", "handler_id", PEOPLE),
    to("matters_followers", "person_cell", "person_id", PEOPLE),
    to("matters_files", "added_cell", "added_by", PEOPLE),
    to("matters_releases", "by_cell", "by_id", PEOPLE),
    to("matters_replies", "party_cell", "party_id", PEOPLE),
    to("matters_replies", "asked_cell", "asked_by", PEOPLE),
    to("matters_replies", "given_cell", "given_by", PEOPLE),
    to("dispatch_tasks", "cut_cell", "cut_by", PEOPLE),
    to("dispatch_slots", "staff_cell", "staff_id", PEOPLE),
    to("dispatch_offers", "person_cell", "person_id", PEOPLE),
    to("service_attendance", "person_cell", "person_id", PEOPLE),
    to("service_attendance", "in_cell", "in_by", PEOPLE),
    to("service_attendance", "out_cell", "out_by", PEOPLE),
    to("service_records", "person_cell", "person_id", PEOPLE),
    to("service_records", "served_cell", "served_id", PEOPLE),
    to("service_records", "charge_cell", "charge_id", PEOPLE),
    to("service_records", "recorded_cell", "recorded_by", PEOPLE),
    to("service_records", "confirmed_cell", "confirmed_by", PEOPLE),
    to("service_reviews", "person_cell", "person_id", PEOPLE),
    to("service_reviews", "confirmed_cell", "confirmed_by", PEOPLE),
    to("service_reviews", "heard_cell", "heard_by", PEOPLE),
    to("service_reviews", "decided_cell", "decided_by", PEOPLE),
    to("service_appeals", "person_cell", "person_id", PEOPLE),
    to("service_appeals", "asked_cell", "asked_by", PEOPLE),
    to("service_appeals", "decided_cell", "decided_by", PEOPLE),
    to("service_objections", "raised_cell", "raised_by", PEOPLE),
    to("service_objections", "confirmed_cell", "confirmed_by", PEOPLE),
    to("service_objections", "heard_cell", "heard_by", PEOPLE),
    to("service_objections", "answered_cell", "answered_by", PEOPLE),
    to("service_call_backs", "asked_cell", "asked_by", PEOPLE),
    to("service_ratings", "rated_cell", "rated_by", PEOPLE),
    to("paper_batches", "printed_cell", "printed_by", PEOPLE),
    to("paper_forms", "spoilt_cell", "spoilt_by", PEOPLE),
    to("paper_lines", "entered_cell", "entered_by", PEOPLE),
    to("exchange_imports", "person_cell", "person_id", PEOPLE),
    to("service_certificates", "person_cell", "person_id", PEOPLE),
    to("service_certificates", "issued_cell", "issued_by", PEOPLE),
    to("service_certificates", "revoked_cell", "revoked_by", PEOPLE),
    to("rights_corrections", "asked_cell", "asked_by", PEOPLE),
    to("rights_corrections", "decided_cell", "decided_by", PEOPLE),
    to("rights_data_handlers", "named_cell", "named_by", PEOPLE),
    to("rights_assessments", "entered_cell", "entered_by", PEOPLE),
    to("rights_assessment_ends", "entered_cell", "entered_by", PEOPLE),
];

#[cfg(test)]
mod tests {
    use super::REFERENCES;

    /// The keys that seal a row belong to a person or to the row itself; the vault finds them or says so.
    const KEYS: &str = "key_cell";

    #[test]
    fn every_reference_across_cells_is_listed() {
        let mut missing = Vec::new();
        for step in app::migrations::STEPS {
            let mut table = "";
            for line in step.sql.lines() {
                if let Some(name) = line.strip_prefix("CREATE TABLE ") {
                    table = name.split_whitespace().next().unwrap_or_default();
                }
                let column = line.split_whitespace().next().unwrap_or_default();
                let listed = || REFERENCES.iter().any(|r| r.table == table && r.cell == column);
                if column.ends_with("_cell") && column != KEYS && line.starts_with("    ") && !listed() {
                    missing.push(format!("{table}.{column}"));
                }
            }
        }
        assert!(missing.is_empty(), "not in REFERENCES: {}", missing.join(", "));
    }
}
