//! Whom a report is about is heard before a department decides.

use app::Stop;
use app::matters::replies::{self, ToAsk};
use rules::shared::Channel;

use crate::story::{Sort, Story};

/// Of what is about a shop, one in so many is put to whoever keeps it; two of three of them answer.
const ONE_IN: usize = 5;
const SHOPS: [&str; 4] = ["路口小超市", "东头修车铺", "老街面馆", "便民水果店"];
const ANSWERS: [&str; 3] = ["当天就搬走了，以后不放门口", "线是房东拉的，已经请他来拆", "已经整改，欢迎来看"];

impl Story<'_, '_> {
    /// Asks once, and writes down what is said. Drawn from the number of the matter and not from the dice, so that the rest of
    /// the story is what it was.
    pub async fn hear(&mut self, life: usize) -> Result<(), Stop> {
        let here = &self.lives[life];
        let is_about_a_shop = here.sort == Sort::Hazard && matches!(here.type_key, "fire_lane" | "charging" | "food");
        let Some(department) =
            here.department.filter(|_| is_about_a_shop && here.rounds == 1 && life.is_multiple_of(ONE_IN))
        else {
            return Ok(());
        };
        let clerk = self.cast.people[self.cast.departments[department].clerk].actor(Channel::Web);
        let to_ask = ToAsk {
            name: SHOPS[life / ONE_IN % SHOPS.len()].into(),
            phone: String::new(),
            told: "有人反映您店门口有隐患，想听您怎么说".into(),
        };
        let answer = (!(life / ONE_IN).is_multiple_of(3)).then(|| ANSWERS[life / ONE_IN % ANSWERS.len()]);
        let heard = self
            .stage
            .step((clerk, here.id, to_ask), move |tx, at, (who, id, to_ask)| {
                Box::pin(async move {
                    // A department that has more to do comes back to the matter.
                    if !replies::of_matter(tx, id).await?.is_empty() {
                        return Ok(());
                    }
                    let reply = replies::ask(tx, &who, at, id, &to_ask).await?;
                    match answer {
                        Some(words) => replies::give(tx, &who, at, reply, (words, &[])).await,
                        None => Ok(()),
                    }
                })
            })
            .await;
        self.stage.touch(self.lives[life].id.cell);
        match heard {
            Ok(()) => Ok(()),
            Err(stop) => self.refused("ask_reply", stop),
        }
    }
}
