//! Charts as SVG made on the server: no script, they print, and a table with the same numbers stands beside them.
//!
//! Widths are percentages and heights are in `em`, so a chart fits 320 px and a wide desk alike, and its text keeps the
//! size of the page's text, also in the elder edition. Colours are classes of the stylesheet.

use crate::markup::{Markup, escape};

/// One bar, column or tile.
#[derive(Clone, Debug, PartialEq)]
pub struct Datum {
    pub label: String,
    pub value: f64,
    /// The value in words, with its unit: `216 起`. Shown beside the bar.
    pub shown: String,
    /// The one item that the heading speaks of.
    pub marked: bool,
}

impl Datum {
    pub fn new(label: impl Into<String>, value: f64, shown: impl Into<String>) -> Datum {
        Datum { label: label.into(), value, shown: shown.into(), marked: false }
    }

    /// Marks the item that the heading speaks of; mark one.
    pub fn marked(mut self) -> Datum {
        self.marked = true;
        self
    }
}

/// Title and description of a chart, read out instead of the drawing. `id` must be unique on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    pub id: String,
    pub title: String,
    pub description: String,
}

fn svg(kind: &str, caption: &Caption, height: f64, body: &str) -> Markup {
    let (id, title, description) = (escape(&caption.id), escape(&caption.title), escape(&caption.description));
    Markup::vouched(format!(
        "<svg class=\"chart {kind}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" width=\"100%\" height=\"{height:.1}em\">\
         <title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}</desc>{body}</svg>"
    ))
}

fn largest(data: &[Datum]) -> f64 {
    data.iter().map(|d| d.value).filter(|v| v.is_finite()).fold(0.0, f64::max)
}

/// How much of `top` a value is, in percent from zero. What is below zero or not a number draws nothing.
fn share(value: f64, top: f64) -> f64 {
    if top > 0.0 && value.is_finite() { (value / top * 100.0).clamp(0.0, 100.0) } else { 0.0 }
}

/// About how many `em` wide a text is: a Han character is one, a letter about half.
fn width_em(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 0.55 } else { 1.0 }).sum()
}

