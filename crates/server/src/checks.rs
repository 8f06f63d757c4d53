//! What `doctor` looks for. References that cross cells have no foreign key; all of them are listed here.

use rules::shared::ids::{
    AssessmentThing, BatchThing, CardThing, CertificateThing, ConsentThing, CorrectionThing, DataHandlerThing,
    EventThing, FileThing, HandoverThing, ImportThing, MandateThing, MatterThing, MembershipThing, OfferThing,
    OrganisationThing, PersonThing, PlaceThing, RecordThing, ReplyThing, SessionThing, TaskThing,
};

use crate::naming::{Named, by};

/// Rows that must not be there.
pub struct Check {
    pub finding: &'static str,
    /// What follows FROM. `$1` is now, in milliseconds UTC.
    pub rows: &'static str,
    pub named: Named,
    pub remedy: Remedy,
}

/// What follows from a finding.
#[derive(Clone, Copy)]
pub enum Remedy {
    /// `doctor --repair` does this, and nothing is lost by it: what the plan says, and what is said once it is done.
    Repair { does: &'static str, done: &'static str, sql: &'static str },
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
        finding: "job was given up after eight tries",
        rows: "jobs_queue WHERE tries >= 8",
        named: Named::Work("job"),
        remedy: Repair {
            does: "it is put back into the queue and tried again at once; unless the cause is gone, it fails again",
            done: "put back into the queue",
            sql: "UPDATE jobs_queue SET tries = 0, claimed_until = NULL, last_error = NULL, \
                  due_at = CASE WHEN due_at > $1 THEN $1 ELSE due_at END WHERE tries >= 8",
        },
    },
    Check {
        finding: "job is held for longer than a node holds one",
        // A claim lasts five minutes. One that ends more than a minute after that was made by a clock that ran ahead; less is
        // what nodes differ by, or was claimed while this looked.
        rows: "jobs_queue WHERE claimed_until > $1 + 360000",
        named: Named::Work("job"),
        remedy: Repair {
            does: "it is made free for every node",
            done: "made free for every node",
            sql: "UPDATE jobs_queue SET claimed_until = NULL WHERE claimed_until > $1 + 360000",
        },
    },
    Check {
        finding: "job failed and waits to be tried again",
        rows: "jobs_queue WHERE last_error IS NOT NULL AND tries < 8",
        named: Named::Work("job"),
        remedy: Ask("it is tried again by itself; if it fails for long, look up its id in the log"),
    },
    Check {
        finding: "message could not be delivered while it was of use, and was given up",
        rows: "jobs_messages WHERE sent_at IS NULL AND next_try_at IS NULL",
        named: Named::Work("template"),
        remedy: Ask(
            "see that the gateway answers (HELIN_NOTIFY_URL) and ring those who wait; an old code or invitation is not \
             sent again",
        ),
    },
    Check {
        // A gateway that was away for a moment has taken it by the third try, 35 seconds after the first; a sign-in code is given
        // up after the fourth. Tries, not time: what waited when a backup was made has grown old by the time it is restored.
        finding: "message waits for a gateway that has not taken it three times",
        rows: "jobs_messages WHERE sent_at IS NULL AND next_try_at IS NOT NULL AND tries >= 3",
        named: Named::Work("template"),
        remedy: Ask("see that the gateway answers (HELIN_NOTIFY_URL); it is tried again by itself while it is of use"),
    },
    Check {
        finding: "matter whose closing and phase disagree",
        rows: "matters_matters WHERE (phase = 'closed') <> (closed_at IS NOT NULL)",
        named: by::<MatterThing>("cell", "id"),
        remedy: FOREIGN,
    },
    Check {
        finding: "matter without the event with which it came in",
        rows: "matters_matters m WHERE NOT EXISTS (SELECT 1 FROM audit_events e \
              WHERE e.cell = m.cell AND e.subject_id = m.id AND e.verb = 'matters.raised')",
        named: by::<MatterThing>("cell", "id"),
        remedy: FOREIGN,
    },
    Check {
        finding: "task with another number of slots than it says",
        rows: "dispatch_tasks t WHERE t.slots <> \
              (SELECT COUNT(*) FROM dispatch_slots s WHERE s.cell = t.cell AND s.task_id = t.id)",
        named: by::<TaskThing>("cell", "id"),
        remedy: Ask("cancel the task at the desk and cut it anew"),
    },
    Check {
        finding: "task that counts other free slots than it has",
        rows: "dispatch_tasks t WHERE t.free <> (SELECT COUNT(*) FROM dispatch_slots s \
              WHERE s.cell = t.cell AND s.task_id = t.id AND s.offer_id IS NULL AND s.staff_id IS NULL)",
        named: by::<TaskThing>("cell", "id"),
        remedy: Repair {
            does: "they are counted again",
            done: "counted again",
            sql: "UPDATE dispatch_tasks SET free = (SELECT COUNT(*) FROM dispatch_slots s \
                  WHERE s.cell = dispatch_tasks.cell AND s.task_id = dispatch_tasks.id AND s.offer_id IS NULL \
                  AND s.staff_id IS NULL), version = version + 1 WHERE free <> (SELECT COUNT(*) FROM dispatch_slots s \
                  WHERE s.cell = dispatch_tasks.cell AND s.task_id = dispatch_tasks.id AND s.offer_id IS NULL \
                  AND s.staff_id IS NULL)",
        },
    },
    Check {
        finding: "slot of a standing task held by an offer that is not accepted, or is of another task",
        rows: "dispatch_slots s JOIN dispatch_tasks t ON t.cell = s.cell \
              AND t.id = s.task_id AND t.state <> 'cancelled' WHERE s.offer_id IS NOT NULL AND NOT EXISTS \
              (SELECT 1 FROM dispatch_offers o WHERE o.cell = s.cell AND o.id = s.offer_id \
              AND o.task_id = s.task_id AND o.state = 'accepted')",
        named: by::<TaskThing>("s.cell", "s.task_id"),
        remedy: Ask("call the volunteer and the person served, then cancel the task at the desk and cut it anew"),
    },
    Check {
        finding: "accepted offer without a slot, or with several",
        rows: "dispatch_offers o WHERE o.state = 'accepted' AND 1 <> \
              (SELECT COUNT(*) FROM dispatch_slots s WHERE s.cell = o.cell AND s.offer_id = o.id)",
        named: by::<TaskThing>("cell", "task_id"),
        remedy: Ask("call the volunteer and the person served, then cancel the task at the desk and cut it anew"),
    },
    Check {
        finding: "attendance without an offer of the same person",
        rows: "service_attendance a WHERE NOT EXISTS \
              (SELECT 1 FROM dispatch_offers o WHERE o.cell = a.cell AND o.id = a.offer_id \
              AND o.person_cell = a.person_cell AND o.person_id = a.person_id)",
        named: by::<OfferThing>("cell", "offer_id"),
        remedy: FOREIGN,
    },
    Check {
        finding: "record whose minutes are not those between its start and end",
        rows: "service_records WHERE minutes < 0 OR minutes > (ended_at - started_at) / 60000",
        named: by::<RecordThing>("cell", "id"),
        remedy: FOREIGN,
    },
    Check {
        finding: "confirmed record that one person recorded and confirmed, or whose hours are the confirmer's own",
        rows: "service_records WHERE state = 'confirmed' AND (confirmed_by IS NULL \
              OR (confirmed_cell = recorded_cell AND confirmed_by = recorded_by) \
              OR (confirmed_cell = person_cell AND confirmed_by = person_id))",
        named: by::<RecordThing>("cell", "id"),
        remedy: Ask(
            "have somebody who neither recorded it nor served look at the record, and void it where it is not borne out",
        ),
    },
    Check {
        finding: "record that a review found false and that is not void",
        rows: "service_reviews v JOIN service_records r ON r.cell = v.cell \
              AND r.id = v.record_id WHERE v.state = 'upheld' AND r.state <> 'void'",
        named: by::<RecordThing>("r.cell", "r.id"),
        remedy: Ask("have who inspects void the record, or look at it once more"),
    },
    Check {
        finding: "record that somebody says is wrong, without what they say",
        rows: "service_records r WHERE r.state = 'contested' AND NOT EXISTS (SELECT 1 \
              FROM service_objections j WHERE j.cell = r.cell AND j.record_id = r.id AND j.state = 'open')",
        named: by::<RecordThing>("cell", "id"),
        remedy: Ask("have staff of the place set the record right, or who inspects void it"),
    },
    Check {
        finding: "appeal decided by who appealed, or by who had found the record false",
        rows: "service_appeals a LEFT JOIN service_reviews v ON v.cell = a.cell \
              AND v.record_id = a.record_id AND v.decided_at = a.found_at WHERE \
              (a.decided_cell = a.person_cell AND a.decided_by = a.person_id) \
              OR (a.decided_cell = a.asked_cell AND a.decided_by = a.asked_by) \
              OR (a.decided_cell = v.decided_cell AND a.decided_by = v.decided_by)",
        named: by::<RecordThing>("a.cell", "a.record_id"),
        remedy: Ask("have somebody who had no part in it look at the record, and void it where it is not borne out"),
    },
    Check {
        finding: "register of certificates with a gap, or that counts others than there are",
        rows: "service_registers g WHERE g.last <> (SELECT COUNT(*) FROM \
              service_certificates c WHERE c.cell = g.cell AND c.organisation_id = g.organisation_id \
              AND c.year = g.year AND c.serial BETWEEN 1 AND g.last)",
        named: by::<OrganisationThing>("cell", "organisation_id"),
        remedy: FOREIGN,
    },
    Check {
        finding: "certificate that stands undoubted on a record that is void or shorter than certified",
        rows: "service_certificates c JOIN service_certificate_records i \
              ON i.cell = c.cell AND i.certificate_id = c.id JOIN service_records r ON r.cell = i.cell \
              AND r.id = i.record_id WHERE c.revoked_at IS NULL AND c.doubted_at IS NULL \
              AND (r.state = 'void' OR r.minutes < i.minutes)",
        named: by::<CertificateThing>("c.cell", "c.id"),
        remedy: Ask("have the unit that issued it look at it, and take it back where it is not borne out"),
    },
    Check {
        // A delegate answers for themselves where the person asked, and nowhere else.
        finding: "mandate that its delegate confirmed, whom the person had not asked",
        rows: "people_mandates WHERE confirmed_cell = delegate_cell \
              AND confirmed_by = delegate_id AND (asked_by IS NULL OR asked_cell <> cell OR asked_by <> person_id)",
        named: by::<MandateThing>("cell", "id"),
        remedy: Ask("end the mandate, and ask the person it is for whether they wanted it"),
    },
    Check {
        finding: "request for correction that was decided by who asked, or by whose data it is",
        rows: "rights_corrections WHERE decided_by IS NOT NULL \
              AND state IN ('corrected', 'refused') AND ((decided_cell = asked_cell AND decided_by = asked_by) \
              OR (decided_cell = cell AND decided_by = person_id))",
        named: by::<CorrectionThing>("cell", "id"),
        remedy: Ask("have somebody else verify it, and ask anew where it was wrong"),
    },
    Check {
        finding: "person with several valid service cards of one sort",
        rows: "(SELECT cell, person_id FROM people_cards WHERE state = 'valid' \
              AND household_id IS NULL GROUP BY cell, person_id HAVING COUNT(*) > 1) AS doubled",
        named: by::<PersonThing>("cell", "person_id"),
        remedy: Ask("replace the card of that person, which ends all others"),
    },
    Check {
        finding: "rating outside 1 to 5",
        rows: "service_ratings WHERE satisfaction < 1 OR satisfaction > 5",
        named: by::<MatterThing>("cell", "matter_id"),
        remedy: FOREIGN,
    },
    Check {
        finding: "event without a subject",
        rows: "audit_events WHERE verb = '' OR subject_kind = ''",
        named: by::<EventThing>("cell", "id"),
        remedy: FOREIGN,
    },
];

