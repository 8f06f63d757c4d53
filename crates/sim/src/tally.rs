//! What the city is like, counted from its records.

use app::{Stop, Tx};

use crate::Share;
use crate::stage::Stage;

type Counted = (Vec<(&'static str, u64)>, Vec<Share>);

const COUNTS: [(&str, &str); 11] = [
    ("places", "SELECT COUNT(*) FROM places_places"),
    ("people", "SELECT COUNT(*) FROM people_people"),
    ("volunteers", "SELECT COUNT(*) FROM people_volunteers"),
    ("teams", "SELECT COUNT(*) FROM people_organisations WHERE kind = 'team'"),
    ("needs", "SELECT COUNT(*) FROM matters_matters WHERE kind = 'need'"),
    ("hazards", "SELECT COUNT(*) FROM matters_matters WHERE kind = 'hazard'"),
    ("tasks", "SELECT COUNT(*) FROM dispatch_tasks"),
    ("service records", "SELECT COUNT(*) FROM service_records"),
    ("service cards", "SELECT COUNT(*) FROM people_cards"),
    ("mandates", "SELECT COUNT(*) FROM people_mandates"),
    ("events", "SELECT COUNT(*) FROM audit_events"),
];

/// Name, part, of what.
const SHARES: [(&str, &str, &str); 8] = [
    (
        "of the answered or expired invitations: declined",
        "SELECT COUNT(*) FROM dispatch_offers WHERE state = 'declined'",
        "SELECT COUNT(*) FROM dispatch_offers WHERE state IN ('accepted', 'declined', 'expired', 'withdrawn_by_volunteer')",
    ),
    (
        "of the answered or expired invitations: expired",
        "SELECT COUNT(*) FROM dispatch_offers WHERE state = 'expired'",
        "SELECT COUNT(*) FROM dispatch_offers WHERE state IN ('accepted', 'declined', 'expired', 'withdrawn_by_volunteer')",
    ),
    (
        "of the promises whose time has passed: no-show",
        "SELECT COUNT(*) FROM dispatch_offers o WHERE o.state = 'accepted' AND o.ends_at < $1 AND NOT EXISTS \
         (SELECT 1 FROM service_records r WHERE r.cell = o.cell AND r.offer_id = o.id) AND NOT EXISTS \
         (SELECT 1 FROM service_attendance a WHERE a.cell = o.cell AND a.offer_id = o.id)",
        "SELECT COUNT(*) FROM dispatch_offers WHERE state = 'accepted' AND ends_at < $1",
    ),
    (
        "of the services: forgotten check-out",
        "SELECT COUNT(*) FROM audit_events WHERE verb = 'service.close_forgotten'",
        "SELECT COUNT(*) FROM service_attendance",
    ),
    (
        "of the records: late entry",
        "SELECT COUNT(*) FROM service_records WHERE evidence = 'late'",
        "SELECT COUNT(*) FROM service_records",
    ),
    (
        "of the matters: reopened",
        "SELECT COUNT(*) FROM matters_matters WHERE reopened > 0",
        "SELECT COUNT(*) FROM matters_matters",
    ),
    (
        "of the matters: duplicate",
        "SELECT COUNT(*) FROM matters_matters WHERE outcome = 'duplicate'",
        "SELECT COUNT(*) FROM matters_matters",
    ),
    (
        "of the matters: escalated",
        "SELECT COUNT(DISTINCT subject_id) FROM audit_events WHERE verb = 'matters.escalated'",
        "SELECT COUNT(*) FROM matters_matters",
    ),
];

pub async fn count(stage: &mut Stage<'_>) -> Result<Counted, Stop> {
    stage
        .step((), |tx, at, ()| {
            Box::pin(async move {
                let now = at.recorded.as_millisecond();
                let mut counts = Vec::new();
                for (name, sql) in COUNTS {
                    counts.push((name, number(tx, sql, now).await?));
                }
                let mut shares = Vec::new();
                for (name, part, of) in SHARES {
                    let (part, of) = (number(tx, part, now).await?, number(tx, of, now).await?);
                    shares.push(Share { name, part, of });
                }
                Ok((counts, shares))
            })
        })
        .await
}

async fn number(tx: &mut Tx<'_>, sql: &str, now: i64) -> Result<u64, Stop> {
    let args = if sql.contains("$1") { db::args![now] } else { db::args![] };
    u64::try_from(tx.scalar_i64(sql, args).await?).map_err(Stop::defect)
}