/// Cuts a label that would run over: the table has it whole.
fn fitting(text: &str, em: f64) -> String {
    if width_em(text) <= em {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if width_em(&out) + 2.0 > em {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

fn mark(datum: &Datum) -> &'static str {
    if datum.marked { " marked" } else { "" }
}

/// Horizontal bars from zero, for named things: the label above each bar, the value at its end of the line.
pub fn bars(caption: &Caption, data: &[Datum]) -> Markup {
    const ROW: f64 = 3.2;
    let top = largest(data);
    let mut body = String::new();
    for (i, datum) in data.iter().enumerate() {
        let y = i as f64 * ROW;
        let room = 14.0 - width_em(&datum.shown) - 1.0;
        let (label, shown) = (escape(&fitting(&datum.label, room.max(4.0))), escape(&datum.shown));
        let (text, bar, width) = (y + 1.2, y + 1.6, share(datum.value, top));
        body.push_str(&format!(
            "<text x=\"0\" y=\"{text:.1}em\">{label}</text>\
             <text class=\"value\" x=\"100%\" y=\"{text:.1}em\" text-anchor=\"end\">{shown}</text>\
             <rect class=\"track\" x=\"0\" y=\"{bar:.1}em\" width=\"100%\" height=\"0.8em\"/>\
             <rect class=\"bar{}\" x=\"0\" y=\"{bar:.1}em\" width=\"{width:.2}%\" height=\"0.8em\"/>",
            mark(datum)
        ));
    }
    svg("bars", caption, data.len() as f64 * ROW, &body)
}

/// Columns from zero, for months or other equal steps of time. With many, only the first, the largest, the marked and
/// the last have their value written; every second label is left out.
pub fn columns(caption: &Caption, data: &[Datum]) -> Markup {
    const HIGH: f64 = 9.0;
    let top = largest(data);
    let step = 100.0 / data.len().max(1) as f64;
    let crowded = data.len() > 6;
    let telling = telling(data, top, crowded);
    let mut body = format!("<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"{0:.1}em\" y2=\"{0:.1}em\"/>", HIGH + 1.6);
    for (i, datum) in data.iter().enumerate() {
        let middle = (i as f64 + 0.5) * step;
        let height = share(datum.value, top) / 100.0 * HIGH;
        let y = HIGH + 1.6 - height;
        let (x, width) = (i as f64 * step + step * 0.16, step * 0.68);
        body.push_str(&format!(
            "<rect class=\"bar{}\" x=\"{x:.2}%\" y=\"{y:.2}em\" width=\"{width:.2}%\" height=\"{height:.2}em\"/>",
            mark(datum)
        ));
        let anchor = match i {
            0 if crowded => "start",
            _ if crowded && i + 1 == data.len() => "end",
            _ => "middle",
        };
        let at = match anchor {
            "start" => 0.0,
            "end" => 100.0,
            _ => middle,
        };
        // The last label is always there; the others count back from it, so that no two stand side by side.
        let back = data.len() - 1 - i;
        if telling.contains(&i) {
            let (shown, line) = (escape(&datum.shown), y - 0.4);
            body.push_str(&format!(
                "<text class=\"value\" x=\"{at:.2}%\" y=\"{line:.2}em\" text-anchor=\"{anchor}\">{shown}</text>"
            ));
        }
        if !crowded || back.is_multiple_of(2) {
            let (label, line) = (escape(&datum.label), HIGH + 3.0);
            body.push_str(&format!("<text x=\"{middle:.2}%\" y=\"{line:.2}em\" text-anchor=\"middle\">{label}</text>"));
        }
    }
    svg("columns", caption, HIGH + 3.6, &body)
}

/// Which columns have their value written. When they stand close, the marked one comes first, then the largest, the
/// last and the first, as long as none is written beside another.
fn telling(data: &[Datum], top: f64, crowded: bool) -> Vec<usize> {
    if !crowded {
        return (0..data.len()).collect();
    }
    let marked = data.iter().position(|d| d.marked);
    let largest = data.iter().position(|d| d.value == top);
    let mut chosen: Vec<usize> = Vec::new();
    for i in [marked, largest, Some(data.len() - 1), Some(0)].into_iter().flatten() {
        if chosen.iter().all(|c| c.abs_diff(i) > 1) {
            chosen.push(i);
        }
    }
    chosen
}

/// A place on a tile grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    pub datum: Datum,
    /// Column and row of the square, from zero.
    pub at: (u32, u32),
}

/// A map of squares with names and values: no boundaries, so it needs no reviewed map. Six steps of colour, the value
/// always written. A value that is not a number is unknown: its square
/// has no colour.
pub fn tiles(caption: &Caption, tiles: &[Tile]) -> Markup {
    const HIGH: f64 = 4.4;
    let columns = tiles.iter().map(|t| t.at.0).max().unwrap_or(0) + 1;
    let rows = tiles.iter().map(|t| t.at.1).max().unwrap_or(0) + 1;
    let top = tiles.iter().map(|t| t.datum.value).filter(|v| v.is_finite()).fold(0.0, f64::max);
    let width = 100.0 / f64::from(columns);
    let mut body = String::new();
    for tile in tiles {
        let (x, y) = (f64::from(tile.at.0) * width, f64::from(tile.at.1) * HIGH);
        let step = match tile.datum.value {
            v if v.is_finite() => (1..6_u8).find(|n| share(v, top) / 100.0 * 6.0 <= f64::from(*n)).unwrap_or(6),
            _ => 0,
        };
        let (label, shown) = (escape(&fitting(&tile.datum.label, 5.0)), escape(&tile.datum.shown));
        let (name, value, middle) = (y + 1.8, y + 3.3, x + width / 2.0);
        body.push_str(&format!(
            "<g class=\"tile seq-{step}{}\"><rect x=\"{:.2}%\" y=\"{:.1}em\" width=\"{:.2}%\" height=\"{:.1}em\" rx=\"4\"/>\
             <text x=\"{middle:.2}%\" y=\"{name:.1}em\" text-anchor=\"middle\">{label}</text>\
             <text class=\"value\" x=\"{middle:.2}%\" y=\"{value:.1}em\" text-anchor=\"middle\">{shown}</text></g>",
            mark(&tile.datum),
            x + 0.5,
            y + 0.1,
            width - 1.0,
            HIGH - 0.3,
        ));
    }
    svg("tiles", caption, f64::from(rows) * HIGH, &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caption() -> Caption {
        Caption { id: "c".into(), title: "每月 <办结>".into(), description: "从 1 到 4".into() }
    }

    #[test]
    fn bars_start_at_zero_and_the_largest_is_whole() {
        let data =
            [Datum::new("甲", 1.0, "1 件"), Datum::new("乙", 4.0, "4 件").marked(), Datum::new("丙", f64::NAN, "—")];
        let svg = bars(&caption(), &data);
        for part in ["width=\"25.00%\"", "width=\"100.00%\"", "width=\"0.00%\"", "bar marked", "4 件"] {
            assert!(svg.as_str().contains(part), "{part}");
        }
        assert!(svg.as_str().contains("每月 &lt;办结&gt;"));
    }

    #[test]
    fn nothing_is_coloured_by_attribute_and_everything_is_named() {
        let datum = Datum::new("牡丹区", 3.0, "3");
        for svg in [
            bars(&caption(), std::slice::from_ref(&datum)),
            columns(&caption(), std::slice::from_ref(&datum)),
            tiles(&caption(), &[Tile { datum: datum.clone(), at: (0, 0) }]),
        ] {
            assert!(!svg.as_str().contains("fill=") && !svg.as_str().contains("style="));
            assert!(svg.as_str().contains("role=\"img\"") && svg.as_str().contains("<desc"));
        }
    }

    #[test]
    fn crowded_columns_write_only_the_values_that_tell() {
        let data: Vec<_> = (1..=12).map(|m| Datum::new(format!("{m}月"), f64::from(m), m.to_string())).collect();
        let svg = columns(&caption(), &data);
        assert_eq!(svg.as_str().matches("class=\"value\"").count(), 2, "the first, and the largest, which is the last");
        assert_eq!(svg.as_str().matches("月</text>").count(), 6);
        assert!(svg.as_str().contains("12月"));
    }

    #[test]
    fn no_two_values_are_written_side_by_side() {
        let data: Vec<_> = [5.0, 6.0, 7.0, 3.0, 4.0, 8.0, 9.0, 6.0].map(|v| Datum::new("月", v, v.to_string())).into();
        assert_eq!(telling(&data, 9.0, true), [6, 0]);
        assert_eq!(telling(&data[..2], 6.0, false), [0, 1]);
    }

    #[test]
    fn empty_data_draws_an_empty_chart() {
        assert!(bars(&caption(), &[]).as_str().contains("height=\"0.0em\""));
        assert!(tiles(&caption(), &[]).as_str().contains("</svg>"));
        assert!(columns(&caption(), &[]).as_str().contains("axis"));
    }

    #[test]
    fn a_tile_without_a_value_has_no_colour() {
        let tile = Tile { datum: Datum::new("曹县", f64::NAN, "—"), at: (1, 0) };
        assert!(tiles(&caption(), &[tile]).as_str().contains("seq-0"));
    }

    #[test]
    fn long_labels_are_cut_and_short_ones_not() {
        assert_eq!(fitting("黄楼社区", 4.0), "黄楼社区");
        assert_eq!(fitting("黄楼社区新时代文明实践站", 6.0), "黄楼社区新…");
    }
}
