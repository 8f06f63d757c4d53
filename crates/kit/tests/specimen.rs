//! Every component is drawn in both languages and all modes; the words are complete; dates and numbers read right.

mod common;
#[path = "../examples/specimen/site.rs"]
mod site;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use common::{frame, get, now, words};
use kit::{Lang, Page};

const PAGES: [&str; 6] = ["/", "/parts", "/form", "/figures", "/desk", "/failure/500"];

#[tokio::test]
async fn every_page_is_drawn_in_both_languages_and_all_modes() {
    let app = kit::serve(site::routes(), frame());
    for prefix in ["", "/en"] {
        for path in PAGES {
            for mode in ["", "?size=large", "?theme=contrast"] {
                let answer = get(&app, &format!("{prefix}{path}{mode}")).await;
                let name = format!("{prefix}{path}{mode}");
                assert_eq!(answer.body.matches("<h1>").count(), 1, "{name}");
                assert!(answer.body.contains("演示数据") || answer.body.contains("Demonstration data"), "{name}");
                assert!(answer.body.contains("0530-12345"), "{name} lacks the hotline");
                assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8", "{name}");
                assert!(answer.body.len() < 40_000, "{name} is {} bytes", answer.body.len());
                assert!(!answer.body.contains("frame-"), "{name} shows a key");
            }
        }
    }
}

#[tokio::test]
async fn a_refused_form_says_so_everywhere_and_keeps_what_was_typed() {
    let body = get(&kit::serve(site::routes(), frame()), "/form").await;
    assert_eq!(body.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "<title>错误：怎么联系您？ – 第 3 步，共 5 步 – 荷邻</title>",
        "href=\"#phone\"",
        "id=\"phone\"",
        "id=\"who\" value=\"self\"",
        "aria-describedby=\"phone-hint phone-error\"",
        "aria-invalid=\"true\"",
        "value=\"1380\"",
        "楼道灯坏了",
        "value=\"elder\" checked",
        "name=\"_csrf\"",
        "name=\"_key\"",
    ] {
        assert!(body.body.contains(part), "{part}");
    }
    assert_eq!(body.body.matches("请填写 11 位手机号，或区号加座机").count(), 2);
}

#[tokio::test]
async fn a_code_is_heard_by_its_characters() {
    for (page, heard) in [("/parts", "A 3，7 1 6，2 0 4"), ("/en/parts", "A 3, 7 1 6, 2 0 4")] {
        let body = get(&kit::serve(site::routes(), frame()), page).await.body;
        let code = format!("<span aria-hidden=\"true\">A3-716-204</span><span class=\"hidden\">{heard}</span>");
        assert!(body.contains(&code), "{page}: {body}");
    }
}

#[tokio::test]
async fn dark_is_for_the_desk_only() {
    let app = kit::serve(site::routes(), frame());
    assert!(get(&app, "/desk?theme=dark").await.body.contains("data-theme=\"dark\""));
    assert!(!get(&app, "/?theme=dark").await.body.contains("data-theme"));
}

#[tokio::test]
async fn a_print_has_its_mark_number_date_and_code() {
    let body = get(&kit::serve(site::routes(), frame()), "/sheet").await.body;
    for part in ["演示数据", "编号：", "2026年11月20日", "width=\"24mm\"", "<thead>"] {
        assert!(body.contains(part), "{part}");
    }
}

async fn page(lang: Lang) -> Page {
    let (send, receive) = std::sync::mpsc::channel();
    let route = axum::routing::get(move |page: Page| async move { send.send(page).map_err(|_| StatusCode::GONE) });
    let app = kit::serve(axum::Router::new().route("/x/y", route), frame());
    get(&app, &lang.href("/x/y?q=1")).await;
    receive.recv().unwrap()
}