/// A table with pairs of columns that name rows of another cell: the cell, the id, and the table of what they name.
pub struct Referring {
    table: &'static str,
    named: Named,
    pairs: &'static [(&'static str, &'static str, &'static str)],
}

/// One such pair.
pub struct Reference {
    pub table: &'static str,
    pub named: Named,
    pub cell: &'static str,
    pub id: &'static str,
    pub target: &'static str,
}

impl Reference {
    pub fn finding(&self) -> String {
        let Reference { table, cell, id, target, .. } = self;
        format!("{table} ({cell}, {id}) names nothing in {target}")
    }

    /// The rows that name nothing, as [`Check::rows`].
    pub fn rows(&self) -> String {
        let Reference { table, cell, id, target, .. } = self;
        format!(
            "{table} r WHERE r.{id} IS NOT NULL AND NOT EXISTS \
             (SELECT 1 FROM {target} t WHERE t.cell = r.{cell} AND t.id = r.{id})"
        )
    }
}

/// Every pair of [`REFERRING`].
pub fn references() -> impl Iterator<Item = Reference> {
    REFERRING.iter().flat_map(|&Referring { table, named, pairs }| {
        pairs.iter().map(move |&(cell, id, target)| Reference { table, named, cell, id, target })
    })
}

const fn of(
    table: &'static str,
    named: Named,
    pairs: &'static [(&'static str, &'static str, &'static str)],
) -> Referring {
    Referring { table, named, pairs }
}

