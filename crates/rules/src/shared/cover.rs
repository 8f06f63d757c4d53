//! What is covered on a photo before anybody but its handlers sees it: squares of a grid laid over it, chosen by whoever
//! releases it. A grid can be chosen from by finger, by key and without a script, and it is coarse on purpose: what
//! hides a face should hide it all.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::shared::Refusal;

/// How many squares lie side by side.
pub const COLUMNS: u32 = 12;
/// A very tall photo gets oblong squares rather than hundreds.
const MOST_ROWS: u32 = 24;

/// The squares that lie over a photo of some size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    width: u32,
    height: u32,
    rows: u32,
}

/// One of them, counted from 0 at the left and at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Square {
    pub row: u32,
    pub column: u32,
}

/// Pixels of the photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

impl Grid {
    /// Over a photo of so many pixels; neither side may be 0.
    pub fn over(width: u32, height: u32) -> Grid {
        let rows = (COLUMNS * height.max(1)).div_ceil(width.max(1)).clamp(1, MOST_ROWS);
        Grid { width, height, rows }
    }

    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// All squares, row by row.
    pub fn squares(&self) -> impl Iterator<Item = Square> + use<> {
        let rows = self.rows;
        (0..rows).flat_map(|row| (0..COLUMNS).map(move |column| Square { row, column }))
    }

    /// The pixels of a square; together the squares are the whole photo, and none overlaps another.
    pub fn area(&self, square: Square) -> Area {
        let edge = |at: u32, of: u32, length: u32| {
            // Beyond u32 for no photo that is let in; widened all the same.
            let edge = u64::from(at) * u64::from(length) / u64::from(of);
            u32::try_from(edge).unwrap_or(length).min(length)
        };
        let (x, y) = (edge(square.column, COLUMNS, self.width), edge(square.row, self.rows, self.height));
        let right = edge(square.column + 1, COLUMNS, self.width);
        let bottom = edge(square.row + 1, self.rows, self.height);
        Area { x, y, width: right - x, height: bottom - y }
    }
}

impl fmt::Display for Square {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.column, self.row)
    }
}

impl FromStr for Square {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Square, Refusal> {
        let numbers = text.split_once('-').and_then(|(c, r)| Some((c.parse().ok()?, r.parse().ok()?)));
        let (column, row) = numbers.ok_or_else(outside)?;
        Ok(Square { row, column })
    }
}

fn outside() -> Refusal {
    Refusal::new("photo-cover-outside").at_field("cover")
}

/// The squares that somebody chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    grid: Grid,
    squares: BTreeSet<Square>,
}

impl Cover {
    /// # Errors
    /// `photo-cover-outside` when a square lies beside the photo.
    pub fn new(grid: Grid, squares: impl IntoIterator<Item = Square>) -> Result<Cover, Refusal> {
        let squares: BTreeSet<Square> = squares.into_iter().collect();
        let lies_on = |square: &Square| square.column < COLUMNS && square.row < grid.rows;
        if squares.iter().all(lies_on) { Ok(Cover { grid, squares }) } else { Err(outside()) }
    }

    /// Reads what [`Cover::to_text`] wrote, or a form's values joined by commas.
    ///
    /// # Errors
    /// `photo-cover-outside`, as [`Cover::new`].
    pub fn parse(grid: Grid, text: &str) -> Result<Cover, Refusal> {
        let squares = text.split(',').filter(|part| !part.is_empty()).map(str::parse).collect::<Result<Vec<_>, _>>()?;
        Cover::new(grid, squares)
    }

    pub fn to_text(&self) -> String {
        self.squares.iter().map(Square::to_string).collect::<Vec<_>>().join(",")
    }

    pub fn is_empty(&self) -> bool {
        self.squares.is_empty()
    }

    pub fn len(&self) -> usize {
        self.squares.len()
    }

    pub fn covers(&self, square: Square) -> bool {
        self.squares.contains(&square)
    }

    /// The pixels to cover.
    pub fn areas(&self) -> impl Iterator<Item = Area> {
        self.squares.iter().map(|square| self.grid.area(*square))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_are_the_whole_photo_once() {
        for (width, height) in [(1600, 1200), (1200, 1600), (1600, 101), (7, 5), (1, 1), (200, 1600), (1599, 1066)] {
            let grid = Grid::over(width, height);
            let mut seen = vec![0_u8; (width * height) as usize];
            for area in grid.squares().map(|square| grid.area(square)) {
                for y in area.y..area.y + area.height {
                    for x in area.x..area.x + area.width {
                        seen[(y * width + x) as usize] += 1;
                    }
                }
            }
            assert!(seen.iter().all(|times| *times == 1), "{width} by {height}");
        }
    }

    #[test]
    fn a_cover_reads_back_and_lies_on_the_photo() {
        let grid = Grid::over(1600, 1200);
        assert_eq!(grid.rows(), 9);
        let cases: [(&str, Option<&str>); 7] = [
            ("", Some("")),
            ("3-5,4-5", Some("3-5,4-5")),
            ("4-5,3-5,3-5", Some("3-5,4-5")),
            ("11-8", Some("11-8")),
            ("12-0", None),
            ("0-9", None),
            ("left", None),
        ];
        for (text, expected) in cases {
            let read = Cover::parse(grid, text);
            assert_eq!(read.as_ref().ok().map(Cover::to_text).as_deref(), expected, "{text}");
            if let Err(refusal) = read {
                assert_eq!((refusal.code, refusal.field), ("photo-cover-outside", Some("cover".into())), "{text}");
            }
        }
    }
}
