//! `/privacy`, for everybody: who answers for what is kept about people, what that is and why, how long, what they consent
//! to, what was weighed, and how each right is exercised (个人信息保护法 第十七条; 网络数据安全管理条例 第十二条).

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use kit::{Failure, Page, html};
use rules::people::consent::{self, Purpose};
use rules::rights::correction;
use rules::rights::kept::{Kept, schedule};
use rules::shared::Text;
use rules::shared::retention::{Retention, Swept};
use rules::shared::text::basis_for;

use super::assessments::{self, AssessmentRow};
use super::data_handlers::{self, Standing};
use crate::App;
use crate::matters::pages::questions::say;
use crate::web::Visitor;

#[derive(Template)]
#[template(path = "rights/privacy.html")]
struct PrivacyPage {
    page: Page,
    /// Staff, who read of a legal basis also what is still to be verified.
    is_staff: bool,
    today: Date,
    /// With its own entry.
    named: Vec<Standing>,
    /// The counties for which nobody answers.
    unanswered: Vec<Standing>,
    kept: Vec<&'static Kept>,
    swept: Vec<&'static Retention>,
    purposes: Vec<&'static Purpose>,
    assessments: Vec<AssessmentRow>,
    working_days: i64,
}

impl PrivacyPage {
    fn basis(&self, basis: &str) -> String {
        basis_for(self.is_staff, basis)
    }

    fn say(&self, text: &Text) -> String {
        say(&self.page, text)
    }

    fn period(&self, kept: &Kept) -> String {
        self.say(&kept.period_on(self.today))
    }

    fn erased(&self, kept: &Kept) -> String {
        self.page.t(&format!("rights-erased-{}", kept.erased.key()))
    }
}

pub async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let at = app.now();
    let (standings, assessments) = app
        .read(move |mut tx| {
            Box::pin(
                async move { Ok((data_handlers::standings(&mut tx, at).await?, assessments::all(&mut tx).await?)) },
            )
        })
        .await?;
    let today = app.city().calendar.date(at.recorded);
    let root = app.city().settings.root_code.clone();
    let (named, others): (Vec<_>, Vec<_>) = standings.into_iter().partition(|one| one.own);
    let drawn = PrivacyPage {
        named,
        unanswered: others.into_iter().filter(|one| one.handler.is_none() && one.place.code != root).collect(),
        kept: schedule(today),
        swept: Swept::ALL.map(|swept| swept.term(today)).into(),
        purposes: consent::versions(today),
        working_days: correction::term(today).working_days,
        assessments,
        is_staff: visitor.caller.as_ref().is_some_and(|caller| caller.actor.is_staff()),
        today,
        page: visitor.page().titled("privacy-title"),
    };
    Ok(html(StatusCode::OK, &drawn))
}
