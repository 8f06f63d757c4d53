//! The schema, one step after the other, forward only.

use db::Migration;

macro_rules! steps {
    ($($name:literal)*) => {
        &[db::VAULT_MIGRATION, db::SEARCH_MIGRATION, $(Migration {
            name: $name,
            sql: include_str!(concat!("../../../migrations/", $name, ".sql")),
        }),*]
    };
}

pub const STEPS: &[Migration] = steps! {
    "0001_places"
    "0002_people"
    "0003_identity"
    "0004_audit"
    "0005_matters"
    "0006_dispatch"
    "0007_service"
    "0008_reports"
    "0009_notes"
    "0010_loose_files"
    "0011_staff_accounts"
    "0012_cards"
    "0013_mandates"
    "0014_certificates"
    "0015_imports"
    "0016_handovers"
    "0017_releases"
    "0018_reviews"
    "0019_erasures"
    "0020_second_step"
    "0021_free_slots"
    "0022_rights"
    "0023_paper"
    "0024_tasks_of_a_matter"
    "0025_replies"
    "0026_volunteer_numbers"
    "0027_appeals"
    "0028_told_to_staff"
    "0029_stored_photos"
    "0030_reads"
    "0031_designations"
    "0032_served_briefly"
    "0033_reads_of_nobody"
    "0034_begun_offers"
    "0035_waiting_offers"
    "0036_next_tasks"
    "0037_import_names"
    "0038_import_questions"
    "0039_people_by_phone"
    "0040_objections"
    "0041_reads_by_subject"
    "0042_ended_assessments"
    "0043_heads_and_imports"
    "0044_looks"
    "0045_message_tries"
    "0046_as_it_was_left"
};
