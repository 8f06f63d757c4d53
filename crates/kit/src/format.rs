//! Numbers, dates and spans of time as each language writes them.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use crate::lang::Lang;

/// A whole number, or a reference to one: templates hand over both.
pub trait Whole {
    fn whole(&self) -> i64;
}

macro_rules! wholes {
    ($($number:ty)*) => {$(
        impl Whole for $number {
            /// Numbers beyond 63 bits are shown as the largest one.
            fn whole(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        }
    )*};
}
wholes!(u8 u16 u32 u64 usize i32 i64);
impl<T: Whole + ?Sized> Whole for &T {
    fn whole(&self) -> i64 {
        (**self).whole()
    }
}

/// `1234567` as `1,234,567`, in both languages.
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    if n < 0 {
        out.push('−');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// So many minutes as 「1 小时 30 分」 or `1 h 30 min`.
pub fn minutes(lang: Lang, minutes: i64) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    let (h, m) = match lang {
        Lang::ZhCn => ("小时", "分"),
        Lang::En => ("h", "min"),
    };
    match (hours, rest) {
        (0, m_only) => format!("{m_only} {m}"),
        (_, 0) => format!("{} {h}", number(hours)),
        _ => format!("{} {h} {} {m}", number(hours), rest.abs()),
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn weekday(lang: Lang, day: Weekday) -> &'static str {
    const ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    const EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let index = day.to_monday_zero_offset() as usize;
    match lang {
        Lang::ZhCn => ZH[index],
        Lang::En => EN[index],
    }
}

/// A date with its year.
pub fn full_date(lang: Lang, date: Date) -> String {
    match lang {
        Lang::ZhCn => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Lang::En => format!("{} {} {}", date.day(), MONTHS[date.month() as usize - 1], date.year()),
    }
}

/// A date as seen from `today`: with the weekday within seven days, with the year when it is another one.
pub fn near_date(lang: Lang, date: Date, today: Date) -> String {
    let days = (date - today).get_days();
    let near = days.abs() < 7;
    let month = MONTHS[date.month() as usize - 1];
    match lang {
        Lang::ZhCn => {
            let day = if date.year() == today.year() {
                format!("{}月{}日", date.month(), date.day())
            } else {
                full_date(lang, date)
            };
            if near { format!("{day} {}", weekday(lang, date.weekday())) } else { day }
        }
        Lang::En => {
            let day =
                if date.year() == today.year() { format!("{} {month}", date.day()) } else { full_date(lang, date) };
            if near { format!("{} {day}", weekday(lang, date.weekday())) } else { day }
        }
    }
}

/// An instant as seen from `now`: 「11月24日 周二 8:30」, `Tue 24 Nov, 8:30`.
pub fn when(lang: Lang, at: &ZonedDateTime, now: &ZonedDateTime) -> String {
    let day = near_date(lang, at.date(), now.date());
    let time = clock_time(at);
    match lang {
        Lang::ZhCn => format!("{day} {time}"),
        Lang::En => format!("{day}, {time}"),
    }
}

/// The time of day, `8:05`.
pub fn clock_time(at: &ZonedDateTime) -> String {
    format!("{}:{:02}", at.hour(), at.minute())
}

/// The time of day as HTML's `time` field holds it, `08:05`.
pub fn field_time(at: &ZonedDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// Milliseconds since 1970 in `zone`; `None` outside the years that a calendar has.
pub fn zoned(millis: i64, zone: &TimeZone) -> Option<ZonedDateTime> {
    Timestamp::from_millisecond(millis).ok().map(|t| t.to_zoned_datetime(zone.clone()))
}

/// How much of a term is left, for a clock chip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub text: String,
    /// The class of the chip: empty, `warn` (an hour or less) or `bad` (over).
    pub tone: &'static str,
}

/// A span of time as one glance needs it: days from two on, hours from three on, else minutes too.
pub fn span(lang: Lang, minutes: i64) -> String {
    match minutes.max(0) {
        0 => match lang {
            Lang::ZhCn => "不到 1 分".to_owned(),
            Lang::En => "less than 1 min".to_owned(),
        },
        m if m >= 2 * 24 * 60 => match lang {
            Lang::ZhCn => format!("{} 天", m / (24 * 60)),
            Lang::En => format!("{} days", m / (24 * 60)),
        },
        m if m >= 3 * 60 => self::minutes(lang, m / 60 * 60),
        m => self::minutes(lang, m),
    }
}

/// What is left from `now` to `due`, both in milliseconds: 「剩 3 小时」, 「超时 12 分」.
pub fn due(lang: Lang, due: i64, now: i64) -> Due {
    let minutes = (due - now) / 60_000;
    let span = span(lang, minutes.abs());
    let over = due < now;
    let text = match (lang, over) {
        (Lang::ZhCn, false) if minutes == 0 => format!("剩{span}"),
        (Lang::ZhCn, false) => format!("剩 {span}"),
        (Lang::ZhCn, true) if minutes == 0 => format!("超时{span}"),
        (Lang::ZhCn, true) => format!("超时 {span}"),
        (Lang::En, false) => format!("{span} left"),
        (Lang::En, true) => format!("{span} over"),
    };
    let tone = match minutes {
        _ if over => "bad",
        0..=60 => "warn",
        _ => "",
    };
    Due { text, tone }
}
