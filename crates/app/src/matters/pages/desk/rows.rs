//! What a matter is, in rows: where and how it came, who has it, how it ended, and which others are one with it.

use kit::Page;
use rules::matters::Kind;

use super::asked::words;
use crate::matters::Held;
use crate::matters::merged::Other;
use crate::matters::store::MatterRow;

/// How the matters that are one with it stand to it.
pub(super) fn merged_rows(page: &Page, into: Option<Other>, from: Vec<Other>) -> Vec<(String, Other)> {
    let into = into.into_iter().map(|other| (page.t("desk-row-merged-into"), other));
    into.chain(from.into_iter().map(|other| (page.t("desk-row-merged-from"), other))).collect()
}

pub(super) fn context_rows(
    page: &Page,
    kind: &Kind,
    held: &Held,
    row: &MatterRow,
    organisation: Option<String>,
    handlers: &[String],
) -> Vec<(String, String)> {
    let matter = &held.matter;
    let named = |list: &[rules::matters::kind::Named], key: &str| {
        list.iter().find(|n| n.key == key).map_or(key.to_owned(), |n| words(page, &n.name).to_owned())
    };
    let type_name = matter.type_key.as_deref().and_then(|t| kind.types().iter().find(|c| c.key == t));
    let risks: Vec<String> = matter.risks.iter().map(|risk| named(&kind.risks, risk)).collect();
    let raised = page.t2(
        "desk-raised-by-way",
        "when",
        page.when(row.occurred_at),
        "channel",
        page.t(&format!("desk-channel-{}", row.channel.replace('_', "-"))),
    );
    let paused = matter.pause.as_ref().map(|p| {
        let rule = kind.pause(&p.rule).map_or(p.rule.as_str(), |r| words(page, &r.name));
        page.t2("desk-paused-until", "rule", rule, "when", page.when(p.until.as_millisecond()))
    });
    let ended = matter.closing.as_ref().map(|c| {
        let outcome = kind.outcome(&c.outcome).map_or(c.outcome.as_str(), |o| words(page, &o.name));
        page.t2("desk-ended", "outcome", outcome, "when", page.when(c.at.as_millisecond()))
    });
    let rows = [
        ("desk-row-place", Some(row.place_name.clone())),
        ("desk-row-raised", Some(raised)),
        ("desk-row-type", type_name.map(|t| words(page, &t.name).to_owned())),
        ("desk-row-way", matter.way.as_ref().map(|way| named(&kind.ways, way))),
        ("desk-row-risks", (!risks.is_empty()).then(|| page.row_of(&risks))),
        ("desk-row-handler", (!handlers.is_empty()).then(|| page.row_of(handlers))),
        ("desk-row-department", organisation),
        ("desk-row-next-word", matter.next_word_at.map(|at| page.when(at.as_millisecond()))),
        ("desk-row-pause", paused),
        ("desk-row-ended", ended),
    ];
    rows.into_iter().filter_map(|(key, value)| value.map(|value| (page.t(key), value))).collect()
}

/// The rows, and who handled it before it was reopened: mostly nobody.
pub(super) fn with_former(page: &Page, mut rows: Vec<(String, String)>, former: &[String]) -> Vec<(String, String)> {
    rows.extend((!former.is_empty()).then(|| (page.t("desk-row-former"), page.row_of(former))));
    rows
}
