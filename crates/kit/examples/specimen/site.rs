//! The specimen: every component of the design language on pages that look like the real ones.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kit::charts::{Caption, Datum, Tile, bars, columns, tiles};
use kit::{Choice, Errors, Failure, Flash, Form, Lang, Link, Markup, NavItem, Page, SignedIn, Visit, html, qr};

const DESK: &[NavItem] = &[
    NavItem { key: "frame-navigation", href: "/desk", icon: "inbox" },
    NavItem { key: "frame-help", href: "/desk/call", icon: "headset" },
    NavItem { key: "frame-pages", href: "/figures", icon: "chart-column" },
];

#[derive(Template)]
#[template(path = "layout/specimen.html")]
struct Specimen {
    page: Page,
    view: &'static str,
    form: Form,
    choices: Vec<Choice>,
    months: Markup,
    places: Markup,
    map: Markup,
}

impl Specimen {
    fn w<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.page.is_en() { en } else { zh }
    }

    /// An instant so many minutes from now.
    fn at(&self, minutes: i64) -> i64 {
        self.page.now_millis() + minutes * 60_000
    }

    fn of(page: Page, view: &'static str, form: Form) -> Specimen {
        let w = |zh: &'static str, en: &'static str| if page.lang == Lang::En { en } else { zh };
        let choices = vec![
            Choice::new("self", w("为我自己", "For myself")),
            Choice::new("elder", w("为家里老人", "For an older relative")).hinted(w(
                "您可以替老人办，回执两个人都能收到",
                "You can act for your relative; both of you get the receipt",
            )),
            Choice::new("other", w("替邻居或别人", "For a neighbour or someone else")),
        ];
        let caption = |id: &str, title: &str, description: &str| Caption {
            id: id.into(),
            title: title.into(),
            description: description.into(),
        };
        let month = |m: usize| if page.is_en() { format!("{m}") } else { format!("{m}月") };
        let counts = [96.0, 104.0, 131.0, 128.0, 140.0, 150.0, 161.0, 168.0, 178.0, 190.0, 204.0, 187.0];
        let data: Vec<_> = counts
            .iter()
            .enumerate()
            .map(|(i, n)| {
                let datum = Datum::new(month(i + 1), *n, n.to_string());
                if i == 10 { datum.marked() } else { datum }
            })
            .collect();
        let months = columns(
            &caption(
                "months",
                w("每月办结件数", "Cases closed per month"),
                w("1 月 96 件，11 月 204 件", "96 in January, 204 in November"),
            ),
            &data,
        );
        let names = [
            (w("陪同就医", "Going along to a hospital"), 412.0),
            (w("打扫和小修小补", "Cleaning and small repairs"), 305.0),
            (w("跑腿代买", "Errands and shopping"), 268.0),
            (w("孩子托管", "Child care after school"), 91.0),
        ];
        let unit = w("件", "cases");
        let data: Vec<_> = names.iter().map(|(n, v)| Datum::new(*n, *v, format!("{v} {unit}"))).collect();
        let places = bars(
            &caption("kinds", w("按类型", "By kind"), w("陪同就医最多，412 件", "Most were hospital visits, 412")),
            &data,
        );
        let counties = [
            ("鄄城县", 0, 0, 71.0),
            ("郓城县", 1, 0, 92.0),
            ("巨野县", 2, 1, 55.0),
            ("牡丹区", 1, 1, 98.0),
            ("东明县", 0, 1, 34.0),
            ("定陶区", 1, 2, 61.0),
            ("成武县", 2, 2, 18.0),
            ("曹县", 0, 2, 80.0),
            ("单县", 2, 3, f64::NAN),
        ];
        let squares: Vec<_> = counties
            .iter()
            .map(|(name, x, y, v)| {
                let shown = if v.is_nan() { "—".to_owned() } else { format!("{v}%") };
                Tile { datum: Datum::new(*name, *v, shown), at: (*x, *y) }
            })
            .collect();
        let map = tiles(
            &caption("map", w("各县区满意率", "Satisfied, by county"), w("牡丹区最高，98%", "Highest in 牡丹区, 98%")),
            &squares,
        );
        Specimen { page, view, form, choices, months, places, map }
    }
}