const PEOPLE: &str = "people_people";
const PLACES: &str = "places_places";
const MANDATES: &str = "people_mandates";

/// Every reference that may cross cells and therefore has no foreign key. A test holds that none is forgotten.
const REFERRING: &[Referring] = &[
    of("places_places", by::<PlaceThing>("cell", "id"), &[("parent_cell", "parent_id", PLACES)]),
    of("places_cells", by::<PlaceThing>("cell", "place_id"), &[("cell", "place_id", PLACES)]),
    of("people_memberships", by::<MembershipThing>("cell", "id"), &[("person_cell", "person_id", PEOPLE)]),
    of("people_kin", by::<PersonThing>("cell", "person_id"), &[("kin_cell", "kin_id", PEOPLE)]),
    of(
        "matters_handovers",
        by::<HandoverThing>("cell", "id"),
        &[("by_cell", "by_id", PEOPLE), ("watch_cell", "watch_id", PEOPLE), ("taken_cell", "taken_id", PEOPLE)],
    ),
    of("people_cards", by::<CardThing>("cell", "id"), &[("issued_cell", "issued_by", PEOPLE)]),
    of(
        "people_mandates",
        by::<MandateThing>("cell", "id"),
        &[
            ("delegate_cell", "delegate_id", PEOPLE),
            ("asked_cell", "asked_by", PEOPLE),
            ("confirmed_cell", "confirmed_by", PEOPLE),
            ("revoked_cell", "revoked_by", PEOPLE),
        ],
    ),
    of("people_consents", by::<ConsentThing>("cell", "id"), &[("said_cell", "said_by", PEOPLE)]),
    of("identity_sessions", by::<SessionThing>("cell", "id"), &[("mandate_cell", "mandate_id", MANDATES)]),
    of("identity_phones", by::<PersonThing>("person_cell", "person_id"), &[("person_cell", "person_id", PEOPLE)]),
    of("identity_passwords", by::<PersonThing>("person_cell", "person_id"), &[("person_cell", "person_id", PEOPLE)]),
    of(
        "audit_events",
        by::<EventThing>("cell", "id"),
        &[("actor_cell", "actor_id", PEOPLE), ("on_behalf_cell", "on_behalf_id", PEOPLE)],
    ),
    of("audit_reads", by::<PersonThing>("cell", "person_id"), &[("reader_cell", "reader_id", PEOPLE)]),
    of("jobs_messages", Named::Work("template"), &[("person_cell", "person_id", PEOPLE)]),
    of(
        "matters_matters",
        by::<MatterThing>("cell", "id"),
        &[
            ("reporter_cell", "reporter_id", PEOPLE),
            ("subject_cell", "subject_id", PEOPLE),
            ("handler_cell", "handler_id", PEOPLE),
        ],
    ),
    of("matters_followers", by::<MatterThing>("cell", "matter_id"), &[("person_cell", "person_id", PEOPLE)]),
    of("matters_files", by::<FileThing>("cell", "id"), &[("added_cell", "added_by", PEOPLE)]),
    of("matters_releases", by::<FileThing>("cell", "file_id"), &[("by_cell", "by_id", PEOPLE)]),
    of(
        "matters_replies",
        by::<ReplyThing>("cell", "id"),
        &[("party_cell", "party_id", PEOPLE), ("asked_cell", "asked_by", PEOPLE), ("given_cell", "given_by", PEOPLE)],
    ),
    of("dispatch_tasks", by::<TaskThing>("cell", "id"), &[("cut_cell", "cut_by", PEOPLE)]),
    of("dispatch_slots", by::<TaskThing>("cell", "task_id"), &[("staff_cell", "staff_id", PEOPLE)]),
    of("dispatch_offers", by::<OfferThing>("cell", "id"), &[("person_cell", "person_id", PEOPLE)]),
    of(
        "service_attendance",
        by::<OfferThing>("cell", "offer_id"),
        &[("person_cell", "person_id", PEOPLE), ("in_cell", "in_by", PEOPLE), ("out_cell", "out_by", PEOPLE)],
    ),
    of(
        "service_records",
        by::<RecordThing>("cell", "id"),
        &[
            ("person_cell", "person_id", PEOPLE),
            ("served_cell", "served_id", PEOPLE),
            ("charge_cell", "charge_id", PEOPLE),
            ("recorded_cell", "recorded_by", PEOPLE),
            ("confirmed_cell", "confirmed_by", PEOPLE),
        ],
    ),
    of(
        "service_reviews",
        by::<RecordThing>("cell", "record_id"),
        &[
            ("person_cell", "person_id", PEOPLE),
            ("confirmed_cell", "confirmed_by", PEOPLE),
            ("heard_cell", "heard_by", PEOPLE),
            ("decided_cell", "decided_by", PEOPLE),
        ],
    ),
    of(
        "service_appeals",
        by::<RecordThing>("cell", "record_id"),
        &[
            ("person_cell", "person_id", PEOPLE),
            ("asked_cell", "asked_by", PEOPLE),
            ("decided_cell", "decided_by", PEOPLE),
        ],
    ),
    of(
        "service_objections",
        by::<RecordThing>("cell", "record_id"),
        &[
            ("raised_cell", "raised_by", PEOPLE),
            ("confirmed_cell", "confirmed_by", PEOPLE),
            ("heard_cell", "heard_by", PEOPLE),
            ("answered_cell", "answered_by", PEOPLE),
        ],
    ),
    of("service_call_backs", by::<RecordThing>("cell", "record_id"), &[("asked_cell", "asked_by", PEOPLE)]),
    of("service_ratings", by::<MatterThing>("cell", "matter_id"), &[("rated_cell", "rated_by", PEOPLE)]),
    of("paper_batches", by::<BatchThing>("cell", "id"), &[("printed_cell", "printed_by", PEOPLE)]),
    of("paper_forms", Named::Code("serial"), &[("spoilt_cell", "spoilt_by", PEOPLE)]),
    of("paper_lines", Named::Code("serial"), &[("entered_cell", "entered_by", PEOPLE)]),
    of("exchange_imports", by::<ImportThing>("cell", "id"), &[("person_cell", "person_id", PEOPLE)]),
    of(
        "service_certificates",
        by::<CertificateThing>("cell", "id"),
        &[
            ("person_cell", "person_id", PEOPLE),
            ("issued_cell", "issued_by", PEOPLE),
            ("revoked_cell", "revoked_by", PEOPLE),
        ],
    ),
    of(
        "rights_corrections",
        by::<CorrectionThing>("cell", "id"),
        &[("asked_cell", "asked_by", PEOPLE), ("decided_cell", "decided_by", PEOPLE)],
    ),
    of("rights_data_handlers", by::<DataHandlerThing>("cell", "id"), &[("named_cell", "named_by", PEOPLE)]),
    of("rights_assessments", by::<AssessmentThing>("cell", "id"), &[("entered_cell", "entered_by", PEOPLE)]),
    of(
        "rights_assessment_ends",
        by::<AssessmentThing>("cell", "assessment_id"),
        &[("entered_cell", "entered_by", PEOPLE)],
    ),
];

#[cfg(test)]
mod tests {
    use super::references;

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
                let listed = || references().any(|r| r.table == table && r.cell == column);
                if column.ends_with("_cell") && column != KEYS && line.starts_with("    ") && !listed() {
                    missing.push(format!("{table}.{column}"));
                }
            }
        }
        assert!(missing.is_empty(), "not in REFERRING: {}", missing.join(", "));
    }
}
