//! What a task asks of those who serve, in words.

use kit::Page;
use rules::dispatch::{Needs, Risk};

use crate::people::skills;

/// Without what holds for none of them.
pub fn need_words(page: &Page, needs: &Needs) -> Vec<String> {
    let mut words = Vec::new();
    if needs.two_at_the_door {
        words.push(page.t("tasks-need-two"));
    }
    if needs.women_only {
        words.push(page.t("tasks-need-women"));
    }
    if let Some(least) = needs.least_age {
        words.push(page.t1("tasks-need-age", "age", least));
    }
    words.extend(
        needs.credentials.iter().map(|key| page.t1("tasks-need-credential", "credential", skills::name(page, key))),
    );
    words.extend(needs.skills.iter().map(|key| page.t1("tasks-need-skill", "skill", skills::name(page, key))));
    words
}

/// As staff read it: also what helps, and what may happen.
pub fn desk_words(page: &Page, needs: &Needs) -> Vec<String> {
    let mut words = need_words(page, needs);
    words.extend(needs.useful_skills.iter().map(|key| page.t1("tasks-need-useful", "skill", skills::name(page, key))));
    if needs.risk != Risk::Ordinary {
        words.push(page.t1("tasks-need-risk", "risk", page.t(&format!("tasks-risk-{}", needs.risk.key()))));
    }
    words
}