#[derive(Template)]
#[template(path = "layout/specimen-sheet.html")]
struct Sheet {
    page: Page,
    code: Markup,
    rows: Vec<u32>,
}

async fn home(page: Page) -> Response {
    let page = page.with_title("您需要什么帮助？");
    let title = if page.is_en() { "What help do you need?" } else { "您需要什么帮助？" };
    html(StatusCode::OK, &Specimen::of(page.with_title(title), "home", Form::empty()))
}

async fn parts(mut page: Page) -> Response {
    page.title = if page.is_en() { "Parts and states" } else { "部件和状态" }.into();
    page.flash = Some(Flash::done(if page.is_en() { "Saved." } else { "已保存。" }));
    page.crumbs = vec![Link::new(page.site_name().to_owned(), "/")];
    html(StatusCode::OK, &Specimen::of(page, "parts", Form::empty()))
}

async fn form(mut page: Page) -> Response {
    let en = page.is_en();
    page.title = if en { "How can we reach you?" } else { "怎么联系您？" }.into();
    page.step = Some(if en { "Step 3 of 5" } else { "第 3 步，共 5 步" }.into());
    let mut errors = Errors::new();
    errors.add("who", if en { "Choose whom you ask for" } else { "请选择为谁求助" });
    errors.add(
        "phone",
        if en {
            "Enter a mobile number of 11 digits, or a landline with its area code"
        } else {
            "请填写 11 位手机号，或区号加座机"
        },
    );
    let page = page.back_to("/").with_errors(errors);
    let form =
        Form::empty().with("phone", "1380").with("what", "楼道灯坏了，老人晚上下楼看不见。").with("risk", "elder");
    html(StatusCode::UNPROCESSABLE_ENTITY, &Specimen::of(page, "form", form))
}

async fn figures(mut page: Page) -> Response {
    page.title = if page.is_en() {
        "Cases closed: 204 in November, 14 more than in October"
    } else {
        "11 月办结 204 件，比 10 月多 14 件"
    }
    .into();
    let page = page.back_to("/");
    html(StatusCode::OK, &Specimen::of(page, "figures", Form::empty()))
}

async fn desk(visit: Visit) -> Response {
    let name = if visit.lang == Lang::En { "Dispatcher" } else { "派单员" };
    visit.sign_in(SignedIn {
        session: "specimen".into(),
        person: "specimen".into(),
        name: name.into(),
        nav: DESK,
        desk: true,
        banner: None,
    });
    let mut page = Page::of(&visit);
    page.title = if page.is_en() { "Dispatch desk" } else { "派单台" }.into();
    html(StatusCode::OK, &Specimen::of(page, "desk", Form::empty()))
}

async fn sheet(page: Page) -> Response {
    let page = page.with_title("示例村2026年11月文明积分加分公示").back_to("/");
    let code = qr::svg("https://helin.example/b/371722003003/12", 24, "扫码查看本公示");
    match code {
        Ok(code) => html(StatusCode::OK, &Sheet { page, code, rows: (1..=30).collect() }),
        Err(error) => Failure::defect(&error).into_response(),
    }
}

async fn failure(Path(status): Path<u16>) -> Failure {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_FOUND);
    Failure::new(status, "")
}

/// The pages of the specimen.
pub fn routes() -> Router {
    Router::new()
        .route("/", get(home))
        .route("/parts", get(parts))
        .route("/form", get(form))
        .route("/figures", get(figures))
        .route("/desk", get(desk))
        .route("/sheet", get(sheet))
        .route("/failure/{status}", get(failure))
}