#[tokio::test]
async fn numbers_dates_and_spans_read_right_in_both_languages() {
    let (zh, en) = (page(Lang::ZhCn).await, page(Lang::En).await);
    let minute = 60_000;
    let now = now().as_millisecond();
    let day = 24 * 60 * minute;
    let cases: Vec<(String, String, &str, &str)> = vec![
        (zh.n(1_234_567), en.n(1_234_567), "1,234,567", "1,234,567"),
        (zh.n(-1000), en.n(0), "−1,000", "0"),
        (zh.minutes(90), en.minutes(90), "1 小时 30 分", "1 h 30 min"),
        (zh.minutes(60), en.minutes(5), "1 小时", "5 min"),
        (zh.when(now), en.when(now), "11月23日 周一 10:00", "Mon 23 Nov, 10:00"),
        (zh.when(now + 6 * day), en.when(now + 6 * day), "11月29日 周日 10:00", "Sun 29 Nov, 10:00"),
        (zh.when(now - 7 * day), en.when(now - 7 * day), "11月16日 10:00", "16 Nov, 10:00"),
        (zh.when(now + 60 * day), en.when(now + 60 * day), "2027年1月22日 10:00", "22 Jan 2027, 10:00"),
        (zh.when(i64::MAX), en.when(i64::MIN), "—", "—"),
        (zh.date("2026-11-24"), en.date("2026-11-24"), "11月24日 周二", "Tue 24 Nov"),
        (zh.date("2026-03-05"), en.date("2025-03-05"), "3月5日", "5 Mar 2025"),
        (zh.date("soon"), en.full_date("2026-11-20"), "soon", "20 Nov 2026"),
        (zh.time(now + 5 * minute), zh.today(), "10:05", "2026-11-23"),
        (zh.time(now - 115 * minute), zh.time_field(now - 115 * minute), "8:05", "08:05"),
        (zh.due(now + 200 * minute).text, en.due(now + 200 * minute).text, "剩 3 小时", "3 h left"),
        (zh.due(now + 50 * minute).text, en.due(now - 12 * minute).text, "剩 50 分", "12 min over"),
        (zh.due(now - 12 * minute).text, en.due(now + 3 * day).text, "超时 12 分", "3 days left"),
        (zh.due(now + minute / 2).text, en.due(now + minute / 2).text, "剩不到 1 分", "less than 1 min left"),
        (zh.due(now - minute / 2).text, en.due(now - 1).text, "超时不到 1 分", "less than 1 min over"),
        (zh.href("/tasks"), en.href("/tasks"), "/tasks", "/en/tasks"),
        (zh.other_lang_href(), en.other_lang_href(), "/en/x/y?q=1", "/x/y?q=1"),
        (
            zh.size_href(),
            en.contrast_href(),
            "/settings/size?size=large&back=%2Fx%2Fy%3Fq%3D1",
            "/en/settings/theme?theme=contrast&back=%2Fx%2Fy%3Fq%3D1",
        ),
        (zh.sign_in_href(), en.sign_in_href(), "/login?back=%2Fx%2Fy%3Fq%3D1", "/en/login?back=%2Fx%2Fy%3Fq%3D1"),
        (
            zh.t1("frame-errors", "count", 1),
            en.t1("frame-errors", "count", 1),
            "还有 1 处需要改",
            "One thing needs correcting",
        ),
    ];
    for (got_zh, got_en, in_zh, in_en) in cases {
        assert_eq!((got_zh.as_str(), got_en.as_str()), (in_zh, in_en));
    }
    for (left, tone) in [(61, ""), (60, "warn"), (0, "warn"), (-1, "bad")] {
        assert_eq!(zh.due(now + left * minute).tone, tone, "{left}");
    }
}

#[tokio::test]
#[should_panic(expected = "frame-nonsense")]
async fn a_missing_word_stops_a_test() {
    words().text(Lang::En, "frame-nonsense", &[]);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn texts_under(folder: &Path, texts: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts_under(&path, texts);
        } else {
            texts.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn the_words_of_the_frame_are_complete_and_all_used() {
    let keys = |lang: Lang| -> BTreeSet<String> {
        let ftl = std::fs::read_to_string(root().join("locales").join(lang.tag()).join("frame.ftl")).unwrap();
        kit::words::keys_of(&ftl).into_iter().collect()
    };
    let mut sources = Vec::new();
    for folder in ["templates/layout", "templates/parts", "crates/kit/src"] {
        texts_under(&root().join(folder), &mut sources);
    }
    let made = ["failure-4", "failure-5", "failure-stale-form-", "problem-4", "problem-5", "refusal-"];
    let complaints = kit::words::complaints(&keys(Lang::ZhCn), &keys(Lang::En), &sources, &made);
    assert_eq!(complaints, Vec::<String>::new());
    assert!(kit::words::keys_in(&root().join("locales/en")).unwrap().contains_key("frame-skip"));
}
